"""Zyxel USG FLEX, ATP and ZyWALL: traffic, security policies and the web filter, key=value.

The year stands behind the clock of the header. The web filter names the host in its message.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.syslog import RECEIVED

_YEAR_BEHIND = r"([A-Z][a-z]{2} {1,2}\d{1,2}) (\d\d:\d\d:\d\d) (\d{4}) "
_FIELDS = fields.keyed(
    {
        "source": "src",
        "server": "dst",
        "told": "msg",
        "note": "note",
        "kind": "cat",
        "did": "action",
        "user": "user|suser",
        "sent": "sent",
        "received": "rcvd",
        "seconds": "duration",
        "name": "hostname|url|host",
    },
    absent=("", "-", "unknown"),
    extra={
        "stamp": f"regexp_extract(coalesce(header || line, line), '{_YEAR_BEHIND}', "
        "['month', 'clock', 'year'])"
    },
)
_SQL = fields.record(
    f"SELECT *, {RECEIVED} AS received_at FROM ({_FIELDS})",
    let={
        "instant": """CASE WHEN stamp."year" <> ''
            THEN text_time(stamp."month" || ' ' || stamp."year" || ' ' || stamp.clock)
            ELSE received_at END""",
        "filters": "kind ILIKE '%web%' OR kind ILIKE '%content%filter%' OR kind ILIKE '%url%'",
        "host": r"""coalesce(name, CASE WHEN filters THEN nullif(regexp_extract(
            told, '^(?:https?://)?([\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,})(?:[:/, ]|$)', 1), '') END)""",
        "verdict": "lower(concat_ws(' ', did, note))",
        "port": "port_of(server)",
    },
    skipped={
        "no request (another kind of record)": "kind IS NOT NULL AND NOT coalesce(filters, false) "
        "AND kind NOT IN ('Traffic Log', 'Security Policy Control', 'Firewall', "
        "'Application Patrol', 'App Patrol', 'Forward web sites', 'Blocked web sites')",
    },
    rejected={
        "no type of record": "kind IS NULL",
        "the time cannot be read": "instant IS NULL",
        "no source address": "source IS NULL",
    },
    event_time="instant",
    duration_ms="number(seconds) * 1000",
    source_ip="host_of(source)",
    user_name='"user"',
    authority="coalesce(with_port(host, CAST(port AS VARCHAR)), ':' || port)",
    destination_ip="host_of(server)",
    bytes_up="number(sent)",
    bytes_down="number(received)",
    action="""CASE WHEN regexp_matches(verdict, 'drop|block|reject|deny') THEN 'blocked'
        WHEN regexp_matches(verdict, 'forward|allow|permit|accept|pass') THEN 'allowed' END""",
    evidence="'connected'",
)

ZYXEL = Format(
    name="zyxel",
    title="Zyxel USG FLEX, ATP and ZyWALL",
    kind="firewall",
    carries=(
        *("event_time", "duration_ms", "source_ip", "user_name", "host", "port"),
        *("destination_ip", "bytes_up", "bytes_down", "action", "evidence"),
    ),
    recognise=re.compile(r'.{0,120}?\bsrc="[^"]*" dst="[^"]*" msg="[^"]*" note="(?=.*\bcat=")'),
    reference="https://support.zyxel.eu/hc/en-us/articles/360001390914",
    sql=_SQL,
    zone="local",
    # Traffic is logged when a connection ends.
    clock="end",
    notes="hosts are in records of the web filter alone, sizes in those of traffic",
    aliases=("usg-flex", "zywall"),
)
