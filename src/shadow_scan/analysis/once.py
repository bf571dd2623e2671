"""Each record once, however often a log, or several logs of one product, hold it."""

from __future__ import annotations

import duckdb

from shadow_scan.store.database import named_sql, scalar


def tell_once(connection: duckdb.DuckDBPyConnection, records: str) -> None:
    """Leaves of `records` one of each that was written several times: under one name of the record
    (a flow below zero; none is left), or in exports that overlap."""
    if scalar(connection, f"SELECT EXISTS (FROM {records} WHERE flow < 0)"):
        connection.execute(named_sql(__package__, "repeated").format(records=records))
    connection.execute(named_sql(__package__, "overlapping"))
    if scalar(connection, "SELECT EXISTS (FROM overlapping)"):
        connection.execute(named_sql(__package__, "doubled").format(records=records))
    connection.execute("DROP TABLE overlapping")
