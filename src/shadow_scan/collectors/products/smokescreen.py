"""Smokescreen, the proxy in front of servers, jobs and agents: JSON, or `key=value` at a terminal.

A decision opens a connection and its close has the sizes; both have the id of the request.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.variants import Variants

_MEMBERS = {
    "begin": "start_time",
    "moment": "time",
    "told": "msg",
    "client": "inbound_remote_addr",
    "asked": "requested_host",
    "server": "outbound_remote_addr",
    "role": "role",
    "sent": "bytes_out",
    "received": "bytes_in",
    "seconds": "duration",
    "allow": "allow",
    "uid": "id",
}
_DECISION, _CLOSE = "'CANONICAL-PROXY-DECISION'", "'CANONICAL-PROXY-CN-CLOSE'"

_READ = fields.record(
    Variants(
        {
            "starts_with(line, '{')": fields.members(_MEMBERS),
            "true": fields.keyed(_MEMBERS, extra={"is_object": "contains(line, 'msg=')"}),
        }
    ),
    let={"instant": "coalesce(iso_time(replace(begin, ' +0000 UTC', 'Z')), iso_time(moment))"},
    skipped={
        "no request (a message of the program)": "instant IS NOT NULL "
        f"AND told IS DISTINCT FROM {_DECISION} AND told IS DISTINCT FROM {_CLOSE}",
    },
    rejected={
        "no record": "NOT coalesce(is_object, false)",
        "the time cannot be read": "instant IS NULL",
    },
    event_time="instant",
    duration_ms="CAST(round(try_cast(seconds AS DOUBLE) * 1000) AS BIGINT)",
    source_ip="host_of(client)",
    user_name="role",
    authority="asked",
    destination_ip="host_of(server)",
    bytes_up="number(sent)",
    bytes_down="number(received)",
    action="CASE allow WHEN 'true' THEN 'allowed' WHEN 'false' THEN 'blocked' END",
    evidence="'connected'",
    flow="uid",
)

SMOKESCREEN = Format(
    name="smokescreen",
    title="Smokescreen, decisions and closed connections (JSON, text)",
    kind="proxy",
    carries=(
        *("event_time", "duration_ms", "source_ip", "user_name", "host", "port"),
        *("destination_ip", "bytes_up", "bytes_down", "action", "evidence"),
    ),
    recognise=re.compile(
        r'\{(?=.*"msg" ?: ?"CANONICAL-PROXY-(?:DECISION|CN-CLOSE)")|(?=.*\bmsg="?CANONICAL-PROXY-)'
    ),
    reference="https://github.com/stripe/smokescreen",
    sql=_READ,
    notes="its role stands where a user would; sizes are in the close of a connection",
)
