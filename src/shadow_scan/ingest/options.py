"""How inputs are to be read, as a scan was asked to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from shadow_scan.collectors.clock import Clock
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.lines.unwrap import HEAD_BYTES, ByteSource
from shadow_scan.store.sources import Source
from shadow_scan.vocabulary import PacketReader

if TYPE_CHECKING:
    from shadow_scan.collectors.connection import Engine
    from shadow_scan.collectors.engine import Parser
    from shadow_scan.collectors.lines.blocks import LineBlock
    from shadow_scan.collectors.parsed import ParsedBlock


@dataclass(frozen=True, slots=True)
class Options:
    format: Format | None = None
    zone: str | None = None
    year: int | None = None
    kept_segments: frozenset[str] = frozenset()
    own: Mapping[str, Format] = field(default_factory=dict)
    """Formats of the workspace's mapping files."""
    reader: PacketReader = PacketReader.OWN

    @property
    def names_formats(self) -> bool:
        """Then what no format fitted before may fit now."""
        return self.format is not None or bool(self.own)

    def declared(self, head: bytes) -> Format | None:
        """The format that was asked for, or the one that fits."""
        from shadow_scan.collectors.formats import recognised, sample_lines

        return self.format or recognised(sample_lines(head), self.own)

    def is_misread(self, source: Source, stream: ByteSource) -> bool:
        """Another format made nothing of it: then it is as new as if none had fitted."""
        declared = self.declared(stream.peek(HEAD_BYTES)) if source.is_fruitless else None
        if declared is None or declared.name == source.format:
            return False
        source.format = None
        return True

    def _is_free(self, source: Source) -> bool:
        """Nobody said what it is, and nothing was read of it yet."""
        return self.format is None and source.format not in self.own and not source.has_records

    def describe(self, source: Source, declared: Format) -> None:
        """As what a source is read; in one zone from its begin to its end."""
        source.format, source.kind = declared.name, declared.kind
        local = (_kept_zone(source) or self.zone or "UTC") if declared.zone == "local" else None
        source.zone = declared.own_zone or local

    def unheeded(self, source: Source) -> list[str]:
        """What was asked for, and comes too late for a source that was read before."""
        if not source.has_records or source.format is None:
            return []
        told = []
        if self.format is not None and self.format.name != source.format:
            told.append(f"it was read as {source.format} before, and stays so")
        if self.zone and source.zone not in (None, self.zone) and not self._has_own_zone(source):
            told.append(f"its times without a zone were read as {source.zone} before, and stay so")
        if self._comes_too_late(source):
            told.append("its times without a year were read before, and stay in the year they got")
        return [f"{words}; `shadow-scan forget`, and it is read anew" for words in told]

    def _year_of(self, source: Source) -> int | None:
        """A log that goes on stays in the years it was begun in, as in its zone."""
        return None if self._comes_too_late(source) else self.year

    def _comes_too_late(self, source: Source) -> bool:
        """A year, for a log whose own was taken from the file's time and is another."""
        from shadow_scan.collectors.undated import ASSUMPTION

        years = {time.year for time in (source.first_time, source.last_time) if time is not None}
        return bool(self.year) and ASSUMPTION in (source.assumed or "") and self.year not in years

    def _has_own_zone(self, source: Source) -> bool:
        from shadow_scan.collectors.formats import named

        return bool(named(str(source.format), self.own).own_zone)

    def assumed(
        self, parser: Parser, block: LineBlock, parsed: ParsedBlock, is_undated: bool | None = None
    ) -> str | None:
        """What must be said of everything that is read so, by the first block with events;
        `is_undated`: None where that is still to be found out."""
        from shadow_scan.collectors import undated

        if is_undated is None and self.year is None:
            is_undated = undated.is_undated(parser, block, parsed)
        told = {
            parser.format.assumption: bool(parser.format.assumption),
            "times without a zone are taken as UTC": parser.format.zone == "local"
            and self.zone is None
            and parser.clock.zone == "UTC",
            undated.ASSUMPTION: self.year is None and is_undated,
        }
        return "; ".join(words for words, holds in told.items() if holds) or None

    def engine(self) -> Engine:
        from shadow_scan.collectors.connection import Engine

        return Engine(self.kept_segments)

    def parser(self, source: Source, engine: Engine) -> Parser:
        """Of a source's format, from where its header stands."""
        from shadow_scan.collectors.engine import Parser
        from shadow_scan.collectors.formats import named

        written = source.file_time_ns
        file_time = None if written is None else datetime.fromtimestamp(written / 1e9, UTC)
        return Parser(
            named(str(source.format), self.own),
            Clock.of(_kept_zone(source) or self.zone, file_time, self._year_of(source)),
            source.header,
            or_by_names=self._is_free(source),
            engine=engine,
        )


def _kept_zone(source: Source) -> str | None:
    """In which a log that goes on was begun: two in one log would be hours apart."""
    return source.zone if source.has_records else None
