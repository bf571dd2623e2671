"""e2guardian and DansGuardian, content filters in front of Squid: their own line, tabs, or CSV.

What was found and why stands between the address and the method, in free text. In Squid's guise
their log is read as Squid's.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.variants import FIELDS, Variants

_MOMENT = r"\d{4}\.\d{1,2}\.\d{1,2} \d{1,2}:\d\d:\d\d"
_METHOD = r"[A-Z]{3,9}"
_PLACES = {
    "moment": 1,
    "user": 2,
    "client": 3,
    "url": 4,
    "found": 5,
    "verb": 6,
    "received": 7,
    "code": 11,
    "agent": 15,
}
# Behind the method: size, weight, categories of many words, the number of the group, the status.
_LINE = (
    rf"^({_MOMENT}) (\S+) (\S+) (\S+) (.*?) ?\b({_METHOD}) (\d+) -?\d+ .*? ?\b\d{{1,3}} "
    r"([1-5]\d\d|0|-) \S*"
)
_LINE_SQL = f"""SELECT line_number, line, said.*, NULL::VARCHAR AS agent
    FROM (SELECT line_number, line, regexp_extract(line, '{_LINE}', ['moment', 'user', 'client',
        'url', 'found', 'verb', 'received', 'code']) AS said FROM lines)"""

_SQL = fields.record(
    Variants(
        {
            "contains(line, chr(9))": fields.cells(_PLACES, delimiter="\t"),
            "starts_with(line, '\"')": fields.cells(_PLACES),
            "true": _LINE_SQL,
        }
    ).around(
        f"""SELECT *, from_local(try_strptime(moment, '%Y.%m.%d %H:%M:%S')) AS instant
            FROM ({FIELDS})"""
    ),
    let={"tunnel": "verb = 'CONNECT'"},
    rejected={
        "no record of the filter": "instant IS NULL OR url IS NULL",
        "no address of a client": "NOT regexp_full_match(client, '[0-9a-fA-F.:]{3,45}')",
    },
    event_time="instant",
    source_ip="client",
    user_name="dash_null(user)",
    authority="url_authority(url)",
    path="CASE WHEN NOT tunnel THEN url_path(url) END",
    method="verb",
    status="nullif(try_cast(code AS INTEGER), 0)",
    bytes_down="number(received)",
    user_agent="agent",
    action="""CASE WHEN code = '407' THEN NULL WHEN contains(found, '*DENIED*')
        OR contains(found, '*INFECTED*') THEN 'blocked' ELSE 'allowed' END""",
    evidence="CASE WHEN tunnel THEN 'connected' ELSE 'transacted' END",
)

E2GUARDIAN = Format(
    name="e2guardian",
    title="e2guardian and DansGuardian (lines, tabs, CSV)",
    kind="proxy",
    carries=(
        *("event_time", "source_ip", "user_name", "host", "port", "path", "method", "status"),
        *("bytes_down", "user_agent", "action", "evidence"),
    ),
    recognise=re.compile(
        rf'"?{_MOMENT}"?(?:[ \t]|,")[^ \t,]+(?:[ \t]|,")[0-9a-fA-F.:]{{3,45}}"?(?:[ \t]|,")'
        rf"\w+://.*\b{_METHOD}\b"
    ),
    reference="https://github.com/e2guardian/e2guardian",
    sql=_SQL,
    clock="end",
    zone="local",
    notes="no upload bytes, no durations (times are those of the end), no agents in plain lines",
    aliases=("dansguardian",),
)
