"""The sources that a scan knows, as they change while it reads, and what of them is to be stored.

A source that is enrolled, read again or dropped is so for all that is read behind it at once, and
in the database with the batch that holds its events.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from shadow_scan.arrow import give_back, give_back_code, resident_bytes
from shadow_scan.collectors.canonical import forget
from shadow_scan.collectors.packets.formats import CAPTURES
from shadow_scan.ingest.known import Known
from shadow_scan.ingest.pending import Pending
from shadow_scan.store import sources
from shadow_scan.store.database import opened
from shadow_scan.store.facts import Facts
from shadow_scan.store.sources import Beginning, Source

_MUCH = 140 << 20
"""Bytes in memory, beside which code is given back first: that takes ten milliseconds."""


@dataclass(slots=True)
class Intake:
    facts: Facts
    known: Known = field(default_factory=Known)
    pending: Pending = field(default_factory=Pending)

    @classmethod
    def of(cls, facts: Facts) -> Intake:
        """With all that is stored already."""
        with opened(facts.path, read_only=True) as connection:
            return cls(facts, Known.of(sources.load_with_marks(connection)))

    def holding(self, head: bytes, begins: Sequence[Beginning]) -> Source | None:
        """A source that holds all of an input which is shorter than its compared head."""
        return self.known.holding(head, begins) if len(head) < sources.HEAD_BYTES else None

    def enrol(self, source: Source) -> None:
        """A number for a new source; a file of which nothing could be made before keeps its own."""
        failed = self.known.failed_at(source.source_file)
        source.source_id = failed[0].source_id if failed else self.known.next_number()
        self.known.remember(source)
        self.pending.touch(source)

    def read_again(self, source: Source, first_line: int) -> None:
        """What is stored of a source from a line on makes room for what is read now."""
        self.pending.replaced.append((source.source_id, first_line))

    def settle(self, source: Source) -> None:
        """What is read again in its place must be stored to be found there."""
        is_read_again = source.tail_verdict is not None or source.format in CAPTURES
        if is_read_again and source.source_id in self.pending.touched:
            self.flush()

    def drop(self, doubled: Sequence[Source]) -> None:
        """Sources that stand in another one, too: they were read while that could not be seen."""
        if doubled:
            self.flush()
        for source in doubled:
            self.known.forget(source)
            self.pending.doubled.append(source.source_id)

    def keep(self, source: Source, events: pa.Table) -> None:
        self.pending.add(source, events)
        if self.pending.is_full:
            self.flush()

    def keep_packets(self, source: Source, events: pa.Table) -> None:
        self.pending.add(source, events)
        if self.pending.is_full_of_packets:
            self.flush()
            forget()

    def flush(self) -> None:
        """Store what is pending, as one batch."""
        takes_room = self.pending.takes_room
        if takes_room:
            give_back()
        if self.pending.is_sparing and resident_bytes() > _MUCH:
            give_back_code()
        if (batch := self.pending.taken()) is not None:
            self.facts.write(batch)
        if takes_room:  # What a batch of common lines took serves the next one.
            give_back()
