"""Which service a host is: each host is asked once, each path only where a path decides."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb
import pyarrow as pa

from shadow_scan.rules.matcher import HostMatch, Matcher
from shadow_scan.store.database import create_table, each_row, named_sql, rows

_MATCH = {
    "service": pa.string(),
    "vendor": pa.string(),
    "role": pa.string(),
    "counted": pa.bool_(),
    "beside": pa.bool_(),
    "rule": pa.string(),
}


def classify_hosts(connection: duckdb.DuckDBPyConnection, matcher: Matcher) -> None:
    """`host_class`: a row for each stored host that a rule names, or whose paths one names."""
    found = []
    for host_id, host in each_row(connection, "SELECT id, text FROM facts.hosts"):
        match = matcher.match(host, None)
        deciding = matcher.has_path_rules(host)
        if match is not None or deciding:
            found.append((host_id, match, deciding))
    table = _table({"host_id": [entry[0] for entry in found]}, [entry[1] for entry in found])
    table = table.append_column("path_decides", pa.array([entry[2] for entry in found], pa.bool_()))
    create_table(connection, "host_class", table)


def classify_paths(connection: duckdb.DuckDBPyConnection, matcher: Matcher) -> None:
    """`path_class`: for hosts where a path decides, every (host, path) that was seen."""
    deciding = rows(connection, "SELECT host_id FROM host_class WHERE path_decides")
    seen = paths_of(connection, [host_id for (host_id,) in deciding])
    keys = {"host_id": [row[0] for row in seen], "path_id": [row[1] for row in seen]}
    create_table(
        connection,
        "path_class",
        _table(keys, [matcher.match(host, path) for *_, host, path in seen]),
    )


def paths_of(
    connection: duckdb.DuckDBPyConnection, host_ids: list[int]
) -> list[tuple[int, int, str, str]]:
    """(host_id, path_id, host, path) of every path that was seen on these hosts."""
    create_table(
        connection,
        "asked_hosts",
        pa.table({"host_id": pa.array(host_ids, pa.int32())}),
        temporary=True,
    )
    found = rows(connection, named_sql(__package__, "paths_of"))
    connection.execute("DROP TABLE asked_hosts")
    return found


def _table(keys: dict[str, list[int]], matches: Iterable[HostMatch | None]) -> pa.Table:
    columns: dict[str, pa.Array] = {name: pa.array(ids, pa.int32()) for name, ids in keys.items()}
    found = list(matches)
    for name, kind in _MATCH.items():
        missing = False if kind == pa.bool_() else None
        columns[name] = pa.array([getattr(match, name, missing) for match in found], kind)
    return pa.table(columns)
