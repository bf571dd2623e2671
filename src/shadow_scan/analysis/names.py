"""Names of which a few stand in all rows (services, teams, methods): as numbers beside one list of
them, they are copied, compared and written in a seventh less time than as texts."""

from __future__ import annotations

import duckdb

from shadow_scan.store.database import scalar

_MOST = 10_000
"""A list of names is read whole whenever its file is opened. Departments come out of logs, which
may have millions of them: those stay texts."""


def name_type(connection: duckdb.DuckDBPyConnection, name: str, given: str) -> None:
    """A type of this name for all that the query `given` (one column) yields. Its values sort and
    compare as the texts do, with other texts too; only what is none of them cannot be written."""
    found = f"SELECT DISTINCT name FROM ({given}) AS given(name) WHERE name IS NOT NULL"
    many = scalar(connection, f"SELECT count(*) FROM ({found})") > _MOST
    kind = "VARCHAR" if many else f"ENUM ({found} ORDER BY name)"
    connection.execute(f"CREATE TYPE {name} AS {kind}")
