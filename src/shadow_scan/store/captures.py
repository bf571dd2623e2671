"""Captures into facts: each one whole, known again by its digest.

Packets are counted as lines; reasons count packets too. A capture that has grown since is read
again from its begin, in place of what was read before: names stand at the begin of connections.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

import pyarrow as pa

from shadow_scan.collectors.unwrap import ByteSource
from shadow_scan.store.sources import Beginning, Source

if TYPE_CHECKING:
    # Most scans read text only, and need not load what opens packets.
    from shadow_scan.collectors.packets.choice import Chosen
    from shadow_scan.collectors.packets.digest import CaptureDigest
    from shadow_scan.collectors.packets.reader import PacketBatch

Keep = Callable[[Source, pa.Table], None]


@dataclass(frozen=True, slots=True)
class KnownCapture:
    """What was read before of the same content. `complete`: there is nothing new in it. `doubled`:
    other sources whose packets this one holds, too."""

    source: Source
    complete: bool
    doubled: tuple[Source, ...]


def beginnings(head: bytes) -> list[Beginning]:
    """Where the packets of a head end, and the digests there."""
    from shadow_scan.collectors.packets.digest import CaptureDigest
    from shadow_scan.collectors.packets.files import CaptureFile

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
    from shadow_scan.collectors.packets.digest import BLOCK_BYTES, CaptureDigest

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


def read_packets(
    source: Source, chosen: Chosen, keep: Keep, progress: Callable[[int], None]
) -> list[str]:
    """Read a capture to its end; what is to be said about it."""
    capture = chosen.capture
    for batch in capture.batches():
        count(source, batch)
        source.read_bytes, source.read_digest = capture.digest.length, capture.digest.value()
        if batch.events is not None:
            keep(source, batch.events.drop_columns(["ja4"]))
        progress(capture.source.compressed_bytes)
    source.read_bytes, source.read_digest = capture.digest.length, capture.digest.value()
    source.damage = capture.damage
    source.status = "damaged" if source.damage else "read"
    if chosen.note is not None:
        return [chosen.note]
    return [
        f"link type {link} is not known here: `--reader pyshark` may read it"
        for link in capture.unknown_links
    ]


def begun_again(before: Source, described: Source) -> Source:
    """A source as it stands before anything was read, under its old number."""
    return replace(described, source_id=before.source_id, format=before.format)


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
