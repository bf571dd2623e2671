"""Regular users of each service and team, now and in a year, out of the derived tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import duckdb
import numpy as np
import pandas as pd

from shadow_scan.filters import Filter
from shadow_scan.listings.queries import answered
from shadow_scan.procurement.seats.forecast import (
    LEAST_WEEKS,
    SEASON_WEEKS,
    Outlook,
    forecast_range,
    outlook,
)
from shadow_scan.procurement.seats.habits import Habit, count_range, regular_chances
from shadow_scan.store.database import named_sql
from shadow_scan.vocabulary import Activity

LEAST_DAYS: Final = 14
NO_ESTIMATE: Final = "under two weeks of data: no estimate"
NO_FORECAST: Final = "under eight weeks of data: no forecast"
NO_SEASON: Final = "under thirteen months of data: no seasonality"
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
) -> list[Estimate]:
    """Every service's line for all, then its teams. The connection has procurement's macros."""
    chosen, (oldest, newest) = asked or Filter(), within
    given = {"oldest": oldest, "newest": newest}
    habits = _frame(connection, "habits", activity, chosen, given)
    weekly = _frame(connection, "weekly", activity, chosen, given)
    people = dict(connection.execute("SELECT team, people FROM team_people").fetchall())
    weeks = max(((newest - oldest).days + 1) // 7, 0)
    found: list[Estimate] = []
    for service, of_service in habits.groupby("service", sort=True):
        series = _series(weekly[weekly["service"] == service], weeks)
        found += _of_service(str(service), of_service, series, people, weeks)
    return found


def _frame(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    activity: Activity,
    asked: Filter,
    given: Mapping[str, Any],
) -> pd.DataFrame:
    sql = named_sql("shadow_scan.procurement", name)
    table = answered(connection, sql, activity, asked, given)
    return pd.DataFrame([list(row) for row in table.rows], columns=list(table.columns))


def _series(weekly: pd.DataFrame, weeks: int) -> pd.DataFrame:
    """A row for each whole week that can tell, the oldest first; a column for each team."""
    order = range(max(weeks - 4, -1), -1, -1)
    wide = weekly.pivot_table(index="week", columns="team", values="regulars", aggfunc="sum")
    return wide.reindex(index=list(order)).fillna(0.0).astype(float)


def _of_service(
    service: str,
    habits: pd.DataFrame,
    weekly: pd.DataFrame,
    people: Mapping[str, int],
    weeks: int,
) -> list[Estimate]:
    habit = Habit(
        *(habits[name].to_numpy(float) for name in ("active", "seen", "silent", "before"))
    )
    chances = regular_chances(habit, float(habits["threshold"].iloc[0]))
    view = outlook(weekly)
    limits = _limits(habits, weeks)
    teams = habits["team"].to_numpy(str)
    parts = [
        _estimate(service, team, chances[teams == team], weekly, view, people.get(team), limits)
        for team in sorted(map(str, set(teams)))
    ]
    return [_whole(service, chances, parts, view, limits), *parts]


def _limits(habits: pd.DataFrame, weeks: int) -> list[str]:
    limits = [NO_ESTIMATE] if weeks * 7 < LEAST_DAYS else []
    if weeks < LEAST_WEEKS:
        limits.append(NO_FORECAST)
    elif weeks < SEASON_WEEKS:
        limits.append(NO_SEASON)
    if (habits["user_kind"] != "person").any():
        limits.append(ADDRESSES)
    return limits


def _estimate(
    service: str,
    team: str,
    chances: np.ndarray[Any, np.dtype[np.float64]],
    weekly: pd.DataFrame,
    view: Outlook | None,
    most: int | None,
    limits: Sequence[str],
) -> Estimate:
    if NO_ESTIMATE in limits:
        return Estimate(service, team, len(chances), None, None, None, limits=tuple(limits))
    now, low, high = count_range(chances)
    if view is None:
        return Estimate(service, team, len(chances), now, low, high, limits=tuple(limits))
    factor = float(view.factors.get(team, 1.0)) if team in weekly.columns else 1.0
    then = forecast_range(now, low, high, factor, view, most)
    return Estimate(
        service, team, len(chances), now, low, high, *then, tuple(limits), view.backtests
    )


def _whole(
    service: str,
    chances: np.ndarray[Any, np.dtype[np.float64]],
    parts: Sequence[Estimate],
    view: Outlook | None,
    limits: Sequence[str],
) -> Estimate:
    """All teams at once: errors of people even out, errors of growth may not."""
    if NO_ESTIMATE in limits:
        return Estimate(service, None, len(chances), None, None, None, limits=tuple(limits))
    now, low, high = count_range(chances)
    if view is None:
        return Estimate(service, None, len(chances), now, low, high, limits=tuple(limits))
    middle = sum(part.next_year or 0.0 for part in parts)
    down = sum(((part.next_year or 0) - (part.next_low or 0)) ** 2 for part in parts) ** 0.5
    up = sum(((part.next_high or 0) - (part.next_year or 0)) ** 2 for part in parts) ** 0.5
    then = (middle, int(max(0, np.floor(middle - down))), int(np.ceil(middle + up)))
    return Estimate(
        service, None, len(chances), now, low, high, *then, tuple(limits), view.backtests
    )
