"""A service as it looked on some day: who was regular then, and what had come and gone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

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
DRAWS: Final = 1_000
TRIAL_DRAWS: Final = 200
"""Enough for a mean and a spread."""
_TRUSTED: Final = 20.0
"""How many forecasts that came true the method is worth before any was tried."""


@dataclass(frozen=True, slots=True)
class People:
    """Who used a service, a line each (habits.sql), in one order: their teams, whether they are
    people and no addresses, what their days show; `threshold`: a regular user's share of days."""

    teams: Sequence[str]
    is_person: npt.NDArray[np.bool_]
    habit: Habit
    threshold: float


@dataclass(frozen=True)
class Moment:
    """What the days until then tell of a service: the last ones, and all of them."""

    recent: People
    whole: People

    @cached_property
    def chances(self) -> Numbers:
        """Of each one in `recent` to be regular."""
        return _chances(self.recent).now if self.recent is not self.whole else self.ever.now

    @cached_property
    def ever(self) -> Chances:
        """Of each one in `whole` to be regular, or to have been."""
        return _chances(self.whole)


def _chances(people: People) -> Chances:
    return regular_chances(people.habit, people.threshold)


def placed(people: People, teams: Sequence[str]) -> Counts:
    """The place of each one's team among `teams`; -1 where it is none of them any more."""
    places = {team: at for at, team in enumerate(teams)}
    return np.array([places.get(team, -1) for team in people.teams], np.int64)


def summed(amount: Numbers, place: Counts, teams: int) -> Numbers:
    """The sum of each team; whose team is none of them counts nowhere."""
    here = place >= 0
    return np.asarray(np.bincount(place[here], amount[here], teams), np.float64)


def flows_of(moment: Moment, teams: Sequence[str], people: Mapping[str, int]) -> Flows:
    habit, chances, place = moment.whole.habit, moment.ever, placed(moment.whole, teams)
    ever = chances.now + chances.ended
    first, silent = habit.seen, habit.silent
    # the day of the first use counts neither to `seen` nor to `before`
    days = float((first + np.nan_to_num(habit.before)).max()) + 1
    watched = min(max(days - 2 * UNSURE_DAYS, 1.0), float(YEAR))
    began = (first >= UNSURE_DAYS) & (first < UNSURE_DAYS + watched)
    came = summed(ever * began, place, len(teams))
    known = np.array([team in people for team in teams])
    most = np.array([float(people.get(team, 0)) for team in teams])
    there, have = (summed(amount, place, len(teams)) for amount in (np.ones_like(ever), ever))
    waiting = np.maximum(np.where(known, most, 2 * there) - have, 0.0)
    return Flows(
        came, (waiting + came / 2) * watched, waiting, known,
        float((chances.ended * (silent <= YEAR)).sum()),
        float((ever * np.minimum(first, YEAR) - chances.ended * np.minimum(silent, YEAR)).sum()),
    )  # fmt: skip


def foreseen(
    moment: Moment, teams: Sequence[str], people: Mapping[str, int], ahead: int, draws: int
) -> Counts:
    """Regular users of each team so many days later: draws x teams; the same each time."""
    random = np.random.default_rng(0)
    place = placed(moment.recent, teams)
    here = place >= 0
    now = count_draws(moment.chances[here], place[here], len(teams), draws, random)
    return in_days(flows_of(moment, teams, people), now, ahead, random)


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
