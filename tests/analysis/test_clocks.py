"""Clocks that stand apart are said where they are sure to, and nowhere else."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shadow_scan.commands.scan import ScanRequest, run_scan
from shadow_scan.listings.queries import listing
from shadow_scan.vocabulary import Activity, Listing
from shadow_scan.workspace import Workspace
from tests.analysis.test_coverage import line

MONDAY = datetime(2026, 9, 14, tzinfo=UTC)
HOSTS = ("chatgpt.com", "claude.ai")
Visit = tuple[datetime, str, str]
"""When, who, where to."""


def visits(people: int = 6, days: int = 5) -> list[Visit]:
    chance = random.Random(7)
    return [
        (MONDAY + timedelta(days=day, hours=8, minutes=chance.uniform(0, 540)), f"user{who}", host)
        for day in range(days)
        for who in range(people)
        for host in HOSTS
    ]


def address(who: str) -> str:
    return f"10.20.30.{who[4:]}"


def squid(seen: Iterable[Visit], behind: timedelta = timedelta()) -> str:
    return "".join(
        line(at - behind, host, who).replace("10.20.30.44", address(who))
        for at, who, host in sorted(seen)
    )


def bind(seen: Iterable[Visit]) -> str:
    return "".join(
        f"{at - timedelta(milliseconds=200):%d-%b-%Y %H:%M:%S}.000 client @0x7f1 "
        f"{address(who)}#5353 ({host}): query: {host} IN A +E(0) (10.0.0.53)\n"
        for at, who, host in sorted(seen)
    )


Doubted = Callable[..., dict[str, set[str]]]


@pytest.fixture
def doubted(tmp_path: Path, workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Doubted:
    """Scans logs by their names; what is said of each one's clock."""
    monkeypatch.setenv("SHADOW_SCAN_KEY_FILE", str(tmp_path / "test.key"))

    def scan(**logs: str) -> dict[str, set[str]]:
        for name, text in logs.items():
            (tmp_path / "logs").mkdir(exist_ok=True)
            (tmp_path / "logs" / f"{name}.log").write_text(text)
        place = Workspace(workspace)
        run_scan(place, ScanRequest([str(tmp_path / "logs")]))
        said: dict[str, set[str]] = {name: set() for name in logs}
        for row in listing(place, Listing.COVERAGE, Activity.ALL).records():
            clocks = (word for word in row["blind"] if word.startswith("when, and how often"))
            said[Path(row["source_file"]).stem].update(clocks)
        return said

    return scan


def test_a_clock_that_is_behind_is_said_of_both(doubted: Doubted) -> None:
    seen = visits()
    said = doubted(proxy=squid(seen, timedelta(minutes=5)), resolver=bind(seen))
    told = "in 60 of 60 visits of both, so not joined: mend a clock"
    assert said == {
        "proxy": {f"when, and how often (0:05:00 behind bind {told})"},
        "resolver": {f"when, and how often (0:05:00 ahead of squid {told})"},
    }


def combined(seen: Iterable[Visit]) -> str:
    """Of another proxy, on the other side of a translation of addresses."""
    return "".join(
        f"10.99.0.1 - {who} [{at:%d/%b/%Y:%H:%M:%S} +0000] "
        f'"CONNECT {host}:443 HTTP/1.1" 200 900 TCP_TUNNEL:HIER_DIRECT\n'
        for at, who, host in sorted(seen)
    )


def jobs(seed: int) -> list[Visit]:
    chance = random.Random(seed)
    return [
        (MONDAY + timedelta(minutes=chance.uniform(0, 5 * 24 * 60)), f"svc-{number}", host)
        for number in range(60)
        for host in HOSTS
    ]


def test_service_accounts_are_not_one_user_of_both(doubted: Doubted) -> None:
    seen, late = visits(), timedelta(minutes=5)
    said = doubted(proxy=squid([*seen, *jobs(1)], late), other=combined([*seen, *jobs(2)]))
    assert "0:05:00 behind squid-combined" in str(said["proxy"])


def test_where_a_log_names_no_zone_an_hour_may_be_one(doubted: Doubted) -> None:
    seen = visits()
    said = doubted(proxy=squid(seen, timedelta(hours=-2)), resolver=bind(seen))
    (of_proxy,), (of_resolver,) = said["proxy"], said["resolver"]
    assert of_proxy.endswith("so not joined: mend a clock)")
    assert "2:00:00 behind squid" in of_resolver
    assert of_resolver.endswith("mend a clock, or scan with --tz)")


@pytest.mark.parametrize("apart", [timedelta(), timedelta(seconds=50), timedelta(seconds=-50)])
def test_recorders_that_agree_are_not_doubted(doubted: Doubted, apart: timedelta) -> None:
    seen = visits()
    assert doubted(proxy=squid(seen, apart), resolver=bind(seen)) == {
        "proxy": set(), "resolver": set(),
    }  # fmt: skip


@pytest.mark.parametrize(("people", "days"), [(4, 2), (2, 10)])
def test_few_visits_or_people_tell_nothing(doubted: Doubted, people: int, days: int) -> None:
    seen = visits(people, days)
    said = doubted(proxy=squid(seen, timedelta(minutes=5)), resolver=bind(seen))
    assert not said["proxy"] | said["resolver"]


def test_visits_of_which_each_saw_others_tell_nothing(doubted: Doubted) -> None:
    here, there = visits(days=10)[::2], visits(days=10)[1::2]
    elsewhere = [
        (at + timedelta(minutes=7 * n), who, host) for n, (at, who, host) in enumerate(here)
    ]
    said = doubted(proxy=squid(here), resolver=bind([*elsewhere, *there]))
    assert not said["proxy"] | said["resolver"]


def test_what_runs_at_fixed_times_tells_nothing(doubted: Doubted) -> None:
    fixed = [
        (MONDAY + timedelta(days=day, hours=hour, seconds=1), f"user{who}", "api.openai.com")
        for day in range(5)
        for who in range(6)
        for hour in range(0, 24, 3)
    ]
    late = [(at + timedelta(minutes=180), who, host) for at, who, host in fixed]
    said = doubted(proxy=squid(fixed), resolver=bind(late))
    assert not said["proxy"] | said["resolver"]


def test_of_two_boxes_the_one_that_is_wrong_is_named(doubted: Doubted) -> None:
    seen = visits(people=12)
    here = [visit for visit in seen if int(visit[1][4:]) % 2]
    there = [visit for visit in seen if not int(visit[1][4:]) % 2]
    said = doubted(inner=squid(here), outer=squid(there, timedelta(minutes=9)), resolver=bind(seen))
    assert not said["inner"] | said["resolver"]
    assert len(said["outer"]) == 1
