"""Segments one by one, for the few of a block that somebody has to look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from shadow_scan.collectors.packets.conversations.grouping import Groups
from shadow_scan.collectors.packets.conversations.spans import data_sequence
from shadow_scan.collectors.packets.files.blocks import PacketBlock
from shadow_scan.collectors.packets.layers.columns import Integers
from shadow_scan.collectors.packets.layers.transport import Segments

_FEW = 6
"""Names stand at the begin: most conversations are never asked for more of a block."""


Row = list[int]
"""A segment: its packet's number, time, offsets where the payload begins and ends, length on the
wire, its sequence number, flags, and 1 if the second endpoint sent it."""
Head = tuple[Row, int]
"""A group's first segment and the time of its last one."""


@dataclass(slots=True)
class Rows:
    data: memoryview
    _block: PacketBlock
    _segments: Segments
    _groups: Groups
    _firsts: list[Row]
    """The first few of each group, in the order of the capture."""
    _bounds: list[int]

    def of(self, group: int) -> Iterator[Row]:
        yield from self._firsts[self._bounds[group] : self._bounds[group + 1]]
        begin, end = self._groups.begins[group : group + 2].tolist()
        if end - begin > _FEW:
            rest = self._groups.order[begin + _FEW : end]
            yield from _rows(self._block, self._segments, self._groups, rest)

    def heads(self) -> Sequence[Head]:
        last = self._groups.order[self._groups.begins[1:] - 1]
        times = self._block.times[self._segments.place[last]].tolist()
        firsts = [self._firsts[at] for at in self._bounds[:-1]]
        return list(zip(firsts, times, strict=True))


def rows_of(block: PacketBlock, segments: Segments, groups: Groups) -> Rows:
    begins = groups.begins[:-1]
    few = np.minimum(groups.begins[1:] - begins, _FEW)
    bounds = np.concatenate([np.zeros(1, np.int64), np.cumsum(few)])
    places = np.repeat(begins - bounds[:-1], few) + np.arange(bounds[-1])
    firsts = _rows(block, segments, groups, groups.order[places])
    return Rows(memoryview(block.data), block, segments, groups, firsts, bounds.tolist())


def _rows(block: PacketBlock, segments: Segments, groups: Groups, chosen: Integers) -> list[Row]:
    part = segments.chosen(chosen)
    columns = (
        *(part.place + block.first_number, block.times[part.place], part.payload),
        *(part.payload_end, part.length, data_sequence(part), part.flags),
        groups.backward[chosen].astype(np.int64),
    )
    rows: list[Row] = np.column_stack(columns).tolist()
    return rows
