"""What the readers of capture files hand on: a block of bytes and where its packets are."""

from __future__ import annotations

from dataclasses import dataclass

from shadow_scan.collectors.packets.layers.columns import Integers

MAX_PACKETS = 6_144
"""In a block: columns of many small packets would take more room than the packets."""


@dataclass(frozen=True, slots=True)
class PacketBlock:
    """Packets `first_number + i`; offsets point into `data`, which ends in padding."""

    data: bytearray
    first_number: int
    """Number of the first packet in the capture, from 1, as Wireshark counts."""
    starts: Integers
    captured: Integers
    """Bytes of each packet that are there."""
    original: Integers
    """Bytes that it had on the wire."""
    times: Integers
    """Microseconds since 1970, UTC."""
    links: Integers
    """Link type of each packet (its LINKTYPE_ number)."""

    @property
    def count(self) -> int:
        return len(self.starts)
