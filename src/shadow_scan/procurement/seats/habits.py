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
_PRIOR_PEOPLE: Final = 2.0
"""How many people the starting spread is worth: it holds where few people teach another one."""
_ROUNDS: Final = 60
_TINY: Final = 1e-12
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
    begun = _begun(habit)
    alive, ended = (part * begun for part in _likelihoods(habit))
    spread = _spread(alive + ended)
    known = np.maximum((alive + ended) @ spread, 1e-300)
    above = np.where(threshold <= _RATES, spread, 0.0)
    return Chances(*(np.clip(part @ above / known, 0.0, 1.0) for part in (alive, ended)))


def _likelihoods(habit: Habit) -> tuple[Numbers, Numbers]:
    """Over people x rates: of the days, while the habit goes on, and if it ended meanwhile.

    Each row is scaled by its largest value, which no ratio notices.
    """
    used, unused = np.log(_RATES)[None, :], np.log1p(-_RATES)[None, :]
    active, silent = habit.active[:, None], habit.silent[:, None]
    idle = np.maximum(habit.seen[:, None] - active, 0)
    going = active * used + idle * unused
    away = going - np.minimum(silent, LONGEST_AWAY) * unused
    # ended on one of the silent days: those after it say nothing (a geometric sum over the days)
    within = np.minimum(silent, idle)
    grown = -within * unused
    ended = going + grown + np.log1p(-np.exp(-grown) + _TINY) - np.log(np.expm1(-unused))
    before = (silent - within) > 0
    ended = np.where(before, np.logaddexp(ended, np.log(np.maximum(silent - within, 1))), ended)
    ended += np.log(ENDS_A_DAY)
    top = np.maximum(np.maximum(away, ended), going).max(axis=1, keepdims=True)
    alive = (1 - AWAY) * np.exp(going - top) + AWAY * np.exp(away - top)
    return np.asarray(alive), np.asarray(np.exp(ended - top) * (silent > 0))


def _begun(habit: Habit) -> Numbers:
    """Over people x rates: of the first day lying where it does. Either somebody began then, or
    used it all along and rarely: who was never seen is in no data, so what was seen is divided by
    the chance to be seen at all."""
    before = np.nan_to_num(habit.before)[:, None]
    days = before + habit.seen[:, None] + 1
    unused = np.log1p(-_RATES)[None, :]
    all_along = _RATES * np.exp(before * unused) / -np.expm1(days * unused)
    begun = NEWCOMERS / days + (1 - NEWCOMERS) * all_along
    return np.where(np.isnan(habit.before)[:, None], 1.0, begun)


def _spread(likelihood: Numbers) -> Numbers:
    """How rates are spread among people."""
    start = np.full(len(_RATES), 1 / len(_RATES))
    spread = start
    for _ in range(_ROUNDS):
        share = 1 / np.maximum(likelihood @ spread, 1e-300)
        spread = spread * (share @ likelihood) + _PRIOR_PEOPLE * start
        spread = spread / spread.sum()
    return spread


def count_spread(chances: Numbers) -> Numbers:
    """The chance of each number of independent people, from none to all."""
    spread = np.ones(1)
    for chance in chances[chances > 1e-6]:
        spread = np.convolve(spread, [1 - chance, chance])
    return spread


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


def count_draws(chances: Numbers, draws: int, random: np.random.Generator) -> Counts:
    """How many of independent people, drawn so many times."""
    if len(chances) > _MANY:
        spread = float(np.sqrt((chances * (1 - chances)).sum()))
        drawn = np.rint(random.normal(chances.sum(), spread, draws))
        return np.clip(drawn, 0, len(chances)).astype(np.int64)
    below = np.cumsum(count_spread(chances))
    return np.asarray(np.searchsorted(below, random.random(draws) * below[-1]), np.int64)
