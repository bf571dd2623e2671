"""Yamaha's RTX and FWX routers: connections that a dynamic filter follows (INSPECT), and packets
that a filter rejected. An interface of PPP leads outside: what comes in there is no request.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.syslog import RECEIVED

# `address:port`, of IPv6 `address.port`
_END = r"\[?([0-9A-Fa-f.:]+)\]?[.:](\d+)"
_PACKET = (
    r"(\w+)(?:\[\d+\])?(?:\[(in|out)\]\[\w+\]| (Rejected|Passed) at (IN|OUT)\(\w+\) filter:) "
    rf"(?:TCP|UDP) {_END} > {_END}(?: \((\d{{4}}/\d\d/\d\d \d\d:\d\d:\d\d)\))?"
)
_NAMES = [
    *("interface", "way", "did", "direction", "source", "source_port", "server", "port"),
    "begun",
]
_SQL = fields.record(
    f"""SELECT line_number, line, {RECEIVED} AS received_at, part.* FROM (
        SELECT line_number, line, header,
            regexp_extract(line, {fields.quoted(_PACKET)}, {_NAMES}) AS part FROM lines)""",
    let={
        "instant": "coalesce(text_time(nullif(begun, '')), received_at)",
        "answer": "did <> '' AND is_answer(try_cast(source_port AS INTEGER), "
        "try_cast(port AS INTEGER))",
    },
    skipped={
        "no request (comes in)": "interface = 'PP' AND 'in' IN (way, lower(direction))",
        "no request (another kind of message)": "source = '' AND received_at IS NOT NULL "
        "AND NOT regexp_matches(line, '(?:TCP|UDP) ')",
    },
    rejected={
        "no packet of a filter": "coalesce(source, '') = ''",
        "the time cannot be read": "instant IS NULL",
    },
    event_time="instant",
    source_ip="CASE WHEN answer THEN server ELSE source END",
    authority="':' || CASE WHEN answer THEN source_port ELSE port END",
    destination_ip="CASE WHEN answer THEN source ELSE server END",
    action="CASE did WHEN 'Rejected' THEN 'blocked' WHEN 'Passed' THEN 'allowed' END",
    evidence="'connected'",
)

YAMAHA = Format(
    name="yamaha-rtx",
    title="Yamaha RTX and FWX routers, packets of their filters (syslog)",
    kind="firewall",
    carries=("event_time", "source_ip", "port", "destination_ip", "action", "evidence"),
    recognise=re.compile(
        r".{0,200}?(?:\[INSPECT\] \w+(?:\[\d+\])?\[(?:in|out)\]\["
        r"|\bRejected at (?:IN|OUT)\(\w+\) filter: )"
    ),
    reference="https://www.rtpro.yamaha.co.jp/RT/docs/",
    sql=_SQL,
    zone="local",
    notes="no names, no users and no sizes: only addresses, which many services share",
)
