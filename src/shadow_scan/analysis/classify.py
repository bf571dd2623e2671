"""Which service a host is: each host is asked once, each path only where a path decides."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import duckdb

from shadow_scan.rules.matcher import HostMatch, Matcher
from shadow_scan.rules.patterns import NO_NAME, HostEnds
from shadow_scan.store.database import create_table, each_row, named_sql, rows

_MATCH = {
    "service": "VARCHAR",
    "vendor": "VARCHAR",
    "role": "VARCHAR",
    "counted": "BOOLEAN",
    "beside": "BOOLEAN",
    "rule": "VARCHAR",
}


def classify_hosts(connection: duckdb.DuckDBPyConnection, matcher: Matcher) -> None:
    """`host_class`: a row for each stored host that a rule names, or whose paths one names."""
    found = []
    for host_id, host in likely_hosts(connection, matcher.ends):
        match = matcher.match(host, None)
        deciding = matcher.has_path_rules(host)
        if match is not None or deciding:
            found.append((host_id, *_told(match), deciding))
    columns = {"host_id": "INTEGER", **_MATCH, "path_decides": "BOOLEAN"}
    create_table(connection, "host_class", columns, found)


def likely_hosts(
    connection: duckdb.DuckDBPyConnection, ends: HostEnds, words: Sequence[str] = ()
) -> Iterator[tuple[int, str]]:
    """Stored hosts that end so, or hold one of the words in their first label."""
    listed = "|".join(map(re.escape, words))
    first_label = rf"^(?:[^.]*[^a-z0-9.])?(?:{listed})(?:[^a-z0-9.][^.]*)?\." if words else NO_NAME
    given = {"names": sorted(ends.names), "tails": ends.expression, "words": first_label}
    yield from each_row(connection, named_sql(__package__, "likely_hosts"), given)


def classify_paths(connection: duckdb.DuckDBPyConnection, matcher: Matcher) -> None:
    """`path_class`: for hosts where a path decides, every (host, path) that was seen."""
    deciding = rows(connection, "SELECT host_id FROM host_class WHERE path_decides")
    seen = paths_of(connection, [host_id for (host_id,) in deciding])
    found = [(at, path_id, *_told(matcher.match(host, path))) for at, path_id, host, path in seen]
    create_table(
        connection, "path_class", {"host_id": "INTEGER", "path_id": "INTEGER", **_MATCH}, found
    )


def paths_of(
    connection: duckdb.DuckDBPyConnection, host_ids: list[int]
) -> list[tuple[int, int, str, str]]:
    """(host_id, path_id, host, path) of every path that was seen on these hosts."""
    if not host_ids:
        return []
    asked = [(host_id,) for host_id in host_ids]
    create_table(connection, "asked_hosts", {"host_id": "INTEGER"}, asked, temporary=True)
    found = rows(connection, named_sql(__package__, "paths_of"))
    connection.execute("DROP TABLE asked_hosts")
    return found


def _told(match: HostMatch | None) -> tuple[Any, ...]:
    if match is None:
        return (None, None, None, False, False, None)
    return tuple(getattr(match, name) for name in _MATCH)
