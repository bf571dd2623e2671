"""Reads inputs into facts: knows what was read before, keeps count of every line.

For each source, always: lines = events + rejected + skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa

from shadow_scan.arrow import give_back, give_back_code, resident_bytes
from shadow_scan.collectors.blocks import LineReader
from shadow_scan.collectors.canonical import forget
from shadow_scan.collectors.packets.files import format_of, is_capture
from shadow_scan.collectors.packets.formats import CAPTURES
from shadow_scan.collectors.records import behind_known
from shadow_scan.collectors.unwrap import HEAD_BYTES, ByteSource, open_source
from shadow_scan.errors import InputError
from shadow_scan.store import captures, copies, sources
from shadow_scan.store.database import opened
from shadow_scan.store.facts import Facts
from shadow_scan.store.inputs import Input, is_file
from shadow_scan.store.known import Known, beginnings
from shadow_scan.store.options import Options
from shadow_scan.store.pending import Pending
from shadow_scan.store.reports import SourceReport, reported, unreadable, unrecognised
from shadow_scan.store.sources import Source
from shadow_scan.store.unchanged import described, known_as

if TYPE_CHECKING:
    # What reads text takes a tenth of a second to load, and what reads packets as much: each is
    # loaded where the first file of its kind is met.
    from shadow_scan.collectors.connection import Engine
    from shadow_scan.collectors.engine import Parser
    from shadow_scan.store.ahead import Ahead

_DESCRIBED = (
    *("source_file", "file_bytes", "file_time_ns"),
    *("head_bytes", "head_digest", "begins"),
)
"""What a source is called, and how it begins, now."""
_MUCH = 140 << 20
"""Bytes in memory, beside which code is given back first: that takes ten milliseconds."""

Progress = Callable[[int], None]


@dataclass(slots=True)
class Ingest:
    facts: Facts
    options: Options
    progress: Progress = lambda compressed_bytes: None
    _known: Known = field(default_factory=Known)
    _pending: Pending = field(default_factory=Pending)
    _engine: Engine | None = None
    """Of all sources that are text; made for the first of them."""
    _ahead: Ahead | None = None

    def run(self, inputs: Sequence[Input]) -> list[SourceReport]:
        with opened(self.facts.path, read_only=True) as connection:
            self._known = Known.of(sources.load_with_marks(connection))
        try:
            reports = list(self._read_all(inputs))
        finally:
            if self._engine is not None:
                self._engine.close()
        self._flush()
        if self._pending.is_sparing:
            give_back_code()
        return reports

    @property
    def saw_packets_alone(self) -> bool:
        """Whether all that is stored are captures, and one was read now."""
        return self._pending.is_sparing and all(
            known.format in CAPTURES for known in self._known if known.has_records
        )

    def _read_all(self, inputs: Sequence[Input]) -> Iterator[SourceReport]:
        for number, entry in enumerate(inputs, 1):
            yield (report := self._read(entry))
            if report.lines and self._engine is not None and number < len(inputs):
                from shadow_scan.store.ahead import Ahead

                self._ahead = self._ahead or Ahead(self.options, self._engine)
                self._ahead.look(inputs, number, self._known)

    def _read(self, entry: Input) -> SourceReport:
        try:
            return self._read_source(entry)
        except InputError as problem:
            source = unreadable(entry.path, problem)
            if is_file(entry.path) and self._known.has_news(source):
                self._enrol(source)
            return SourceReport(entry.path, status="unreadable", problem=problem)

    def _read_source(self, entry: Input) -> SourceReport:
        with open_source(entry.path) as stream:
            source, again = described(entry.path, stream), self.options.names_formats
            unchanged = known_as(source, self._known, again=again)
            if unchanged is not None and not self.options.is_misread(unchanged, stream):
                notes = self.options.unheeded(unchanged)
                return SourceReport(entry.path, unchanged.format, notes=notes)
            report = self._read_changed(entry, source, stream)
            self._drop(self._known.failed_at(source.source_file, but=source))
            return report

    def _may_be(self, source: Source, described: Source, stream: ByteSource) -> bool:
        """Whether a file that begins alike may go on with a source, or be its copy."""
        tells = source.has_records or source.source_file == described.source_file
        return tells and not self.options.is_misread(source, stream)

    def _read_changed(self, entry: Input, described: Source, stream: ByteSource) -> SourceReport:
        if self.options.format is None and is_capture(stream.peek(HEAD_BYTES)):
            return self._read_capture(entry, described, stream)
        head = stream.peek(sources.HEAD_BYTES)
        described.begins = beginnings(head)
        if (holding := self._holding(head, described.begins)) is not None:
            self._drop(self._known.within(head, described.begins, holding))
            return SourceReport(entry.path, holding.format)
        alike = [s for s in self._known.alike(head) if self._may_be(s, described, stream)]
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
                self._drop(seen.doubled_by(longer))
                return SourceReport(entry.path, longer.format)
        with copies.reopened(entry.path) if seen.spent else nullcontext(reader.source) as again:
            reader = LineReader(again) if seen.spent else reader
            if seen.grown is None:
                return self._read_new(entry, described, reader)
            self._drop(seen.doubled_by(seen.grown))
            reader.skip_to(seen.grown.read_bytes)
            return self._read_on(entry, seen.grown, described, reader)

    def _read_capture(self, entry: Input, described: Source, stream: ByteSource) -> SourceReport:
        from shadow_scan.collectors.packets.choice import chosen_reader

        head = stream.peek(sources.HEAD_BYTES)
        begins = captures.beginnings(head)
        if (holding := self._holding(head, begins)) is not None and holding.status != "reading":
            return SourceReport(entry.path, holding.format)
        alike = [s for s in self._known.alike(head) if s.format in CAPTURES]
        known = captures.known_before(stream, alike) if alike else None
        self._drop(known.doubled if known is not None else ())
        if known is not None and known.complete:
            return SourceReport(entry.path, known.source.format)
        source = described
        if known is None:
            self._enrol(source)
        else:
            source = captures.begun_again(known.source, described)
            self._known.remember(source)
            self._settle(source)
            self._pending.replaced.append((source.source_id, 0))
        source.format = format_of(head)
        source.kind = CAPTURES[source.format].kind
        before = sources.snapshot(source)
        self._pending.is_sparing = True
        give_back()
        give_back_code()
        with copies.reopened(entry.path) if alike else nullcontext(stream) as again:
            chosen = chosen_reader(self.options.reader, again, entry.path)
            notes = captures.read_packets(source, chosen, self._keep_packets, self.progress)
        source.marks |= {length: digest for _, length, digest in begins}
        source.marks[source.read_bytes] = source.read_digest
        self._known.remember(source)
        self._pending.touch(source)
        report = reported(entry.path, source, before)
        report.notes += notes
        return report

    def _holding(self, head: bytes, begins: Sequence[sources.Beginning]) -> Source | None:
        """A source that holds all of an input which is shorter than its compared head."""
        return self._known.holding(head, begins) if len(head) < sources.HEAD_BYTES else None

    def _is_shorter_copy(self, entry: Input, longer: Source) -> bool:
        self._flush()
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
        self._settle(source)
        before = sources.snapshot(source)
        if (line := source.forget_tail()) is not None:
            self._pending.replaced.append((source.source_id, line))
        reader.next_line = source.lines + 1
        for name in _DESCRIBED:
            setattr(source, name, getattr(described, name))
        self._read_lines(source, reader)
        return reported(entry.path, source, before, self.options.unheeded(source))

    def _read_new(self, entry: Input, source: Source, reader: LineReader) -> SourceReport:
        behind = behind_known(reader.source, (known.header for known in self._known))
        if behind is not reader.source:
            source.begins = []
            if not behind.peek(HEAD_BYTES) and not behind.damage:
                return SourceReport(entry.path)
            reader = LineReader(behind)
        head = reader.source.peek(HEAD_BYTES)
        seen = self._ahead.declared(source) if self._ahead and behind is reader.source else None
        declared = seen or self.options.declared(head)
        self._enrol(source)
        if declared is None:
            return unrecognised(entry, source, head, reader.source.damage)
        source.format, source.kind = declared.name, declared.kind
        before = sources.snapshot(source)
        self._read_lines(source, reader)
        return reported(entry.path, source, before)

    def _enrol(self, source: Source) -> None:
        """A number for a new source; a file of which nothing could be made before keeps its own."""
        failed = self._known.failed_at(source.source_file)
        source.source_id = failed[0].source_id if failed else self._known.next_number()
        self._known.remember(source)
        self._pending.touch(source)

    def _settle(self, source: Source) -> None:
        """What is read again in its place must be stored to be found there."""
        is_read_again = source.tail_verdict is not None or source.format in CAPTURES
        if is_read_again and source.source_id in self._pending.touched:
            self._flush()

    def _drop(self, doubled: Sequence[Source]) -> None:
        """Sources that stand in another one, too: they were read while that could not be seen."""
        if doubled:
            self._flush()
        for source in doubled:
            self._known.forget(source)
            self._pending.doubled.append(source.source_id)

    def _read_lines(self, source: Source, reader: LineReader) -> None:
        from shadow_scan.store.counting import take

        source.status = "reading"
        self._pending.touch(source)
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
                self._pending.add(source, parsed.events)
                if self._pending.is_full:
                    self._flush()
                self.progress(reader.source.compressed_bytes)
        finally:
            source.begins = []
            self._known.remember(source)
        source.damage = reader.source.damage
        source.header = {**source.header, **reader.source.resumption}
        source.status = "damaged" if source.damage else "read"

    def _parser(self, source: Source) -> Parser:
        if self._engine is None:
            self._engine = self.options.engine()
        return self.options.parser(source, self._engine)

    def _keep_packets(self, source: Source, events: pa.Table) -> None:
        self._pending.add(source, events)
        if self._pending.is_full_of_packets:
            self._flush()
            forget()

    def _flush(self) -> None:
        takes_room = self._pending.takes_room
        if takes_room:
            give_back()
        if self._pending.is_sparing and resident_bytes() > _MUCH:
            give_back_code()
        if (batch := self._pending.taken()) is not None:
            self.facts.write(batch)
        if takes_room:  # What a batch of common lines took serves the next one.
            give_back()
