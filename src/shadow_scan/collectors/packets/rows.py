"""Segments one by one, for the few of a block that somebody has to look at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from shadow_scan.collectors.packets.blocks import PacketBlock
from shadow_scan.collectors.packets.columns import Integers
from shadow_scan.collectors.packets.grouping import Groups
from shadow_scan.collectors.packets.spans import data_sequence
from shadow_scan.collectors.packets.transport import Segments

_FEW = 8
"""Names stand at the begin: most conversations are never asked for more of a block."""


Row = list[int]
"""A segment: its packet's number, time, offsets where the payload begins and ends, length on the
wire, its sequence number, flags, and 1 if it goes against the first segment of its group."""
Head = tuple[Row, int]
"""A group's first segment and the time of its last one."""


@dataclass(slots=True)
class Rows:
    data: memoryview
    _table: Integers
    """Rows by group, in the order of the capture."""
    _begins: list[int]

    def of(self, group: int) -> Iterator[Row]:
        begin, end = self._begins[group], self._begins[group + 1]
        yield from self._table[begin : min(begin + _FEW, end)].tolist()
        yield from self._table[begin + _FEW : end].tolist()

    def heads(self) -> list[Head]:
        begins = np.array(self._begins)
        firsts = self._table[begins[:-1]].tolist()
        times = self._table[begins[1:] - 1, 1].tolist()
        return list(zip(firsts, times, strict=True))


def rows_of(block: PacketBlock, segments: Segments, groups: Groups) -> Rows:
    place, order = segments.place, groups.order
    columns = (
        *(place + block.first_number, block.times[place], segments.payload),
        *(segments.payload_end, segments.length, data_sequence(segments), segments.flags),
        groups.backward.astype(np.int64),
    )
    table = np.column_stack([column[order] for column in columns])
    return Rows(memoryview(block.data), table, groups.begins.tolist())
