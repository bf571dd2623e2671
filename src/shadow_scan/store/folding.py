"""Small teams fold together before anything is counted, so that no subtraction tells of one."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from shadow_scan.sharing import SMALL_TEAMS
from shadow_scan.store.database import catalog_of, named_sql, rows

_FOLDED = "SELECT 1 FROM duckdb_tables() WHERE temporary AND table_name = 'folded'"
_WITH_TEAMS = ("usage", "sessions", "agent_use", "known_people")


def fold_small_teams(connection: duckdb.DuckDBPyConnection, smallest: int) -> list[str]:
    """From now on, on this connection, every statement sees the folded teams; which, is returned.

    `usage`, `sessions` and the others are covered by temporary views of the same name.
    """
    catalog = catalog_of(connection)
    sizes = dict(rows(connection, named_sql(__package__, "team_sizes").format(catalog=catalog)))
    folded = together(sizes, smallest)
    connection.execute("CREATE TEMP TABLE folded (team VARCHAR)")
    if folded:
        connection.executemany("INSERT INTO folded VALUES ($1)", [[team] for team in folded])
    there = {name for (name,) in rows(connection, "SELECT table_name FROM duckdb_tables()")}
    for name in there.intersection(_WITH_TEAMS):
        _cover(connection, name, f"{catalog}.main.{name}")
    for name in ("usage", "sessions"):
        connection.execute(f"CREATE OR REPLACE TEMP VIEW all_{name} AS FROM {name}")
    connection.execute(named_sql(__package__, "team_people_folded").format(catalog=catalog))
    fold_licensed(connection)
    return folded


def folds(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether small teams are one on this connection."""
    return bool(rows(connection, _FOLDED))


def fold_licensed(connection: duckdb.DuckDBPyConnection) -> None:
    """The same of `licensed`, whenever it is filled."""
    sql = named_sql(__package__, "fold_licensed")
    connection.execute(sql.format(catalog=catalog_of(connection)))


def _cover(connection: duckdb.DuckDBPyConnection, view: str, table: str) -> None:
    connection.execute(
        f"CREATE TEMP VIEW {view} AS SELECT t.* REPLACE "
        f"(CASE WHEN t.team IN (FROM folded) THEN '{SMALL_TEAMS}' ELSE t.team END AS team) "
        f"FROM {table} AS t"
    )


def together(sizes: Mapping[str, int], smallest: int) -> list[str]:
    """The teams that fold: the small ones, and the next larger ones until all of them together
    are no small team either."""
    by_size = sorted(sizes, key=lambda team: (sizes[team], team))
    folded = [team for team in by_size if sizes[team] < smallest]
    rest = [team for team in by_size if sizes[team] >= smallest]
    while folded and rest and (sum(sizes[t] for t in folded) < smallest or len(folded) < 2):
        folded.append(rest.pop(0))
    return sorted(folded)
