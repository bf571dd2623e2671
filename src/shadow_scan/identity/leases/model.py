"""Leases as intervals of time: which device held an address, and from when to when.

Whatever the server wrote, no two intervals of one address overlap. Must not read a file, nor know
what other files told: the store settles that.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from shadow_scan.identity.problems import Problems


@dataclass(frozen=True, slots=True)
class Lease:
    """`device` held `address` from `begin_us` until before `end_us` (microseconds since 1970, UTC).

    `end_us` None: for ever. `device` is the client's name (a `device_key`), or `mac` if it gave
    none that tells it apart; None: nobody known held it any more, until another lease begins.
    `assumed`: an edge of the interval is not in the file but comes from an assumed lease length;
    where that edge is the begin, `known_us` is when it was held for certain.
    """

    address: str
    device: str | None
    mac: str | None
    begin_us: int
    end_us: int | None
    source_line: int
    assumed: bool = False
    known_us: int | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """What one entry of a file says, before the entries after it are known.

    `device` None: from `begin_us` on nobody known holds the address (release, expiry, decline).
    """

    address: str
    device: str | None
    mac: str | None
    begin_us: int
    end_us: int | None
    source_line: int
    assumed: bool = False
    known_us: int | None = None


@dataclass(slots=True)
class Tally:
    """Counts each line of a file once: it made a record, was rejected, or was skipped."""

    used: int = 0
    rejected: int = 0
    skipped: int = 0
    problems: Problems = field(default_factory=Problems)

    def reject(self, line: int, reason: str, lines: int = 1) -> None:
        """Lines that should have been readable and were not."""
        self.rejected += lines
        self.problems.add(line, reason)

    def skip(self, lines: int = 1) -> None:
        """Lines that are no lease: comments, headers, blanks, events of another kind."""
        self.skipped += lines


@dataclass(frozen=True, slots=True)
class Leases:
    """The leases of a file: intervals by address and begin, and the count of lines.

    `lines == used + rejected + skipped`. `told`: all of them, also those of nobody, which end what
    an earlier file promised; `intervals`: those of devices.
    """

    format: str
    records: tuple[Record, ...]
    tally: Tally
    told: tuple[Lease, ...] = field(init=False)
    intervals: tuple[Lease, ...] = field(init=False)
    _by_address: Mapping[str, tuple[list[int], list[Lease]]] = field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        """Work out the intervals once; the class is frozen, hence the detour."""
        told = tuple(resolve(self.records))
        by_address: defaultdict[str, tuple[list[int], list[Lease]]] = defaultdict(lambda: ([], []))
        for lease in told:
            begins, leases = by_address[lease.address]
            begins.append(lease.begin_us)
            leases.append(lease)
        intervals = tuple(lease for lease in told if lease.device is not None)
        object.__setattr__(self, "told", told)
        object.__setattr__(self, "intervals", intervals)
        object.__setattr__(self, "_by_address", dict(by_address))

    @property
    def lines(self) -> int:
        """All lines of the file."""
        return self.tally.used + self.tally.rejected + self.tally.skipped

    @property
    def used(self) -> int:
        """Lines that made a record."""
        return self.tally.used

    @property
    def rejected(self) -> int:
        """Lines that could not be read; `problems` has the reasons."""
        return self.tally.rejected

    @property
    def skipped(self) -> int:
        """Lines that are no lease."""
        return self.tally.skipped

    @property
    def problems(self) -> Problems:
        """What was wrong, by line, and what had to be assumed."""
        return self.tally.problems

    def __iter__(self) -> Iterator[Lease]:
        return iter(self.intervals)

    def device_at(self, address: str, when_us: int) -> str | None:
        """The device that held an address (an `address_key`) at a time; None if nobody known."""
        begins, leases = self._by_address.get(address, ([], []))
        at = bisect_right(begins, when_us) - 1
        if at < 0:
            return None
        end = leases[at].end_us
        return leases[at].device if end is None or when_us < end else None


def resolve(records: Iterable[Record]) -> Iterator[Lease]:
    """Intervals that never overlap, by address and begin.

    A record holds until the next one of its address begins. Of two that begin together the later
    in the file is the correction of the earlier. Neighbours of one device become one interval.
    """
    by_address: defaultdict[str, list[Record]] = defaultdict(list)
    for record in records:
        by_address[record.address].append(record)
    for address in sorted(by_address):
        yield from _joined(_cut(_corrected(by_address[address])))


def _corrected(records: list[Record]) -> list[Record]:
    latest: dict[int, Record] = {}
    for record in records:
        earlier = latest.get(record.begin_us)
        latest[record.begin_us] = _keep_name(earlier, record) if earlier else record
    return [latest[begin] for begin in sorted(latest)]


def _keep_name(earlier: Record, later: Record) -> Record:
    """A reclaimed lease is written again without its name; the name was right all the same."""
    nameless = later.device is not None and later.device == later.mac
    if nameless and earlier.device and earlier.mac == later.mac:
        return replace(later, device=earlier.device)
    return later


def _cut(records: list[Record]) -> Iterator[Lease]:
    for record, following in zip(records, [*records[1:], None], strict=True):
        ends = [record.end_us, following.begin_us if following else None]
        end = min((end for end in ends if end is not None), default=None)
        held = record.device is not None and (end is None or end > record.begin_us)
        yield Lease(
            record.address,
            record.device if held else None,
            record.mac,
            record.begin_us,
            end if held else None,
            record.source_line,
            record.assumed,
            record.known_us,
        )


def _joined(leases: Iterable[Lease]) -> Iterator[Lease]:
    pending: Lease | None = None
    for lease in leases:
        if pending and pending.end_us == lease.begin_us and _same_device(pending, lease):
            assumed = pending.assumed or lease.assumed
            pending = replace(pending, end_us=lease.end_us, assumed=assumed)
            continue
        if pending:
            yield pending
        pending = lease
    if pending:
        yield pending


def _same_device(left: Lease, right: Lease) -> bool:
    return (left.device, left.mac) == (right.device, right.mac)
