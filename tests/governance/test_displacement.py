"""People who are planted to move are found to move: who, from where, and to what."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ..conftest import Cli

DAY = datetime(2026, 9, 15, 9, tzinfo=UTC)
HOSTS = {"chatgpt": "chatgpt.com", "claude": "claude.ai", "gemini": "gemini.google.com",
         "cursor": "api2.cursor.sh"}  # fmt: skip
PLANTED = {
    "stayed": (8, ["chatgpt"]),
    "uses both": (4, ["chatgpt", "claude"]),
    "moved to approved": (10, ["claude"]),
    "moved to another": (5, ["gemini"]),
    "stopped": (7, ["cursor"]),
}
"""Fate -> how many people, and what they use afterwards. A code editor is no chat."""


def _line(moment: datetime, user: str, service: str) -> str:
    """A person at work for a quarter of an hour."""
    return "".join(
        f"{moment.timestamp() + after:.3f}  {40_000 + 7_000 * n} 10.0.0.1 TCP_TUNNEL/200 "
        f"{30_000 + 17_000 * n} CONNECT {HOSTS[service]}:443 {user} HIER_DIRECT/192.0.2.9 -\n"
        for n, after in enumerate((0, 95, 210, 260, 430, 590, 700, 880))
    )


def _lines() -> Iterator[str]:
    for fate, (people, after) in PLANTED.items():
        for number in range(people):
            user = f"{fate.replace(' ', '.')}.{number}"
            for week in (1, 2, 3):
                yield _line(DAY - timedelta(days=7 * week), user, "chatgpt")
                for service in after:
                    yield _line(DAY + timedelta(days=7 * week), user, service)
    for number in range(3):
        yield _line(DAY + timedelta(days=3), f"newcomer.{number}", "chatgpt")


@pytest.fixture
def moved(cli: Cli, tmp_path: Path) -> Cli:
    log = tmp_path / "access.log"
    log.write_text("".join(sorted(_lines())))
    staff = "".join(
        f"{fate.replace(' ', '.')}.{n},{'Legal' if n % 2 else 'Sales'}\n"
        for fate, (people, _) in PLANTED.items()
        for n in range(people)
    )
    (tmp_path / "staff.csv").write_text("user,team\n" + staff)
    assert cli("scan", log, "--people", tmp_path / "staff.csv").code == 0
    assert cli("decide", "claude", "sanctioned", "--reason", "a test").code == 0
    return cli


def test_what_a_visit_loads_from_a_shared_host_is_no_use_of_its_day(
    cli: Cli, tmp_path: Path
) -> None:
    """A visit before the four weeks, of which a file came within them."""
    before = DAY.replace(hour=0) - timedelta(days=28, minutes=2)
    file = f"{(before + timedelta(minutes=5)).timestamp():.3f} 90 10.0.0.1 TCP_TUNNEL/200 900 "
    file += "CONNECT files.oaiusercontent.com:443 amara HIER_DIRECT/192.0.2.9 -\n"
    visit = f"{before.timestamp():.3f} 90 10.0.0.1 TCP_TUNNEL/200 900 CONNECT chatgpt.com:443 amara"
    (tmp_path / "access.log").write_text(f"{visit} HIER_DIRECT/192.0.2.9 -\n{file}")
    assert cli("scan", tmp_path / "access.log").code == 0
    asked = ("--activity", "all", "--format", "json")
    (used,) = cli("services", *asked).json()
    assert (used["service"], used["events"]) == ("chatgpt", 2)
    whose = ("displacement", "--service", "chatgpt", "--on")
    assert cli(*whose, DAY.date(), *asked).json() == []
    assert len(cli(*whose, DAY.date() - timedelta(days=1), *asked).json()) == 1


def test_planted_moves_are_recovered(moved: Cli) -> None:
    done = moved("displacement", "--service", "chatgpt", "--on", DAY.date(), "--format", "json")
    assert done.code == 0, done.err
    rows = done.json()
    counted = dict.fromkeys(PLANTED, 0)
    for row in rows:
        counted[row["kind"]] += row["users"]
    assert counted == {fate: people for fate, (people, _) in PLANTED.items()}
    assert {(row["kind"], row["to_service"]) for row in rows} == {
        ("stayed", None),
        ("uses both", "claude"),
        ("moved to approved", "claude"),
        ("moved to another", "gemini"),
        ("stopped", None),
    }
    legal = moved("displacement", "team:legal", "--service", "chatgpt", "--on", DAY.date(),
                  "--format", "json").json()  # fmt: skip
    assert {row["team"] for row in legal} == {"Legal"}
    assert sum(row["users"] for row in legal) == sum(people // 2 for people, _ in PLANTED.values())


def test_who_has_the_sanctioned_service_and_uses_another_is_a_bypass(moved: Cli) -> None:
    rows = moved("displacement", "--format", "json").json()
    bypass = [row for row in rows if row["kind"] == "bypass"]
    assert {(row["service"], row["to_service"]) for row in bypass} == {("chatgpt", "claude")}
    # those who use both, and those who moved: all of them have been seen with both
    assert sum(row["users"] for row in bypass) == 14


def test_what_is_ruled_out_for_a_team_is_no_sanctioned_service_there(moved: Cli) -> None:
    words = ("claude", "unsanctioned", "--team", "Legal", "--reason", "a test")
    assert moved("decide", *words).code == 0
    bypass = moved("displacement", "kind:bypass", "--format", "json").json()
    assert {row["team"]: row["users"] for row in bypass} == {"Sales": 7}
    whose = ("displacement", "team:legal", "--service", "chatgpt", "--on", DAY.date())
    fates = {row["kind"] for row in moved(*whose, "--format", "json").json()}
    assert fates == {"stayed", "moved to another", "stopped"}
    gap = {row["team"]: row for row in moved("gap", "--format", "json").json()}
    assert gap["Legal"]["users_covered"] == 0
    assert gap["Sales"]["users_covered"] == 7


def test_a_decision_of_the_ledger_is_followed(
    moved: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from shadow_scan.governance import ledger

    moment = DAY.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    with monkeypatch.context() as patch:
        patch.setattr(ledger, "_moment_after", lambda _: moment)
        moved("decide", "chatgpt", "unsanctioned", "--reason", "a test")
    rows = moved("displacement", "--format", "json").json()
    flows = [row for row in rows if row["kind"] != "bypass"]
    assert {row["decided"] for row in flows} == {"2026-09-15"}
    assert sum(row["users"] for row in flows) == sum(people for people, _ in PLANTED.values())


def test_too_early_is_said_and_a_wrong_day_is_named(moved: Cli) -> None:
    late = (DAY + timedelta(days=19)).date()
    done = moved("displacement", "--service", "chatgpt", "--on", late)
    assert "too early to say" in done.err
    assert moved("displacement", "--service", "chatgpt").code == 2
    without = moved("displacement", "--on", late)
    assert (without.code, "a day needs a service" in without.err) == (2, True)
    assert moved("displacement", "--service", "chatgtp", "--on", late).code == 2


def test_nobody_to_show_says_what_it_needs(cli: Cli, tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    log.write_text(_line(DAY, "someone", "chatgpt"))
    cli("scan", log)
    done = cli("displacement")
    assert done.code == 0
    assert "needs a sanctioned service" in done.err


def test_who_has_a_licence_has_the_sanctioned_tool(moved: Cli, tmp_path: Path) -> None:
    """Also who never used it; a licence that ended, or of a service ruled out, is none."""
    licences = tmp_path / "licences.csv"
    licences.write_text(
        "service,user,until\nmicrosoft-copilot,stayed.0,\nmicrosoft-copilot,stayed.1,2026-01-31\n"
        "perplexity,stayed.2,\ngemini,moved.to.another.0,\n"
    )
    assert moved("decide", "perplexity", "unsanctioned", "--reason", "a test").code == 0
    words = ("displacement", "kind:bypass", "--format", "json")
    before = moved(*words).json()
    rows = moved(*words, "--licences", licences).json()
    new = [row for row in rows if row not in before]
    assert {(r["service"], r["to_service"], r["team"], r["users"]) for r in new} == {
        ("chatgpt", "gemini", "Sales", 1),
        ("chatgpt", "microsoft-copilot", "Sales", 1),
    }
    assert len(new) == 2
    assert moved(*words).json() == before
