"""Sources taken out of the facts: their events, counts and marks, as if never read."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from shadow_scan.store.database import named_sql
from shadow_scan.store.events import STORED

_TABLES = (STORED, "hours", "source_reasons", "source_marks", "sources")

_LEADING = {
    **{name: (f"{name.removesuffix('s')}_id",) for name in ("users", "devices", "departments")},
    **{name: (f"{name.removesuffix('s')}_id",) for name in ("destinations", "methods", "paths")},
    "addresses": ("address_id",),
    "agents": ("agent_id",),
    "hosts": ("host_id", "referrer_id"),
}
"""Dictionaries, and the columns of events that lead there."""


def remove(connection: duckdb.DuckDBPyConnection, numbers: Sequence[int]) -> None:
    """Within a transaction. The numbers of other sources, and of texts, stay."""
    for table in _TABLES if numbers else ():
        connection.execute(
            f"DELETE FROM {table} WHERE source_id IN (SELECT unnest($1::INTEGER[]))", [numbers]
        )


def remove_unused_texts(connection: duckdb.DuckDBPyConnection) -> None:
    """Names, hosts and paths that no event leads to any more. What lease and people files told
    stands in tables of its own, and stays."""
    for table, columns in _LEADING.items():
        each = (f"SELECT {column} FROM events WHERE {column} NOT NULL" for column in columns)
        statement = named_sql(__package__, "unused_texts")
        connection.execute(statement.format(table=table, leading=" UNION ".join(each)))
