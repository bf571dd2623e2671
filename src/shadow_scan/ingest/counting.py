"""How the lines of a block are counted for their source."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shadow_scan.collectors.format import Header
from shadow_scan.collectors.lines.blocks import LineBlock
from shadow_scan.collectors.parsed import ParsedBlock
from shadow_scan.store.sources import Source

_CLOCK_JUMP = 3_600_000_000
"""An hour, in microseconds: less is the disorder of any log that many workers write."""


def take(source: Source, block: LineBlock, parsed: ParsedBlock, header: Header) -> None:
    """A block in all that is known of its source; `header` is what holds behind it."""
    mark_begin(source, block, parsed.events)
    count_block(source, block, parsed)
    if not block.terminated:
        remember_tail(source, parsed)
        source.marks[block.end_offset] = block.digest
        return
    source.read_bytes, source.read_digest = block.end_offset, block.digest
    if block.milestone is not None:
        source.milestone_bytes = block.milestone.offset
        source.milestone_digest = block.milestone.value
    source.header = header
    if source.events:
        source.marks[block.end_offset] = block.digest


def count_block(source: Source, block: LineBlock, parsed: ParsedBlock) -> None:
    """Every line of a block in the source's counts, and the span of time that they make."""
    events = parsed.events
    source.lines += block.count
    source.events += events.num_rows
    source.mended += block.mended
    for reason, lines in parsed.skipped.items():
        source.count("skipped", reason, lines, [])
    for number, reason in sorted(parsed.rejected):
        source.count("rejected", reason, 1, [number])
    if events.num_rows:
        span = pc.min_max(events["event_time"]).as_py()
        source.first_time = min(filter(None, (source.first_time, span["min"])))
        source.last_time = max(filter(None, (source.last_time, span["max"])))
        _count_clock_jumps(source, events)


def _count_clock_jumps(source: Source, events: pa.Table) -> None:
    """A record is written after it began, so none ends long before the one above it began."""
    lines = events["line_number"].to_numpy()
    begins = events["event_time"].cast(pa.int64()).to_numpy()
    ends = begins + pc.fill_null(events["duration_ms"], 0).to_numpy() * 1_000
    if (lines[1:] < lines[:-1]).any():  # Those of one spelling stand behind those of another.
        order = np.argsort(lines)
        lines, begins, ends = lines[order], begins[order], ends[order]
    late = np.flatnonzero(ends[1:] < begins[:-1] - _CLOCK_JUMP)
    if late.size:
        source.clock_jumps += int(late.size)
        if source.first_jump is None:
            source.first_jump = int(lines[late[0] + 1])


def mark_begin(source: Source, block: LineBlock, events: pa.Table) -> None:
    """Marks at the first line ends of a source, from its first event on: what ends before it says
    nothing of its own. To be called before the block is counted."""
    if not source.begins or not events.num_rows:
        return
    first = source.lines + 1 if source.events else pc.min(events["line_number"]).as_py()
    for line, length, digest in source.begins:
        if line >= first and length <= block.end_offset:
            source.marks[length] = digest


def remember_tail(source: Source, parsed: ParsedBlock) -> None:
    """What an unfinished last line was taken for: it is read again when the file has grown."""
    if parsed.events.num_rows:
        source.tail_verdict, source.tail_reason = "event", None
    elif parsed.rejected:
        source.tail_verdict, source.tail_reason = "rejected", parsed.rejected[0][1]
    else:
        source.tail_verdict, source.tail_reason = "skipped", next(iter(parsed.skipped))
