"""Has this content been read before? Answered by digests at recorded lengths, under any name.

Three answers: new; known up to a point and perhaps longer now; or a shorter copy of a known
source. One that ends between two recorded lengths is compared event by event with what is stored.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from shadow_scan.collectors.canonical import canonical
from shadow_scan.collectors.lines.blocks import LineReader
from shadow_scan.collectors.lines.prefix import Milestone
from shadow_scan.collectors.lines.unwrap import STDIN, ByteSource, open_source
from shadow_scan.errors import InputError
from shadow_scan.filenames import as_path, as_text
from shadow_scan.store.database import named_sql, scalar
from shadow_scan.store.sources import Source

if TYPE_CHECKING:
    from shadow_scan.collectors.engine import Parser


@dataclass(frozen=True, slots=True)
class Recognition:
    """`whole`: sources that the content begins with, the longest last: reading may go on behind it.
    `longer`: sources of which the content may be the begin. `spent`: the reader has passed over
    bytes, so that it is not where either begins."""

    whole: tuple[Source, ...]
    longer: tuple[Source, ...]
    spent: bool

    @property
    def grown(self) -> Source | None:
        return self.whole[-1] if self.whole else None

    def doubled_by(self, source: Source) -> list[Source]:
        """Sources whose every line stands in this one, too."""
        others = [other for other in self.whole if other is not source]
        return [s for s in others if s.has_records]


def recognised(reader: LineReader, alike: Sequence[Source]) -> Recognition:
    """Walk the recorded lengths of all sources that begin alike, as far as the content reaches."""
    alive = {source.source_id: source for source in alike}
    digests = {source.source_id: _digests(source) for source in alike}
    whole: list[Source] = []
    for length in sorted({length for recorded in digests.values() for length in recorded}):
        digest = reader.skip_to(length)
        if reader.offset < length:
            break
        for source_id, source in list(alive.items()):
            if digests[source_id].get(length, digest) != digest:
                del alive[source_id]
            elif length == source.read_bytes:
                whole.append(source)
                del alive[source_id]
        if not alive:
            break
    there = bool(whole) and reader.offset == whole[-1].read_bytes
    longer = () if there else tuple(alive.values())
    return Recognition(tuple(whole), longer, spent=bool(alike) and not there)


def _digests(source: Source) -> dict[int, str]:
    read = source.read_bytes
    marks = {length: digest for length, digest in source.marks.items() if length <= read}
    return marks | {read: source.read_digest}


def adds_nothing(path: str, source: Source, reader: LineReader) -> bool:
    """Whether another file, of which a reader stands behind all whole lines of a source, is but a
    copy: cut within its unfinished last line, or the same while the source still stands."""
    if as_text(path) == source.source_file or source.status == "reading":
        return False
    tail = source.tail_bytes
    rest = reader.source.peek(tail + 1)
    if len(rest) < tail:
        return b"\n" not in rest
    return len(rest) == tail and not source.damage and _stands_beside(path, source)


def _stands_beside(path: str, source: Source) -> bool:
    """Then it keeps its name, so that the next scan need not compare the two again."""
    try:
        status = os.stat(other := as_path(source.source_file))
        is_as_it_was = (status.st_size, status.st_mtime_ns) == (
            source.file_bytes,
            source.file_time_ns,
        )
        return is_as_it_was and not os.path.samefile(path, other)
    except OSError:
        return False


def grown_in_place(path: str, alike: Sequence[Source]) -> tuple[Source, LineReader] | None:
    """The source that a file of the same name goes on from, and a reader behind it: told by the
    head and by the last megabytes before, so that a large log is not read anew for a few lines."""
    for source in alike:
        if source.source_file != as_text(path) or source.milestone_bytes is None:
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
    none to compare, nobody can tell. A last line without line end is cut off, and no line yet."""
    lines, end = 0, 1
    for behind, found in _events(reader, parser):
        connection.register("copy", found)
        missing = scalar(connection, named_sql(__package__, "not_in_source"), [source.source_id])
        connection.unregister("copy")
        lines, end = lines + found.num_rows, behind
        if missing:
            return False
    sql = "SELECT count(*) FROM events WHERE source_id = $1 AND source_line < $2"
    return lines > 0 and scalar(connection, sql, [source.source_id, end]) == lines


def _events(reader: LineReader, parser: Parser) -> Iterator[tuple[int, pa.Table]]:
    """The events of each block of whole lines, and the number of the line behind it."""
    for block in reader.blocks():
        if not block.terminated:
            return
        events = canonical(parser.parse(block).events)
        columns = ["line_number", "event_time", "host", "bytes_down", "duration_ms"]
        yield reader.next_line, events.select(columns)


def reopened(path: str) -> ByteSource:
    if path == STDIN:
        what = "standard input begins like a log that was read before, and then differs"
        raise InputError(what, remedy="give it as a file")
    return open_source(path)
