"""How many regular users in a year: who stays of those of today, and who comes of those who wait.

Both are chances a day that the past teaches: habits that ended among those that went on, and people
who began among those who had not yet. A team's own newcomers count beside those of all teams, the
more of them there are; nobody comes who is not in the team. What is not known (the chances, how far
next year differs from the last, who is regular today) is drawn at random, many times over, and the
range is what most draws give. Arrays are over teams, or over draws x teams.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

YEAR: Final = 364
"""Days: whole weeks, so that a weekend is compared with a weekend."""
LEAST_WEEKS: Final = 8
SEASON_WEEKS: Final = 57
"""Thirteen months: a year of comings and goings, and four weeks to see who was there before."""
UNSURE_DAYS: Final = 21
"""Whoever is first seen in the first three weeks of the data may have begun before them, and who
is first seen in the last three may not have begun a habit at all."""
_LIKE_ALL: Final = 4.0
"""A team is taken to be like all of them until it has had about as many newcomers of its own."""
_ENDED: Final = (2.0, 1_200.0)
"""What is assumed of habits before any was seen to end: two in 1200 days of habits."""
_BEGUN: Final = (1.0, 2_400.0)
"""And of people who have none: one beginning in 2400 days of waiting."""
_DRIFT: Final = 0.25
"""How far the chances of next year may lie from those of the past (in their logarithm)."""


@dataclass(frozen=True, slots=True)
class Flows:
    """What came and went in the past of a service, a year of it at most.

    `came`: people of each team who began and are, or were, regular; `waited`: days that people of
    the team spent without; `waiting`: people who have not begun; `known`: whether the size of the
    team is known; `went`, `held`: habits that ended, and days of habits, in all teams.
    """

    came: Numbers
    waited: Numbers
    waiting: Numbers
    known: npt.NDArray[np.bool_]
    went: float
    held: float


def in_days(flows: Flows, now: Counts, ahead: int, random: np.random.Generator) -> Counts:
    """Regular users of each team `ahead` days on: draws x teams, for as many draws of today's."""
    draws = (len(now), 1)
    drift = random.normal(0.0, _DRIFT, (2, *draws))
    shape, days = _ENDED
    ends = random.gamma(flows.went + shape, 1 / (flows.held + days), draws) * np.exp(drift[0])
    stays = np.exp(-ends * ahead)
    stay_on = (1 - stays) / np.maximum(ends * ahead, 1e-9)
    shape, days = _BEGUN
    came, waited = float(flows.came.sum()) + shape, float(flows.waited.sum()) + days
    begins = random.gamma(came, 1 / waited, draws) * np.exp(drift[1])
    own = random.gamma(flows.came + _LIKE_ALL, 1 / (begins * flows.waited + _LIKE_ALL))
    hazard = begins * own * ahead
    new = np.zeros_like(now)
    for known, chance in ((True, -np.expm1(-hazard) * stay_on), (False, hazard * stay_on)):
        of = flows.known == known
        waiting = flows.waiting[of]
        whole = np.floor(waiting + random.random((len(now), len(waiting)))).astype(np.int64)
        new[:, of] = (random.binomial(whole, chance[:, of]) if known
                      else random.poisson(waiting * chance[:, of]))  # fmt: skip
    return np.asarray(random.binomial(now, stays) + new)


def range_of(draws: Counts, mass: float) -> tuple[float, int, int]:
    """The mean, and the shortest range of whole numbers that holds at least `mass` of the draws."""
    held = np.cumsum(np.bincount(draws)) / len(draws)
    before = np.concatenate([[0.0], held[:-1]])
    ends = np.searchsorted(held, before + mass - 1e-9)
    fits = np.flatnonzero(ends < len(held))
    low = int(fits[np.argmin((ends - np.arange(len(held)))[fits])])
    return float(draws.mean()), low, int(ends[low])
