"""How likely each person is a regular user now, by a model of habits that begin, pause and end.

Each person uses a service on a share of days (the rate). From day to day a habit ends with a small
chance, and at any moment somebody may be away. How rates are spread among people is learned from
all people of the service at once, so that a few days of one newcomer are read like everybody's
(non-parametric maximum likelihood, by expectation-maximisation).
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

ENDS_A_DAY: Final = 1 / 400
"""The chance that a habit ends on a given day: half of all habits last longer than nine months."""
AWAY: Final = 0.05
"""The chance to be away (holiday, illness) on a given day: about eighteen days of a year."""
NEWCOMERS: Final = 0.15
"""The chance that a first day within the data is the first of all."""
LONGEST_AWAY: Final = 21
_RATES: Final[Numbers] = np.concatenate([np.geomspace(0.002, 0.1, 24), np.linspace(0.11, 0.95, 43)])
_USED: Final[Numbers] = np.log(_RATES)
_UNUSED: Final[Numbers] = np.log1p(-_RATES)
_PRIOR_PEOPLE: Final = 2.0
"""How many people the starting spread is worth: it holds where few people teach another one."""
_ROUNDS: Final = 60
_TINY: Final = 1e-12
_NEVER: Final = 1e-5
_LONG_BEFORE: Final = -1.0
_MANY: Final = 1_000
"""From so many people on a sum of chances is as good as normal, and far quicker to bound."""


@dataclass(frozen=True, slots=True)
class Habit:
    """What the days show of people, each an array over them: `active` days of the `seen` ones after
    the first, `silent` days since the last, and days of the data `before` the first (not a number
    where that lies before the days that are looked at)."""

    active: Numbers
    seen: Numbers
    silent: Numbers
    before: Numbers


@dataclass(frozen=True, slots=True)
class Chances:
    """Of each person: to be a regular user now, and to have been one whose habit has ended."""

    now: Numbers
    ended: Numbers


def regular_chances(habit: Habit, threshold: float) -> Chances:
    """The chances to use it, or to have used it, on at least `threshold` of the days."""
    if not len(habit.active):
        return Chances(np.zeros(0), np.zeros(0))
    kinds, of, people = _kinds(habit)
    begun = _begun(kinds)
    alive, ended = (part * begun for part in _likelihoods(kinds))
    spread = _spread(alive + ended, people)
    known = np.maximum((alive + ended) @ spread, 1e-300)
    above = np.where(threshold <= _RATES, spread, 0.0)
    return Chances(*(np.clip(part @ above / known, 0.0, 1.0)[of] for part in (alive, ended)))


def _kinds(habit: Habit) -> tuple[Habit, Counts, Numbers]:
    """Of people whose days look the same one, which of these each is, and how many they are."""
    days = np.stack([habit.active, habit.seen, habit.silent, habit.before])
    found, of, people = np.unique(
        np.nan_to_num(days, nan=_LONG_BEFORE), axis=1, return_inverse=True, return_counts=True
    )
    found[3][found[3] == _LONG_BEFORE] = np.nan
    return Habit(*found), of.ravel(), people.astype(float)


def _likelihoods(habit: Habit) -> tuple[Numbers, Numbers]:
    """Over people x rates: of the days, while the habit goes on, and if it ended meanwhile.

    Each row is scaled by its largest value, which no ratio notices.
    """
    active, silent = habit.active, habit.silent
    idle = np.maximum(habit.seen - active, 0)
    going = active[:, None] * _USED + idle[:, None] * _UNUSED
    # ended on one of the silent days: those after it say nothing (a geometric sum over the days)
    within = np.minimum(silent, idle)
    ended = going + _after(int(within.max()))[within.astype(np.int64)]
    late = silent > within
    ended[late] = np.logaddexp(ended[late], np.log((silent - within)[late])[:, None])
    ended += np.log(ENDS_A_DAY)
    top = np.maximum(ended, going).max(axis=1, keepdims=True)
    gone = np.exp(-np.arange(LONGEST_AWAY + 1)[:, None] * _UNUSED)
    away = gone[np.minimum(silent, LONGEST_AWAY).astype(np.int64)]
    alive = np.exp(going - top) * (1 - AWAY + AWAY * away)
    return alive, np.exp(ended - top) * (silent > 0)[:, None]


def _after(longest: int) -> Numbers:
    """Over days x rates: the logarithm of what those days, if they say nothing, weigh together."""
    grown = -np.arange(longest + 1)[:, None] * _UNUSED
    return np.asarray(grown + np.log1p(-np.exp(-grown) + _TINY) - np.log(np.expm1(-_UNUSED)))


def _begun(habit: Habit) -> Numbers:
    """Over people x rates: of the first day lying where it does. Either somebody began then, or
    used it all along and rarely: who was never seen is in no data, so what was seen is divided by
    the chance to be seen at all."""
    before = np.nan_to_num(habit.before)
    days = before + habit.seen + 1
    idle = np.exp(np.arange(int(days.max()) + 1)[:, None] * _UNUSED)
    all_along = _RATES * idle[before.astype(np.int64)] / (1 - idle[days.astype(np.int64)])
    begun = NEWCOMERS / days[:, None] + (1 - NEWCOMERS) * all_along
    return np.where(np.isnan(habit.before)[:, None], 1.0, begun)


def _spread(likelihood: Numbers, people: Numbers) -> Numbers:
    """How rates are spread among people."""
    start = np.full(len(_RATES), 1 / len(_RATES))
    spread = start
    for _ in range(_ROUNDS):
        share = people / np.maximum(likelihood @ spread, 1e-300)
        spread = spread * (share @ likelihood) + _PRIOR_PEOPLE * start
        spread = spread / spread.sum()
    return spread


def count_spread(chances: Numbers) -> Numbers:
    """The chance of each number of independent people, from none to all: their generating
    function at the roots of one, transformed back."""
    some = chances[chances > _NEVER]
    turns = np.arange(len(some) + 1) / (len(some) + 1)
    values = np.prod(1 + some[:, None] * (np.exp(2j * np.pi * turns) - 1), axis=0)
    return np.asarray(np.clip(np.fft.fft(values).real / len(values), 0.0, 1.0))


def count_range(chances: Numbers, mass: float) -> tuple[float, int, int]:
    """How many of independent people: the expected number, and the range that holds at least
    `mass` of the chance."""
    if len(chances) > _MANY:
        around = NormalDist().inv_cdf((1 + mass) / 2) * float(
            np.sqrt((chances * (1 - chances)).sum())
        )
        middle = float(chances.sum())
        return middle, int(max(0, np.floor(middle - around))), int(np.ceil(middle + around))
    spread = count_spread(chances)
    tail = (1 - mass) / 2
    below = np.cumsum(spread)
    low = int(np.searchsorted(below, tail, side="right"))
    high = int(np.searchsorted(below, 1 - tail, side="left"))
    return float(chances.sum()), low, min(high, len(spread) - 1)


def count_draws(
    chances: Numbers, team: Counts, teams: int, draws: int, random: np.random.Generator
) -> Counts:
    """How many people of each team, drawn so many times: draws x teams; `team` is each one's."""
    sure = np.bincount(team[chances > 1 - _NEVER], minlength=teams)
    open_ones = np.flatnonzero((chances > _NEVER) & (chances <= 1 - _NEVER))
    order = open_ones[np.argsort(team[open_ones], kind="stable")]
    drawn = np.broadcast_to(sure, (draws, teams)).astype(np.int64)
    if len(order):
        lucky = random.random((draws, len(order)), np.float32) < chances[order]
        there, first = np.unique(team[order], return_index=True)
        drawn[:, there] += np.add.reduceat(lucky, first, axis=1, dtype=np.int64)
    return drawn
