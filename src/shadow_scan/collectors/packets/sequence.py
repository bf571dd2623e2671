"""Which bytes of a TCP direction were seen: each counts once, however often it was sent."""

from __future__ import annotations

from bisect import bisect_right

_MODULUS = 1 << 32
_HALF = 1 << 31
_MAX_RANGES = 64


class SequenceRanges:
    """Ranges of the sequence space that were seen, as positions that do not wrap.

    Memory is bounded: past `_MAX_RANGES` holes the oldest one is taken as never to be filled.
    """

    __slots__ = ("_ends", "_starts", "wire_end")

    def __init__(self, sequence: int) -> None:
        self.wire_end = sequence % _MODULUS
        """Sequence number behind the highest byte so far."""
        self._starts = [self.wire_end + _MODULUS]
        self._ends = [self.wire_end + _MODULUS]

    def extend(self, length: int) -> None:
        """Bytes that follow the highest one: the usual case."""
        self._ends[-1] += length
        self.wire_end = (self.wire_end + length) % _MODULUS

    def add(self, sequence: int, length: int) -> int:
        """How many of `length` bytes from `sequence` on are new."""
        ahead = (sequence - self.wire_end) % _MODULUS
        if not ahead:
            self.extend(length)
            return length
        begin = self._ends[-1] + (ahead if ahead < _HALF else ahead - _MODULUS)
        return self._insert(begin, begin + length)

    def _insert(self, begin: int, end: int) -> int:
        starts, ends = self._starts, self._ends
        first = bisect_right(ends, begin - 1)
        last = bisect_right(starts, end)
        seen = sum(max(0, min(end, ends[at]) - max(begin, starts[at])) for at in range(first, last))
        if first < last:
            starts[first:last] = [min(begin, starts[first])]
            ends[first:last] = [max(end, ends[last - 1])]
        else:
            starts.insert(first, begin)
            ends.insert(first, end)
        if len(starts) > _MAX_RANGES:
            del starts[1], ends[0]
        self.wire_end = ends[-1] % _MODULUS
        return end - begin - seen
