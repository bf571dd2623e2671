"""Captures into facts: each one whole, known again by its digest.

Packets are counted as lines; reasons count packets too. A capture that has grown since is read
again from its begin, in place of what was read before: names stand at the begin of connections.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from shadow_scan.arrow import give_back, give_back_code
from shadow_scan.collectors.lines.unwrap import ByteSource
from shadow_scan.collectors.packets.files.capture_file import format_of
from shadow_scan.collectors.packets.formats import CAPTURES
from shadow_scan.ingest import copies
from shadow_scan.ingest.inputs import Input
from shadow_scan.ingest.intake import Intake
from shadow_scan.ingest.reports import SourceReport, reported
from shadow_scan.store.sources import HEAD_BYTES, Beginning, Source, snapshot
from shadow_scan.vocabulary import PacketReader

if TYPE_CHECKING:
    # Most scans read text only, and need not load what opens packets.
    from shadow_scan.collectors.packets.capture import Capture
    from shadow_scan.collectors.packets.choice import Chosen
    from shadow_scan.collectors.packets.files.digest import CaptureDigest
    from shadow_scan.collectors.packets.reader import PacketBatch
    from shadow_scan.collectors.packets.tshark.dissected import DissectedCapture


@dataclass(frozen=True, slots=True)
class KnownCapture:
    """What was read before of the same content. `complete`: there is nothing new in it. `doubled`:
    other sources whose packets this one holds, too."""

    source: Source
    complete: bool
    doubled: tuple[Source, ...]


def beginnings(head: bytes) -> list[Beginning]:
    """Where the packets of a head end, and the digests there."""
    from shadow_scan.collectors.packets.files.capture_file import CaptureFile
    from shadow_scan.collectors.packets.files.digest import CaptureDigest

    file, fresh = CaptureFile(io.BytesIO(head).readinto, len(head)), CaptureDigest()
    ends = [int(end) for block in file.blocks() for end in block.starts + block.captured]
    return [
        Beginning(number, end, fresh.value_within(head[:end])) for number, end in enumerate(ends, 1)
    ]


def known_before(stream: ByteSource, begun_alike: Sequence[Source]) -> KnownCapture | None:
    """Compare content with captures that begin alike, at the lengths where digests are recorded.

    A shorter copy of a known capture is known too: the times of its first packets are the same,
    and so are the digests as far as it reaches.
    """
    from shadow_scan.collectors.packets.files.digest import BLOCK_BYTES, CaptureDigest

    alive, digest = list(begun_alike), CaptureDigest()
    while alive and (block := stream.read(BLOCK_BYTES)):
        alive = [source for source in alive if _agrees(digest, block, source)]
        digest.add(memoryview(block))
        digest.finish()
    if not alive:
        return None
    complete = [s for s in alive if s.read_bytes >= digest.length and s.status != "reading"]
    first = max(complete or alive, key=lambda source: source.read_bytes)
    within = (s for s in alive if s is not first and s.read_bytes <= digest.length)
    return KnownCapture(first, bool(complete), tuple(within))


def _agrees(digest: CaptureDigest, block: bytes, source: Source) -> bool:
    begin, end = digest.length, digest.length + len(block)
    marks = source.marks | {source.read_bytes: source.read_digest}
    within = ((mark, value) for mark, value in marks.items() if begin < mark <= end)
    return all(digest.value_within(block[: mark - begin]) == value for mark, value in within)


@dataclass(frozen=True, slots=True)
class CaptureReading:
    """Reads one capture after another into an intake, by the reader that is asked for."""

    intake: Intake
    reader: PacketReader
    progress: Callable[[int], None]

    def read(self, entry: Input, described: Source, stream: ByteSource) -> SourceReport:
        head = stream.peek(HEAD_BYTES)
        begins = beginnings(head)
        holding = self.intake.holding(head, begins)
        if holding is not None and holding.status != "reading":
            return SourceReport(entry.path, holding.format)
        alike = [s for s in self.intake.known.alike(head) if s.format in CAPTURES]
        before = known_before(stream, alike) if alike else None
        self.intake.drop(before.doubled if before is not None else ())
        if before is not None and before.complete:
            return SourceReport(entry.path, before.source.format)
        source = self._begun(described, before)
        source.format = format_of(head)
        source.kind = CAPTURES[source.format].kind
        with copies.reopened(entry.path) if alike else nullcontext(stream) as again:
            report = self._read_all(entry, source, again)
        source.marks |= {length: digest for _, length, digest in begins}
        source.marks[source.read_bytes] = source.read_digest
        self.intake.known.remember(source)
        self.intake.pending.touch(source)
        return report

    def _begun(self, described: Source, before: KnownCapture | None) -> Source:
        """A new source, or one that stands as before anything was read, under its old number."""
        if before is None:
            self.intake.enrol(described)
            return described
        old = before.source
        source = replace(described, source_id=old.source_id, format=old.format)
        self.intake.known.remember(source)
        self.intake.settle(source)
        self.intake.read_again(source, 0)
        return source

    def _read_all(self, entry: Input, source: Source, stream: ByteSource) -> SourceReport:
        from shadow_scan.collectors.packets.choice import chosen_reader

        before = snapshot(source)
        self.intake.pending.is_sparing = True
        give_back()
        give_back_code()
        chosen = chosen_reader(self.reader, stream, entry.path)
        self._read_packets(source, chosen.capture)
        report = reported(entry.path, source, before)
        report.notes += _notes(chosen)
        return report

    def _read_packets(self, source: Source, capture: Capture | DissectedCapture) -> None:
        for batch in capture.batches():
            count(source, batch)
            source.read_bytes, source.read_digest = capture.digest.length, capture.digest.value()
            if batch.events is not None:
                self.intake.keep_packets(source, batch.events.drop_columns(["ja4"]))
            self.progress(capture.source.compressed_bytes)
        source.read_bytes, source.read_digest = capture.digest.length, capture.digest.value()
        source.damage = capture.damage
        source.status = "damaged" if source.damage else "read"


def _notes(chosen: Chosen) -> list[str]:
    if chosen.note is not None:
        return [chosen.note]
    return [
        f"link type {link} is not known here: `--reader pyshark` may read it"
        for link in chosen.capture.unknown_links
    ]


def count(source: Source, batch: PacketBatch) -> None:
    source.lines += batch.packets
    for reason, packets in batch.skipped.items():
        source.count("skipped", reason, packets, [])
    for reason, (packets, numbers) in batch.rejected.items():
        source.count("rejected", reason, packets, numbers)
    if batch.events is not None and batch.events.num_rows:
        source.events += batch.events.num_rows
        times = batch.events["event_time"].to_numpy()
        first, last = (edge.astype(datetime) for edge in (times.min(), times.max()))
        source.first_time = min(filter(None, (source.first_time, first)))
        source.last_time = max(filter(None, (source.last_time, last)))
