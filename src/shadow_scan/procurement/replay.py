"""Replay: a decision not yet taken, over use that has been seen. It counts, and writes nothing.

Over a past period its numbers are the counts of that period's rows. Where there is data of later
weeks, what a week of the period comes to is held against what a later week came to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import duckdb

from shadow_scan.errors import UsageError
from shadow_scan.listings.decisions import known_teams
from shadow_scan.listings.queries import reading
from shadow_scan.procurement.given import Supplies
from shadow_scan.procurement.prices import Price, fitting, prices
from shadow_scan.store.database import named_sql, rows
from shadow_scan.vocabulary import Activity, Table

COLUMNS = (
    *("kind", "service", "task", "team", "users", "tasks", "sessions", "events", "bytes_up"),
    *("bytes_down", "alternative", "money", "currency", "price"),
)
_SAME_KIND = "SELECT service FROM services WHERE category = $category AND service IN " \
    "(SELECT service FROM all_usage WHERE counted_events > 0)"  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plan:
    """What is thought of. `services` are those that would go, `into` the one that people would
    use (None: whatever is approved); `only` and `spared` are teams."""

    services: tuple[str, ...]
    into: str | None = None
    only: tuple[str, ...] = ()
    spared: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    activity: Activity = Activity.PEOPLE
    licensing: bool = False
    """`into` is to be licensed: it would take the place of all services of its kind."""


@dataclass(frozen=True, slots=True)
class _Approved:
    service: str
    name: str
    category: str
    tasks: frozenset[str]


def replay(supplies: Supplies, plan: Plan) -> tuple[Table, list[str]]:
    """What the decision would touch, and what must be said about it. Raises UsageError."""
    with reading(supplies.place) as connection:
        first, last, newest = _period(connection, plan)
        _write_plan(connection, supplies, plan)
        given = {"activity": plan.activity.value, "some_teams": bool(plan.only)}
        sql = named_sql(__package__, "replay")
        counted = rows(connection, sql, {**given, "since": str(first), "until": str(last)})
        approved = _approved(connection, supplies, plan)
        offers = prices(supplies.rules, supplies.path("prices"), date.today())
        best = {
            (row[1], row[2]): _alternative(supplies, row[1], row[2], approved)
            for row in counted
            if row[0] == "task"
        }
        lines = [_line(row, supplies, best, offers) for row in counted]
        later, notes = _later(connection, given, first, last, newest)
    return Table(COLUMNS, [*lines, *later]), notes


def _period(connection: duckdb.DuckDBPyConnection, plan: Plan) -> tuple[date, date, date]:
    oldest, newest = rows(connection, "SELECT min(day), max(day) FROM all_usage")[0]
    if oldest is None:
        remedy = "scan logs first"
        raise UsageError("no use has been seen yet", where="replay", remedy=remedy)
    first, last = max(plan.since or oldest, oldest), min(plan.until or newest, newest)
    if first > last:
        remedy = f"the data goes from {oldest} to {newest}"
        raise UsageError("nothing lies in this period", where="--since, --until", remedy=remedy)
    return first, last, newest


def _write_plan(connection: duckdb.DuckDBPyConnection, supplies: Supplies, plan: Plan) -> None:
    services = set(plan.services)
    if plan.licensing and plan.into is not None:
        category = supplies.rules.services[plan.into].category
        services |= {row[0] for row in rows(connection, _SAME_KIND, {"category": category})}
    connection.execute("CREATE TEMP TABLE replayed (service VARCHAR)")
    connection.execute("CREATE TEMP TABLE replayed_teams (team VARCHAR, meant BOOLEAN)")
    teams = [[t, True] for t in plan.only] + [[t, False] for t in plan.spared]
    connection.executemany("INSERT INTO replayed VALUES ($1)", [[s] for s in sorted(services)])
    if teams:
        connection.executemany("INSERT INTO replayed_teams VALUES ($1, $2)", teams)


def _approved(
    connection: duckdb.DuckDBPyConnection, supplies: Supplies, plan: Plan
) -> list[_Approved]:
    """Those that are sanctioned, and that into which everything is to go, before them."""
    found = [
        _Approved(service, name, category, frozenset(tasks or ()))
        for service, name, category, tasks in rows(
            connection, named_sql(__package__, "replay_alternatives")
        )
        if service not in plan.services
    ]
    if plan.into is None:
        return found
    known = supplies.rules.services[plan.into]
    sql = "SELECT DISTINCT task FROM all_usage WHERE service = $1 AND task <> 'unknown'"
    tasks = frozenset(row[0] for row in rows(connection, sql, [plan.into]))
    return [_Approved(known.id, known.name, known.category, tasks)]


def _line(
    row: tuple[Any, ...],
    supplies: Supplies,
    best: Mapping[tuple[str, str], _Approved | None],
    offers: dict[str, list[Price]],
) -> tuple[Any, ...]:
    """Money is that of the alternative; of all people, only where all of them would use one."""
    kind, service, task, _, users, *_ = row
    if kind == "task":
        mine = best[service, task]
        words = _words(mine, task, supplies, service) if mine else "none is approved"
    else:
        all_of_them = {one.service: one for one in best.values() if one is not None}
        alone = len(all_of_them) == 1 and None not in best.values()
        mine, words = (next(iter(all_of_them.values())) if alone else None), None
    offered = offers.get(mine.service if mine else "", [])
    return (*row, words, *_money(offered, users, alone=kind != "team"))


def _alternative(
    supplies: Supplies, service: str, task: str, approved: Sequence[_Approved]
) -> _Approved | None:
    """One that was seen doing the task, else one of the same kind, else (when only one is meant)
    that one."""
    known = supplies.rules.services.get(service)
    doing = [one for one in approved if task in one.tasks]
    alike = [one for one in approved if known is not None and one.category == known.category]
    return next(iter([*doing, *alike]), approved[0] if len(approved) == 1 else None)


def _words(best: _Approved, task: str, supplies: Supplies, service: str) -> str:
    known = supplies.rules.services.get(service)
    if best.service == service:
        return f"{best.name}, as now"
    if task in best.tasks:
        return f"{best.name}, seen doing it"
    if known is not None and known.category == best.category:
        return f"{best.name}, of the same kind"
    return f"{best.name}, not seen doing it"


def _money(offers: list[Price], users: int, *, alone: bool) -> tuple[Any, ...]:
    """What seats for these people cost a year; nothing where no price is known."""
    offer = fitting(offers, users) if users else None
    if offer is None:
        return None, None, None
    cost = offer.yearly_cost(users, alone=alone)
    own = "own price" if offer.own else "list price"
    words = f"{offer.plan}: {offer.amount:g} a {offer.unit}, {own} of {offer.as_of}"
    return None if cost is None else round(cost, 2), offer.currency, words


def _later(
    connection: duckdb.DuckDBPyConnection,
    given: dict[str, Any],
    first: date,
    last: date,
    newest: date,
) -> tuple[list[tuple[Any, ...]], list[str]]:
    """A week of the period, a week of what came later, and by how much the first misses it."""
    before, after = ((last - first).days + 1) // 7, (newest - last).days // 7
    if newest <= last:
        return [], []
    if not before or not after:
        return [], ["the error over later weeks needs a whole week in the period and one after it"]
    expected = _weekly(connection, given, first, before)
    counted = _weekly(connection, given, last + timedelta(days=1), after)
    errors = [_error(*pair) for pair in zip(expected, counted, strict=True)]
    note = f"later: {after} whole weeks from {last + timedelta(days=1)}; expected a week, "
    shown = ", ".join(_miss(name, error) for name, error in zip(_MEASURES, errors, strict=True))
    labelled = (("a week, expected", expected), ("a week, later", counted), ("error", errors))
    return [_weekly_line(kind, values) for kind, values in labelled], [note + shown]


_MEASURES = ("users", "sessions", "events", "bytes_up")


def _weekly(
    connection: duckdb.DuckDBPyConnection, given: dict[str, Any], since: date, weeks: int
) -> list[float | None]:
    sql = named_sql(__package__, "replay_weeks")
    found = rows(connection, sql, {**given, "since": str(since), "weeks": weeks})[0]
    users, *rest = (None if value is None else float(value) for value in found)
    return [
        None if users is None else round(users, 1),
        *(None if v is None else round(v) for v in rest),
    ]


def _error(expected: float | None, counted: float | None) -> float | None:
    """Relative to what was counted; unknown where nothing was."""
    if expected is None or not counted:
        return None
    return round((expected - counted) / counted, 3)


def _miss(name: str, error: float | None) -> str:
    return f"{name} {'unknown' if error is None else f'{error:+.0%}'}"


def _weekly_line(kind: str, values: Sequence[float | None]) -> tuple[Any, ...]:
    users, sessions, events, bytes_up = values
    named = {"kind": kind, "users": users, "sessions": sessions, "events": events,
             "bytes_up": bytes_up}  # fmt: skip
    return tuple(named.get(column) for column in COLUMNS)


def teams_to_name(supplies: Supplies) -> list[str]:
    """Those that a decision may be for, whether they use anything yet or not."""
    with reading(supplies.place) as connection:
        return known_teams(connection)
