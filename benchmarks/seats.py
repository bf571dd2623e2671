"""Seats: how often the range holds the true number of regular users, on labelled synthetic people.

Run: python benchmarks/seats.py [--write docs/seats-benchmark.md]. Everything is seeded.

Each company has teams of 4 to 60 people. Who tries a tool, how often each uses it, when a habit
begins and ends, holidays, quiet weekends and a slack August are drawn at random; nothing of it is
told to the estimate, which reads days alone. The truth: whose habit is alive on the last day and
stands for at least one day a week; and the same a year later, in a simulation carried on.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from shadow_scan.procurement.seats.estimate import Estimate, estimates
from shadow_scan.store.database import named_sql

BEGIN = date(2025, 1, 6)
WEEKLY = 1 / 5
"""A regular user's share of working days: one day a week."""


@dataclass(frozen=True)
class Company:
    days: pd.DataFrame
    """service, team, identity, day: what the logs would show."""
    people: dict[str, int]
    now: dict[str, int]
    """Team -> true regular users on the last day."""
    later: dict[str, int]


def company(seed: int, weeks: int) -> Company:
    random = np.random.default_rng(seed)
    rows, people, now, later = [], {}, {}, {}
    span = 7 * weeks
    pull = random.uniform(0.1, 0.5)
    for number in range(int(random.integers(5, 12))):
        team = f"team {number}"
        people[team] = int(np.exp(random.uniform(np.log(4), np.log(60))))
        liking = np.clip(pull * random.uniform(0.4, 1.8), 0.02, 0.9)
        now[team] = later[team] = 0
        for person in range(people[team]):
            habit = _habit(random, liking, span)
            if habit is None:
                continue
            rate, begin, end = habit
            regular = rate >= WEEKLY
            now[team] += regular and begin < span <= end
            later[team] += regular and begin < span + 364 <= end
            used = _days_of_use(random, rate, begin, min(end, span))
            rows += [(team, f"{team}/{person}", BEGIN + timedelta(days=int(day))) for day in used]
    frame = pd.DataFrame(rows, columns=["team", "identity", "day"])
    return Company(frame, people, now, later)


def _habit(
    random: np.random.Generator, liking: float, span: int
) -> tuple[float, int, float] | None:
    """Rate on working days, first and last day; None for who never tries it."""
    kind = random.random()
    if kind < liking:
        rate = random.uniform(0.22, 0.9)
        begin = int(random.uniform(-200, span + 500)) if random.random() < 0.5 else -1
        length = random.exponential(900)
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


def estimated(given: Company, weeks: int) -> list[Estimate]:
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
    teams = pd.DataFrame({"team": list(given.people), "people": list(given.people.values())})
    connection.register("teams", teams)
    connection.execute("CREATE TABLE team_people AS FROM teams")
    found = estimates(connection, (BEGIN, last))
    connection.close()
    return found


def measured(weeks: int, companies: int) -> pd.DataFrame:
    rows = []
    for seed in range(companies):
        given = company(1000 * weeks + seed, weeks)
        for e in estimated(given, weeks):
            if e.team is None or e.low is None or e.high is None or e.regulars is None:
                continue
            rows.append(
                (weeks, given.people[e.team], given.now[e.team], e.regulars, e.low, e.high,
                 given.later[e.team], e.next_year, e.next_low, e.next_high)
            )  # fmt: skip
    columns = ["weeks", "people", "truth", "estimate", "low", "high"]
    return pd.DataFrame(rows, columns=[*columns, "later", "next", "next_low", "next_high"])


def summary(rows: pd.DataFrame) -> dict[str, str]:
    small = rows["people"] < 10
    width = rows["high"] - rows["low"]
    share = (width / rows["estimate"].clip(lower=1))[~small]
    holds = (rows["low"] <= rows["truth"]) & (rows["truth"] <= rows["high"])
    line = {
        "weeks": str(rows["weeks"].iloc[0]),
        "teams": str(len(rows)),
        "range holds the truth": f"{holds.mean():.1%}",
        "of teams of ten and more": f"{holds[~small].mean():.1%}",
        "of smaller teams": f"{holds[small].mean():.1%}",
        "median width, of the estimate": f"{share.median():.0%}",
        "median width, smaller teams": f"{width[small].median():.0f} seats",
        "error of the estimate (mean)": f"{(rows['estimate'] - rows['truth']).mean():+.2f} seats",
    }
    if rows["next"].notna().all():
        next_width = (rows["next_high"] - rows["next_low"]) / rows["next"].clip(lower=1)
        inside = (rows["next_low"] <= rows["later"]) & (rows["later"] <= rows["next_high"])
        line["in a year: holds"] = f"{inside.mean():.1%}"
        line["in a year: median width"] = f"{next_width[~small].median():.0%}"
    else:
        line |= {"in a year: holds": "no forecast", "in a year: median width": "no forecast"}
    return line


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--companies", type=int, default=25)
    options.add_argument("--write", type=Path)
    asked = options.parse_args()
    lines = [summary(measured(weeks, asked.companies)) for weeks in (4, 8, 13, 26, 60)]
    table = pd.DataFrame(lines).set_index("weeks").T
    text = ["| weeks of data | " + " | ".join(table.columns) + " |"]
    text.append("| --- |" + " ---: |" * len(table.columns))
    text += [f"| {name} | " + " | ".join(row) + " |" for name, row in table.iterrows()]
    sys.stdout.write("\n".join(text) + "\n")
    if asked.write:
        asked.write.write_text(
            "# Seats: the range on labelled people\n\nWritten by `python benchmarks/seats.py "
            "--write docs/seats-benchmark.md`; seeded, so that it comes out the same.\n\n"
            + "\n".join(text) + "\n"
        )  # fmt: skip


if __name__ == "__main__":
    main()
