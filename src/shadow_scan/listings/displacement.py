"""Displacement: who has the sanctioned service and uses another, and after a decision, who moved
where (S15). Windows are four weeks before the day and four weeks after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import duckdb

from shadow_scan.filters import Filter
from shadow_scan.governance.entries import Decision
from shadow_scan.governance.opening import ledger_of
from shadow_scan.governance.rulings import in_force
from shadow_scan.listings.queries import answered, reading
from shadow_scan.store.answers import NO_FILTER
from shadow_scan.store.database import named_sql, rows, scalar
from shadow_scan.vocabulary import Activity, Table
from shadow_scan.workspace import Workspace

COLUMNS = (
    *("kind", "service", "to_service", "team", "users", "events", "bytes_up", "decided"),
    "days_after",
)
ENOUGH_DAYS = 7
"""With fewer days of data since a decision it is too early to say who moved."""

Licensed = Callable[[duckdb.DuckDBPyConnection], None]
"""Puts others into `licensed` than the workspace's tables name."""


def as_they_stand(_: duckdb.DuckDBPyConnection) -> None:
    """The licences of the workspace, which are there."""


def displacement(
    place: Workspace,
    activity: Activity = Activity.PEOPLE,
    asked: Filter = NO_FILTER,
    watched: tuple[str, str] | None = None,
    licensed: Licensed = as_they_stand,
) -> Table:
    """`watched`: a service and a day (as 2026-09-01) on which something was done about it, instead
    of those that the ledger knows."""
    with reading(place) as connection:
        return displaced(connection, place, activity, asked, watched, licensed)


def displaced(
    connection: duckdb.DuckDBPyConnection,
    place: Workspace,
    activity: Activity = Activity.PEOPLE,
    asked: Filter = NO_FILTER,
    watched: tuple[str, str] | None = None,
    licensed: Licensed = as_they_stand,
) -> Table:
    """The same on an open connection, once."""
    lines: list[tuple[Any, ...]] = []
    if watched is None:
        licensed(connection)
        lines += answered(connection, named_sql(__package__, "bypass"), activity, asked).rows
    sql = named_sql(__package__, "moved")
    for service, day in [watched] if watched else sorted(set(_decided(connection, place))):
        given = {"service": service, "day": day}
        lines += answered(connection, sql, activity, asked, given).rows
    ordered = sorted(lines, key=lambda line: (-line[4], -line[5], line[1], str(line[2:4])))
    return Table(COLUMNS, ordered)


def _decided(connection: duckdb.DuckDBPyConnection, place: Workspace) -> Iterator[tuple[str, str]]:
    """Services whose people may have moved, and the day of the decision: one that was ruled out,
    and the others of its kind when one was sanctioned."""
    newest = str(scalar(connection, "SELECT max(day) FROM all_usage"))
    for decision in (ruled.decision for ruled in in_force(ledger_of(place).read().entries)):
        day = decision.time[:10]
        if day >= newest:
            continue
        if decision.status == "unsanctioned":
            yield decision.service, day
        elif decision.status == "sanctioned":
            yield from ((other, day) for other in _others(connection, decision))


def _others(connection: duckdb.DuckDBPyConnection, decision: Decision) -> list[str]:
    found = rows(connection, named_sql(__package__, "kindred"), {"service": decision.service})
    return [row[0] for row in found]
