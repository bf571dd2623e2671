"""A capture as events: blocks of packets in, tables of events out.

Whole blocks go through numpy; Python sees one object a conversation, and single packets only while
a name may still come out of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from shadow_scan.collectors.packets.conversations.following import Following, fragment_keys
from shadow_scan.collectors.packets.conversations.grouping import keys_of
from shadow_scan.collectors.packets.events import OUT_OF_RANGE, EventRows
from shadow_scan.collectors.packets.files.blocks import PacketBlock
from shadow_scan.collectors.packets.layers.columns import ByteColumns, Integers
from shadow_scan.collectors.packets.layers.endpoints import ends_of
from shadow_scan.collectors.packets.layers.links import is_known, network_starts
from shadow_scan.collectors.packets.layers.network import UDP, Packets, read_network
from shadow_scan.collectors.packets.layers.transport import Segments, read_transport
from shadow_scan.collectors.packets.names.answers import KnownAddresses
from shadow_scan.collectors.packets.names.dns import PORT as DNS_PORT
from shadow_scan.collectors.packets.names.lookups import Lookups

NO_IP = "a frame without IP"
UNKNOWN_LINK = "a link type that is not known here"
OTHER = "another protocol than TCP and UDP"
MALFORMED = "a header that cannot be"
FRAGMENT = "a fragment of a packet whose begin was not seen"
_KEPT_NUMBERS = 5
_LEAST_ROWS = 4_096


@dataclass(slots=True)
class PacketBatch:
    """What one block of packets gave. Reasons count packets."""

    events: pa.Table | None
    packets: int
    skipped: dict[str, int]
    rejected: dict[str, tuple[int, list[int]]]
    """Reason -> (packets, numbers of the first few)."""


@dataclass(slots=True)
class PacketDecoder:
    """Holds what goes from one block to the next. `finish` gives what is still open."""

    unknown_links: set[int] = field(default_factory=set)
    _known: KnownAddresses = field(default_factory=KnownAddresses)
    _rows: EventRows = field(default_factory=EventRows)
    _lookups: Lookups = field(init=False)
    _following: Following = field(init=False)

    def __post_init__(self) -> None:
        self._lookups = Lookups(self._known, self._rows)
        self._following = Following(self._known, self._rows, self._lookups)

    def decode(self, block: PacketBlock) -> PacketBatch:
        skipped: dict[str, int] = {}
        read, ends = ByteColumns(block.data), block.starts + block.captured
        located = network_starts(read, block.links, block.starts, ends)
        self._note_links(block.links, skipped)
        wire_ends = block.starts + np.maximum(block.original, block.captured)
        network = read_network(read, located, ends, wire_ends)
        transport = read_transport(read, network.packets)
        _count(skipped, NO_IP, network.without_ip - skipped.get(UNKNOWN_LINK, 0))
        _count(skipped, OTHER, transport.other)
        segments = transport.segments
        dns = (segments.source_port == DNS_PORT) | (segments.destination_port == DNS_PORT)
        dns &= segments.protocol == UDP
        if dns.any():
            self._look_up(block, np.flatnonzero(dns), segments)
            segments = segments.chosen(~dns)
        self._following.follow(block, segments)
        _count(skipped, FRAGMENT, self._fragments(transport.fragments))
        wrong = np.concatenate([network.malformed, transport.malformed])
        return self._batch(block.count, skipped, np.sort(wrong) + block.first_number, _LEAST_ROWS)

    def finish(self) -> Iterator[PacketBatch]:
        """What is still open, in parts; the last one is whatever remains."""
        nothing = np.zeros(0, np.int64)
        for _ in self._following.finish():
            yield self._batch(0, {}, nothing, _LEAST_ROWS)
        yield self._batch(0, {}, nothing, 0)

    def _note_links(self, links: Integers, skipped: dict[str, int]) -> None:
        if (links == links[0]).all() and is_known(int(links[0])):
            return
        for link in np.unique(links).tolist():
            if not is_known(link):
                self.unknown_links.add(link)
                _count(skipped, UNKNOWN_LINK, int((links == link).sum()))

    def _look_up(self, block: PacketBlock, chosen: Integers, segments: Segments) -> None:
        part = segments.chosen(chosen)
        data = memoryview(block.data)
        rows = zip(
            (part.place + block.first_number).tolist(),
            block.times[part.place].tolist(),
            keys_of(part, turned=np.zeros(len(chosen), bool)),
            part.payload.tolist(),
            part.payload_end.tolist(),
            strict=True,
        )
        for number, time, key, begin, end in rows:
            self._lookups.datagram(number, time, ends_of(key), bytes(data[begin:end]))

    def _fragments(self, fragments: Packets) -> int:
        """Fragments count for the conversation of their packet's begin; how many have none."""
        if not len(fragments.place):
            return 0
        rows = zip(
            *(column.tolist() for column in fragment_keys(fragments)),
            (fragments.wire_end - fragments.at).tolist(),
            strict=True,
        )
        return sum(not self._following.add_fragment(row[:-1], row[-1]) for row in rows)

    def _batch(
        self, packets: int, skipped: dict[str, int], wrong: Integers, least: int
    ) -> PacketBatch:
        for reasons in (self._following.skipped, self._lookups.unread):
            for reason, count in reasons.items():
                _count(skipped, reason, count)
            reasons.clear()
        rejected = {}
        for reason, numbers in ((MALFORMED, wrong.tolist()), (OUT_OF_RANGE, self._rows.rejected)):
            if numbers:
                rejected[reason] = (len(numbers), numbers[:_KEPT_NUMBERS])
        self._rows.rejected = []
        return PacketBatch(self._rows.table(least), packets, skipped, rejected)


def _count(counts: dict[str, int], reason: str, number: int) -> None:
    if number:
        counts[reason] = counts.get(reason, 0) + number
