"""Which bytes of a TCP direction were seen: each counts once, however often it was sent."""

from __future__ import annotations

import itertools
from array import array
from bisect import bisect_right

_MODULUS = 1 << 32
_HALF = 1 << 31
_MAX_RANGES = 64


class SequenceRanges:
    """Ranges of the sequence space that were seen, as positions that do not wrap.

    Memory is bounded: past `_MAX_RANGES` holes the oldest one is taken as never to be filled.
    """

    __slots__ = ("_earlier", "_end", "_start", "wire_end")

    def __init__(self, sequence: int) -> None:
        self.wire_end = sequence % _MODULUS
        """Sequence number behind the highest byte so far."""
        self._start = self._end = self.wire_end + _MODULUS
        self._earlier: array[int] | None = None
        """Begins and ends of ranges below the highest one, where bytes are missing between them."""

    def state(self) -> tuple[int, int, bytes | None]:
        earlier = None if self._earlier is None else self._earlier.tobytes()
        return self._start, self._end, earlier

    @classmethod
    def restored(cls, state: tuple[int, int, bytes | None]) -> SequenceRanges:
        found = cls(state[1])
        found._start, found._end, earlier = state
        found._earlier = None if earlier is None else array("q", earlier)
        return found

    def begins_with(self, sequence: int) -> bool:
        first = self._earlier[0] if self._earlier else self._start
        return first % _MODULUS == sequence

    def add(self, sequence: int, length: int) -> int:
        """How many of `length` bytes from `sequence` on are new."""
        ahead = (sequence - self.wire_end) % _MODULUS
        if not ahead:
            self._end += length
            self.wire_end = (self.wire_end + length) % _MODULUS
            return length
        begin = self._end + (ahead if ahead < _HALF else ahead - _MODULUS)
        end = begin + length
        if self._start <= begin <= self._end:
            # Some or all of the highest range again, and perhaps more behind it.
            new = max(end - self._end, 0)
            self._end += new
            self.wire_end = self._end % _MODULUS
            return new
        return self._insert(begin, end)

    def _insert(self, begin: int, end: int) -> int:
        earlier = self._earlier or ()
        ranges = [*zip(earlier[::2], earlier[1::2], strict=True), (self._start, self._end)]
        first = bisect_right(ranges, begin - 1, key=_end_of)
        last = bisect_right(ranges, end, key=_start_of)
        seen = sum(min(end, e) - max(begin, s) for s, e in ranges[first:last])
        merged = [*ranges[first:last], (begin, end)]
        ranges[first:last] = [(min(s for s, _ in merged), max(e for _, e in merged))]
        if len(ranges) > _MAX_RANGES:
            ranges[:2] = [(ranges[0][0], ranges[1][1])]
        self._start, self._end = ranges.pop()
        self._earlier = array("q", itertools.chain(*ranges)) if ranges else None
        self.wire_end = self._end % _MODULUS
        new: int = end - begin - seen
        return new


def _start_of(entry: tuple[int, int]) -> int:
    return entry[0]


def _end_of(entry: tuple[int, int]) -> int:
    return entry[1]
