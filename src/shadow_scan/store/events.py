"""The stored events: a column is there from the first one on that fills it.

Most logs fill half of what an event may tell, and to store nothing for each line takes half as long
as to store a number. Everybody reads the view `events`, which has all columns.
"""

from __future__ import annotations

import duckdb
import pyarrow as pa

from shadow_scan.store.database import rows, scalar

STORED = "stored_events"
_ALWAYS = {
    "source_id": "INTEGER NOT NULL",
    "source_line": "BIGINT NOT NULL",
    "event_time": "TIMESTAMP NOT NULL",
}
_SOME = {
    "duration_ms": "BIGINT",
    "user_id": "INTEGER",  # 0: an account that is no person's
    "device_id": "INTEGER",
    "address_id": "INTEGER",
    "department_id": "INTEGER",
    "host_id": "INTEGER",
    "port": "INTEGER",
    "destination_id": "INTEGER",
    "method_id": "INTEGER",
    "path_id": "INTEGER",
    "status": "INTEGER",
    "bytes_up": "BIGINT",
    "bytes_down": "BIGINT",
    "agent_id": "INTEGER",
    "referrer_id": "INTEGER",
    "blocked": "BOOLEAN",  # what the appliance did; NULL: it does not say
    "strength": "TINYINT",  # of evidence: 1 resolved, 2 connected, 3 transacted
    "flow": "BIGINT",  # the log's own name of the connection, hashed; below zero: of the record
}
_COLUMNS = f"""SELECT column_name FROM duckdb_columns()
    WHERE database_name = current_database() AND table_name = '{STORED}'"""
_IN_ONE = """SELECT count(*) FROM duckdb_tables()
    WHERE database_name = current_database() AND table_name = 'events'"""


def found_events(connection: duckdb.DuckDBPyConnection) -> None:
    """The table and the view of new facts."""
    listed = ", ".join(f"{name} {kind}" for name, kind in _ALWAYS.items())
    connection.execute(f"CREATE TABLE {STORED} ({listed})")
    _show(connection, set(_ALWAYS))


def part_events(connection: duckdb.DuckDBPyConnection) -> None:
    """Of facts that were founded with all columns in `events`: no row is touched."""
    if scalar(connection, _IN_ONE):
        connection.execute(f"ALTER TABLE events RENAME TO {STORED}")
        _show(connection, _ALWAYS.keys() | _SOME.keys())


def store_events(connection: duckdb.DuckDBPyConnection, batch: pa.Table, name: str) -> None:
    """A batch with all columns, which the connection knows by a name."""
    filled = [column for column in batch.column_names if batch[column].null_count < len(batch)]
    there = {column for (column,) in rows(connection, _COLUMNS)}
    if new := set(filled) - there:
        for column in new:
            connection.execute(f"ALTER TABLE {STORED} ADD COLUMN {column} {_SOME[column]}")
        _show(connection, there | new)
    connection.execute(f"INSERT INTO {STORED} BY NAME SELECT {', '.join(filled)} FROM {name}")


def _show(connection: duckdb.DuckDBPyConnection, there: set[str]) -> None:
    nothing = {name: f"CAST(NULL AS {kind}) AS {name}" for name, kind in _SOME.items()}
    listed = (name if name in there else nothing[name] for name in (*_ALWAYS, *_SOME))
    connection.execute(f"CREATE OR REPLACE VIEW events AS SELECT {', '.join(listed)} FROM {STORED}")
