"""Live packets into facts: one source a capture, written while it goes on."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from shadow_scan.collectors.canonical import canonical
from shadow_scan.collectors.packets.formats import CAPTURES
from shadow_scan.collectors.packets.reader import PacketBatch
from shadow_scan.ingest import captures
from shadow_scan.store import sources
from shadow_scan.store.database import opened
from shadow_scan.store.facts import Batch, Facts
from shadow_scan.store.sources import Source

FORMAT = "live"


@dataclass(slots=True)
class LiveSource:
    facts: Facts
    name: str
    source: Source = field(init=False)
    _digest: str = field(default_factory=lambda: f"live {uuid.uuid4()}")
    """Of no file's first bytes: a live capture is met once."""

    def __post_init__(self) -> None:
        self._enrol()

    def add(self, batch: PacketBatch) -> None:
        self._enrol()
        captures.count(self.source, batch)
        self.facts.write(Batch(self._events(batch), [self.source]))

    def finish(self, damage: str | None) -> None:
        self._enrol()
        self.source.damage = damage
        self.source.status = "damaged" if damage else "read"
        self.facts.write(Batch(None, [self.source]))

    def _enrol(self) -> None:
        """A number of its own, at once, since a scan would take it, too; and another one, with
        counts that begin anew, where what was captured so far has been forgotten meanwhile."""
        with opened(self.facts.path, read_only=True) as connection:
            known = sources.load_all(connection)
        if not any(source.head_digest == self._digest for source in known):
            number = max((source.source_id for source in known), default=0) + 1
            kind = CAPTURES["pcapng"].kind
            self.source = Source(number, self.name, None, None, 0, self._digest, FORMAT, kind)
            self.facts.write(Batch(None, [self.source]))

    def _events(self, batch: PacketBatch) -> pa.Table | None:
        if batch.events is None or not batch.events.num_rows:
            return None
        numbers = pa.array(np.full(batch.events.num_rows, self.source.source_id, np.int32))
        return canonical(batch.events.append_column("source_id", numbers))
