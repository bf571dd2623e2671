"""TCP segments and UDP datagrams of a block, as columns."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from shadow_scan.collectors.packets.columns import ByteColumns, Integers, Mask, Words
from shadow_scan.collectors.packets.network import TCP, UDP, Packets

FIN, SYN, RST, ACK = 1, 2, 4, 16


@dataclass(slots=True)
class Segments:
    """One row a segment or datagram, in the order of the capture. The payload's bytes are
    `data[payload:payload_end]`; `length` is what it had on the wire."""

    place: Integers
    protocol: Integers
    source_high: Words
    source_low: Words
    destination_high: Words
    destination_low: Words
    version: Integers
    source_port: Integers
    destination_port: Integers
    payload: Integers
    payload_end: Integers
    length: Integers
    sequence: Integers
    flags: Integers
    more: Mask
    identity: Integers

    def chosen(self, mask: Mask | Integers) -> Segments:
        if mask.dtype == bool and mask.all():
            return self
        return Segments(*(getattr(self, column.name)[mask] for column in fields(Segments)))


@dataclass(slots=True)
class Transport:
    segments: Segments
    fragments: Packets
    """Fragments behind the first: no ports of their own."""
    other: int
    """Packets of other protocols."""
    malformed: Integers
    """Places of packets whose TCP or UDP header cannot be or is cut."""


def read_transport(read: ByteColumns, packets: Packets) -> Transport:
    tcp, udp = packets.protocol == TCP, packets.protocol == UDP
    later = (tcp | udp) & (packets.fragment > 0)
    room = np.where(tcp, 14, 8)
    whole = (tcp | udp) & ~later & (packets.at + room <= packets.end)
    wrong = (tcp | udp) & ~later & ~whole
    segments, sound = _segments(read, packets.chosen(whole))
    malformed = np.concatenate([packets.place[wrong], segments.place[~sound]])
    other = int(len(packets.place) - (tcp | udp).sum())
    return Transport(segments.chosen(sound), packets.chosen(later), other, malformed)


def _segments(read: ByteColumns, packets: Packets) -> tuple[Segments, Mask]:
    at, tcp = packets.at, packets.protocol == TCP
    # Offsets past a datagram's few bytes read neighbours; those values are never used.
    last = packets.end
    header = np.where(tcp, (read.u8(np.minimum(at + 12, last)) >> 4) * 4, 8)
    claimed = read.u16(at + 4)
    wire_end = packets.wire_end
    shorter = ~tcp & (claimed >= 8) & ~packets.more
    wire_end = np.where(shorter, np.minimum(wire_end, at + claimed), wire_end)
    payload = at + header
    sound = np.where(tcp, header >= 20, True) & (payload <= wire_end)
    segments = Segments(
        *(packets.place, packets.protocol, packets.source_high, packets.source_low),
        *(packets.destination_high, packets.destination_low, packets.version),
        *(read.u16(at), read.u16(at + 2), payload, np.minimum(packets.end, wire_end)),
        np.maximum(wire_end - payload, 0),
        np.where(tcp, read.u32(at + 4), 0),
        np.where(tcp, read.u8(np.minimum(at + 13, last)), 0),
        *(packets.more, packets.identity),
    )
    return segments, sound
