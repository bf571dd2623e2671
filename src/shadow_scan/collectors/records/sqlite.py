"""Rows of Pi-hole's own database, in the order of their ids, one JSON object a line.

The file is a stranger's: it is opened read-only, its views and triggers are not trusted, only its
plain tables are asked, and nothing but reading is allowed. Since old rows get deleted, the last row
that was read is what a database is known again by.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from shadow_scan.collectors.records.source import RecordSource
from shadow_scan.vocabulary import some

_ROWS = 10_000
_MAX_VALUE_BYTES = 1 << 20
ROW = "last_row"
_ID = re.compile(r'\{"pihole":(\d{1,18}),')
_READING = frozenset(
    {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_PRAGMA}
)
_SINCE_5_12 = """
SELECT json_object('pihole', q.id, 'time', q.timestamp, 'status', q.status,
                   'domain', coalesce(d.domain, q.domain), 'client', coalesce(c.ip, q.client),
                   'name', c.name)
FROM query_storage q LEFT JOIN domain_by_id d ON d.id = q.domain
    LEFT JOIN client_by_id c ON c.id = q.client
WHERE q.id > ? ORDER BY q.id"""
_BEFORE = """
SELECT json_object('pihole', id, 'time', timestamp, 'status', status, 'domain', domain,
                   'client', client)
FROM queries WHERE id > ? ORDER BY id"""


def records(path: str, after: int, outer: RecordSource) -> Iterator[bytes]:
    """The rows with an id above `after`."""
    count = 0
    try:
        with closing(_opened(path)) as connection:
            cursor = connection.execute(_statement(connection), (after,))
            while rows := cursor.fetchmany(_ROWS):
                count += len(rows)
                outer.resumption = {ROW: rows[-1][0].decode(errors="replace")}
                yield b"".join(row[0] + b"\n" for row in rows)
    except sqlite3.Error as error:
        what = f"the SQLite database cannot be read after {some(count, 'record')}"
        outer.damage = f"{what} ({str(error)[:100]})"
    finally:
        outer.compressed_bytes = os.path.getsize(path)


def last_known(path: str, rows: Iterable[str]) -> int | None:
    """The highest id of those rows that stand in this database unchanged."""
    asked = {int(found[1]): row for row in rows if (found := _ID.match(row))}
    try:
        with closing(_opened(path)) as connection:
            statement = f"{_statement(connection)} LIMIT 1"
            for number in sorted(asked, reverse=True):
                for (row,) in connection.execute(statement, (number - 1,)):
                    if row.decode(errors="replace") == asked[number]:
                        return number
    except sqlite3.Error:
        return None
    return None


def _opened(path: str) -> sqlite3.Connection:
    """Without a write-ahead log beside it, a file is taken as it lies, and no lock is asked for."""
    still = "" if Path(f"{path}-wal").exists() else "&immutable=1"
    uri = f"{Path(path).absolute().as_uri()}?mode=ro{still}"
    connection = sqlite3.connect(uri, uri=True)
    connection.text_factory = bytes
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA query_only = ON")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MAX_VALUE_BYTES)
    connection.set_authorizer(_only_reading)
    return connection


def _only_reading(action: int, *_: object) -> int:
    return sqlite3.SQLITE_OK if action in _READING else sqlite3.SQLITE_DENY


def _statement(connection: sqlite3.Connection) -> str:
    """Raises sqlite3.DatabaseError for a database of something else."""
    asked = "SELECT name FROM sqlite_master WHERE type = 'table'"
    tables = {name for (name,) in connection.execute(asked)}
    if {b"query_storage", b"domain_by_id", b"client_by_id"} <= tables:
        return _SINCE_5_12
    if b"queries" in tables:
        return _BEFORE
    raise sqlite3.DatabaseError("it has no table of DNS queries")
