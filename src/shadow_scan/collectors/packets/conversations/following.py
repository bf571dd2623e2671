"""Segments to conversations: counted by the block, looked at one by one only for a name."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from shadow_scan.collectors.packets.conversations.conversation import Conversation
from shadow_scan.collectors.packets.conversations.grouping import Groups, grouped
from shadow_scan.collectors.packets.conversations.spans import Spans, spans_of
from shadow_scan.collectors.packets.conversations.table import BOTH, ConversationTable
from shadow_scan.collectors.packets.events import NO_DATA, EventRows
from shadow_scan.collectors.packets.files.blocks import PacketBlock
from shadow_scan.collectors.packets.layers.columns import Integers, Words
from shadow_scan.collectors.packets.layers.endpoints import Key, ends_of, turned
from shadow_scan.collectors.packets.layers.network import Packets
from shadow_scan.collectors.packets.layers.rows import Head, Row, Rows, rows_of
from shadow_scan.collectors.packets.layers.transport import ACK, FIN, RST, SYN, Segments
from shadow_scan.collectors.packets.names.answers import KnownAddresses
from shadow_scan.collectors.packets.names.dns import PORT as DNS_PORT
from shadow_scan.collectors.packets.names.lookups import Lookups

_MAX_FRAGMENTED = 4_096
_TOGETHER = 4_096
_TIME, _LENGTH, _FLAGS, _DIRECTION = 1, 4, 6, 7
"""Places in a row."""


@dataclass(slots=True)
class Following:
    known: KnownAddresses
    rows: EventRows
    lookups: Lookups
    skipped: dict[str, int] = field(default_factory=dict)
    _table: ConversationTable = field(default_factory=ConversationTable)
    _fragmented: OrderedDict[tuple[int, ...], tuple[Key, int]] = field(default_factory=OrderedDict)

    def follow(self, block: PacketBlock, segments: Segments) -> None:
        if not len(segments.place):
            return
        groups = grouped(segments)
        rows = rows_of(block, segments, groups)
        heads, spans = rows.heads(), spans_of(segments, groups)
        for group, key in enumerate(groups.keys):
            self._follow_group(group, key, heads[group], spans, rows)
        if segments.more.any():
            self._note_fragmented(segments, groups)
        for ended in self._table.over(int(block.times.min())):
            self._end(ended)

    def finish(self) -> Iterator[None]:
        """End what is left, in the order of its begin, a part at a time: each makes room."""
        for count, ended in enumerate(self._table.drained(), start=1):
            self._end(ended)
            if not count % _TOGETHER:
                yield

    def _follow_group(self, group: int, key: Key, head: Head, spans: Spans, rows: Rows) -> None:
        first, last_time = head
        found = self._table.find(key)
        if found is not None and self._table.is_stale(found, first[_TIME]):
            self._end_early(found)
            found = None
        fresh = found is None
        if found is None:
            found = self._begin(key, first)
        syns = spans.syns[group]
        if syns and not (fresh and syns == 1 and first[_FLAGS] & (SYN | ACK) == SYN):
            found = self._follow_handshakes(found, rows.of(group), rows.data)
        else:
            self._add(found, group, spans)
            if last_time > found.last_time:
                found.last_time = last_time
            if found.hunting:
                self._hunt(found, rows.of(group), rows.data)
            if spans.resets[group]:
                found.closing = BOTH
        self._table.keep(found)

    def _begin(self, key: Key, first: Row) -> Conversation:
        number, time, _, _, _, sequence, flags, direction = first
        begun = Conversation(key, number, time, direction)
        if flags & SYN:
            begun.client_is(direction if not flags & ACK else 1 - direction)
            if not flags & ACK:
                begun.opened(direction, sequence)
        one, port, other, other_port = ends_of(key)
        begun.told = self.known.names_between(one, other, time)
        begun.asks = begun.is_tcp and DNS_PORT in (port, other_port)
        return begun

    def _add(self, found: Conversation, group: int, spans: Spans) -> None:
        for direction in (0, 1):
            side = 2 * group + direction
            if spans.fins[side]:
                found.closing |= 1 << direction
            found.packets[direction] += spans.packets[side]
            if not found.is_tcp:
                found.volume[direction] += spans.volume[side]
            elif spans.volume[side]:
                for sequence, length in spans.runs[spans.begins[side] : spans.begins[side + 1]]:
                    found.count(direction, sequence, length)

    def _follow_handshakes(
        self, found: Conversation, rows: Iterator[Row], data: memoryview
    ) -> Conversation:
        """Segment by segment, where ports may have been used again for another connection."""
        for row in rows:
            _, time, _, _, length, sequence, flags, direction = row
            if flags & (SYN | ACK) == SYN and not found.opens(direction, sequence):
                self._end_early(found)
                found = self._begin(found.key, row)
            found.packets[direction] += 1
            found.last_time = max(found.last_time, time)
            if flags & (FIN | RST):
                found.closing |= BOTH if flags & RST else 1 << direction
            if length:
                found.count(direction, sequence, length)
                self._look(found, direction, row, data)
        return found

    def _hunt(self, found: Conversation, rows: Iterator[Row], data: memoryview) -> None:
        for row in rows:
            if row[_LENGTH]:
                self._look(found, row[_DIRECTION], row, data)
                if not found.hunting:
                    return

    def _look(self, found: Conversation, direction: int, row: Row, data: memoryview) -> None:
        if not found.hunting or not found.heeds(direction):
            return
        number, time, begin, end, length, sequence, _, _ = row
        payload, cut = bytes(data[begin:end]), end - begin < length
        if not found.is_tcp:
            found.look_at_datagram(direction, payload, number)
        elif not found.asks:
            found.look_at_segment(direction, sequence, payload, cut=cut, number=number)
        elif prefix := found.in_order(direction, sequence, payload, cut=cut):
            ends = ends_of(found.key)
            self.lookups.stream(number, time, turned(ends) if direction else ends, prefix)
        self._table.held.looked_at(found)

    def _end_early(self, ended: Conversation) -> None:
        self._table.remove(ended)
        self._end(ended)

    def _end(self, ended: Conversation) -> None:
        self._table.held.forget(ended)
        if not ended.asks and not self.rows.conversation(ended, self.known):
            packets = sum(ended.packets)
            self.skipped[NO_DATA] = self.skipped.get(NO_DATA, 0) + packets

    def _note_fragmented(self, segments: Segments, groups: Groups) -> None:
        places = np.flatnonzero(segments.more)
        part = segments.chosen(places)
        keys = zip(*(column.tolist() for column in fragment_keys(part)), strict=True)
        for at, key in zip(places.tolist(), keys, strict=True):
            conversation = groups.keys[int(groups.of[at])]
            self._fragmented[key] = conversation, int(groups.backward[at])
            if len(self._fragmented) > _MAX_FRAGMENTED:
                self._fragmented.popitem(last=False)

    def add_fragment(self, key: tuple[int, ...], length: int) -> bool:
        """Count a fragment behind the first for its conversation; False when that is not known."""
        of, direction = self._fragmented.get(key, (b"", 0))
        found = self._table.find(of)
        if found is None:
            return False
        found.packets[direction] += 1
        found.volume[direction] += length
        self._table.keep(found)
        return True


def fragment_keys(packets: Packets | Segments) -> tuple[Integers | Words, ...]:
    """What fragments of one packet have in common."""
    return (
        *(packets.source_high, packets.source_low, packets.destination_high),
        *(packets.destination_low, packets.protocol, packets.identity),
    )
