"""A capture as blocks of packets, whatever its file format; damage ends it and is said."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass

from shadow_scan.collectors.packets.blocks import PacketBlock
from shadow_scan.collectors.packets.columns import PADDING
from shadow_scan.collectors.packets.pcap import FILE_HEADER, PcapIndex, is_pcap
from shadow_scan.collectors.packets.pcapng import MAX_BLOCK, PcapngIndex, is_pcapng

Index = PcapIndex | PcapngIndex


def is_capture(head: bytes) -> bool:
    return is_pcap(head) or is_pcapng(head)


def format_of(head: bytes) -> str:
    return "pcapng" if is_pcapng(head) else "pcap"


@dataclass(slots=True)
class CaptureFile:
    """Reads the chunks of a file from its begin; `damage` is set once reading has ended."""

    chunks: Iterator[bytes]
    damage: str | None = None
    packets: int = 0

    def blocks(self) -> Iterator[PacketBlock]:
        index: Index | None = None
        carry = b""
        for chunk in self.chunks:
            data = b"".join((carry, chunk, PADDING))
            size, begin = len(carry) + len(chunk), 0
            if index is None:
                index, begin = _opened(data, size)
            if index is not None:
                begin = yield from self._packets(index, data, begin, size)
                if self.damage:
                    return
            carry = data[begin:size]
            if len(carry) > MAX_BLOCK:
                self.damage = "a block without an end"
                return
        if index is None:
            self.damage = "the capture ends within its header"
        elif carry:
            self.damage = f"the capture is cut in mid-packet, behind packet {self.packets:,}"

    def _packets(
        self, index: Index, data: bytes, begin: int, size: int
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


def _opened(data: bytes, size: int) -> tuple[Index | None, int]:
    """How to find packets, and where they begin; None while the header is not whole."""
    if size < FILE_HEADER:
        return None, 0
    if is_pcapng(data[:FILE_HEADER]):
        return PcapngIndex(), 0
    return PcapIndex.opened(data[:FILE_HEADER]), FILE_HEADER
