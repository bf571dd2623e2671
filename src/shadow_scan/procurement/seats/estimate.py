"""Regular users of each service and team, now and in a year, out of the derived tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

import duckdb
import numpy as np

from shadow_scan.filters import Filter
from shadow_scan.procurement.seats.forecast import LEAST_WEEKS, SEASON_WEEKS, YEAR, range_of
from shadow_scan.procurement.seats.habits import Counts, Habit, Numbers, count_range
from shadow_scan.procurement.seats.past import (
    DRAWS,
    LOOKED,
    TRIAL_DRAWS,
    Moment,
    People,
    foreseen,
    misses,
    placed,
    summed,
    widened,
    widening,
)
from shadow_scan.store.answers import stored
from shadow_scan.store.database import named_sql
from shadow_scan.vocabulary import Activity

LEAST_DAYS: Final = 14
NO_ESTIMATE: Final = "under two weeks of data: no estimate"
NO_FORECAST: Final = "under eight weeks of data: no forecast"
NO_SEASON: Final = "under thirteen months of data: no seasonality"
_MASS_TEAM: Final = 0.88
_MASS_ALL: Final = 0.9
"""Of the chance, that a range in a year holds at least; among the few people of a team the whole
numbers round it up to nine chances in ten."""
_MASS_NOW: Final = 0.85
_MASS_EARLY: Final = 0.92
"""The same for today's number; and with less than eight weeks of data, which cannot tell yet how
rates are spread near the line."""
_ALL_DAYS: Final = 1_000_000
_BACK: Final = (4, 2)
"""Backtests look ahead from a quarter and from a half of the data's weeks ago."""
_BEFORE: Final = 4
"""Weeks of data that a backtest needs before the day it looks ahead from."""
WIDE_NOW: Final = "the range of today is wide: more weeks of logs narrow it"
WIDE_YEAR: Final = (
    "a year ahead is uncertain by nature: buy for today, agree on more seats at the same price"
)
_WIDE: Final = 0.4
"""Of the estimate: a range that is wider is said to be."""
_FEW_SEATS: Final = 4
ADDRESSES: Final = "some users are addresses or devices, behind which several people may be"


@dataclass(frozen=True, slots=True)
class Estimate:
    """Regular users of a service: of one team, or (`team` None) of all. A range holds the number
    with nine chances in ten; None where the data do not bear it, and `limits` say why."""

    service: str
    team: str | None
    users: int
    regulars: float | None
    low: int | None
    high: int | None
    next_year: float | None = None
    next_low: int | None = None
    next_high: int | None = None
    limits: tuple[str, ...] = field(default=())
    backtests: int = 0


def estimates(
    connection: duckdb.DuckDBPyConnection,
    within: tuple[date, date],
    activity: Activity = Activity.PEOPLE,
    asked: Filter | None = None,
    *,
    only_today: bool = False,
) -> list[Estimate]:
    """Every service's line for all, then its teams; `only_today`: the line for all alone, without
    what a year makes of it. The connection has procurement's macros."""
    sql = named_sql("shadow_scan.procurement", "days_of_use")
    stored(connection, "days_of_use", sql, activity, asked or Filter())
    people = dict(connection.execute("SELECT team, people FROM team_people").fetchall())
    weeks = ((within[1] - within[0]).days + 1) // 7
    if only_today:
        today = _people(connection, within[0], within[1], LOOKED)
        return [_now(service, Moment(users, users), weeks) for service, users in today.items()]
    backs = [0, *_origins(weeks)]
    moments = [_moments(connection, within, 7 * back, weeks) for back in backs]
    found: list[Estimate] = []
    for service in sorted(moments[0]):
        past = [(7 * back, seen[service]) for back, seen in zip(backs, moments, strict=True)
                if service in seen]  # fmt: skip
        found += _of_service(service, past, people, weeks)
    return found


def _origins(weeks: int) -> list[int]:
    """How many weeks ago backtests look ahead from."""
    if weeks < LEAST_WEEKS:
        return []
    return [weeks // part for part in _BACK if weeks - weeks // part >= _BEFORE]


def _moments(
    connection: duckdb.DuckDBPyConnection, within: tuple[date, date], back: int, weeks: int
) -> dict[str, Moment]:
    """Service -> what the days until `back` days ago tell. Of the past, all its days tell who was
    regular then too: they are few."""
    day = within[1] - timedelta(days=back)
    recent = _people(connection, within[0], day, _ALL_DAYS if back else LOOKED)
    if back or weeks < LEAST_WEEKS:
        return {service: Moment(people, people) for service, people in recent.items()}
    whole = _people(connection, within[0], day, _ALL_DAYS)
    return {service: Moment(recent[service], whole[service]) for service in recent}


def _people(
    connection: duckdb.DuckDBPyConnection, oldest: date, newest: date, looked: int
) -> dict[str, People]:
    """Service -> who used it."""
    given = {"oldest": oldest, "newest": newest, "looked": looked}
    sql = named_sql("shadow_scan.procurement", "habits")
    found = connection.execute(sql, given).fetchnumpy()
    services = found["service"]
    edges = np.flatnonzero(services[1:] != services[:-1]) + 1
    parts = zip([0, *edges], [*edges, len(services)], strict=True)
    return {str(services[a]): _part(found, slice(a, b)) for a, b in parts if a < b}


def _part(found: Mapping[str, Any], lines: slice) -> People:
    days = (found[name][lines] for name in ("active", "seen", "silent", "before"))
    threshold = float(found["threshold"][lines.start])
    return People(found["team"][lines].tolist(), found["is_person"][lines], Habit(*days), threshold)


def _now(service: str, today: Moment, weeks: int) -> Estimate:
    return _estimate(service, None, today.chances, None, _limits(today.recent, weeks), 0)


def _of_service(
    service: str, past: Sequence[tuple[int, Moment]], people: Mapping[str, int], weeks: int
) -> list[Estimate]:
    today = past[0][1]
    users, chances = today.recent, today.chances
    limits = _limits(users, weeks)
    teams = sorted(set(users.teams))
    place = placed(users, teams)
    then, tested = _year_on(past, teams, people) if weeks >= LEAST_WEEKS else (None, 0)
    parts = [
        _estimate(service, team, chances[place == at], None if then is None else then[:, at],
                  limits, tested)
        for at, team in enumerate(teams)
    ]  # fmt: skip
    everybody = None if then is None else then.sum(axis=1)
    return [_estimate(service, None, chances, everybody, limits, tested), *parts]


def _year_on(
    past: Sequence[tuple[int, Moment]], teams: Sequence[str], people: Mapping[str, int]
) -> tuple[Counts, int]:
    """Regular users of each team in a year, drawn, and how many forecasts were tried before."""
    today = past[0][1]
    chances = today.chances
    place = placed(today.recent, teams)
    now, unsure = (
        summed(amount, place, len(teams)) for amount in (chances, chances * (1 - chances))
    )
    tried = [
        misses(foreseen(moment, teams, people, back, TRIAL_DRAWS), now, unsure)
        for back, moment in past[1:]
    ]
    errors = np.concatenate([np.zeros(0), *tried])
    most = np.array([float(people.get(team, np.inf)) for team in teams])
    return widened(foreseen(today, teams, people, YEAR, DRAWS), widening(errors), most), len(errors)


def _limits(users: People, weeks: int) -> list[str]:
    limits = [NO_ESTIMATE] if weeks * 7 < LEAST_DAYS else []
    if weeks < LEAST_WEEKS:
        limits.append(NO_FORECAST)
    elif weeks < SEASON_WEEKS:
        limits.append(NO_SEASON)
    if not users.is_person.all():
        limits.append(ADDRESSES)
    return limits


def _estimate(
    service: str, team: str | None, chances: Numbers, then: Counts | None, limits: Sequence[str],
    tested: int,
) -> Estimate:  # fmt: skip
    if NO_ESTIMATE in limits:
        return Estimate(service, team, len(chances), None, None, None, limits=tuple(limits))
    now = count_range(chances, _MASS_EARLY if NO_FORECAST in limits else _MASS_NOW)
    said = [*limits, WIDE_NOW] if _wide(*now) else limits
    if then is None:
        return Estimate(service, team, len(chances), *now, limits=tuple(said))
    year = range_of(then, _MASS_TEAM if team else _MASS_ALL)
    said = [*said, WIDE_YEAR] if _wide(*year) else said
    return Estimate(service, team, len(chances), *now, *year, tuple(said), tested)


def _wide(middle: float, low: int, high: int) -> bool:
    return high - low > max(_WIDE * middle, _FEW_SEATS)
