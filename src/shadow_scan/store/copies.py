"""Has this content been read before? Answered by digests at recorded lengths, under any name.

Three answers: new; known up to a point and perhaps longer now; or a shorter copy of a known
source. One that ends between two recorded lengths is compared event by event with what is stored.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from shadow_scan.collectors.blocks import LineReader
from shadow_scan.collectors.canonical import canonical
from shadow_scan.collectors.prefix import Milestone
from shadow_scan.collectors.unwrap import STDIN, ByteSource, open_source
from shadow_scan.errors import InputError
from shadow_scan.store.database import named_sql, scalar
from shadow_scan.store.sources import Source, head_digest

if TYPE_CHECKING:
    from shadow_scan.collectors.engine import Parser

Marks = Mapping[int, Mapping[int, str]]
"""source_id -> recorded length -> digest there."""


@dataclass(frozen=True, slots=True)
class Recognition:
    """`grown`: reading may go on behind this source. `longer`: sources of which the content may be
    the begin. `spent`: the reader has passed over bytes, so that it is not where either begins."""

    grown: Source | None
    longer: tuple[Source, ...]
    spent: bool


def candidates(known: Sequence[Source], head: bytes) -> list[Source]:
    return [
        source
        for source in known
        if source.format is not None
        and source.head_bytes <= len(head)
        and source.head_digest == head_digest(head, source.head_bytes)
    ]


def recognised(reader: LineReader, alike: Sequence[Source], marks: Marks) -> Recognition:
    """Walk the recorded lengths of all sources that begin alike, as far as the content reaches."""
    alive = {source.source_id: source for source in alike}
    grown = next((source for source in alike if not source.read_bytes), None)
    for length in sorted({length for source in alike for length in marks[source.source_id]}):
        digest = reader.skip_to(length)
        if reader.offset < length:
            break
        for source_id, source in list(alive.items()):
            if marks[source_id].get(length, digest) != digest:
                del alive[source_id]
            elif length == source.read_bytes:
                grown = source
                del alive[source_id]
        if not alive:
            break
    if grown is not None and reader.offset == grown.read_bytes:
        return Recognition(grown, (), spent=False)
    return Recognition(grown, tuple(alive.values()), spent=bool(alike))


def grown_in_place(path: str, alike: Sequence[Source]) -> tuple[Source, LineReader] | None:
    """The source that a file of the same name goes on from, and a reader behind it: told by the
    head and by the last megabytes before, so that a large log is not read anew for a few lines."""
    for source in alike:
        if source.source_file != path or source.milestone_bytes is None:
            continue
        stream = open_source(path)
        milestone = Milestone(source.milestone_bytes, str(source.milestone_digest))
        reader = LineReader.behind(stream, milestone)
        if reader is not None and reader.skip_to(source.read_bytes) == source.read_digest:
            return source, reader
        stream.close()
    return None


def is_stored(
    connection: duckdb.DuckDBPyConnection, source: Source, reader: LineReader, parser: Parser
) -> bool:
    """Whether every event of a reader stands in a source already, at the same place; where there is
    none to compare, nobody can tell."""
    lines = 0
    for found in _events(reader, parser):
        connection.register("copy", found)
        missing = scalar(connection, named_sql(__package__, "not_in_source"), [source.source_id])
        connection.unregister("copy")
        lines += found.num_rows
        if missing:
            return False
    sql = "SELECT count(*) FROM events WHERE source_id = $1 AND source_line < $2"
    return lines > 0 and scalar(connection, sql, [source.source_id, reader.next_line]) == lines


def _events(reader: LineReader, parser: Parser) -> Iterator[pa.Table]:
    for block in reader.blocks():
        events = canonical(parser.parse(block).events)
        yield events.select(["line_number", "event_time", "host", "bytes_down", "duration_ms"])


def reopened(path: str) -> ByteSource:
    if path == STDIN:
        what = "standard input begins like a log that was read before, and then differs"
        raise InputError(what, remedy="give it as a file")
    return open_source(path)
