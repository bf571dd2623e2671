"""Windows DHCP server: the audit logs `DhcpSrvLog-*.log` and `DhcpV6SrvLog-*.log`.

Events, not leases: a lease has a begin and no end, so its end is assumed from a lease length unless
a release, an expiry or the next holder comes first; such intervals are marked `assumed`. Times are
the server's local time. The preamble and the header are in the server's language, so columns are
taken by place. (learn.microsoft.com, "Analyze DHCP Server Log Files".)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Final

from shadow_scan.identity.addresses import address_key
from shadow_scan.identity.leases.fields import hex_bytes, holder, instant_us
from shadow_scan.identity.leases.model import Record, Tally

NAME: Final = "windows-dhcp"
RECOGNISED: Final = re.compile(
    r"^(?:ID ?,[^\n]*,[^\n]*(?:MAC|Duid)"
    r"|[0-9]{1,5},[0-9]{1,4}[/.-][0-9]{1,2}[/.-][0-9]{1,4},[0-9]{1,2}:)",
    re.MULTILINE,
)
LEASE_LENGTH: Final = timedelta(days=8)
"""The length that Windows proposes for a new scope."""

_ROW: Final = re.compile(
    r"([0-9]{1,5}),([0-9]{1,4})([/.-])([0-9]{1,2})[/.-]([0-9]{1,4}),"
    r"([0-9]{1,2}):([0-9]{2}):([0-9]{2}),([^,]*),([^,]*),(.*)",
    re.DOTALL,
)
_BEGINS_LIKE_A_ROW: Final = re.compile(r"[0-9]{1,5},")
_HELD: Final = frozenset({10, 11, 20, 21, 11002, 11004, 11005})
_ENDED: Final = frozenset({12, 16, 17, 18, 23, 11006, 11007, 11016, 11018})
_FIRST_V6: Final = 11000
_CENTURY: Final = 100


@dataclass(frozen=True, slots=True)
class _Event:
    """One row about a lease: `date` as three numbers in the order of the file."""

    line: int
    number: int
    date: tuple[int, int, int]
    separator: str
    time: tuple[int, int, int]
    address: str
    rest: tuple[str, ...]


def read(
    lines: Iterable[tuple[int, str | None]],
    tally: Tally,
    *,
    zone: tzinfo,
    lease_length: timedelta,
) -> list[Record]:
    """Records in the order of the file; all of it decides whether days or months come first."""
    events = list(_events(lines, tally))
    day_first = _day_first(events)
    clock = _Clock(zone)
    records = []
    for event in events:
        begin = clock.instant(_local(event, day_first))
        if begin is None:
            tally.reject(event.line, "a time that cannot be read")
            continue
        tally.used += 1
        records.append(_record(event, begin, lease_length))
    return records


def _events(lines: Iterable[tuple[int, str | None]], tally: Tally) -> Iterator[_Event]:
    for line, text in lines:
        row = _ROW.fullmatch(text) if text is not None else None
        if text is None or (row is None and _BEGINS_LIKE_A_ROW.match(text)):
            tally.reject(line, "a row that cannot be read")
        elif row is None or int(row[1]) not in _HELD | _ENDED:
            tally.skip()
        elif address_key(row[10]) is None:
            tally.reject(line, "an address that is none")
        else:
            yield _event(line, row)


def _event(line: int, row: re.Match[str]) -> _Event:
    return _Event(
        line,
        int(row[1]),
        (int(row[2]), int(row[4]), int(row[5])),
        row[3],
        (int(row[6]), int(row[7]), int(row[8])),
        address_key(row[10]) or "",
        tuple(row[11].split(",")),
    )


def _day_first(events: Sequence[_Event]) -> bool:
    """Windows writes MM/DD/YY; a first number above 12, or points between them, say otherwise."""
    firsts = [event.date[0] for event in events if event.date[0] < _CENTURY]
    seconds = [event.date[1] for event in events]
    if any(event.separator == "." for event in events):
        return True
    return max(firsts, default=0) > 12 and max(seconds, default=0) <= 12


def _local(event: _Event, day_first: bool) -> datetime | None:
    first, second, third = event.date
    if first >= _CENTURY:
        year, month, day = first, second, third
    else:
        month, day = (second, first) if day_first else (first, second)
        year = third + 2000 if third < _CENTURY else third
    try:
        return datetime(year, month, day, *event.time)
    except ValueError:
        return None


class _Clock:
    """Local times to instants; the file runs forward, which settles the hour that comes twice."""

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._latest: int | None = None

    def instant(self, local: datetime | None) -> int | None:
        """Microseconds since 1970, or None for no time."""
        if local is None:
            return None
        first, second = (instant_us(local.replace(tzinfo=self._zone, fold=fold)) for fold in (0, 1))
        backwards = first is not None and self._latest is not None and first < self._latest
        chosen = second if backwards and second is not None and second != first else first
        if chosen is not None:
            self._latest = max(chosen, self._latest or chosen)
        return chosen


def _record(event: _Event, begin: int, lease_length: timedelta) -> Record:
    device, mac = _holder(event)
    if event.number in _ENDED:
        return Record(event.address, None, mac, begin, begin, event.line)
    end = begin + lease_length // timedelta(microseconds=1)
    return Record(event.address, device, mac, begin, end, event.line, assumed=True)


def _holder(event: _Event) -> tuple[str | None, str | None]:
    """Name and hardware: IPv4 rows have name, MAC; IPv6 rows name, error, length, identifier."""
    cells = (*event.rest, "", "", "", "")
    if event.number >= _FIRST_V6:
        return holder(cells[0], "", hex_bytes(cells[3]))
    return holder(cells[0], cells[1])
