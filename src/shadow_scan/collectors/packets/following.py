"""Segments to conversations: counted by the block, looked at one by one only for a name."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

import numpy as np

from shadow_scan.collectors.packets.answers import KnownAddresses
from shadow_scan.collectors.packets.blocks import PacketBlock
from shadow_scan.collectors.packets.columns import Integers, Words
from shadow_scan.collectors.packets.conversation import Conversation
from shadow_scan.collectors.packets.dns import PORT as DNS_PORT
from shadow_scan.collectors.packets.events import NO_DATA, EventRows, address_bytes
from shadow_scan.collectors.packets.grouping import Groups, Key, grouped
from shadow_scan.collectors.packets.lookups import Lookups
from shadow_scan.collectors.packets.network import TCP, Packets
from shadow_scan.collectors.packets.spans import Spans, data_sequence, spans_of
from shadow_scan.collectors.packets.streams import StreamPrefix
from shadow_scan.collectors.packets.table import ConversationTable
from shadow_scan.collectors.packets.transport import ACK, SYN, Segments

_MAX_FRAGMENTED = 4_096


@dataclass(slots=True)
class _Rows:
    """The columns that are looked at one by one, as lists."""

    data: memoryview
    numbers: list[int]
    times: list[int]
    payload: list[int]
    payload_end: list[int]
    length: list[int]
    sequence: list[int]
    flags: list[int]
    backward: list[bool]
    order: list[int]
    begins: list[int]


@dataclass(slots=True)
class Following:
    known: KnownAddresses
    rows: EventRows
    lookups: Lookups
    skipped: dict[str, int] = field(default_factory=dict)
    _table: ConversationTable = field(default_factory=ConversationTable)
    _fragmented: OrderedDict[tuple[int, ...], tuple[Conversation, int]] = field(
        default_factory=OrderedDict
    )

    def follow(self, block: PacketBlock, segments: Segments) -> None:
        if not len(segments.place):
            return
        groups = grouped(segments)
        spans, rows = spans_of(segments, groups), _listed(block, segments, groups)
        for group, key in enumerate(groups.keys):
            self._follow_group(group, key, spans, rows)
        if segments.more.any():
            self._note_fragmented(segments, groups)
        for ended in self._table.overflow():
            self._end(ended)

    def finish(self) -> None:
        for ended in self._table.drain():
            self._end(ended)

    def _follow_group(self, group: int, key: Key, spans: Spans, rows: _Rows) -> None:
        first = rows.order[rows.begins[group]]
        last = rows.order[rows.begins[group + 1] - 1]
        found, turned = self._table.find(key)
        if found is not None and self._table.is_stale(found, rows.times[first]):
            self._end_early(found)
            found, turned = None, False
        fresh = found is None
        if found is None:
            found = self._begin(key, rows, first)
        syns = spans.syns[group]
        if syns and not (fresh and syns == 1 and rows.flags[first] & (SYN | ACK) == SYN):
            found = self._follow_handshakes(found, turned, group, rows)
        else:
            self._add(found, turned, group, spans)
            found.last_time = max(found.last_time, rows.times[last])
            if found.hunting:
                self._hunt(found, turned, group, rows)
        self._table.keep(found)

    def _begin(self, key: Key, rows: _Rows, at: int) -> Conversation:
        time, flags = rows.times[at], rows.flags[at]
        begun = Conversation(key, rows.numbers[at], time)
        if flags & SYN:
            begun.client_is(0 if not flags & ACK else 1)
            if not flags & ACK:
                begun.opened(0, rows.sequence[at])
        version = key[0] & 15
        ends = address_bytes(version, *key[1:3]), address_bytes(version, *key[4:6])
        begun.told = self.known.names_between(*ends, time)
        begun.asks = key[0] >> 4 == TCP and DNS_PORT in (key[3], key[6])
        return begun

    def _add(self, found: Conversation, turned: bool, group: int, spans: Spans) -> None:
        for side in (0, 1):
            at, direction = 2 * group + side, side ^ turned
            volume = spans.volume[at]
            found.packets[direction] += spans.packets[at]
            if not volume:
                continue
            if found.is_tcp:
                for sequence, length in spans.runs[spans.begins[at] : spans.begins[at + 1]]:
                    found.count(direction, sequence, length)
            else:
                found.volume[direction] += volume

    def _follow_handshakes(
        self, found: Conversation, turned: bool, group: int, rows: _Rows
    ) -> Conversation:
        """Segment by segment, where ports may have been used again for another connection."""
        for at in rows.order[rows.begins[group] : rows.begins[group + 1]]:
            direction = int(rows.backward[at] ^ turned)
            if rows.flags[at] & (SYN | ACK) == SYN and not found.opens(
                direction, rows.sequence[at]
            ):
                self._end_early(found)
                key = found.key
                if direction:
                    key = (key[0], *key[4:7], *key[1:4])
                turned, direction = bool(rows.backward[at]), 0
                found = self._begin(key, rows, at)
            found.packets[direction] += 1
            found.last_time = max(found.last_time, rows.times[at])
            if rows.length[at]:
                found.count(direction, rows.sequence[at], rows.length[at])
                self._look(found, direction, at, rows)
        return found

    def _hunt(self, found: Conversation, turned: bool, group: int, rows: _Rows) -> None:
        for at in rows.order[rows.begins[group] : rows.begins[group + 1]]:
            if rows.length[at]:
                self._look(found, rows.backward[at] ^ turned, at, rows)
                if not found.hunting:
                    return

    def _look(self, found: Conversation, direction: int, at: int, rows: _Rows) -> None:
        if not found.hunting:
            return
        begin, end = rows.payload[at], rows.payload_end[at]
        payload, cut = bytes(rows.data[begin:end]), end - begin < rows.length[at]
        if found.asks:
            prefix = found.in_order(direction, rows.sequence[at], payload, cut=cut)
            if prefix is not None:
                self._ask(found, direction, at, prefix, rows)
        elif found.is_tcp:
            found.look_at_segment(
                direction, rows.sequence[at], payload, cut=cut, number=rows.numbers[at]
            )
        else:
            found.look_at_datagram(direction, payload, rows.numbers[at])

    def _ask(
        self, found: Conversation, direction: int, at: int, prefix: StreamPrefix, rows: _Rows
    ) -> None:
        version = found.key[0] & 15
        first = address_bytes(version, *found.key[1:3]), found.key[3]
        second = address_bytes(version, *found.key[4:6]), found.key[6]
        ends = (*second, *first) if direction else (*first, *second)
        self.lookups.stream(rows.numbers[at], rows.times[at], ends, prefix)

    def _end_early(self, ended: Conversation) -> None:
        self._table.remove(ended)
        self._end(ended)

    def _end(self, ended: Conversation) -> None:
        if not ended.asks and not self.rows.conversation(ended, self.known):
            packets = sum(ended.packets)
            self.skipped[NO_DATA] = self.skipped.get(NO_DATA, 0) + packets

    def _note_fragmented(self, segments: Segments, groups: Groups) -> None:
        places = np.flatnonzero(segments.more)
        part = segments.chosen(places)
        keys = zip(*(column.tolist() for column in fragment_keys(part)), strict=True)
        for at, key in zip(places.tolist(), keys, strict=True):
            found, turned = self._table.find(groups.keys[int(groups.of[at])])
            if found is not None:
                self._fragmented[key] = found, bool(groups.backward[at]) ^ turned
                if len(self._fragmented) > _MAX_FRAGMENTED:
                    self._fragmented.popitem(last=False)

    def add_fragment(self, key: tuple[int, ...], length: int) -> bool:
        """Count a fragment behind the first for its conversation; False when that is not known."""
        found = self._fragmented.get(key)
        if found is None:
            return False
        conversation, direction = found
        conversation.packets[direction] += 1
        conversation.volume[direction] += length
        return True


def fragment_keys(packets: Packets | Segments) -> tuple[Integers | Words, ...]:
    """What fragments of one packet have in common."""
    return (
        *(packets.source_high, packets.source_low, packets.destination_high),
        *(packets.destination_low, packets.protocol, packets.identity),
    )


def _listed(block: PacketBlock, segments: Segments, groups: Groups) -> _Rows:
    return _Rows(
        data=memoryview(block.data),
        numbers=(segments.place + block.first_number).tolist(),
        times=block.times[segments.place].tolist(),
        payload=segments.payload.tolist(),
        payload_end=segments.payload_end.tolist(),
        length=segments.length.tolist(),
        sequence=data_sequence(segments).tolist(),
        flags=segments.flags.tolist(),
        backward=groups.backward.tolist(),
        order=groups.order.tolist(),
        begins=groups.begins.tolist(),
    )
