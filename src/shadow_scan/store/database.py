"""Opens DuckDB files the one safe way: hardened, bounded, with plain words when locked."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, partial
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb

from shadow_scan.store.problems import locked, unreadable

MEMORY_LIMIT = "256MB"
_BETWEEN_VISITS = "1MB"
_THREADS = 2
_WAIT_SECONDS = 5.0
_WRITERS_WAIT = 12
"""Times as long: who derives reads for seconds, and what a writer holds stands nowhere else."""
_TOGETHER = 8_192
_CLOSED = {"enable_external_access": "false", "lock_configuration": "true"}

Parameters = Sequence[Any] | dict[str, Any]


@cache
def named_sql(package: str, name: str) -> str:
    """The text of `<package>/sql/<name>.sql`."""
    return resources.files(package).joinpath("sql", f"{name}.sql").read_text("utf-8")


@contextmanager
def opened(
    path: Path,
    *,
    read_only: bool = False,
    beside: Sequence[Path] = (),
    threads: int = _THREADS,
    joining: bool = True,
    memory: str = MEMORY_LIMIT,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A hardened connection; `beside` are databases attached for reading, under their stems.
    A writer of one batch takes one thread: two write smaller row groups, which costs twice. So does
    who reads roll-ups: for a few thousand rows the second one costs more than it saves.
    Not `joining`: small row groups stay as they are, since to join them takes memory for a whole
    one; the next writer does it.

    What was written stands in the file at the end, or none of it does: no log of writes is kept.
    duckdb.Error where there is no room for it.

    Waits for whoever holds the file (some seconds, to write a minute); then LockedError names them.
    """
    engine = _ENGINE.get()
    if engine is not None and engine.serves(path):
        with engine.visit(path, beside, read_only=read_only, joining=joining, memory=memory) as one:
            yield one
        return
    settings = _settings(path.parent, threads) | {"memory_limit": memory}
    if not joining:
        settings["max_vacuum_tasks"] = "0"
    reached = _reading if read_only else _writing
    with reached(path, beside, settings) as connection:
        yield connection


@contextmanager
def _reading(
    path: Path, beside: Sequence[Path], settings: dict[str, Any]
) -> Iterator[duckdb.DuckDBPyConnection]:
    # a screen stays open for hours: what a question took goes back to the system
    settings = settings | {"allocator_background_threads": "true"}
    if not beside:
        settings |= _CLOSED
    connect = partial(duckdb.connect, str(path), read_only=True, config=settings)
    with closing(_waited_for(path, connect, read_only=True)) as connection:
        for other in beside:
            _attach(connection, other, read_only=True)
        if beside:
            _close_off(connection)
        yield connection


@contextmanager
def _writing(
    path: Path, beside: Sequence[Path], settings: dict[str, Any]
) -> Iterator[duckdb.DuckDBPyConnection]:
    with (
        closing(duckdb.connect(":memory:", config=settings)) as connection,
        _visiting(connection, path, beside, read_only=False),
    ):
        _close_off(connection)
        yield connection


def _settings(folder: Path, threads: int) -> dict[str, Any]:
    """Given at opening, not after: connections of one process to one file share an instance."""
    return {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "allow_community_extensions": "false",
        "python_enable_replacements": "false",
        "temp_directory": str(folder / "spill"),
        "threads": threads,
        # What is chosen for columns like ours anyway: to find that out was a sixth of writing.
        # Texts, which it cannot hold, are compressed as ever.
        "force_compression": "bitpacking",
    }


@contextmanager
def one_engine(folder: Path) -> Iterator[None]:
    """Until its end, this thread's `opened` visits the files of a folder by one instance of DuckDB.

    To make one takes thirty milliseconds, for all of its functions; a visit takes two. Between two
    visits the files are nobody's, as ever.
    """
    if _ENGINE.get() is not None:
        yield
        return
    engine = _Engine(folder.absolute())
    before = _ENGINE.set(engine)
    try:
        yield
    finally:
        _ENGINE.reset(before)
        engine.close()


@dataclass(slots=True)
class _Engine:
    folder: Path
    _instance: duckdb.DuckDBPyConnection | None = None
    _busy: bool = False

    def serves(self, path: Path) -> bool:
        return not self._busy and self.folder in path.absolute().parents

    @contextmanager
    def visit(
        self, path: Path, beside: Sequence[Path], *, read_only: bool, joining: bool, memory: str
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection of its own: what is temporary goes with it."""
        self._busy = True
        try:
            connection = self._ready().cursor()
            connection.execute(f"SET memory_limit = '{memory}'")
            connection.execute(f"SET max_vacuum_tasks = {100 if joining else 0}")
            with _visiting(connection, path, beside, read_only=read_only):
                yield connection
            self._leave(connection, [path, *beside])
        except BaseException:
            self.close()  # The next visit finds nothing of what went wrong.
            raise
        finally:
            self._busy = False

    def _ready(self) -> duckdb.DuckDBPyConnection:
        if self._instance is None:
            self._instance = made = duckdb.connect(":memory:", config=_settings(self.folder, 1))
            made.execute(f"SET allowed_directories = [{_quoted(f'{self.folder}/')}]")
            made.execute("SET enable_external_access = false")
        return self._instance

    def _leave(self, connection: duckdb.DuckDBPyConnection, visited: Sequence[Path]) -> None:
        try:
            connection.execute("USE memory")
            for path in visited:
                connection.execute(f'DETACH "{path.stem}"')
            # Else blocks of files that are gone would be kept, up to the limit.
            connection.execute(f"SET memory_limit = '{_BETWEEN_VISITS}'")
            connection.close()
        except duckdb.Error:
            # Nothing is lost: what was committed is in the file.
            self.close()

    def close(self) -> None:
        if self._instance is not None:
            with suppress(duckdb.Error):
                self._instance.close()
            self._instance = None


_ENGINE: ContextVar[_Engine | None] = ContextVar("engine", default=None)


def _waited_for(
    path: Path, opening: Callable[[], duckdb.DuckDBPyConnection], *, read_only: bool
) -> duckdb.DuckDBPyConnection:
    deadline = time.monotonic() + _WAIT_SECONDS * (1 if read_only else _WRITERS_WAIT)
    while True:
        try:
            return opening()
        except duckdb.IOException as error:
            if "lock" not in str(error):
                raise unreadable(path, error) from None
            if time.monotonic() > deadline:
                raise locked(path, str(error)) from None
            time.sleep(0.05)
        except duckdb.Error as error:
            raise unreadable(path, error) from None


@contextmanager
def _visiting(
    connection: duckdb.DuckDBPyConnection, path: Path, beside: Sequence[Path], *, read_only: bool
) -> Iterator[None]:
    """As if the file had been opened by itself."""
    _attach(connection, path, read_only=read_only)
    connection.execute(f'USE "{path.stem}"')
    for other in beside:
        _attach(connection, other, read_only=True)
    yield
    if not read_only:
        connection.execute("CHECKPOINT")


def _close_off(connection: duckdb.DuckDBPyConnection) -> None:
    for name, value in _CLOSED.items():
        connection.execute(f"SET {name} = {value}")


def _attach(connection: duckdb.DuckDBPyConnection, path: Path, *, read_only: bool) -> None:
    """Under its stem."""
    how = "READ_ONLY" if read_only else "RECOVERY_MODE no_wal_writes"
    attach = f'ATTACH {_quoted(str(path))} AS "{path.stem}" ({how})'
    _waited_for(path, lambda: connection.execute(attach), read_only=read_only)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def create_table(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    columns: Mapping[str, str],
    found: Sequence[Sequence[Any]],
    *,
    temporary: bool = False,
) -> None:
    """A table of a name of our own: columns by name with their types, rows in that order."""
    typed = ", ".join(f"{column} {kind}" for column, kind in columns.items())
    connection.execute(f"CREATE {'TEMP ' if temporary else ''}TABLE {name} ({typed})")
    insert(connection, name, columns, found)


def insert(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    columns: Mapping[str, str],
    found: Sequence[Sequence[Any]],
) -> None:
    """Rows of these columns, by name with their types.

    Bound as lists, a part at a time: that takes a hundred bytes a value for a moment. To load a
    library of columns takes longer; a statement for each row, a millisecond.
    """
    lists = (f"unnest(${at}::{kind}[])" for at, kind in enumerate(columns.values(), 1))
    statement = f"INSERT INTO {name} ({', '.join(columns)}) SELECT {', '.join(lists)}"
    for part in range(0, len(found), _TOGETHER):
        values = zip(*found[part : part + _TOGETHER], strict=True)
        connection.execute(statement, [list(column) for column in values])


def rows(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: Parameters = ()
) -> list[tuple[Any, ...]]:
    """All rows at once: an unfinished result would own the connection."""
    return connection.execute(sql, parameters or None).fetchall()


def each_row(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: Parameters = ()
) -> Iterator[tuple[Any, ...]]:
    """Row by row, some thousand held at a time; until the last, nothing else can be asked."""
    result = connection.execute(sql, parameters or None)
    while part := result.fetchmany(_TOGETHER):
        yield from part


def scalar(connection: duckdb.DuckDBPyConnection, sql: str, parameters: Parameters = ()) -> Any:
    found = rows(connection, sql, parameters)
    return found[0][0] if found else None


def catalog_of(connection: duckdb.DuckDBPyConnection) -> str:
    """By which the tables are had as they are, whatever temporary ones cover them."""
    return f'"{scalar(connection, "SELECT current_database()")}"'
