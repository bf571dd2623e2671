"""Recorders whose clocks stand apart: what both of them saw is not taken for one visit."""

from __future__ import annotations

import duckdb

from shadow_scan.store.database import create_table, named_sql, scalar

_CLOCKS = {
    "source_id": "INTEGER",
    "other": "VARCHAR",
    "since": "DATE",
    "until": "DATE",
    "behind": "BIGINT",
    "visits": "BIGINT",
    "of_visits": "BIGINT",
}
_FEWEST_VISITS = 20


def write_clocks(connection: duckdb.DuckDBPyConnection) -> None:
    """`clocks`: source and another recorder -> seconds that it is behind, and by how many visits.

    Where nothing can be compared nothing is asked: to plan that takes longer than the answer."""
    create_table(connection, "clocks", _CLOCKS, [], temporary=True)
    if scalar(connection, "SELECT count(*) FROM vantages") < 2:
        return
    connection.execute(named_sql(__package__, "shared_visits"))
    if scalar(connection, "SELECT count(*) FROM shared_visits") >= _FEWEST_VISITS:
        connection.execute(named_sql(__package__, "clocks"))
    connection.execute("DROP TABLE shared_visits")
