"""Replay counts what a decision would touch: no more and no less than that period's rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from ..conftest import Cli, in_process_cli

BEGIN = datetime(2026, 6, 1, 9, tzinfo=UTC)
PERIOD = ("--since", "2026-09-14", "--until", "2026-09-20")
SAME = ("since:2026-09-14", "until:2026-09-20")


def rows(cli: Cli, *words: object) -> list[dict[str, Any]]:
    done = cli("replay", *words, "--format", "json")
    assert done.code == 0, done.err
    return list(done.json())


def total(found: list[dict[str, Any]]) -> dict[str, Any]:
    (row,) = (row for row in found if row["kind"] == "total")
    return row


def test_ruling_out_a_service_touches_the_rows_of_the_period(sample_cli: Cli) -> None:
    found = rows(sample_cli, "--unsanction", "chatgpt", *PERIOD)
    (listed,) = sample_cli("services", "service:chatgpt", *SAME, "--format", "json").json()
    for name in ("users", "sessions", "events", "bytes_up", "bytes_down"):
        assert total(found)[name] == listed[name], name
    tasks = [row for row in found if row["kind"] == "task"]
    assert sum(row["events"] for row in tasks) == listed["events"]
    assert total(found)["tasks"] == len({row["task"] for row in tasks})
    assert {row["alternative"] for row in tasks} == {"none is approved"}


def test_all_but_one_team(sample_cli: Cli) -> None:
    found = rows(sample_cli, "--unsanction", "ChatGPT", "--except", "engineering", *PERIOD)
    (listed,) = sample_cli("services", "service:chatgpt", "!team:engineering", *SAME,
                           "--format", "json").json()  # fmt: skip
    for name in ("users", "sessions", "events", "bytes_up"):
        assert total(found)[name] == listed[name], name
    teams = {row["team"]: row["users"] for row in found if row["kind"] == "team"}
    assert "Engineering" not in teams
    assert sum(teams.values()) >= total(found)["users"]


def test_consolidating_three_into_one(sample_cli: Cli) -> None:
    found = rows(sample_cli, "--consolidate", "chatgpt,gemini,perplexity", "--into", "claude")
    users = sample_cli("users", "service:chatgpt,gemini,perplexity", "--format", "json").json()
    assert total(found)["users"] == len(users)
    tasks = [row for row in found if row["kind"] == "task"]
    assert {row["service"] for row in tasks} == {"chatgpt", "gemini", "perplexity"}
    assert all(row["alternative"].startswith("Claude, ") for row in tasks)
    assert total(found)["money"] > 0
    assert total(found)["price"].startswith("Claude Team")


def test_a_team_pays_for_its_own_seats_and_not_for_a_minimum(sample_cli: Cli) -> None:
    """Claude Team begins at five seats, of all teams together."""
    words = ("replay", "--consolidate", "chatgpt", "--into", "claude", "--format", "json")
    rows = sample_cli(*words).json()
    teams = [row for row in rows if row["kind"] == "team"]
    assert min(row["users"] for row in teams) < 5
    assert {row["money"] / row["users"] for row in teams} == {240.0}
    (total,) = [row["money"] for row in rows if row["kind"] == "total"]
    assert sum(row["money"] for row in teams) == total


def test_licensing_for_teams_counts_all_services_of_the_kind(sample_cli: Cli) -> None:
    found = rows(sample_cli, "--license", "claude", "--teams", "Legal,Finance")
    assert {row["team"] for row in found if row["kind"] == "team"} == {"Legal", "Finance"}
    services = {row["service"] for row in found if row["kind"] == "task"}
    assert {"claude", "chatgpt"} <= services
    assert "deepl" not in services


def test_the_alternative_is_one_that_is_approved(
    tmp_path: Path, sample_workspace: tuple[Path, dict[str, str]]
) -> None:
    copytree(sample_workspace[0], tmp_path / "workspace", ignore=lambda *_: ["decisions"])
    company = in_process_cli(tmp_path / "workspace", sample_workspace[1])
    company("decide", "claude", "sanctioned", "--reason", "a test")
    before = company("decisions", "--format", "json").out
    found = rows(company, "--unsanction", "chatgpt")
    kinds = {row["alternative"] for row in found if row["kind"] == "task"}
    assert all(words.startswith("Claude, ") for words in kinds)
    assert company("decisions", "--format", "json").out == before


def _steady(weeks: int, change: int | None = None) -> Iterator[str]:
    """Six people, each on every day; from week `change` on only three of them."""
    for day in range(7 * weeks):
        people = 3 if change is not None and day >= 7 * change else 6
        for number in range(people):
            moment = BEGIN + timedelta(days=day, minutes=number)
            yield (
                f"{moment.timestamp():.3f}     10 10.0.0.1 TCP_TUNNEL/200 900 CONNECT "
                f"chatgpt.com:443 person.{number} HIER_DIRECT/192.0.2.9 -\n"
            )


@pytest.mark.parametrize(("change", "error"), [(None, 0.0), (4, 1.0)])
def test_its_error_over_later_weeks_is_printed(
    cli: Cli, tmp_path: Path, change: int | None, error: float
) -> None:
    log = tmp_path / "access.log"
    log.write_text("".join(_steady(6, change)))
    assert cli("scan", log).code == 0
    until = (BEGIN + timedelta(days=27)).date()
    done = cli("replay", "--unsanction", "chatgpt", "--activity", "all", "--until", until,
               "--format", "json")  # fmt: skip
    kinds = {row["kind"]: row for row in done.json()}
    assert total(done.json())["events"] == 28 * 6
    assert kinds["a week, expected"]["events"] == 42
    assert kinds["a week, later"]["events"] == (42 if change is None else 21)
    assert [kinds["error"][name] for name in ("users", "sessions", "events")] == [error] * 3
    assert f"events {error:+.0%}" in done.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "one decision"),
        (("--unsanction", "chatgpt", "--license", "claude"), "one decision"),
        (("--consolidate", "chatgpt"), "one decision"),
        (("--unsanction", "chatgtp"), "did you mean chatgpt"),
        (("--unsanction", "chatgpt", "--except", "Slaes"), "did you mean 'Sales'"),
        (("--unsanction", "chatgpt", "--since", "monday"), "is no day"),
        (("--unsanction", "chatgpt", "--since", "2030-01-01"), "nothing lies in this period"),
        (("--license", "claude,chatgpt"), "one service"),
    ],
)
def test_a_wrong_word_is_named(sample_cli: Cli, words: tuple[str, ...], said: str) -> None:
    done = sample_cli("replay", *words)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_a_team_that_uses_nothing_yet_can_be_named(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "access.log").write_text(
        "1790000000.000 90 10.0.0.1 TCP_TUNNEL/200 9 CONNECT claude.ai:443 amara HIER_DIRECT/- -\n"
    )
    (tmp_path / "staff.csv").write_text("user,team\namara,Sales\nbela,Legal\n")
    assert cli("scan", tmp_path / "access.log", "--people", tmp_path / "staff.csv").code == 0
    assert rows(cli, "--license", "claude", "--teams", "legal", "--activity", "all") != []
    wrong = cli("replay", "--license", "claude", "--teams", "Leagl")
    assert wrong.code == 2
    assert "where: --teams" in wrong.err
    assert "did you mean 'Legal'?" in wrong.err
