"""What a scan has read and not stored yet: events, and the sources as they stand behind them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from shadow_scan.collectors.canonical import canonical
from shadow_scan.store.facts import Batch
from shadow_scan.store.sources import Source

BATCH_ROWS = 4 * 122_880
"""Whole row groups of the database: smaller writes are compressed twice."""
_BATCH_BYTES = 96 * 1024 * 1024
"""Lines of a megabyte each must not wait for so many rows."""
_CAPTURE_ROWS, _CAPTURE_BYTES = 16_384, 2 * 1024 * 1024
"""Events of a capture are few, all unlike, and wait beside what its reader remembers."""


@dataclass(slots=True)
class Pending:
    is_sparing: bool = False
    """From the first capture on: beside what its reader remembers there is no room to join what is
    stored. Logs behind it are stored by batches as large as ever."""
    touched: dict[int, Source] = field(default_factory=dict)
    replaced: list[tuple[int, int]] = field(default_factory=list)
    """(source_id, first line) of what was read again."""
    doubled: list[int] = field(default_factory=list)
    """Sources of which every line stands in another one."""
    _events: list[pa.Table] = field(default_factory=list)
    _rows: int = 0
    _bytes: int = 0

    def touch(self, source: Source) -> None:
        self.touched[source.source_id] = source

    def add(self, source: Source, events: pa.Table) -> None:
        if events.num_rows:
            numbers = pa.array(np.full(events.num_rows, source.source_id, np.int32))
            self._events.append(events.append_column("source_id", numbers))
            self._rows += events.num_rows
            self._bytes += events.nbytes
        self.touch(source)

    @property
    def is_full(self) -> bool:
        return self._rows >= BATCH_ROWS or self._bytes >= _BATCH_BYTES

    @property
    def is_full_of_packets(self) -> bool:
        return self._rows >= _CAPTURE_ROWS or self._bytes >= _CAPTURE_BYTES

    @property
    def takes_room(self) -> bool:
        """What is free should go back to the system around its storing."""
        return self.is_sparing or self._bytes >= _BATCH_BYTES

    def taken(self) -> Batch | None:
        """All of it as a batch; then nothing is pending. None where nothing was."""
        if not self.touched and not self.doubled:
            return None
        events = canonical(pa.concat_tables(self._events)) if self._events else None
        sources, joining = list(self.touched.values()), not self.is_sparing
        batch = Batch(events, sources, self.replaced, self.doubled, joining)
        self.touched, self.replaced, self.doubled = {}, [], []
        self._events, self._rows, self._bytes = [], 0, 0
        return batch
