"""Companies made at random: who asked what when, and the days, visits and regulars that follow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from ..conftest import Cli

HOSTS = {"chatgpt": "chatgpt.com", "claude": "claude.ai", "gemini": "gemini.google.com",
         "grok": "grok.com", "deepseek": "chat.deepseek.com"}  # fmt: skip
"""Services of one kind, so that whoever leaves one may have moved to any other."""
FORMAT = "logformat made %ts.%03tu %>a %un %rm %ru %>Hs %>st %<st"
FIRST_DAY = datetime(2026, 3, 2, tzinfo=UTC)
LARGE, SMALL = 2_000_000, 900


class Request(NamedTuple):
    time: datetime
    user: str
    service: str
    bytes_up: int


@dataclass
class Visit:
    user: str
    service: str
    begin: datetime
    end: datetime
    requests: int = 0
    bytes_up: int = 0


@dataclass(frozen=True)
class Company:
    teams: dict[str, str]
    requests: list[Request]
    folder: Path
    cli: Cli

    def asked(self, *words: object) -> list[dict[str, Any]]:
        done = self.cli(*words, "--activity", "all", "--format", "json")
        assert done.code == 0, done.err
        return list(done.json())

    @property
    def oldest(self) -> date:
        return self.requests[0].time.date()

    @property
    def newest(self) -> date:
        return self.requests[-1].time.date()

    @property
    def whole_weeks(self) -> int:
        return min(4, ((self.newest - self.oldest).days + 1) // 7)

    @cached_property
    def days(self) -> dict[tuple[str, str], list[date]]:
        """Of a service and a user: the days of use."""
        found = defaultdict(set)
        for request in self.requests:
            found[request.service, request.user].add(request.time.date())
        return {key: sorted(days) for key, days in found.items()}

    def ages(self, service: str, user: str) -> list[int]:
        return [(self.newest - day).days for day in self.days[service, user]]

    def is_regular(self, ages: Iterable[int]) -> bool:
        """In half of the last four weeks, a day a week."""
        recent = [age for age in ages if age < 28]
        weeks, seen = len({age // 7 for age in recent}), self.whole_weeks
        return seen >= 2 and weeks >= max(2, (seen + 1) // 2) and len(recent) >= seen

    @cached_property
    def visits(self) -> list[Visit]:
        """Thirty minutes without a request still join, more do not."""
        latest: dict[tuple[str, str], Visit] = {}
        found = []
        for time, user, service, bytes_up in self.requests:
            visit = latest.get((user, service))
            if visit is None or time - visit.end > timedelta(minutes=30):
                visit = latest[user, service] = Visit(user, service, time, time)
                found.append(visit)
            visit.end, visit.requests = time, visit.requests + 1
            visit.bytes_up += bytes_up
        return found


def requests_of(random: Random, users: Iterable[str], days: int) -> Iterator[Request]:
    for user in users:
        for service in random.sample(list(HOSTS), random.randint(1, len(HOSTS))):
            often = random.choice([0.05, 0.15, 0.4, 0.7])
            first = random.choice([0, random.randrange(days)])
            for day in range(first, random.choice([days, random.randint(first, days)])):
                if random.random() < often:
                    yield from _visited(random, user, service, FIRST_DAY + timedelta(day))


def _visited(random: Random, user: str, service: str, day: datetime) -> Iterator[Request]:
    time = day + timedelta(seconds=random.randint(6 * 3600, 20 * 3600))
    for _ in range(random.randint(1, 6)):
        yield Request(time, user, service, LARGE if random.random() < 0.03 else SMALL)
        time += timedelta(seconds=random.randint(5, 2400))
