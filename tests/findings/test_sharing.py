"""What leaves the machine: small teams are one, and cannot be had back by subtraction."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from shadow_scan.store.answers import prepare
from shadow_scan.store.database import named_sql
from shadow_scan.store.folding import fold_small_teams

from ..conftest import Cli

SMALL = {"HR", "Design", "Finance", "Legal"}


@pytest.mark.parametrize("listing", ["teams", "users", "matrix", "sessions", "findings"])
def test_no_small_team_is_named(sample_cli: Cli, listing: str) -> None:
    rows = sample_cli(listing, "--share", "--format", "json").json()
    teams = {row["team"] for row in rows}
    assert not teams & SMALL
    assert "small teams" in teams
    assert teams > {"Engineering"}


def test_the_totals_are_the_same(sample_cli: Cli) -> None:
    for name in ("sessions", "events", "bytes_up"):
        plain, folded = (
            sum(row[name] or 0 for row in sample_cli("teams", *words, "--format", "json").json())
            for words in ((), ("--share",))
        )
        assert plain == folded


def test_what_is_bought_for_a_small_team_folds_with_it(sample_cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "licences.csv").write_text("service,seats,team\nclaude,3,Legal\n")
    words = ("gap", "--share", "--licences", tmp_path / "licences.csv", "--format", "json")
    rows = {row["team"]: row for row in sample_cli(*words).json()}
    assert not rows.keys() & SMALL
    assert rows["small teams"]["licensed"] == 3


def test_who_is_licensed_in_a_small_team_has_the_tool_there_too(
    sample_cli: Cli, tmp_path: Path
) -> None:
    """Design has four people; the other small teams have nothing of what is bought for it."""
    (tmp_path / "licences.csv").write_text("service,seats,team\ngemini,4,Design\n")
    words = ("displacement", "--licences", tmp_path / "licences.csv", "--format", "json")
    (plain,) = sample_cli(*words).json()
    assert (plain["service"], plain["to_service"], plain["team"]) == ("chatgpt", "gemini", "Design")
    assert sample_cli(*words, "--share").json() == [plain | {"team": "small teams"}]


def test_small_teams_are_of_no_business_function(sample_cli: Cli) -> None:
    asked = ("investment", "--format", "json")
    plain, folded = (
        {row["function"]: row for row in sample_cli(*asked, *words).json()}
        for words in ((), ("--share",))
    )
    assert not folded.keys() & {"design", "hr", "legal", "finance-procurement"}
    assert folded["small teams"]["office"] == "unknown"
    known = sum(row["sessions"] for row in plain.values())
    assert sum(row["sessions"] for row in folded.values()) == known


def test_the_offices_of_a_report_cannot_be_taken_apart(sample_cli: Cli, tmp_path: Path) -> None:
    """Engineering and Design are of one office: its sum would tell of the small one."""
    file = tmp_path / "overview.json"
    assert sample_cli("report", "overview", "-o", file).code == 0
    (money,) = [s for s in json.loads(file.read_text())["sections"] if s["id"] == "money"]
    (offices,) = [block for block in money["blocks"] if block["type"] == "grid"]
    at = offices["columns"].index("users")
    users = {row[0]: row[at] for row in offices["rows"]}
    teams = {r["team"]: r for r in sample_cli("teams", "--share", "--format", "json").json()}
    assert users["product"] == teams["Engineering"]["users"]
    assert "back" not in users


def test_a_small_team_cannot_be_asked_for(sample_cli: Cli) -> None:
    for listing in ("users", "sessions", "services", "findings"):
        assert sample_cli(listing, "team:legal", "--share", "--format", "json").json() == []
    assert sample_cli("users", "team:legal", "--format", "json").json()


@pytest.mark.parametrize(
    ("sizes", "folded"),
    [
        ({"a": 9, "b": 8}, set()),
        ({"a": 2, "b": 4, "c": 9, "d": 20}, {"a", "b"}),
        ({"a": 2, "b": 9, "c": 20}, {"a", "b"}),
        ({"a": 1, "b": 2, "c": 5, "d": 6}, {"a", "b", "c"}),
        ({"a": 3}, {"a"}),
    ],
)
def test_one_small_team_takes_another_with_it(sizes: dict[str, int], folded: set[str]) -> None:
    with duckdb.connect(":memory:") as connection:
        connection.execute(named_sql("shadow_scan.findings", "selftest"))
        connection.execute("CREATE TABLE team_people (team VARCHAR, people BIGINT)")
        for team, people in sizes.items():
            connection.execute("INSERT INTO team_people VALUES ($1, $2)", [team, people])
            connection.execute("INSERT INTO usage (team, identity) VALUES ($1, 'x')", [team])
        prepare(connection)
        assert set(fold_small_teams(connection, 5)) == folded
