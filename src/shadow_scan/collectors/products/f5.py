"""F5 BIG-IP SSL Orchestrator: the summary of each connection that it led through its services."""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.syslog import RECEIVED

# An end is `address:port`, of IPv6 `address.port`, either with the number of a route domain.
_END = r"\[?([0-9A-Fa-f.:]+)\]?(?:%\d+)?[.:](\d+)"
_SUMMARY = rf"Traffic summary - (\w+) {_END} -> {_END} "
_NAMES = ["protocol", "source", "source_port", "server", "port"]


def _number(word: str) -> str:
    return f"number(regexp_extract(line, ' {word}: (\\d+)', 1))"


_SQL = fields.record(
    f"""SELECT line_number, line, {RECEIVED} AS instant,
        regexp_extract(line, ' L7 \\S+ \\(([^)]+)\\) ', 1) AS named, part.* FROM (
        SELECT line_number, line, header,
            regexp_extract(line, {fields.quoted(_SUMMARY)}, {_NAMES}) AS part FROM lines)""",
    skipped={
        "no request (another kind of message)": "NOT contains(line, 'Traffic summary - ') "
        "AND instant IS NOT NULL",
    },
    rejected={
        "no ends of a connection": "coalesce(source, '') = ''",
        "the time cannot be read": "instant IS NULL",
    },
    event_time="instant",
    duration_ms=_number("duration"),
    source_ip="source",
    authority="coalesce(with_port(nullif(named, ''), port), ':' || port)",
    destination_ip="server",
    bytes_up=_number("client-bytes-in"),
    bytes_down=_number("client-bytes-out"),
    evidence="'connected'",
)

SSL_ORCHESTRATOR = Format(
    name="f5-ssl-orchestrator",
    title="F5 BIG-IP SSL Orchestrator, summaries of its traffic (syslog)",
    kind="proxy",
    carries=(
        *("event_time", "duration_ms", "source_ip", "host", "port", "destination_ip"),
        *("bytes_up", "bytes_down", "evidence"),
    ),
    recognise=re.compile(r".{0,300}?\bTraffic summary - \w+ \[?[0-9A-Fa-f.:%\]]+ -> "),
    reference="https://clouddocs.f5.com/sslo-deployment-guide/",
    sql=_SQL,
    clock="end",
    zone="local",
    notes="sizes are those of the client's side; no users, no paths and no verdict",
)
