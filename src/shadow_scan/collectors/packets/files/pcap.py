"""The classic capture file: a header, then records one behind the other.

Both byte orders, micro- and nanoseconds, and the variant with longer record headers that patched
libpcaps of the nineties wrote. https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-06.html
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np

from shadow_scan.collectors.packets.files.blocks import MAX_PACKETS, PacketBlock
from shadow_scan.collectors.packets.layers.columns import ByteColumns

FILE_HEADER = 24
_MAGIC = {
    b"\xa1\xb2\xc3\xd4": (">", 1, 16),
    b"\xd4\xc3\xb2\xa1": ("<", 1, 16),
    b"\xa1\xb2\x3c\x4d": (">", 1000, 16),
    b"\x4d\x3c\xb2\xa1": ("<", 1000, 16),
    b"\xa1\xb2\xcd\x34": (">", 1, 24),
    b"\x34\xcd\xb2\xa1": ("<", 1, 24),
}
"""First bytes -> byte order, units in a microsecond, bytes of a record's header."""
_LINK_BITS = 0x0FFFFFFF
"""The upper bits of the link field say whether frames end in a checksum."""
MAX_PACKET = 1 << 20
"""No capture tool writes a longer record: a length above it is damage."""


def is_pcap(head: bytes) -> bool:
    return head[:4] in _MAGIC


@dataclass(slots=True)
class PcapIndex:
    """Finds the records of one file, block by block."""

    order: str
    units: int
    header_bytes: int
    link: int
    numbered: int = 0
    damage: str | None = None

    @classmethod
    def opened(cls, header: bytes) -> PcapIndex:
        order, units, header_bytes = _MAGIC[header[:4]]
        (link,) = struct.unpack_from(f"{order}I", header, 20)
        return cls(order, units, header_bytes, link & _LINK_BITS)

    def packets(self, data: bytearray, begin: int, size: int) -> tuple[PacketBlock, int]:
        """The first whole records between two offsets of a padded block, and where they end."""
        starts, end = self._starts(data, begin, size)
        at = np.array(starts, np.int64)
        seconds, fractions, captured, original = ByteColumns(data).fields(at, f"{self.order}u4", 4)
        block = PacketBlock(
            data=data,
            first_number=self.numbered + 1,
            starts=at + self.header_bytes,
            captured=captured,
            original=original,
            times=seconds * 1_000_000 + fractions // self.units,
            links=np.full(len(at), self.link, np.int64),
        )
        self.numbered += len(at)
        return block, end

    def _starts(self, data: bytearray, begin: int, size: int) -> tuple[list[int], int]:
        length_at = struct.Struct(f"{self.order}8xI").unpack_from
        starts: list[int] = []
        found, at, header = starts.append, begin, self.header_bytes
        last = size - header
        for _ in range(MAX_PACKETS):
            if at > last:
                break
            found(at)
            at += header + length_at(data, at)[0]
        if at > size and starts:
            length, at = at - header - starts[-1], starts.pop()
            if length > MAX_PACKET:
                number = self.numbered + len(starts) + 1
                self.damage = f"packet {number:,} claims {length:,} bytes; the rest is lost"
        return starts, at
