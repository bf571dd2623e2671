"""SmartDNS: its audit log, one line a question."""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.syslog import RECEIVED

_STAMP = r"\[(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3})\] "
_ASKED = r"([0-9A-Fa-f.:]{3,45}) query (\S+), type (\d+), time (\d+)ms"
_SQL = fields.record(
    f"""SELECT *, coalesce(from_local(try_strptime(replace(nullif(said.moment, ''), ',', '.'),
            '%Y-%m-%d %H:%M:%S.%g')), {RECEIVED}) AS instant
        FROM (SELECT line_number, line, header, regexp_extract(line, '^(?:{_STAMP})?{_ASKED}',
            ['moment', 'client', 'name', 'type', 'millis']) AS said FROM lines)""",
    rejected={
        "no record of a query": "said.client = ''",
        "the time cannot be read": "instant IS NULL",
    },
    event_time="instant",
    duration_ms="number(said.millis)",
    source_ip="said.client",
    authority="said.name",
    evidence="'resolved'",
)

SMARTDNS = Format(
    name="smartdns",
    title="SmartDNS audit log",
    kind="dns",
    carries=("event_time", "duration_ms", "source_ip", "host", "evidence"),
    recognise=re.compile(rf"(?:{_STAMP})?{_ASKED}"),
    reference="https://pymumu.github.io/smartdns/en/configuration/",
    sql=_SQL,
    clock="end",
    zone="local",
    notes="a lookup proves no use; what a rule blocked looks like what does not exist",
)
