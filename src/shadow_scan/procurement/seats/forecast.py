"""How many regular users in a year: the growth so far, carried on as far as the past bears it.

Several simple ways to carry growth on are tried on the past (backtest); the one that would have
erred least is used, and how far it erred makes the range. pandas frames throughout: one row a week,
one column a team.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

YEAR: Final = 52
LEAST_WEEKS: Final = 8
SEASON_WEEKS: Final = 57
"""Thirteen months: a year, and the four weeks that are compared with those of a year before."""
SILENT_WEEKS: Final = 3
"""The first weeks of the data cannot tell who is regular: a series is that much shorter."""
_DAMPINGS: Final = (0.0, 0.9, 0.96, 0.99, 1.0)
"""What is left of the growth from one week to the next; 0 means that it stays as it is."""
_LOOK_BACK: Final = 26
_CHANCE: Final = 1.645
"""A count that chance makes (Poisson) errs by as much in nine years of ten, in roots of itself: no
range is narrower, for a short past may have been lucky."""
_SMOOTH: Final = 4
_MASS: Final = 0.9
_ERRORS_GROW: Final = 0.2
"""Errors grow with this power of time: far slower than a random walk's (0.5), for much of what a
short backtest sees is who stands just above or below the line in a given week."""
_HELD_BY_ALL: Final = 5.0
"""A team's own growth counts as much as everybody's once this many of its people are regular."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """Growth factor of each team over a year, and the spread of the backtest's errors.

    `low`, `high`: errors of a count are that many times its square root, for one year ahead.
    """

    factors: pd.Series[float]
    low: float
    high: float
    damping: float
    seasonal: bool
    backtests: int


def outlook(weekly: pd.DataFrame) -> Outlook | None:
    """What the weeks (whole ones, the oldest first) bear; None under eight weeks."""
    weeks = len(weekly) + SILENT_WEEKS
    if weeks < LEAST_WEEKS:
        return None
    seasonal = weeks >= SEASON_WEEKS
    errors = {damping: _errors(weekly, damping) for damping in _DAMPINGS}
    damping = min(_DAMPINGS, key=lambda d: float(np.mean(np.square(errors[d]))))
    tail = (1 - _MASS) / 2
    low, high = np.quantile(errors[damping], [tail, 1 - tail])
    if seasonal:
        factors = _year_on_year(weekly)
    else:
        factors = _carried_on(weekly, YEAR, damping) / np.maximum(_level(weekly), 1e-9)
    return Outlook(
        factors.clip(0.0, 5.0).fillna(1.0), min(float(low), -_CHANCE), max(float(high), _CHANCE),
        damping, seasonal, len(errors[damping]),
    )  # fmt: skip


def _level(weekly: pd.DataFrame) -> pd.Series[float]:
    return weekly.tail(_SMOOTH).mean()


def _carried_on(weekly: pd.DataFrame, ahead: int, damping: float) -> pd.Series[float]:
    """The level in `ahead` weeks: growth a week over the look-back, damped week by week."""
    level = _level(weekly)
    back = min(_LOOK_BACK, len(weekly) - _SMOOTH)
    before = weekly.iloc[-_SMOOTH - back : -back].mean()
    steps = float(sum(damping**step for step in range(1, ahead + 1))) if damping else 0.0
    own = (level - before) / back
    together = (level.sum() - before.sum()) / back
    share = level / max(float(level.sum()), 1e-9)
    trust = level / (level + _HELD_BY_ALL)
    return (level + steps * (trust * own + (1 - trust) * share * together)).clip(lower=0.0)


def _year_on_year(weekly: pd.DataFrame) -> pd.Series[float]:
    """A whole year compares the same season with itself, so that a summer is no decline."""
    level, before = _level(weekly), weekly.iloc[-YEAR - _SMOOTH : -YEAR].mean()
    together = float(level.sum()) / max(float(before.sum()), 1e-9)
    pooled = (level + _HELD_BY_ALL * together) / (before + _HELD_BY_ALL)
    # growth slows down as tools fill their teams: half of what the last year brought
    return 1 + (pooled - 1) / 2


def _errors(weekly: pd.DataFrame, damping: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Errors of forecasts from the past, each divided by the root of its level, as of a year."""
    ahead = max(2, min(YEAR, (len(weekly) - _SMOOTH) // 3))
    found = []
    for origin in range(_SMOOTH + 1, len(weekly) - ahead + 1):
        known = weekly.iloc[:origin]
        foreseen = _carried_on(known, ahead, damping)
        actual = weekly.iloc[: origin + ahead].tail(_SMOOTH).mean()
        scale = np.sqrt(np.maximum(foreseen, 1.0)) * (ahead / YEAR) ** _ERRORS_GROW
        found.append(((actual - foreseen) / scale).to_numpy())
    return np.concatenate(found) if found else np.array([-_CHANCE, _CHANCE])


def forecast_range(now: float, low: int, high: int, factor: float, view: Outlook, most: int | None
) -> tuple[float, int, int]:  # fmt: skip
    """Regular users of a team in a year: the middle, and the range that the backtest bears, never
    more than the team has people."""
    middle = now * factor
    root = float(np.sqrt(max(middle, 1.0)))
    least = max(0.0, middle - float(np.hypot(view.low * root, (now - low) * factor)))
    greatest = middle + float(np.hypot(view.high * root, (high - now) * factor))
    if most is not None:
        middle, greatest = min(middle, float(most)), min(greatest, float(most))
    return middle, int(np.floor(min(least, middle))), int(np.ceil(max(greatest, middle)))
