"""Seats: how often the range holds the true number of regular users, on labelled synthetic people.

Run: python benchmarks/seats.py [--write docs/seats-benchmark.md]. Everything is seeded; what is
tuned is tuned on other companies (--development) than those that are published.

Each company has teams of 4 to 60 people. Who tries a tool, how often each uses it, when a habit
begins and ends, holidays, quiet weekends and a slack August are drawn at random; nothing of it is
told to the estimate, which reads days alone. The truth: whose habit is alive on the last day and
stands for at least one day a week; and the same a year later, in a simulation carried on.

Beside the range for a year from now stands that of an oracle, which is told what nobody can see:
the law by which people of this generator begin and stop, how much each team likes the tool, who is
regular today, and who has not begun. It is not told the dice of the year to come. No honest range
is narrower than its.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from shadow_scan.procurement.seats.estimate import Estimate, estimates
from shadow_scan.procurement.seats.habits import count_spread
from shadow_scan.store.database import named_sql

BEGIN = date(2025, 1, 6)
WEEKLY = 1 / 5
"""A regular user's share of working days: one day a week."""
EARLIER, LATER, LASTS = 200, 500, 900
"""Days before and after the data between which half of all habits begin, and how long they last."""
YEAR = 364
PUBLISHED = 500_000
WEEKS = (4, 8, 13, 26, 52, 60)


Rows = dict[str, npt.NDArray[Any]]
"""Columns of one length: a row a team, and one (`team` None) a company."""


@dataclass(frozen=True)
class Company:
    days: pa.Table
    """team, identity, day: what the logs would show."""
    people: dict[str, int]
    now: dict[str, int]
    """Team -> true regular users on the last day."""
    later: dict[str, int]
    liking: dict[str, float]
    """Team -> the share of its people who will ever be regular."""
    untouched: dict[str, int]
    """Team -> people who have not used it by the last day."""


def company(seed: int, weeks: int) -> Company:
    random = np.random.default_rng(seed)
    rows, people, now, later = [], {}, {}, {}
    likings, untouched = {}, {}
    span = 7 * weeks
    pull = random.uniform(0.1, 0.5)
    for number in range(int(random.integers(5, 12))):
        team = f"team {number}"
        people[team] = int(np.exp(random.uniform(np.log(4), np.log(60))))
        liking = np.clip(pull * random.uniform(0.4, 1.8), 0.02, 0.9)
        now[team] = later[team] = untouched[team] = 0
        likings[team] = float(liking)
        for person in range(people[team]):
            habit = _habit(random, liking, span)
            untouched[team] += habit is None or habit[1] >= span
            if habit is None:
                continue
            rate, begin, end = habit
            regular = rate >= WEEKLY
            now[team] += regular and begin < span <= end
            later[team] += regular and begin < span + YEAR <= end
            used = _days_of_use(random, rate, begin, min(end, span))
            rows += [(team, f"{team}/{person}", BEGIN + timedelta(days=int(day))) for day in used]
    names = ["team", "identity", "day"]
    days = pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows])
    return Company(days, people, now, later, likings, untouched)


def _habit(
    random: np.random.Generator, liking: float, span: int
) -> tuple[float, int, float] | None:
    """Rate on working days, first and last day; None for who never tries it."""
    kind = random.random()
    if kind < liking:
        rate = random.uniform(0.22, 0.9)
        begin = int(random.uniform(-EARLIER, span + LATER)) if random.random() < 0.5 else -1
        length = random.exponential(LASTS)
    elif kind < liking + 0.25:
        rate = random.uniform(0.01, 0.17)
        begin, length = int(random.uniform(-200, span)), random.exponential(600)
    elif kind < liking + 0.4:
        return 0.001, int(random.uniform(0, span)), 10_000.0
    else:
        return None
    # who was there before the data did not stop before them
    return rate, begin, max(begin, 0) + length


def _days_of_use(
    random: np.random.Generator, rate: float, begin: int, end: float
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    days = np.arange(max(begin, 0), int(end))
    if not len(days):
        return days
    weekday = (days % 7) < 5
    month = np.array([(BEGIN + timedelta(days=int(day))).month for day in days])
    chance = np.where(weekday, rate, rate * 0.02) * np.where(month == 8, 0.8, 1.0)
    for start in np.arange(random.integers(0, 180), int(end), 170):
        chance[(days >= start) & (days < start + random.integers(5, 16))] = 0.0
    used = random.random(len(days)) < chance
    used[0] |= begin >= 0  # whoever begins within the data does so by using it
    return days[used]


def estimated(given: Company, weeks: int, *, only_today: bool = False) -> list[Estimate]:
    connection = duckdb.connect()
    connection.execute("CREATE TEMP MACRO shown(activity, wanted) AS true")
    connection.execute(named_sql("shadow_scan.procurement", "macros"))
    connection.register("days", given.days)
    last = BEGIN + timedelta(days=7 * weeks - 1)
    connection.execute(
        "CREATE TABLE usage AS SELECT DISTINCT 'tool' AS service, team, identity, "
        "'person' AS user_kind, day, NULL::VARCHAR AS activity, 1 AS counted_events FROM days"
    )
    connection.execute(
        "CREATE TABLE coverage AS SELECT CAST(day AS DATE) AS day, 1 AS events "
        "FROM generate_series($1::DATE, $2::DATE, INTERVAL 1 DAY) AS days(day)",
        [BEGIN, last],
    )
    teams = pa.table({"team": list(given.people), "people": list(given.people.values())})
    connection.register("teams", teams)
    connection.execute("CREATE TABLE team_people AS FROM teams")
    found = estimates(connection, (BEGIN, last), only_today=only_today)
    connection.close()
    return found


def oracle(given: Company, team: str, weeks: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """The chance of each number of regular users in a year, by the law of the generator."""
    liking = given.liking[team]
    to_come = liking / 2 * LATER / (EARLIER + 7 * weeks + LATER)
    never = max(0.0, 1 - liking - 0.4)
    begins = YEAR / LATER * -np.expm1(-YEAR / LASTS) / (YEAR / LASTS)
    chances = [np.exp(-YEAR / LASTS)] * given.now[team]
    chances += [to_come / (to_come + never) * begins] * given.untouched[team]
    return count_spread(np.array(chances))


def shortest(spread: np.ndarray[tuple[int], np.dtype[np.float64]]) -> tuple[float, int, int]:
    """The mean, and the shortest range that holds nine chances of ten."""
    held = np.concatenate([[0.0], np.cumsum(spread)])
    ends = np.searchsorted(held, held[:-1] + 0.9 - 1e-9) - 1
    fits = [(end - low, low, int(end)) for low, end in enumerate(ends) if end < len(spread)]
    _, low, high = min(fits)
    return float(spread @ np.arange(len(spread))), low, high


_COLUMNS = (
    "weeks", "team", "people", "truth", "estimate", "low", "high", "later", "next", "next_low",
    "next_high", "known", "known_low", "known_high",
)  # fmt: skip


def measured(weeks: int, companies: int, first_seed: int = 0) -> Rows:
    rows = []
    for seed in range(companies):
        given = company(first_seed + 1000 * weeks + seed, weeks)
        spreads = {team: oracle(given, team, weeks) for team in given.people}
        whole = reduce(np.convolve, spreads.values())
        for e in estimated(given, weeks):
            teams = [e.team] if e.team else list(given.people)
            truth, later, people = (
                sum(of[team] for team in teams) for of in (given.now, given.later, given.people)
            )
            rows.append(
                (weeks, e.team, people, truth, e.regulars, e.low, e.high, later, e.next_year,
                 e.next_low, e.next_high, *shortest(spreads[e.team] if e.team else whole))
            )  # fmt: skip
    columns = zip(_COLUMNS, zip(*rows, strict=True), strict=True)
    return {name: np.array(values, object if name == "team" else float) for name, values in columns}


def part(rows: Rows, kept: npt.NDArray[np.bool_]) -> Rows:
    return {name: values[kept] for name, values in rows.items()}


def teams_of(rows: Rows) -> Rows:
    return part(rows, rows["team"] != None)  # noqa: E711 - of each


_RANGES = {
    "estimate": ("low", "high", "truth"),
    "next": ("next_low", "next_high", "later"),
    "known": ("known_low", "known_high", "later"),
}


def held(rows: Rows, name: str) -> float:
    """The share of ranges that hold the truth."""
    low, high, truth = (rows[one] for one in _RANGES[name])
    return float(((low <= truth) & (truth <= high)).mean())


def width(rows: Rows, name: str) -> npt.NDArray[np.float64]:
    low, high, _ = _RANGES[name]
    return np.asarray(rows[high] - rows[low], np.float64)


def relative(rows: Rows, name: str) -> float:
    """The median width, of the estimate."""
    return float(np.median(width(rows, name) / np.maximum(rows[name], 1)))


def summary(rows: Rows) -> dict[str, str]:
    teams, whole = teams_of(rows), part(rows, rows["team"] == None)  # noqa: E711 - of each
    small, large = (part(teams, (teams["people"] < 10) == few) for few in (True, False))
    off = (teams["estimate"] - teams["truth"]).mean()
    line = {
        "weeks": f"{rows['weeks'][0]:.0f}",
        "teams": str(len(teams["team"])),
        "**today:** range holds the truth": f"{held(teams, 'estimate'):.1%}",
        "of teams of ten and more": f"{held(large, 'estimate'):.1%}",
        "of smaller teams": f"{held(small, 'estimate'):.1%}",
        "median width, of the estimate": f"{relative(large, 'estimate'):.0%}",
        "median width, smaller teams": f"{np.median(width(small, 'estimate')):.0f} seats",
        "error of the estimate (mean)": f"{off:+.2f} seats",
    }
    if np.isnan(rows["next"]).any():
        return line
    for name, words in (("next", "in a year"), ("known", "an oracle, in a year")):
        line |= {
            f"**{words}:** holds": f"{held(teams, name):.1%}",
            f"{words}: of teams of ten and more": f"{held(large, name):.1%}",
            f"{words}: median width, of the estimate": f"{relative(large, name):.0%}",
            f"{words}: median width, smaller teams": f"{np.median(width(small, name)):.0f} seats",
            f"{words}: of whole companies": f"{held(whole, name):.1%}",
            f"{words}: median width, whole companies": f"{relative(whole, name):.0%}",
        }
    return line


_PAGE = """# Seats: the range on labelled people

Written by `python benchmarks/seats.py --write docs/seats-benchmark.md`; seeded, so that it comes
out the same. The method was tuned on other companies than these (`--development`).

"""
_READING = """
**Today** the range holds the truth for nine teams of ten, from eight weeks on at a median width of
less than 40 % of the estimate (teams under ten: less than two seats either way). With four weeks it
is made wider, and still holds a little less often for teams of ten people and more.

**In a year** no range can be that narrow. The oracle knows everything that can be known today: the
law by which these people begin and stop, each team's liking, and by name who is regular and who has
never tried. Its shortest range of nine chances in ten is about as wide as the estimate itself for a
team: whether each of its regular users stops, and whether one or two more begin, are dice not cast
yet, and more weeks of logs do not help. Only over a whole company do they even out, to about 45 %.
What `shadow-scan seats` says of a team is a fifth wider than that from 26 weeks on, and two fifths
with 8; of a company it is about twice as wide, for how fast people begin and stop has to be learned
from the few who did.
"""


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--companies", type=int, default=40)
    options.add_argument("--development", action="store_true", help="the companies to tune on")
    options.add_argument("--write", type=Path)
    asked = options.parse_args()
    first_seed = 0 if asked.development else PUBLISHED
    lines = [summary(measured(weeks, asked.companies, first_seed)) for weeks in WEEKS]
    names = dict.fromkeys(name for line in lines for name in line if name != "weeks")
    text = ["| weeks of data | " + " | ".join(line["weeks"] for line in lines) + " |"]
    text.append("| --- |" + " ---: |" * len(lines))
    for name in names:
        cells = (line.get(name, "no forecast") for line in lines)
        text.append(f"| {name} | " + " | ".join(cells) + " |")
    sys.stdout.write("\n".join(text) + "\n")
    if asked.write:
        asked.write.write_text(_PAGE + "\n".join(text) + "\n" + _READING)


if __name__ == "__main__":
    main()
