"""The year of a line that tells month and day alone, by the time of the record it came in."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

_YEARLESS = re.compile(
    rb"(<\d{1,3}>|)([A-Z][a-z]{2} [ \d]\d )"
    rb"(?=\d\d:\d\d:\d\d[ .:])(?!\S+ (?:[A-Z]{3,4} )?\d{4}[ :])"
)
"""Some write the year behind the clock."""
_DAY = rb"20\d\d-\d\d-\d\d(?=[T ]\d\d:)|1\d{9}(?=(?:\d{3}){0,3}(?:[.\",}]|\Z))"
_SAYS_DAY = re.compile(_DAY)
_MEMBER = re.compile(rb'"([\w@-]{1,24})" ?: ?"?(' + _DAY + rb")")
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

Yearless = re.Match[bytes]
"""Of a line, with all that stands before its clock."""
yearless = _YEARLESS.match


def with_year(line: Yearless, moment: bytes) -> bytes:
    """The line with the year of the newest such day that is not after the record's own."""
    told = _SAYS_DAY.match(moment)
    return line.string if told is None else _dated(line, told[0])


def with_year_of(line: Yearless, record: bytes, moments: frozenset[bytes]) -> bytes:
    """The same, by the first of these members of JSON that stands anywhere in the record."""
    member = _MEMBER.search(record)
    while member and member[1] not in moments:
        member = _MEMBER.search(record, member.end())
    return line.string if member is None else _dated(line, member[2])


def _dated(line: Yearless, told: bytes) -> bytes:
    before, day = line.groups()
    return before + _with_year(day, told) + line.string[line.end() :]


@lru_cache(1024)
def _with_year(day: bytes, told: bytes) -> bytes:
    """A clock elsewhere may be a day ahead."""
    month, number = day.decode().split()
    try:
        epoch = datetime.fromtimestamp(int(told), UTC) if told.isdigit() else None
        latest = (epoch or datetime.fromisoformat(told.decode())) + timedelta(days=1)
        is_later = (_MONTHS.index(month) + 1, int(number)) > (latest.month, latest.day)
    except ValueError:
        return day
    return b"%s%d " % (day, latest.year - is_later)
