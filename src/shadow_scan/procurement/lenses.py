"""The lenses of procurement: listings over the derived tables and what people know beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import duckdb

from shadow_scan.filters import Filter
from shadow_scan.listings.queries import answered, reading
from shadow_scan.procurement import study
from shadow_scan.procurement.given import Supplies, put
from shadow_scan.store.database import named_sql, rows
from shadow_scan.vocabulary import Activity, Table

LARGE_UPLOAD: Final = 1_000_000
"""Bytes that a session sends from which on it counts as a large upload: more than anybody types."""
_RECENT_WEEKS: Final = 4
_TEMPORARY: Final = "SELECT table_name FROM duckdb_tables() WHERE temporary"
_DAYS: Final = """
    SELECT CAST(unnest(generate_series(first, last, INTERVAL 1 DAY)) AS DATE) AS day
    FROM (SELECT min(day) AS first, max(day) AS last FROM main.usage)"""
_PERIOD: Final = ("since", "until", "day")
_NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "value": (),
    "champions": (),
    "funnel": ("product",),
    "grid": ("terms", "answers"),
    "exposure": ("terms",),
    "agents": (),
    "survey": ("replies",),
    "totals": (),
    "weeks": (),
    "evidence": (),
    "gap": ("licences",),
    "investment": ("budget", "functions", "offices"),
    "scorecard": ("terms", "product", "criteria", "answers"),
}
"""Lens -> the temporary tables that its SQL reads."""


@dataclass(frozen=True, slots=True)
class Lens:
    """A question: its name, whose use, the filter, and values that its SQL asks for."""

    name: str
    activity: Activity = Activity.PEOPLE
    asked: Filter = field(default_factory=Filter)
    given: Mapping[str, Any] = field(default_factory=dict)


def lens(supplies: Supplies, what: Lens) -> Table:
    """The rows of a lens. Raises UsageError for a term or a table that cannot be answered."""
    with reading(supplies.place) as connection:
        return looked_through(connection, supplies, what)


def looked_through(connection: duckdb.DuckDBPyConnection, supplies: Supplies, what: Lens) -> Table:
    """The same on an open connection, whose temporary tables are made on first need."""
    prepared(connection, supplies, _NEEDS[what.name])
    oldest, newest = period(connection, what.asked)
    given = {
        "oldest": oldest,
        "newest": newest,
        "weeks": max((newest - oldest).days // 7, _RECENT_WEEKS),
        "large": LARGE_UPLOAD,
        "generic": study.FUNNEL["generic"],
        "task_specific": study.FUNNEL["task-specific"],
        "gap": study.GAP,
        "investment": study.INVESTMENT,
        "survey": study.SURVEY,
        "narrowed": any(c.term and c.term.name not in _PERIOD for c in what.asked.conditions),
        **what.given,
    }
    sql = named_sql(__package__, what.name)
    return answered(connection, sql, what.activity, what.asked, given)


def prepared(
    connection: duckdb.DuckDBPyConnection, supplies: Supplies, names: tuple[str, ...]
) -> None:
    """The macros of procurement, and the temporary tables of these names."""
    there = {row[0] for row in rows(connection, _TEMPORARY)}
    connection.execute(named_sql(__package__, "macros"))
    for name in names:
        if name not in there:
            put(connection, supplies, name)


def period(connection: duckdb.DuckDBPyConnection, asked: Filter) -> tuple[date, date]:
    """First and last day of the data within the asked period, whatever else is asked: a tool that
    nobody uses any more must not look as if the data ended with it."""
    within = Filter(tuple(c for c in asked.conditions if c.term and c.term.name in _PERIOD))
    found = answered(connection, _DAYS, Activity.ALL, within).rows
    days = [date.fromisoformat(day) for (day,) in found]
    return (days[0], days[-1]) if days else (date.min, date.min)
