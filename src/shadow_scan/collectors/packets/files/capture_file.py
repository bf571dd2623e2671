"""A capture as blocks of packets, whatever its file format; damage ends it and is said."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass

from shadow_scan.collectors.packets.files.blocks import PacketBlock
from shadow_scan.collectors.packets.files.pcap import FILE_HEADER, PcapIndex, is_pcap
from shadow_scan.collectors.packets.files.pcapng import (
    MAX_BLOCK,
    PcapngIndex,
    is_pcapng,
)
from shadow_scan.collectors.packets.layers.columns import PADDING

Index = PcapIndex | PcapngIndex
BLOCK_BYTES = 4 << 20


def is_capture(head: bytes) -> bool:
    return is_pcap(head) or is_pcapng(head)


def format_of(head: bytes) -> str:
    return "pcapng" if is_pcapng(head) else "pcap"


@dataclass(slots=True)
class CaptureFile:
    """Reads a file from its begin, always into the same memory: a block is good until the next one
    is asked for. `fill` puts bytes into a view and says how many (0: the end). `damage` is set once
    reading has ended."""

    fill: Callable[[memoryview], int]
    block_bytes: int = BLOCK_BYTES
    damage: str | None = None
    packets: int = 0

    def blocks(self) -> Iterator[PacketBlock]:
        index: Index | None = None
        data, begin, size = bytearray(self.block_bytes + PADDING), 0, 0
        while True:
            data, size = _moved(data, begin, size)
            got = self.fill(memoryview(data)[size : len(data) - PADDING])
            if not got:
                break
            begin, size = 0, size + got
            if index is None:
                index, begin = _opened(data, size)
            if index is None and size >= FILE_HEADER:
                self.damage = "no capture begins here"
            elif index is not None:
                begin = yield from self._packets(index, data, begin, size)
            if self.damage:
                return
            if size - begin > MAX_BLOCK:
                self.damage = "a packet without an end"
                return
        if index is None:
            self.damage = "the capture ends within its header"
        elif size:
            self.damage = f"the capture is cut in mid-packet, behind packet {self.packets:,}"

    def _packets(
        self, index: Index, data: bytearray, begin: int, size: int
    ) -> Generator[PacketBlock, None, int]:
        """Returns where the first packet begins that is not whole yet."""
        while index.damage is None:
            block, end = index.packets(data, begin, size)
            self.packets = index.numbered
            if block.count:
                yield block
            if end == begin:
                break
            begin = end
        self.damage = index.damage
        return begin


def _moved(data: bytearray, begin: int, size: int) -> tuple[bytearray, int]:
    """What is left of a block, at the begin of the memory, which grows if that is much."""
    left = data[begin:size]
    if len(left) > len(data) // 2:
        data = bytearray(2 * len(data))
    data[: len(left)] = left
    return data, len(left)


def _opened(data: bytearray, size: int) -> tuple[Index | None, int]:
    """How to find packets, and where they begin; None while the header is not whole."""
    head = bytes(data[: min(size, FILE_HEADER)])
    if len(head) == FILE_HEADER and is_pcapng(head):
        return PcapngIndex(), 0
    if len(head) == FILE_HEADER and is_pcap(head):
        return PcapIndex.opened(head), FILE_HEADER
    return None, 0
