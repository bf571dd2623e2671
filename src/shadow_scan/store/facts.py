"""The facts of a workspace: opened for a moment, written in one transaction, closed again.

Between two transactions the file is nobody's, so that a drill-down never waits for a scan longer
than one batch. A batch is whole or absent: events, dictionaries and progress go together.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from shadow_scan.collectors.canonical import as_numbers
from shadow_scan.errors import UsageError
from shadow_scan.identity.subnets import Subnets
from shadow_scan.store import sources
from shadow_scan.store.database import MEMORY_LIMIT, named_sql, opened
from shadow_scan.store.dictionaries import NOBODY_ID, Dictionary, Remembered
from shadow_scan.store.events import STORED, found_events, part_events, store_events
from shadow_scan.store.meta import SCHEMA_VERSION, check_layout, kind_of_names, said
from shadow_scan.store.privacy import NamePolicy
from shadow_scan.store.problems import no_room
from shadow_scan.store.removal import remove
from shadow_scan.store.rewriting import aside
from shadow_scan.store.sources import Source

if TYPE_CHECKING:
    from shadow_scan.identity.leases import Leases
    from shadow_scan.identity.people import People

_USERS = Dictionary("users")
_DEVICES = Dictionary("devices")
_ADDRESSES = Dictionary("addresses", ("subnet_team", "relay"))
_HOSTS = Dictionary("hosts")
_PLAIN_COLUMNS = {
    "department_id": (Dictionary("departments"), "department"),
    "host_id": (_HOSTS, "host"),
    "destination_id": (Dictionary("destinations"), "destination_ip"),
    "method_id": (Dictionary("methods"), "method"),
    "path_id": (Dictionary("paths"), "path"),
    "agent_id": (Dictionary("agents"), "user_agent"),
    "referrer_id": (_HOSTS, "referrer_host"),
}
_AS_THEY_ARE = (
    *("source_id", "event_time", "duration_ms", "port", "status", "bytes_up", "bytes_down"),
    "flow",
)
_STRENGTHS = {"resolved": 1, "connected": 2, "transacted": 3}
_BLOCKED = {"blocked": 1, "allowed": 0}
_LITTLE_MEMORY = "24MB"
"""For small batches beside what a reader of packets remembers: with more, the database would keep
blocks of names that were looked through. What does not fit is stored as ever."""
_SMALL_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Batch:
    """Canonical events with a `source_id` column, and the sources as they stand behind them."""

    events: pa.Table | None
    sources: Sequence[Source]
    replaced: Sequence[tuple[int, int]] = ()
    """(source_id, first line) of unterminated last lines that were read again."""
    doubled: Sequence[int] = ()
    """Sources of which every line stands in another one, too."""
    joining: bool = True
    """Whether small row groups are joined where it is stored."""

    @property
    def is_small(self) -> bool:
        return self.events is None or self.events.nbytes <= _SMALL_BYTES


@contextmanager
def _transaction(
    path: Path, *, joining: bool = True, memory: str = MEMORY_LIMIT
) -> Iterator[duckdb.DuckDBPyConnection]:
    try:
        with opened(path, threads=1, joining=joining, memory=memory) as connection:
            connection.execute("BEGIN")
            yield connection
            connection.execute("COMMIT")
    except duckdb.Error as error:
        if memory == _LITTLE_MEMORY and isinstance(error, duckdb.OutOfMemoryException):
            raise
        raise no_room(path, error) from None


@contextmanager
def changing(
    path: Path, *, joining: bool = True, memory: str = MEMORY_LIMIT
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A transaction after which derived tables are out of date; `revision` says so."""
    with _transaction(path, joining=joining, memory=memory) as connection:
        part_events(connection)
        yield connection
        connection.execute(
            "UPDATE meta SET value = CAST(CAST(value AS BIGINT) + 1 AS VARCHAR) "
            "WHERE key = 'revision'"
        )


@dataclass(frozen=True, slots=True)
class Facts:
    path: Path
    names: NamePolicy
    subnets: Subnets
    relays: Subnets
    """Our own proxies and gateways."""
    _remembered: Remembered = field(default_factory=Remembered, repr=False)

    def prepare(self) -> dict[str, str]:
        """Make the file and its tables if there are none; what they say of themselves.

        Raises UsageError for facts of another version, and where plain names and pseudonyms would
        mix.
        """
        written = kind_of_names(plain=self.names.plain)
        if not self.path.exists():
            self._found(written)
        with opened(self.path, read_only=True) as connection:
            before = said(connection)
        check_layout(before, self.path)
        if before["names"] != written:
            raise UsageError(
                f"this workspace stores {before['names']}, and this scan would store {written}",
                where=str(self.path.parent),
                remedy="scan with the settings of before, or name another --workspace",
            )
        return before

    def _found(self, written: str) -> None:
        """Whole or absent, like a batch: a kill leaves no half file, and no reader sees one."""
        with aside(self.path) as folder:
            new = Path(folder) / self.path.name
            with _transaction(new) as connection:
                connection.execute(named_sql(__package__, "schema"))
                found_events(connection)
                # Any number but that of facts that were here before: tables of those are not ours.
                first = str(secrets.randbits(48))
                meta = [["schema", SCHEMA_VERSION], ["names", written], ["revision", first]]
                meta += [["nobody", str(NOBODY_ID)]]
                connection.executemany("INSERT INTO meta VALUES ($1, $2)", meta)
            new.chmod(0o600)
            try:
                # A link, unlike a move, never replaces what another scan has founded meanwhile.
                self.path.hardlink_to(new)
            except FileExistsError:
                return
            except OSError:  # A file system without links.
                new.rename(self.path)

    def _change(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        return changing(self.path)

    def write(self, batch: Batch) -> None:
        if batch.joining or not batch.is_small:
            self._write(batch, MEMORY_LIMIT)
            return
        try:
            self._write(batch, _LITTLE_MEMORY)
        except duckdb.OutOfMemoryException:
            self._remembered.forget()
            self._write(batch, MEMORY_LIMIT)

    def _write(self, batch: Batch, memory: str) -> None:
        with changing(self.path, joining=batch.joining, memory=memory) as connection:
            revision = int(said(connection)["revision"])
            self._remembered.begin(revision)
            remove(connection, batch.doubled)
            for source_id, line in batch.replaced:
                _forget(connection, source_id, line)
            if batch.events is not None and batch.events.num_rows:
                encoded = self._encoded(connection, batch.events)
                connection.register("batch", encoded)
                store_events(connection, encoded, "batch")
                connection.execute(_hours(1, "batch"))
                connection.unregister("batch")
            sources.save(connection, batch.sources)
        if batch.joining:
            self._remembered.keep(revision + 1)
        else:  # Of captures: their names hardly ever come twice, and room is scarce.
            self._remembered.forget()

    def _encoded(self, connection: duckdb.DuckDBPyConnection, events: pa.Table) -> pa.Table:
        columns = {name: events[name] for name in _AS_THEY_ARE}
        columns["source_line"] = events["line_number"]
        known, names = self._remembered, self.names
        columns["user_id"] = _USERS.encode(connection, events["person_name"], known, names.user)
        named = _DEVICES.encode(connection, events["device_name"], known, names.device)
        machine = _DEVICES.encode(connection, events["machine_name"], known, names.device)
        columns["device_id"] = _either(named, machine)
        columns["address_id"] = _ADDRESSES.encode(
            connection,
            events["source_ip"],
            known,
            names.address,
            lambda address: (self.subnets.team(address), self.relays.team(address)),
        )
        for column, (dictionary, name) in _PLAIN_COLUMNS.items():
            columns[column] = dictionary.encode(connection, events[name], known)
        columns["blocked"] = _as_truth(as_numbers(events["action"], _BLOCKED))
        columns["strength"] = as_numbers(events["evidence"], _STRENGTHS)
        return pa.table(columns)

    def replace_people(self, people: People, file: Path | None = None) -> None:
        """What is remembered of the people file: pseudonym -> team, function, site; its digest and
        where it lies, for `reveal`."""
        user, device = self.names.user, self.names.device
        persons = [(user(key), p.team, p.function, p.site) for key, p in people.by_user.items()]
        aliases = [(user(alias), user(key)) for alias, key in people.aliases.items()]
        devices = [
            (device(name), None if p.user is None else user(p.user), p.team, p.function, p.site)
            for name, p in people.by_device.items()
        ]
        with self._change() as connection:
            for table in ("people", "people_aliases", "people_devices"):
                connection.execute(f"DELETE FROM {table}")
            _insert(connection, "people", persons, 4)
            _insert(connection, "people_aliases", aliases, 2)
            _insert(connection, "people_devices", devices, 5)
            digest = [["people_digest", people.digest]]
            digest += [["people_file", str(file.absolute())]] if file is not None else []
            connection.executemany("INSERT OR REPLACE INTO meta VALUES ($1, $2)", digest)

    def add_leases(self, leases: Leases) -> None:
        """What a lease file tells, laid over what earlier ones told: addresses move, and a lease
        may end before its time."""
        told = leases.told
        # a lease is renewed many times
        address, device = cache(self.names.address), cache(self.names.device)
        devices = [None if it.device is None else device(it.device) for it in told]
        nameless = [it.device is not None and it.device == it.mac for it in told]
        table = pa.table(
            {
                "address_text": pa.array([address(it.address) for it in told]),
                "device_text": pa.array(devices, pa.string()),
                "begin_time": pa.array([it.begin_us for it in told], pa.timestamp("us")),
                "end_time": pa.array([it.end_us for it in told], pa.timestamp("us")),
                "known_time": pa.array([it.known_us for it in told], pa.timestamp("us")),
                "nameless": pa.array(nameless, pa.bool_()),
            }
        )
        with self._change() as connection:
            connection.register("entries", table)
            connection.execute(named_sql(__package__, "add_leases"))
            connection.unregister("entries")


def _hours(sign: int, events: str) -> str:
    return named_sql(__package__, "hours").format(sign=sign, events=events)


def _forget(connection: duckdb.DuckDBPyConnection, source_id: int, line: int) -> None:
    """Take back the events of a source from a line on."""
    behind = "WHERE source_id = $1 AND source_line >= $2"
    connection.execute(_hours(-1, f"events {behind}"), [source_id, line])
    connection.execute(f"DELETE FROM {STORED} {behind}", [source_id, line])


def _either(first: pa.Array, second: pa.Array) -> pa.Array:
    """The first one's numbers and, where it has none, the second one's. Arrow's functions take a
    tenth of a second and seven megabytes to load: not where there is nothing to choose."""
    if not first.null_count or second.null_count == len(second):
        return first
    return second if first.null_count == len(first) else pa.compute.coalesce(first, second)


def _as_truth(numbers: pa.Array) -> pa.Array:
    nothing = numbers.null_count == len(numbers)
    return pa.nulls(len(numbers), pa.bool_()) if nothing else numbers.cast(pa.bool_())


def _insert(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    entries: Sequence[tuple[str | None, ...]],
    width: int,
) -> None:
    columns = [pa.array([entry[at] for entry in entries], pa.string()) for at in range(width)]
    connection.register("entries", pa.table(columns, names=[f"c{at}" for at in range(width)]))
    connection.execute(f"INSERT INTO {table} SELECT * FROM entries")
    connection.unregister("entries")
