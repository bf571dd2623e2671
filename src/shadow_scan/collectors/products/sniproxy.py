"""SNIProxy: connections passed on by the name in a greeting or a Host header; file and syslog."""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.syslog import RECEIVED

_STAMP = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"
_END = r"(?:\d+\.\d+\.\d+\.\d+|\[[0-9A-Fa-f:.]+\]):\d+"
# client -> listener -> server, or NONE, [name], then what was sent on of what was received, to the
# client and from it: of a connection that never came to be, the latter counts the greeting twice.
_LINE = (
    rf"({_END}) -> \S+ -> (\S+) \[([^\]]*)\] "
    r"(\d+)/\d+ bytes tx (\d+)/\d+ bytes rx ([\d.]+) seconds"
)
_SQL = fields.record(
    f"""SELECT *, coalesce(from_local(try_strptime(nullif(regexp_extract(line, '^{_STAMP}'), ''),
            '%Y-%m-%d %H:%M:%S')), {RECEIVED}) AS instant
        FROM (SELECT line_number, line, header, regexp_extract(line, '{_LINE}',
            ['client', 'server', 'name', 'received', 'sent', 'seconds']) AS said FROM lines)""",
    let={
        "server": "CASE WHEN said.server <> 'NONE' THEN said.server END",
        "other": "said.client = ''",
    },
    skipped={
        "no request (a connection that named nobody)": "NOT other AND instant IS NOT NULL "
        "AND said.name = '' AND server IS NULL",
        "no request (a message of the program)": "other AND instant IS NOT NULL "
        "AND NOT contains(line, ' -> ') "
        f"AND (regexp_matches(line, '^{_STAMP}') OR contains(header, 'sniproxy'))",
    },
    rejected={
        "no record of SNIProxy": "other",
        "the time cannot be read": "instant IS NULL",
    },
    event_time="instant",
    duration_ms="CAST(round(try_cast(said.seconds AS DOUBLE) * 1000) AS BIGINT)",
    source_ip="host_of(said.client)",
    authority="coalesce(with_port(nullif(said.name, ''), port_of(server)::VARCHAR), "
    "':' || port_of(server))",
    destination_ip="host_of(server)",
    bytes_up="number(said.sent)",
    bytes_down="number(said.received)",
    # Of those that were not passed on nothing says whether no rule or no address was found.
    action="CASE WHEN server IS NOT NULL THEN 'allowed' END",
    evidence="'connected'",
)

SNIPROXY = Format(
    name="sniproxy",
    title="SNIProxy (file, syslog)",
    kind="proxy",
    carries=(
        *("event_time", "duration_ms", "source_ip", "host", "port", "destination_ip"),
        *("bytes_up", "bytes_down", "action", "evidence"),
    ),
    recognise=re.compile(rf"(?:{_STAMP} )?{_END} -> \S+ -> \S+ \[[^\]]*\] \d+/\d+ bytes tx "),
    reference="https://github.com/dlundquist/sniproxy",
    sql=_SQL,
    clock="end",
    zone="local",
    notes="no users, no paths and no agents; what was refused looks like what was not found",
)
