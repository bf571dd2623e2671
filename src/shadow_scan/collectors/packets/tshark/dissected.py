"""Events out of a dissector's packets, in the shape that our own reader gives them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from shadow_scan.collectors.lines.unwrap import ByteSource
from shadow_scan.collectors.packets.files.capture_file import CaptureFile
from shadow_scan.collectors.packets.files.digest import CaptureDigest
from shadow_scan.collectors.packets.reader import PacketBatch
from shadow_scan.collectors.packets.tshark.dissector import Dissector, of_file
from shadow_scan.collectors.packets.tshark.observed import ObservedConversations

NOT_READ = "a packet without TCP or UDP over IP"
_BATCH_PACKETS = 20_000


@dataclass(slots=True)
class Gathering:
    """Counts what comes from a dissector and makes batches of it."""

    dissector: Dissector
    conversations: ObservedConversations = field(default_factory=ObservedConversations)
    _counted: int = 0
    _used: int = 0

    def batch(self, *, least: int = 0) -> PacketBatch:
        """What was seen since the last batch."""
        packets = self.dissector.packets - self._counted
        self._counted += packets
        skipped = {NOT_READ: packets - self._used} if packets > self._used else {}
        self._used = max(self._used - packets, 0)
        for reasons in (self.conversations.skipped, self.conversations.lookups.unread):
            for reason, count in reasons.items():
                skipped[reason] = skipped.get(reason, 0) + count
            reasons.clear()
        return PacketBatch(self.conversations.rows.table(least), packets, skipped, {})

    def every_packet(self, *, every: float | None = None) -> Iterator[None]:
        """One step a packet; with `every` seconds, also one whenever none came for so long."""
        for seen in self.dissector.observed(every=every):
            if seen is not None:
                self.conversations.add(seen)
                self._used += 1
            yield


@dataclass(slots=True)
class DissectedCapture:
    """A capture file read by pyshark; stands in for `capture.Capture`."""

    source: ByteSource
    path: str
    digest: CaptureDigest = field(default_factory=CaptureDigest)
    damage: str | None = None
    unknown_links: list[int] = field(default_factory=list)

    def batches(self) -> Iterator[PacketBatch]:
        # tshark may be gone before it can say that the capture is cut: we look ourselves.
        file = CaptureFile(self._fill)
        for _ in file.blocks():
            continue
        self.digest.finish()
        gathering = Gathering(of_file(self.path))
        for number, _ in enumerate(gathering.every_packet(), start=1):
            if not number % _BATCH_PACKETS:
                yield gathering.batch(least=1)
        gathering.conversations.end()
        yield gathering.batch()
        self.damage = self.source.damage or file.damage or gathering.dissector.damage

    def _fill(self, target: memoryview) -> int:
        count = self.source.readinto(target)
        self.digest.add(target[:count])
        return count
