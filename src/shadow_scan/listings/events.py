"""Stored events with their texts, handed on in pieces: there may be millions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from shadow_scan.store.database import named_sql, opened
from shadow_scan.vocabulary import Table

_PIECE_ROWS = 50_000


def stored_events(facts: Path) -> Iterator[Table]:
    """Tables of at most 50,000 events; the first comes even when there are none."""
    with opened(facts, read_only=True) as connection:
        reader = connection.sql(named_sql(__package__, "events")).to_arrow_reader(_PIECE_ROWS)
        columns = tuple(reader.schema.names)
        yield Table(columns, [])
        for batch in reader:
            values = [column.to_pylist() for column in batch.columns]
            yield Table(columns, list(zip(*values, strict=True)))
