"""A service as it looked on some day: who was regular then, and what had come and gone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd

from shadow_scan.procurement.seats.forecast import (
    UNSURE_DAYS,
    YEAR,
    Counts,
    Flows,
    Numbers,
    in_days,
)
from shadow_scan.procurement.seats.habits import Chances, Habit, count_draws, regular_chances

LOOKED: Final = 112
"""Days that tell who is regular now: what somebody did before has little to say."""
DRAWS: Final = 2_000
_TRUSTED: Final = 20.0
"""How many forecasts that came true the method is worth before any was tried."""


@dataclass(frozen=True)
class Moment:
    """What the days until then tell of a service. `recent`, `whole`: a line a person (habits.sql),
    over the last days and over all of them."""

    recent: pd.DataFrame
    whole: pd.DataFrame

    @cached_property
    def chances(self) -> Numbers:
        """Of each person in `recent` to be regular."""
        return _chances(self.recent).now


def _chances(habits: pd.DataFrame) -> Chances:
    columns = (habits[name].to_numpy(float) for name in ("active", "seen", "silent", "before"))
    return regular_chances(Habit(*columns), float(habits["threshold"].iloc[0]))


def by_team(values: Numbers, habits: pd.DataFrame, teams: Sequence[str]) -> Numbers:
    sums = pd.Series(values).groupby(habits["team"].to_numpy(str)).sum()
    return np.asarray(sums.reindex(list(teams), fill_value=0.0), np.float64)


def flows_of(whole: pd.DataFrame, teams: Sequence[str], people: Mapping[str, int]) -> Flows:
    chances = _chances(whole)
    ever = chances.now + chances.ended
    first, silent = (whole[name].to_numpy(float) for name in ("seen", "silent"))
    # the day of the first use counts neither to `seen` nor to `before`
    days = float((first + np.nan_to_num(whole["before"].to_numpy(float))).max()) + 1
    watched = min(max(days - 2 * UNSURE_DAYS, 1.0), float(YEAR))
    began = (first >= UNSURE_DAYS) & (first < UNSURE_DAYS + watched)
    came = by_team(ever * began, whole, teams)
    tried = by_team(np.ones(len(whole)), whole, teams)
    known = np.array([team in people for team in teams])
    most = np.array([float(people.get(team, 0)) for team in teams])
    waiting = np.maximum(np.where(known, most, 2 * tried) - by_team(ever, whole, teams), 0.0)
    return Flows(
        came, (waiting + came / 2) * watched, waiting, known,
        float((chances.ended * (silent <= YEAR)).sum()),
        float((ever * np.minimum(first, YEAR) - chances.ended * np.minimum(silent, YEAR)).sum()),
    )  # fmt: skip


def foreseen(moment: Moment, teams: Sequence[str], people: Mapping[str, int], ahead: int) -> Counts:
    """Regular users of each team so many days later: draws x teams; the same each time."""
    random = np.random.default_rng(0)
    of = moment.recent["team"].to_numpy(str)
    each = [count_draws(moment.chances[of == team], DRAWS, random) for team in teams]
    now = np.stack(each, axis=1)
    return in_days(flows_of(moment.whole, teams, people), now, ahead, random)


def misses(draws: Counts, came_true: Numbers, unsure: Numbers) -> Numbers:
    """How far forecasts of teams lay off, in units of what they said of themselves."""
    spread = np.sqrt(draws.var(axis=0) + unsure + 1 / 12)
    return np.asarray((came_true - draws.mean(axis=0)) / spread)


def widening(tried: Numbers) -> float:
    """By how much ranges must be wider than the method says, as its misses on the past show."""
    return max(1.0, float(np.sqrt((_TRUSTED + (tried**2).sum()) / (_TRUSTED + len(tried)))))


def widened(draws: Counts, factor: float, most: Numbers) -> Counts:
    middle = draws.mean(axis=0)
    wide = np.rint(middle + (draws - middle) * factor)
    return np.asarray(np.clip(wide, 0, most).astype(np.int64))
