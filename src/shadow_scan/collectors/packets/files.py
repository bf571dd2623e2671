"""A capture as blocks of packets, whatever its file format; damage ends it and is said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from shadow_scan.collectors.packets.blocks import PacketBlock
from shadow_scan.collectors.packets.columns import PADDING
from shadow_scan.collectors.packets.pcap import FILE_HEADER, PcapIndex, is_pcap
from shadow_scan.collectors.packets.pcapng import MAX_BLOCK, PcapngIndex, is_pcapng
from shadow_scan.collectors.unwrap import ByteSource

BLOCK_BYTES = 4 << 20


def is_capture(head: bytes) -> bool:
    return is_pcap(head) or is_pcapng(head)


@dataclass(slots=True)
class CaptureFile:
    """Reads a source from its begin; `damage` is set once reading has ended."""

    source: ByteSource
    damage: str | None = None
    packets: int = 0

    def blocks(self) -> Iterator[PacketBlock]:
        head = self.source.peek(FILE_HEADER)
        if is_pcapng(head):
            index: PcapIndex | PcapngIndex = PcapngIndex()
        elif is_pcap(head) and len(head) == FILE_HEADER:
            index = PcapIndex.opened(self.source.read(FILE_HEADER))
        else:
            self.damage = "the capture ends within its header"
            return
        yield from self._indexed(index)

    def _indexed(self, index: PcapIndex | PcapngIndex) -> Iterator[PacketBlock]:
        carry = b""
        while chunk := self.source.read(BLOCK_BYTES):
            data = b"".join((carry, chunk, PADDING))
            size, begin = len(carry) + len(chunk), 0
            while index.damage is None:
                block, end = index.packets(data, begin, size)
                self.packets = index.numbered
                if block.count:
                    yield block
                if end == begin:
                    break
                begin = end
            if index.damage is not None:
                self.damage = index.damage
                return
            carry = data[begin:size]
            if len(carry) > MAX_BLOCK:
                self.damage = "a block without an end"
                return
        if carry:
            self.damage = f"the capture is cut in mid-packet, behind packet {self.packets:,}"
        self.damage = self.source.damage or self.damage
