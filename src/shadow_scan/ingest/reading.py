"""Reads inputs into facts: knows what was read before, keeps count of every line.

For each source, always: lines = events + rejected + skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shadow_scan.arrow import give_back_code
from shadow_scan.collectors.lines.blocks import LineReader
from shadow_scan.collectors.lines.unwrap import HEAD_BYTES, ByteSource, is_closed, open_source
from shadow_scan.collectors.packets.files.capture_file import is_capture
from shadow_scan.collectors.packets.formats import CAPTURES
from shadow_scan.collectors.records import behind_known
from shadow_scan.errors import InputError
from shadow_scan.ingest import copies
from shadow_scan.ingest.captures import CaptureReading
from shadow_scan.ingest.inputs import Input, is_file
from shadow_scan.ingest.intake import Intake
from shadow_scan.ingest.known import beginnings
from shadow_scan.ingest.options import Options
from shadow_scan.ingest.reports import SourceReport, reported, unreadable, unrecognised
from shadow_scan.ingest.unchanged import described, known_as
from shadow_scan.store import sources
from shadow_scan.store.database import opened
from shadow_scan.store.facts import Facts
from shadow_scan.store.sources import Source

if TYPE_CHECKING:
    # What reads text takes a tenth of a second to load, and what reads packets as much: each is
    # loaded where the first file of its kind is met.
    from shadow_scan.collectors.connection import Engine
    from shadow_scan.collectors.engine import Parser
    from shadow_scan.ingest.ahead import Ahead

_DESCRIBED = (
    *("source_file", "file_bytes", "file_time_ns"),
    *("head_bytes", "head_digest", "begins"),
)
"""What a source is called, and how it begins, now."""

Progress = Callable[[int], None]


@dataclass(slots=True)
class Ingest:
    facts: Facts
    options: Options
    progress: Progress = lambda compressed_bytes: None
    _intake: Intake = field(init=False)
    _engine: Engine | None = None
    """Of all sources that are text; made for the first of them."""
    _ahead: Ahead | None = None

    def run(self, inputs: Sequence[Input]) -> list[SourceReport]:
        self._intake = Intake.of(self.facts)
        self._intake.drop(self._intake.known.reopened())
        try:
            reports = list(self._read_all(inputs))
        finally:
            if self._engine is not None:
                self._engine.close()
        self._intake.flush()
        if self._intake.pending.is_sparing:
            give_back_code()
        return reports

    @property
    def saw_packets_alone(self) -> bool:
        """Whether all that is stored are captures, and one was read now."""
        return self._intake.pending.is_sparing and all(
            known.format in CAPTURES for known in self._intake.known if known.has_records
        )

    def _read_all(self, inputs: Sequence[Input]) -> Iterator[SourceReport]:
        for number, entry in enumerate(inputs, 1):
            yield (report := self._read(entry))
            if report.lines and self._engine is not None and number < len(inputs):
                from shadow_scan.ingest.ahead import Ahead

                self._ahead = self._ahead or Ahead(self.options, self._engine)
                self._ahead.look(inputs, number, self._intake.known)

    def _read(self, entry: Input) -> SourceReport:
        try:
            return self._read_source(entry)
        except InputError as problem:
            source = unreadable(entry.path, problem)
            is_there = is_file(entry.path) or is_closed(entry.path)
            if is_there and self._intake.known.has_news(source):
                self._intake.enrol(source)
            return SourceReport(entry.path, status="unreadable", problem=problem)

    def _read_source(self, entry: Input) -> SourceReport:
        with open_source(entry.path) as stream:
            source, again = described(entry.path, stream), self.options.names_formats
            unchanged = known_as(source, self._intake.known, again=again)
            if unchanged is not None and not self.options.is_misread(unchanged, stream):
                notes = self.options.unheeded(unchanged)
                return SourceReport(entry.path, unchanged.format, notes=notes)
            report = self._read_changed(entry, source, stream)
            self._intake.drop(self._intake.known.failed_at(source.source_file, but=source))
            return report

    def _may_be(self, source: Source, described: Source, stream: ByteSource) -> bool:
        """Whether a file that begins alike may go on with a source, or be its copy."""
        tells = source.has_records or source.source_file == described.source_file
        return tells and not self.options.is_misread(source, stream)

    def _read_changed(self, entry: Input, described: Source, stream: ByteSource) -> SourceReport:
        if self.options.format is None and is_capture(stream.peek(HEAD_BYTES)):
            reading = CaptureReading(self._intake, self.options.reader, self.progress)
            return reading.read(entry, described, stream)
        head = stream.peek(sources.HEAD_BYTES)
        described.begins = beginnings(head)
        if (holding := self._intake.holding(head, described.begins)) is not None:
            self._intake.drop(self._intake.known.within(head, described.begins, holding))
            return SourceReport(entry.path, holding.format)
        alike = [s for s in self._intake.known.alike(head) if self._may_be(s, described, stream)]
        if (found := copies.grown_in_place(entry.path, alike)) is not None:
            with found[1].source:
                return self._read_on(entry, found[0], described, found[1])
        return self._compared(entry, described, LineReader(stream), alike)

    def _compared(
        self, entry: Input, described: Source, reader: LineReader, alike: Sequence[Source]
    ) -> SourceReport:
        seen = copies.recognised(reader, alike)
        for longer in seen.longer:
            if self._is_shorter_copy(entry, longer):
                self._intake.drop(seen.doubled_by(longer))
                return SourceReport(entry.path, longer.format)
        with copies.reopened(entry.path) if seen.spent else nullcontext(reader.source) as again:
            reader = LineReader(again) if seen.spent else reader
            if seen.grown is None:
                return self._read_new(entry, described, reader)
            self._intake.drop(seen.doubled_by(seen.grown))
            reader.skip_to(seen.grown.read_bytes)
            return self._read_on(entry, seen.grown, described, reader)

    def _is_shorter_copy(self, entry: Input, longer: Source) -> bool:
        self._intake.flush()
        with copies.reopened(entry.path) as stream:
            parser = self._parser(longer)
            with opened(self.facts.path, read_only=True) as connection:
                return copies.is_stored(connection, longer, LineReader(stream), parser)

    def _read_on(
        self, entry: Input, source: Source, described: Source, reader: LineReader
    ) -> SourceReport:
        """Behind what is known of a source; an unterminated last line is read again."""
        if copies.adds_nothing(entry.path, source, reader):
            return SourceReport(entry.path, source.format, notes=self.options.unheeded(source))
        self._intake.settle(source)
        before = sources.snapshot(source)
        if (line := source.forget_tail()) is not None:
            self._intake.read_again(source, line)
        reader.next_line = source.lines + 1
        for name in _DESCRIBED:
            setattr(source, name, getattr(described, name))
        self._read_lines(source, reader)
        return reported(entry.path, source, before, self.options.unheeded(source))

    def _read_new(self, entry: Input, source: Source, reader: LineReader) -> SourceReport:
        behind = behind_known(reader.source, (known.header for known in self._intake.known))
        if behind is not reader.source:
            source.begins = []
            if not behind.peek(HEAD_BYTES) and not behind.damage:
                return SourceReport(entry.path)
            reader = LineReader(behind)
        head = reader.source.peek(HEAD_BYTES)
        seen = self._ahead.declared(source) if self._ahead and behind is reader.source else None
        declared = seen or self.options.declared(head)
        self._intake.enrol(source)
        if declared is None:
            return unrecognised(entry, source, head, reader.source.damage)
        source.format, source.kind = declared.name, declared.kind
        before = sources.snapshot(source)
        self._read_lines(source, reader)
        return reported(entry.path, source, before)

    def _read_lines(self, source: Source, reader: LineReader) -> None:
        from shadow_scan.ingest.counting import take

        source.status = "reading"
        self._intake.pending.touch(source)
        parser, is_told = self._parser(source), False
        try:
            for block in reader.blocks():
                seen = self._ahead.taken(source, block) if self._ahead else None
                parser = seen.asked.parser if seen else parser
                parsed = seen.parsed if seen else parser.parse(block)
                self.options.describe(source, parser.format)
                if not is_told:
                    told = self.options.assumed(
                        parser, block, parsed, seen.undated if seen else None
                    )
                    source.assumed, is_told = source.assumed or told, len(parsed.events) > 0
                take(source, block, parsed, parser.header)
                self._intake.keep(source, parsed.events)
                self.progress(reader.source.compressed_bytes)
        finally:
            source.begins = []
            self._intake.known.remember(source)
        source.damage = reader.source.damage
        source.header = {**source.header, **reader.source.resumption}
        source.status = "damaged" if source.damage else "read"

    def _parser(self, source: Source) -> Parser:
        if self._engine is None:
            self._engine = self.options.engine()
        return self.options.parser(source, self._engine)
