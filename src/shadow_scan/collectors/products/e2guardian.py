"""e2guardian and DansGuardian, content filters in front of Squid: their own line, tabs, CSV, and
the tabs of Protex, which are e2guardian's default.

What was found and why stands between the address and the method, in free text. In Squid's guise
their log is read as Squid's.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.syslog import RECEIVED
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
# Time, server, user, address and name of the client, URL, method, status, size, media type, agent,
# a header of one's own, milliseconds, another, number and text of what was found, weight, …
_PROTEX = r"\d{10}\.\d{3}\t"
_PROTEX_PLACES = {
    "moment": 1,
    "user": 3,
    "client": 4,
    "url": 6,
    "verb": 7,
    "code": 8,
    "received": 9,
    "agent": 11,
    "millis": 13,
    "found": 16,
}
# Behind the method: size, weight, categories of many words, the number of the group, the status.
_LINE = (
    rf"^({_MOMENT}) (\S+) (\S+) (\S+) (.*?) ?\b({_METHOD}) (\d+) -?\d+ .*? ?\b\d{{1,3}} "
    r"([1-5]\d\d|0|-) \S*"
)
# Behind the name of a group, and before four words that are none, where it looks like one.
_AGENT = r" \d{1,3} (?:[1-5]\d\d|0) \S+ .*? ((?:Mozilla|[A-Za-z][\w.-]*)/\d.*) - - - -$"
_LINE_SQL = f"""SELECT line_number, line, header, said.*,
        CASE WHEN ends_with(line, ' - - - -') AND NOT ends_with(line, ' - - - - -')
            THEN nullif(regexp_extract(line, '{_AGENT}', 1), '') END AS agent
    FROM (SELECT line_number, line, header, regexp_extract(line, '{_LINE}', ['moment', 'user',
        'client', 'url', 'found', 'verb', 'received', 'code']) AS said FROM lines)"""


def _parted(cells: str, places: dict[str, int]) -> str:
    """No quote is escaped in any of them."""
    listed = ", ".join(
        f"CASE WHEN part[{place}] NOT IN ('', '-') THEN part[{place}] END AS {name}"
        for name, place in places.items()
    )
    return f"""SELECT line_number, line, header, {listed}
        FROM (SELECT line_number, line, header, {cells} AS part FROM lines)"""


_SQL = fields.record(
    Variants(
        {
            f"regexp_matches(line, '^{_PROTEX}')": _parted(
                "string_split(line, chr(9))", _PROTEX_PLACES
            ),
            "contains(line, chr(9))": _parted("string_split(line, chr(9))", _PLACES),
            "starts_with(line, '\"')": _parted("""string_split(trim(line, '"'), '","')""", _PLACES),
            "true": _LINE_SQL,
        }
    ).around(
        f"""SELECT *, CASE WHEN moment LIKE '____.%'
                THEN from_local(try_strptime(moment, '%Y.%m.%d %H:%M:%S'))
                ELSE epoch_time(moment) END AS instant
            FROM ({FIELDS})"""
    ),
    let={"tunnel": "verb = 'CONNECT'"},
    skipped={
        "no request (a message of the program)": "instant IS NULL AND contains(header, 'guardian') "
        f"AND {RECEIVED} IS NOT NULL",
    },
    rejected={
        "no record of the filter": "instant IS NULL OR url IS NULL",
        "no address of a client": "NOT regexp_full_match(client, '[0-9a-fA-F.:]{3,45}')",
    },
    event_time="instant",
    duration_ms="number(millis)",
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
    title="e2guardian and DansGuardian (lines, tabs, CSV, Protex)",
    kind="proxy",
    carries=(
        *("event_time", "source_ip", "user_name", "host", "port", "path", "method", "status"),
        *("bytes_down", "duration_ms", "user_agent", "action", "evidence"),
    ),
    recognise=re.compile(
        rf'"?{_MOMENT}"?(?:[ \t]|,")[^ \t,]+(?:[ \t]|,")[0-9a-fA-F.:]{{3,45}}"?(?:[ \t]|,")'
        rf"\w+://.*\b{_METHOD}\b"
        rf"|{_PROTEX}[^\t]*\t[^\t]+\t[0-9a-fA-F.:]{{3,45}}\t[^\t]*\t\w+://[^\t]*\t{_METHOD}\t"
    ),
    reference="https://github.com/e2guardian/e2guardian",
    sql=_SQL,
    clock="end",
    zone="local",
    notes="no upload bytes; durations in Protex' tabs alone (other times are those of the end)",
    aliases=("dansguardian",),
)
