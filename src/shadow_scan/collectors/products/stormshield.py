"""Stormshield SNS: proxy and connection records, key=value, and WELF, which it is made of.

Files that are fetched from the firewall itself do not say of which log their records are: what a
record holds tells it.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format

_SQL = fields.record(
    fields.keyed(
        {
            "log": "logtype",
            "alarm": "alarmid",
            "begun": "startime",
            "written": "time",
            "zone": "tz",
            "seconds": "duration",
            "user": "user",
            "domain": "domain",
            "source": "src",
            "device": "srcname|srchostname",
            "name": "dstname|hostname|sni",
            "destination": "dst",
            "port": "dstport|dport",
            "sent": "sent",
            "received": "rcvd",
            "did": "action|cat_action",
            "rule": "rule",
            "verb": "op",
            "code": "result|scode",
            "argument": "arg",
            "agent": "agent",
        }
    ),
    let={
        "kind": """coalesce(log, CASE WHEN alarm IS NULL AND source IS NOT NULL
            AND coalesce(destination, name) IS NOT NULL
            THEN CASE WHEN coalesce(verb, code) IS NULL THEN 'connection' ELSE 'web' END
            ELSE 'another' END)""",
        "took": "CAST(round(try_cast(seconds AS DOUBLE) * 1000) AS BIGINT)",
        "told": "iso_time(replace(coalesce(begun, written), ' ', 'T') || coalesce(zone, ''))",
        # A record is written at the end of what it tells.
        "instant": """CASE WHEN begun IS NULL AND took > 0 THEN told - to_milliseconds(took)
            ELSE told END""",
        # Topsec says under a rule's name what the rule does.
        "verdict": """lower(coalesce(did, CASE WHEN rule IN ('accept', 'deny', 'drop', 'reject')
            THEN rule END))""",
        # `plugin` is a connection, with the request that the inspection saw in it.
        "asks": "kind = 'web' OR kind = 'plugin' AND starts_with(argument, '/')",
    },
    skipped={
        "no request (another kind of record)": "told IS NOT NULL AND "
        "kind NOT IN ('web', 'ssl', 'connection', 'plugin', 'filter')"
    },
    rejected={
        "the time cannot be read": "instant IS NULL",
        "no source address": "source IS NULL",
    },
    event_time="instant",
    duration_ms="took",
    source_ip="source",
    user_name="user",
    device_name="device",
    authority="coalesce(with_port(name, try_cast(port AS INTEGER)), ':' || port)",
    path="""CASE WHEN asks AND verb IS DISTINCT FROM 'CONNECT'
        AND starts_with(argument, '/') THEN argument END""",
    destination_ip="destination",
    method="CASE WHEN asks THEN upper(verb) END",
    status="try_cast(code AS INTEGER)",
    bytes_up="number(sent)",
    bytes_down="number(received)",
    user_agent="agent",
    action="""CASE WHEN verdict IN ('block', 'reset', 'deny', 'drop', 'reject') THEN 'blocked'
        WHEN verdict IS NOT NULL THEN 'allowed' END""",
    evidence="""CASE WHEN asks AND verb IS DISTINCT FROM 'CONNECT' THEN 'transacted'
        ELSE 'connected' END""",
)

STORMSHIELD = Format(
    name="stormshield",
    title="Stormshield SNS (web, SSL and connection logs), WELF",
    kind="firewall",
    carries=(
        *("event_time", "duration_ms", "source_ip", "user_name", "device_name", "host", "port"),
        *("path", "destination_ip", "method", "status", "bytes_up", "bytes_down"),
        *("user_agent", "action", "evidence"),
    ),
    recognise=re.compile(
        # Traffic Server has a layout of its own in these words.
        r'(?:id=[\w-]+ )?time="[^"]+" (?:pri=\d )?fw=(?!.* cache=)'
        r'(?=.*\b(?:logtype="?\w|tz=[+-]?\d|src=[0-9a-fA-F.:]+ ))'
    ),
    reference="https://documentation.stormshield.eu/SNS/v4/en/Content/"
    "Description_of_Audit_logs/Introduction.htm",
    sql=_SQL,
    zone="written",
    notes="names are in web and SSL records; sizes in those and in connection records",
)
