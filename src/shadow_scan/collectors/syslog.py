"""The header that syslog puts before a record (RFC 3164 and RFC 5424), once or, by a relay, twice.

One pattern serves recognition here and peeling in SQL, so that both always mean the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_PRIORITY = r"(?:(?:\d{1,5} |\d{1,3}(?:\.\d{1,3}){3} )?<\d{1,3}> ?)?"
"""Behind the length that TCP counts, or the sender that a collector saw."""
_SEARCHED = r"[\w./-]*\.(?:log|txt|json|csv|gz|bz2|xz|zst)(?:[.-]\d+)?:(?:\d+:)?"
"""The file and, perhaps, the line's number, as a search of many files writes them."""
_ON_A_NODE = r"\d{4}-\d\d-\d\dT\S+ std(?:out|err) [FP] "
"""Of a cluster's nodes."""
SURELY_BEFORE = re.compile(
    r"<\d{1,3}>(?! ?(?:[A-Z][a-z]{2} |1 |\d{4}-))|[\w.-]+ +\| (?=CEF:|LEEF:)"
    rf"|(?:{_SEARCHED}|{_ON_A_NODE})(?!\d{{4}}-\d\d-\d\dT)"
)
"""A priority with no other header behind it, a container's name with the sign that also parts
these records, or a file's name or a node's word with no moment of the record behind it."""
_TAG = r"[A-Za-z(][\w./()-]*(?:\[\d*\])?: "
_PROGRAM = (
    rf"(?:Message forwarded from [\w.-]+: )?(?:(?:local\d|daemon|user)\.[a-z]{{3,8}} )?(?:{_TAG})?"
)
"""What sent it, behind what AIX and Solaris say of it."""
_ELEMENTS = r"(?:\[(?:[^\]\\]|\\.)*\])+"
"""Structured data, in which a bracket inside of a value has a backslash before it."""
_RFC_5424 = (
    rf"1 (?:(?:\d{{4}}-\S+T\S+|-) \S+ \S+ \S+ \S+ (?:-|{_ELEMENTS}) *|\d{{4}}-\S+ \S+ {_TAG})"
)
"""Or, of forwarders, its begin alone, and then a program as in RFC 3164."""
_MONTH_AND_DAY = r"(?:\d{4} )?[A-Z][a-z]{2} {1,2}\d{1,2} (?:\d{4} )?"
_RFC_3164 = rf"{_MONTH_AND_DAY}\d\d:\d\d:\d\d(?:\.\d{{1,6}})? \S+ {_PROGRAM}"
"""Some products write the year, too, or parts of a second."""
_RFC_3339 = rf"\d{{4}}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[^\s|,]|,\d)* \S+ {_PROGRAM}"
"""What rsyslog writes into files of its own."""
_CONTAINER = _ON_A_NODE + _PROGRAM
_ARCHIVED = r"\d{4} [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d (?:\([^)]*\) )?\S+->\S+ "
"""Of the archives of OSSEC and Wazuh: agent and sender, then the file or the collector."""
_COMPOSED = r"[\w.-]+(?:@[\w.-]+)? +\| (?:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,9}Z )?"
"""Of `docker compose logs` and `docker service logs` (task@node), with times or without."""
_FOLLOWED = (
    r"(?:\[pod/\S+\] |[a-z0-9][\w.-]* [a-z0-9][\w.-]* )\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6,9}Z "
)
"""Of `kubectl logs --prefix --timestamps`, and of what follows many pods at once."""
_TABBED = (
    rf"(?:\d{{4}}-\d\d-\d\d|\d\d-\d\d-\d{{4}})[ \t]\d\d:\d\d:\d\d\t[A-Za-z][\w.]*\t\S+\t{_PROGRAM}"
)
"""Time, facility, host, as collectors on Windows have it."""
_LABELLED = rf"\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d\S* \{{[a-z_]\w*=\"[^}}]*\}} +{_PROGRAM}"
"""Of Loki's own client."""
_KEPT = r"\d+\t(?:\d{4}-\d\d-\d\dT[\d:.Z+-]+\t){2}\d+\t\S*\t\S*\t\w*\t\w*\t\S*\t"
"""Of Papertrail's archives."""
_RELAYED = (
    rf"\d{{4}}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:[^\s|,]|,\d)* \S+ {_PROGRAM}"
    rf"| \d\d:\d\d:\d\d\S* \S+ {_TAG})"
)
"""The same behind another header, where date and time parted by a blank may begin the record."""


_NOTHING = " +"
"""What relays leave of a header where they write the message alone."""
_SENT_ON = r" +[\w.-]+ \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S* [\w.-]+ "
"""A relay's own header between two that it leaves as they are: its name stands behind a gap."""


_COOKIE = "@cee: ?"
"""What tells that JSON follows (Common Event Expression)."""


def _header(rfc_3339: str) -> str:
    """For RE2, as DuckDB has it."""
    headers = "|".join(
        (
            *(_RFC_5424, _RFC_3164, _CONTAINER, _ARCHIVED, _COMPOSED, _FOLLOWED),
            *(_LABELLED, _SEARCHED, _KEPT, rfc_3339, _TABBED),
        )
    )
    begin = rf"(?:{_PRIORITY}(?:{headers})|<\d{{1,3}}> ?|{_NOTHING})\x{{FEFF}}?"
    return rf"^(?:{begin}(?:{_COOKIE})?|{_COOKIE})"


HEADER = _header(_RFC_3339)
_SECOND = f"^(?:{_SENT_ON}|{_header(_RELAYED).removeprefix('^')})"
_SURE = _header(rf"\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d[\d.:Z+-]* [\w.:-]+ {_PROGRAM}")
"""A header before records of no known shape: date and time parted by a blank, or followed by a
comma, may be the record's own."""
_FIRST_HEADER, _SECOND_HEADER, SURE_HEADER = (
    re.compile(header.replace(r"\x{FEFF}", "\ufeff")) for header in (HEADER, _SECOND, _SURE)
)


def peeled(line: str) -> str:
    """The record behind at most two headers."""
    return _SECOND_HEADER.sub("", _FIRST_HEADER.sub("", line, count=1), count=1)


def surely_peeled(line: str) -> str:
    """The same for a record of no known shape."""
    return SURE_HEADER.sub("", SURE_HEADER.sub("", line, count=1), count=1)


def parts_sql(column: str) -> tuple[str, str]:
    """For a column of lines: the headers, and the record behind them."""
    once = f"regexp_replace({column}, '{HEADER}', '')"
    record = f"regexp_replace({once}, '{_SECOND}', '')"
    return f"left({column}, length({column}) - length({record}))", record


def begins_sql(column: str, starts: Sequence[str]) -> str:
    """Whether the record behind the headers begins with one of these."""
    first, second = HEADER.removeprefix("^"), _SECOND.removeprefix("^")
    words = "|".join(map(re.escape, starts))
    return f"regexp_matches({column}, '^(?:{first})?(?:{second})?(?:{words})')"


_MONTH_FIRST = r"[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d"
_DAY_FIRST = rf"^[A-Z][a-z]{{2}} {_MONTH_FIRST} (?:UTC )?\d{{4}}:? "
"""Routers and `date` write the year behind the clock."""
_WITH_YEAR = r"[A-Z][a-z]{2} {1,2}\d{1,2} \d{4} \d\d:\d\d:\d\d"
_GLUED = r"^<[0-9]+> ?([0-9-]+[T ][0-9]+:\S+)"
_NAMED = r" ([0-9-]{10}T[0-9:.]{15,18}Z) "
"""Containers' names stand before it."""
_FOUND = (
    rf"^{_SEARCHED}(?:<\d{{1,3}}>)?"
    rf"({_WITH_YEAR}|\d{{4}}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[^\s|,]*)"
)
"""A search of many files wrote the file's name before it."""


def time_sql(column: str) -> str:
    """The moment before a record, for logs that have none of their own: month, day and clock at
    the begin or behind a priority, or ISO 8601 as one of the first two words. NULL without one.

    What most lines begin with is tried first, then all other spellings. All are texts of lists, so
    that each way to read a time stands here once: it is planned anew for each block of lines.
    """
    # A date alone is no moment.
    first, second = (
        f"CASE WHEN contains({word}, ':') THEN {word} END"
        for word in (f"split_part({column}, ' ', 1)", f"split_part({column}, ' ', 2)")
    )
    behind = f"nullif(regexp_extract({column}, '{_MONTH_FIRST}'), '')"
    dayed = f"replace(nullif(regexp_extract({column}, '{_DAY_FIRST}'), ''), ': ', ' ')"
    with_year = f"nullif(regexp_extract({column}, '{_WITH_YEAR}'), '')"
    glued = f"nullif(regexp_extract({column}, '{_GLUED}', 1), '')"
    named = f"nullif(regexp_extract({column}, '{_NAMED}', 1), '')"
    archived = (
        f"CASE WHEN {column} LIKE '____ ___ __ __:__:__ %' THEN "
        f"substr({column}, 6, 7) || left({column}, 4) || substr({column}, 12, 9) END"
    )
    found = f"nullif(regexp_extract({column}, '{_FOUND}', 1), '')"
    kept = f"split_part({column}, chr(9), 2)"
    is_parted = (
        f"{column} < '<' AND substr({column}, 14, 1) = ':' "
        f"AND substr({column}, 11, 1) IN (' ', chr(9))"
    )
    at_priority = f"substr({column}, strpos({column}, '>') + 1, 16)"
    behind_priority = f"CASE WHEN starts_with({column}, '<') THEN strpos({column}, '>') ELSE 0 END"
    is_dated = (
        f"substr({column}, {behind_priority} + 1, 20) LIKE '___ __ ____ __:__:__' "
        f"AND NOT regexp_matches({column}, '{_MONTH_FIRST}')"
    )
    return f"""coalesce(
        first_header_time([CASE
            WHEN {is_parted} THEN replace(left({column}, 19), chr(9), ' ')
            WHEN {is_dated} THEN {with_year}
            WHEN {column} >= 'A' AND {column} LIKE '___ %:%:%' THEN left({column}, 15)
            WHEN starts_with({column}, '<') AND {at_priority} LIKE '___ __ __:__:__ '
            THEN left({at_priority}, 15)
            WHEN {column} LIKE '____-__-__T__:__:__% %'
            THEN left({column}, strpos({column}, ' ') - 1) END]),
        first_header_time(CASE WHEN {is_parted} THEN NULL
            WHEN {column} < '<' THEN [{archived}, {kept}, {first}, {second}, {behind}, {found}]
            ELSE [{dayed}, {behind}, {second}, {glued}, {with_year}, {named}, {found}] END))"""


_WHOLE = "coalesce(header || line, line)"
RECEIVED = time_sql(_WHOLE)
"""The moment of the header, whether it was taken off the record or not."""
RECEIVED_SOON = f"""coalesce(from_local(yearless_time(CASE WHEN {_WHOLE} >= 'A'
        AND {_WHOLE} LIKE '___ %:%:%' THEN left({_WHOLE}, 15) END)), {RECEIVED})"""
"""The same, for short lines that nearly all begin with a month: one step more to plan, and a
quarter less to do for each."""
