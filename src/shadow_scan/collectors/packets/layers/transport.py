"""TCP segments and UDP datagrams of a block, as columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shadow_scan.collectors.packets.layers.columns import (
    ByteColumns,
    Columns,
    Integers,
    Mask,
    Words,
)
from shadow_scan.collectors.packets.layers.network import TCP, UDP, Packets

FIN, SYN, RST, ACK = 1, 2, 4, 16


@dataclass(slots=True)
class Segments(Columns):
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
    tcp = packets.protocol == TCP
    known = tcp | (packets.protocol == UDP)
    first = known & (packets.fragment == 0)
    whole = first & (packets.at + np.where(tcp, 14, 8) <= packets.end)
    segments, sound = _segments(read, packets.chosen(whole))
    malformed = np.concatenate([packets.place[first & ~whole], segments.place[~sound]])
    other = len(packets.place) - int(np.count_nonzero(known))
    later = packets.chosen(known & ~first)
    return Transport(segments.chosen(sound), later, other, malformed)


def _segments(read: ByteColumns, packets: Packets) -> tuple[Segments, Mask]:
    at, tcp = packets.at, packets.protocol == TCP
    # Past a datagram's few bytes stand neighbours; those values are never used.
    fields = read.fields(at, ">u2", 7)
    header = np.where(tcp, (fields[6] >> 12) * 4, 8)
    wire_end, payload = packets.wire_end, at + header
    shorter = ~tcp & (fields[2] >= 8) & ~packets.more
    wire_end = np.where(shorter, np.minimum(wire_end, at + fields[2]), wire_end)
    sound = ((header >= 20) | ~tcp) & (payload <= wire_end)
    segments = Segments(
        *(packets.place, packets.protocol, packets.source_high, packets.source_low),
        *(packets.destination_high, packets.destination_low, packets.version),
        *(fields[0], fields[1], payload, np.minimum(packets.end, wire_end)),
        np.maximum(wire_end - payload, 0),
        (fields[2] << 16 | fields[3]) * tcp,
        (fields[6] & 0xFF) * tcp,
        *(packets.more, packets.identity),
    )
    return segments, sound
