"""How inputs are to be read, as a scan was asked to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from shadow_scan.collectors.clock import Clock
from shadow_scan.collectors.format import Format
from shadow_scan.store.sources import Source
from shadow_scan.vocabulary import PacketReader

if TYPE_CHECKING:
    from shadow_scan.collectors.engine import Parser


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
        from shadow_scan.collectors.engine import sample_lines
        from shadow_scan.collectors.formats import recognised

        return self.format or recognised(sample_lines(head), self.own)

    def assumptions(self, declared: Format) -> Iterator[str]:
        """What must be said of everything that is read so."""
        if declared.assumption:
            yield declared.assumption
        if declared.zone == "local" and self.zone is None:
            yield "times without a zone are taken as UTC"

    def parser(self, source: Source) -> Parser:
        """Of a source's format, from where its header stands."""
        from shadow_scan.collectors.engine import Parser
        from shadow_scan.collectors.formats import named

        written = source.file_time_ns
        file_time = None if written is None else datetime.fromtimestamp(written / 1e9, UTC)
        return Parser(
            named(str(source.format), self.own),
            Clock.of(self.zone, file_time, self.year),
            source.header,
            kept_segments=self.kept_segments,
        )
