"""Untangle and Arista NG Firewall: the events that it sends by syslog, a JSON object each.

A session's begin, its pages and its sizes are events of their own; all carry the session within.
What HTTP's own parser saw, and what was asked of the filter, is the same request: the filter's
event, which has the verdict, stands for both.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format


def _session(name: str) -> str:
    return f"sessionEvent.{name}|{name}"


# 'class com.untangle.app.web_filter.WebFilterEvent'
_KINDS = "'WebFilterEvent', 'HttpRequestEvent', 'SessionStatsEvent'"
_BLOCKING = "'FirewallEvent', 'ThreatPreventionEvent', 'ThreatPreventionHttpEvent'"
_ADDRESS = "[0-9A-Fa-f.:]+"
_SQL = fields.record(
    f"""SELECT *, bool_or(kind = 'WebFilterEvent') OVER (
            PARTITION BY session, coalesce(uri, regexp_replace(request[2], '^\\w+://[^/]*', '')),
                upper(coalesce(verb, request[1]))) AS filtered
        FROM (SELECT *, split_part(class, '.', -1) AS kind, string_split(asked, ' ') AS request
        FROM ({
        fields.members(
            {
                "class": "class",
                "moment": "timeStamp",
                "begun": "sessionEvent.timeStamp",
                "session": _session("sessionId"),
                "client": _session("CClientAddr"),
                "server": _session("SServerAddr"),
                "port": _session("SServerPort"),
                "account": _session("username"),
                "machine": _session("hostname"),
                "verb": "method",
                "named": "host",
                "uri": "requestUri",
                "asked": "requestLine",
                "stopped": "blocked",
                "sent": "c2pBytes",
                "received": "p2cBytes",
            },
            text="substr(line, strpos(line, '{'))",
            absent=("", "-", "null"),
        )
    }))""",
    let={
        "is_flow": "kind = 'SessionStatsEvent'",
        "instant": "text_time(CASE WHEN kind = 'SessionStatsEvent' THEN begun ELSE moment END)",
        "url": "request[2]",
        "way": "upper(coalesce(verb, request[1]))",
    },
    skipped={
        "no request (another kind of event)": f"""class IS NOT NULL AND NOT (kind IN ({_KINDS})
            OR (kind IN ({_BLOCKING}) AND coalesce(stopped = 'true', false)))""",
        "no request (told by the filter, too)": "kind = 'HttpRequestEvent' AND filtered",
    },
    rejected={
        "no event of NG Firewall": "class IS NULL",
        "the time cannot be read": "instant IS NULL",
        "no client": "client IS NULL",
    },
    event_time="instant",
    duration_ms="CASE WHEN is_flow THEN lasted(instant, text_time(moment)) END",
    source_ip="client",
    user_name="account",
    device_name=f"CASE WHEN NOT regexp_full_match(machine, '{_ADDRESS}') THEN machine END",
    authority="with_port(coalesce(url_authority(url), named, ''), port)",
    path="CASE WHEN way IS DISTINCT FROM 'CONNECT' THEN coalesce(uri, url_path(url)) END",
    destination_ip="server",
    method="way",
    bytes_up="number(sent)",
    bytes_down="number(received)",
    action="CASE stopped WHEN 'true' THEN 'blocked' WHEN 'false' THEN 'allowed' END",
    evidence="CASE WHEN coalesce(url, uri) IS NULL THEN 'connected' ELSE 'transacted' END",
    flow="session",
)

UNTANGLE = Format(
    name="untangle",
    title="Untangle and Arista NG Firewall (JSON by syslog)",
    kind="firewall",
    carries=(
        *("event_time", "duration_ms", "source_ip", "user_name", "device_name", "host", "port"),
        *("path", "destination_ip", "method", "bytes_up", "bytes_down", "action", "evidence"),
    ),
    recognise=re.compile(
        r'[^{]{0,200}\{(?=.*"class" ?: ?"class com\.untangle\.)(?=.*"CClientAddr")'
    ),
    reference="https://wiki.edge.arista.com/index.php/Event_Definitions",
    sql=_SQL,
    zone="local",
    notes="sizes are in the events of sessions, names in those of pages; joined by session",
    aliases=("arista-ngfw",),
)
