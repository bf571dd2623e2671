"""A byte source whose lines are the records of something else."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from shadow_scan.collectors.unwrap import ByteSource

Chunks = Callable[["RecordSource"], Iterator[bytes]]
"""Makes lines, whole ones in every chunk; tells the source of damage and of bytes taken."""


class RecordSource(ByteSource):
    def __init__(self, inner: ByteSource, kind: str, records: Chunks) -> None:
        self.name = inner.name
        self.damage = None
        self.resumption = {}
        self.compressed_bytes = 0
        self.wrapping = kind
        self._inner = inner
        self._chunks = records(self)
        self._rest = b""

    def close(self) -> None:
        self._inner.close()
