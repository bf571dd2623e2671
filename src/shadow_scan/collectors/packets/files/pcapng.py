"""The newer capture file: blocks of many kinds, of which those with packets are read.

https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-02.html
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from shadow_scan.collectors.packets.files.blocks import MAX_PACKETS, PacketBlock
from shadow_scan.collectors.packets.layers.columns import ByteColumns, Integers

MAGIC = b"\x0a\x0d\x0d\x0a"
_ORDERS = {b"\x1a\x2b\x3c\x4d": ">", b"\x4d\x3c\x2b\x1a": "<"}
_SECTION, _INTERFACE, _OLD_PACKET, _SIMPLE, _ENHANCED = 0x0A0D0D0A, 1, 2, 3, 6
_RESOLUTION, _OFFSET = 9, 14
MAX_BLOCK = 16 << 20
_MAX_INTERFACES = 4_096
_MAX_TURNS = 100
_MAX_SHIFT = 1 << 40


def is_pcapng(head: bytes) -> bool:
    return head[:4] == MAGIC and head[8:12] in _ORDERS


@dataclass(frozen=True, slots=True)
class Interface:
    link: int
    snap_length: int
    units: int
    """Time stamps count so many in a second."""
    offset_seconds: int


@dataclass(slots=True)
class _Found:
    """Offsets of blocks with packets, by kind; `sections` says under which interfaces they are."""

    enhanced: list[int] = field(default_factory=list)
    old: list[int] = field(default_factory=list)
    simple: list[int] = field(default_factory=list)
    sections: list[tuple[int, int]] = field(default_factory=list)
    """(offset where a section begins, its first interface in the table)."""


@dataclass(slots=True)
class PcapngIndex:
    """Finds the packets of one file, block by block; sections may change byte order."""

    order: str = "<"
    interfaces: list[Interface] = field(default_factory=list)
    """Of the section that is being read; within one call also of those before."""
    numbered: int = 0
    damage: str | None = None
    _last_time: int = 0
    _turns: int = 0

    def packets(self, data: bytearray, begin: int, size: int) -> tuple[PacketBlock, int]:
        """The first packets between two offsets of a padded block, up to the next change of byte
        order at most; and the offset behind what was read."""
        found = _Found(sections=[(begin, 0)])
        end = self._walk(data, begin, size, found)
        block = self._block(data, found)
        self.interfaces = self.interfaces[found.sections[-1][1] :]
        return block, end

    def _walk(self, data: bytearray, at: int, size: int, found: _Found) -> int:
        header = struct.Struct(f"{self.order}II").unpack_from
        lists = {_ENHANCED: found.enhanced, _OLD_PACKET: found.old, _SIMPLE: found.simple}
        for _ in range(MAX_PACKETS):
            if at + 12 > size:
                break
            if data[at : at + 4] == MAGIC:
                if self._turns_order(data, at, found):
                    if found.enhanced or found.old or found.simple:
                        break
                    self._turn(data, at)
                    header = struct.Struct(f"{self.order}II").unpack_from
                if self.damage:
                    break
            kind, length = header(data, at)
            if not self._is_sound(length, at, size, data) or at + length > size:
                break
            if kind in lists:
                lists[kind].append(at)
            elif kind == _SECTION:
                found.sections.append((at, len(self.interfaces)))
            elif kind == _INTERFACE:
                self._add_interface(bytes(data[at + 8 : at + length - 4]), found)
            at += length
        return at

    def _turns_order(self, data: bytearray, at: int, found: _Found) -> bool:
        order = _ORDERS.get(bytes(data[at + 8 : at + 12]))
        if order is None:
            self.damage = "a section without a byte order; the rest is lost"
        return order != self.order

    def _turn(self, data: bytearray, at: int) -> None:
        self.order = _ORDERS.get(bytes(data[at + 8 : at + 12]), self.order)
        self._turns += 1
        if self._turns > _MAX_TURNS:
            self.damage = "sections change their byte order too often; the rest is lost"

    def _is_sound(self, length: int, at: int, size: int, data: bytearray) -> bool:
        sound = length >= 12 and length % 4 == 0 and length <= MAX_BLOCK
        if sound and at + length <= size:
            sound = struct.unpack_from(f"{self.order}I", data, at + length - 4)[0] == length
        if not sound:
            where = f"behind packet {self.numbered + 1:,} or before"
            self.damage = f"a block of {length:,} bytes {where} is damaged; the rest is lost"
        return sound

    def _add_interface(self, body: bytes, found: _Found) -> None:
        if len(body) < 8 or len(self.interfaces) - found.sections[-1][1] >= _MAX_INTERFACES:
            return
        link, _, snap_length = struct.unpack_from(f"{self.order}HHI", body)
        units, offset = 1_000_000, 0
        for code, value in self._options(body[8:]):
            if code == _RESOLUTION and value:
                power = value[0] & 0x7F
                units = 2 ** min(power, 62) if value[0] & 0x80 else 10 ** min(power, 18)
            elif code == _OFFSET and len(value) == 8:
                (offset,) = struct.unpack(f"{self.order}q", value)
        limited = max(-_MAX_SHIFT, min(offset, _MAX_SHIFT))
        self.interfaces.append(Interface(link, snap_length, units, limited))

    def _options(self, body: bytes) -> Sequence[tuple[int, bytes]]:
        found, at = [], 0
        while at + 4 <= len(body):
            code, length = struct.unpack_from(f"{self.order}HH", body, at)
            if code == 0:
                break
            found.append((code, body[at + 4 : at + 4 + length]))
            at += 4 + length + -length % 4
        return found

    def _block(self, data: bytearray, found: _Found) -> PacketBlock:
        read = ByteColumns(data)
        parts = [self._stamped(read, found, 4), self._stamped(read, found, 2)]
        if found.simple:
            parts.append(self._simple(read, found))
        starts, captured, original, times, links, limits = (
            np.concatenate([part[at] for part in parts]) for at in range(6)
        )
        captured = np.clip(captured, 0, limits)
        if found.old or found.simple:
            order = np.argsort(starts, kind="stable")
            columns = (starts, captured, original, times, links)
            starts, captured, original, times, links = (column[order] for column in columns)
        first = self.numbered + 1
        self.numbered += len(starts)
        if len(times):
            self._last_time = int(times[-1])
        return PacketBlock(data, first, starts, captured, original, times, links)

    def _stamped(self, read: ByteColumns, found: _Found, width: int) -> tuple[Integers, ...]:
        """Enhanced packet blocks; the obsolete ones have a narrower interface number."""
        order = self.order
        offsets = np.array(found.enhanced if width == 4 else found.old, np.int64)
        _, length, interface, high, low, captured, original = read.fields(offsets, f"{order}u4", 7)
        if width == 2:
            (interface,) = read.fields(offsets + 8, f"{order}u2", 1)
        links, units, shifts, _ = self._described(interface, offsets, found)
        ticks = (high.astype(np.uint64) << np.uint64(32)) | low.astype(np.uint64)
        times = _microseconds(ticks, units) + shifts * 1_000_000
        room = np.maximum(length - 32, 0)
        return offsets + 28, captured, original, times, links, room

    def _simple(self, read: ByteColumns, found: _Found) -> tuple[Integers, ...]:
        """No time and no interface of their own: the first interface's, the time before."""
        offsets = np.array(found.simple, np.int64)
        _, length, original = read.fields(offsets, f"{self.order}u4", 3)
        links, _, _, snap = self._described(np.zeros(len(offsets), np.int64), offsets, found)
        captured = np.where(snap > 0, np.minimum(original, snap), original)
        times = np.full(len(offsets), self._last_time, np.int64)
        room = np.maximum(length - 16, 0)
        return offsets + 12, captured, original, times, links, room

    def _described(
        self, interfaces: Integers, offsets: Integers, found: _Found
    ) -> tuple[Integers, Integers, Integers, Integers]:
        """Link type, ticks a second, offset and snap length; no such interface: link -1."""
        begins, bases = np.array(found.sections, np.int64).T
        section = np.searchsorted(begins, offsets, "right") - 1
        ends = np.append(bases[1:], len(self.interfaces))[section]
        known = [*self.interfaces, Interface(-1, 0, 1_000_000, 0)]
        chosen = np.minimum(bases[section] + interfaces, len(known) - 1)
        chosen = np.where(chosen < ends, chosen, len(known) - 1)
        columns = [(i.link, i.units, i.offset_seconds, i.snap_length) for i in known]
        table = np.array(columns, np.int64)[chosen]
        return table[:, 0], table[:, 1], table[:, 2], table[:, 3]


def _microseconds(ticks: np.ndarray, units: Integers) -> Integers:
    if (units == 1_000_000).all():
        plain: Integers = np.minimum(ticks, 1 << 62).astype(np.int64)
        return plain
    scale = units.astype(np.uint64)
    seconds, rest = ticks // scale, (ticks % scale).astype(np.float64)
    fraction = (rest * 1_000_000 / scale).astype(np.int64)
    exact = units == 1_000_000
    fraction[exact] = (ticks % scale)[exact].astype(np.int64)
    return np.minimum(seconds, 1 << 40).astype(np.int64) * 1_000_000 + fraction
