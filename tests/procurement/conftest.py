"""A company of our own making: who used what on which day, as Squid would have logged it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from ..conftest import Cli, clean_environment, in_process_cli

BEGIN = date(2026, 6, 1)
Use = tuple[str, str, int, int]
"""User, host, day from BEGIN, number of requests of one visit."""
_LINE = "{:.3f} {:6d} 192.0.2.{} TCP_TUNNEL/200 {} CONNECT {}:443 {} HIER_DIRECT/198.51.100.1 -\n"


def squid_log(uses: Iterable[Use]) -> str:
    """As people do it: at uneven hours, with uneven breaks, for a while; the same each time."""
    lines = []
    for user, host, day, requests in uses:
        random = Random(f"{user} {host} {day}")
        morning = datetime.combine(BEGIN + timedelta(days=day), datetime.min.time(), UTC)
        moment = morning.timestamp() + random.uniform(7 * 3600, 17 * 3600)
        for _ in range(requests):
            moment += random.uniform(20, 400)
            size, took = random.randint(60_000, 400_000), random.randint(8_000, 19_000)
            lines.append(_LINE.format(moment, took, len(user), size, host, user))
    return "".join(sorted(lines))


Company = Callable[[Iterable[Use], str], tuple[Cli, Path]]


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory, compiled_rules: Path) -> Company:
    """`company(uses, people_csv)`: the command line on their workspace, and where it is."""

    def made(uses: Iterable[Use], people: str) -> tuple[Cli, Path]:
        home = tmp_path_factory.mktemp("company")
        place = home / "workspace"
        place.mkdir(mode=0o700)
        shutil.copytree(compiled_rules, place / "cache")
        (home / "access.log").write_text(squid_log(uses))
        (home / "people.csv").write_text(people)
        cli = in_process_cli(place, clean_environment(home / "home"))
        done = cli("scan", home / "access.log", "--people", home / "people.csv", "--plain-users")
        assert done.code == 0, done.err
        return cli, place

    return made
