"""Small logs that come next in a scan, read together before their turn.

What is foreseen is what would be read then, or is not taken: a log is known by its digest, and
everything that is decided by what was read before it is decided in its turn.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from shadow_scan.collectors import undated
from shadow_scan.collectors.connection import Engine
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.lines.blocks import LineBlock, LineReader
from shadow_scan.collectors.lines.unwrap import HEAD_BYTES, open_source
from shadow_scan.collectors.packets.files.capture_file import is_capture
from shadow_scan.collectors.parsed import ParsedBlock
from shadow_scan.collectors.together import Asked, read_together
from shadow_scan.errors import InputError
from shadow_scan.filenames import as_text
from shadow_scan.ingest import copies
from shadow_scan.ingest.inputs import Input
from shadow_scan.ingest.known import Known
from shadow_scan.ingest.options import Options
from shadow_scan.ingest.unchanged import described, is_as_described
from shadow_scan.store import sources
from shadow_scan.store.sources import Source

_MOST_FILES = 256
_MOST_BYTES, _SMALL = 8 << 20, 1 << 20
"""Of all that are read together, and of each: for more, planning is the smaller part."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A log of one block: what it says, and its parser behind it."""

    source: Source
    """As it was then: its size, its time, its head, and what its header said before the block."""
    asked: Asked
    parsed: ParsedBlock
    undated: bool | None
    """Whether its times have no year; None where nobody has looked."""

    def is_of(self, source: Source, block: LineBlock) -> bool:
        mine = self.asked.block
        return (
            (mine.digest, mine.numbers[:1].tolist()) == (block.digest, block.numbers[:1].tolist())
            and self.source.file_time_ns == source.file_time_ns
            and (self.source.format, self.source.header) == (source.format, source.header)
        )


@dataclass(slots=True)
class Ahead:
    options: Options
    engine: Engine
    _found: dict[str, Foreseen] = field(default_factory=dict)
    _until: int = 0

    def look(self, inputs: Sequence[Input], at: int, known: Known) -> None:
        """At the small ones among the inputs from a place on, if that was not looked at yet."""
        if at < self._until:
            return
        self._found.clear()
        met, room = list[tuple[Source, Asked]](), _MOST_BYTES
        for self._until in range(at + 1, min(at + _MOST_FILES, len(inputs)) + 1):
            if (found := self._block(inputs[self._until - 1].path, known)) is not None:
                source, block = found
                met.append((source, Asked(self.options.parser(source, self.engine), block)))
                room -= block.lines.nbytes
            if room <= 0:
                break
        if len(met) > 1:
            self._foresee(met)

    def declared(self, described: Source) -> Format | None:
        """The format of a log that was looked at and is as it was then."""
        found = self._found.get(described.source_file)
        is_same = found is not None and is_as_described(found.source, described)
        return found.asked.parser.format if found is not None and is_same else None

    def taken(self, source: Source, block: LineBlock) -> Foreseen | None:
        found = self._found.pop(source.source_file, None)
        return found if found is not None and found.is_of(source, block) else None

    def _foresee(self, met: Sequence[tuple[Source, Asked]]) -> None:
        parsed = read_together([asked for _, asked in met])
        read = [(*one, of) for one, of in zip(met, parsed, strict=True) if of is not None]
        told = self._are_undated([(asked, of) for _, asked, of in read])
        for (source, asked, of), is_undated in zip(read, told, strict=True):
            self._found[source.source_file] = Foreseen(source, asked, of, is_undated)

    def _are_undated(self, read: Sequence[tuple[Asked, ParsedBlock]]) -> Iterator[bool | None]:
        are_asked: list[bool] = [undated.may_be(asked.block, parsed) for asked, parsed in read]
        older = [
            undated.a_year_older(*asked)
            for (asked, _), is_asked in zip(read, are_asked, strict=True)
            if is_asked
        ]
        answers = iter(read_together(older))
        for (_, parsed), is_asked in zip(read, are_asked, strict=True):
            answer = next(answers) if is_asked else None
            is_known = answer is not None or not is_asked
            yield answer is not None and undated.differ(parsed, answer) if is_known else None

    def _block(self, path: str, known: Known) -> tuple[Source, LineBlock] | None:
        """A source as it will be read, and the lines that are new of it, if they are few and it is
        plain where they begin."""
        try:
            status = os.stat(path)
            if not stat.S_ISREG(status.st_mode):
                return None
            before = known.at(as_text(path))
            is_little = status.st_size <= _SMALL + sum(source.file_bytes or 0 for source in before)
            if not is_little or any(_is_as_it_was(source, status) for source in before):
                return None
            return _grown(path, before) if before else self._new(path)
        except (OSError, InputError):
            return None

    def _new(self, path: str) -> tuple[Source, LineBlock] | None:
        with open_source(path) as stream:
            head = stream.peek(HEAD_BYTES)
            declared = None if is_capture(head) else self.options.declared(head)
            if declared is None:
                return None
            source = described(path, stream)
            source.format = declared.name
            return _with_block(source, LineReader(stream))


def _is_as_it_was(source: Source, status: os.stat_result) -> bool:
    return (source.file_bytes, source.file_time_ns) == (status.st_size, status.st_mtime_ns)


def _grown(path: str, before: Sequence[Source]) -> tuple[Source, LineBlock] | None:
    """Behind whole lines that made records; all others are as if nobody had read them."""
    source, *others = before
    if others or not source.events or source.tail_verdict is not None:
        return None
    with open_source(path) as stream:
        now = sources.snapshot(source)
        now.file_time_ns = described(path, stream).file_time_ns
        if (found := copies.grown_in_place(path, [source])) is not None:
            with found[1].source:
                return _with_block(now, found[1])
        seen = copies.recognised(reader := LineReader(stream), [source])
        return None if seen.grown is None or seen.spent else _with_block(now, reader)


def _with_block(source: Source, reader: LineReader) -> tuple[Source, LineBlock] | None:
    """A last line without line end is read in its turn."""
    reader.next_line, reader.block_bytes = source.lines + 1, _SMALL
    blocks = reader.blocks()
    first, second = next(blocks, None), next(blocks, None)
    is_whole = first is not None and first.terminated and not (second and second.terminated)
    return (source, first) if first is not None and is_whole else None
