"""Sources taken out of the facts: their events, counts and marks, as if never read."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

_TABLES = ("events", "hours", "source_reasons", "source_marks", "sources")


def remove(connection: duckdb.DuckDBPyConnection, numbers: Sequence[int]) -> None:
    """Within a transaction. The numbers of other sources, and of texts, stay."""
    for table in _TABLES if numbers else ():
        connection.execute(
            f"DELETE FROM {table} WHERE source_id IN (SELECT unnest($1::INTEGER[]))", [numbers]
        )
