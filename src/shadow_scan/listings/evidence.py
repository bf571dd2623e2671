"""The requests behind a figure, down to file and line; texts stand in the facts alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import duckdb

from shadow_scan.filters import Filter
from shadow_scan.findings.standing import fill
from shadow_scan.store.answers import MOST, narrowed, newest, prepare
from shadow_scan.store.database import named_sql, opened, rows
from shadow_scan.vocabulary import Activity, Table
from shadow_scan.workspace import Workspace

COLUMNS = (
    *("event_time", "team", "user", "request", "bytes_up", "evidence", "part", "task", "service"),
    *("session", "source_file", "source_line"),
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """`parts`: own, joined (of a shared host, beside the service's own) and blocked -> how many
    requests there are; `table` holds the newest `MOST` of them."""

    table: Table
    parts: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.parts.values())


def evidence(place: Workspace, asked: Filter, activity: Activity = Activity.PEOPLE) -> Evidence:
    """The requests that a listing through this filter counts, the newest first. Raises LockedError
    while a scan writes the facts."""
    with opened(place.derived, read_only=True, beside=[place.facts]) as connection:
        prepare(connection)
        fill(connection, place)
        connection.execute(named_sql(__package__, "evidence_rows"))
        return _behind(connection, asked, activity)


def _behind(connection: duckdb.DuckDBPyConnection, asked: Filter, activity: Activity) -> Evidence:
    given = {"activity": activity.value}
    sql, given = narrowed(connection, named_sql(__package__, "evidence"), given, asked)
    counted = f"SELECT part, count(*) FROM ({sql}) GROUP BY part ORDER BY part"
    names = ", ".join(f'"{name}"' for name in COLUMNS)
    parts = dict(rows(connection, counted, given))
    shown = f"SELECT {names} FROM ({sql})"
    table, _ = newest(connection, shown, given, "event_time", "source_line", MOST)
    return Evidence(table, parts)
