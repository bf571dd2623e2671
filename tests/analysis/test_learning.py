"""Corrections become rules with tests, hold from then on, and can be taken back."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.analysis.test_candidates import line
from tests.conftest import Cli, Read, copied, read_once

UNKNOWN_DESK = "desk.lantern.example"


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory, compiled_rules: Path) -> Read:
    """Three people, two of them lawyers, on ChatGPT and an unknown service beside contracts."""
    lines = []
    for turn in range(4):
        for at, user in enumerate(("ada", "bea", "cai")):
            moment = 200.0 * turn + at
            lines += [
                line(moment, user, "POST", f"https://{UNKNOWN_DESK}/api/chat", seconds=12),
                line(moment, user, "POST", "https://chatgpt.com/backend-api/f/conversation"),
                line(moment - 60, user, "GET", "https://acme.ironcladapp.com/workflow/x"),
            ]
    home = tmp_path_factory.mktemp("read")
    log, people = home / "access.log", home / "people.csv"
    log.write_text("".join(sorted(lines)))
    people.write_text("user,team,function\nada,Legal,legal\nbea,Legal,legal\n")
    return read_once(home, compiled_rules, log, "--people", people)


@pytest.fixture
def scanned(read: Read, workspace: Path) -> Cli:
    return copied(read, workspace)


POLICY = """
id = "any-use"
name = "Any use"
severity = "low"
filter = 'events:>0'
reasons = ["{users} did"]
recommendation = "Look at it."
[[tests]]
name = "some"
use = [{ service = "chatgpt" }]
finds = ["chatgpt/Sales"]
[[tests]]
name = "none"
use = []
finds = []
"""


def with_policy(workspace: Path) -> None:
    """An own policy that finds whatever is used."""
    (folder := workspace / "rules" / "policies").mkdir(parents=True, exist_ok=True)
    (folder / "any-use.toml").write_text(POLICY)


def listed(cli: Cli, *words: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = cli(*words, "--format", "json").json()
    return rows


def session_of(cli: Cli, service: str = "chatgpt") -> str:
    return str(listed(cli, "sessions", f"service:{service}")[0]["session"])


def files(workspace: Path) -> list[Path]:
    return sorted((workspace / "rules" / "learned").glob("*"))


def test_nothing_is_kept_without_yes(scanned: Cli, workspace: Path) -> None:
    shown = scanned("correct", UNKNOWN_DESK, "--service", "lantern", "--name", "Lantern")
    assert shown.code == 0
    assert "3 sessions, 3 users, 1 service, 1 candidate" in shown.err
    assert "nothing was kept" in shown.err
    assert files(workspace) == []
    assert {row["service"] for row in listed(scanned, "services")} == {"chatgpt"}


def test_an_event_teaches_that_its_host_is_a_service(scanned: Cli, workspace: Path) -> None:
    places = [event["host"] for event in scanned("export", "events").records()]
    event = f"access.log:{places.index(UNKNOWN_DESK) + 1}"
    words = ("--service", "lantern", "--name", "Lantern", "--by", "mo", "--yes")
    assert scanned("correct", event, *words).code == 0
    services = {row["service"]: row for row in listed(scanned, "services")}
    assert services["lantern"]["users"] == 3
    assert listed(scanned, "candidates") == []
    (lesson,) = listed(scanned, "rules", "learned")
    assert (lesson["by"], lesson["taught_by"], lesson["state"]) == ("mo", event, "in force")
    assert lesson["changed"].startswith("3 sessions, 3 users")
    (file,) = files(workspace)
    test = tomllib.loads(file.read_text())["host"]["test"]
    assert test == {"host": UNKNOWN_DESK, "path": "/api/chat", "service": "lantern"}
    assert scanned("rules", "test").code == 0


def test_a_host_of_a_known_service_and_names_below(scanned: Cli) -> None:
    words = ("--service", "chatgpt", "--names-below", "--yes")
    assert scanned("correct", "lantern.example", *words).code == 0
    (row,) = listed(scanned, "services")
    assert (row["service"], row["events"]) == ("chatgpt", 24)
    explained = scanned("explain", UNKNOWN_DESK)
    assert "ChatGPT" in explained.out


def test_a_dismissed_host_is_no_candidate(scanned: Cli) -> None:
    assert scanned("correct", UNKNOWN_DESK, "--no-ai", "--yes").code == 0
    assert listed(scanned, "candidates") == []


def test_whose_team_it_is_by_name_and_as_the_store_has_it(scanned: Cli, workspace: Path) -> None:
    assert scanned("correct", "cai", "--team", "Legal", "--yes").code == 0
    assert {row["team"] for row in listed(scanned, "users")} == {"Legal"}
    for word, said in (("Legl", "did you mean 'Legal'?"), ("legal", "did you mean 'Legal'?")):
        assert said in scanned("correct", "cai", "--team", word).err
    for word in ("Legal", "Harbour"):
        assert "did you mean" not in scanned("correct", "cai", "--team", word).err
    text = files(workspace)[0].read_text()
    assert "u-" in text
    assert "cai" not in text


def test_a_session_teaches_those_that_show_the_same(scanned: Cli) -> None:
    name = session_of(scanned)
    assert scanned("correct", name, "--task", "compliance", "--yes").code == 0
    sessions = {row["session"]: row for row in listed(scanned, "sessions")}
    assert sessions[name]["task"] == "compliance"
    assert sessions[name]["reasons"][0].startswith("learned/l-")
    alike = [row for row in sessions.values() if row["service"] == "chatgpt"]
    assert sum(row["task"] == "compliance" for row in alike) >= 2
    assert {row["task"] for row in listed(scanned, "tasks")} >= {"compliance"}
    contrary = scanned("correct", name, "--task", "recruiting")
    assert contrary.code == 2
    assert "would break" in contrary.err


def test_only_this_session(scanned: Cli) -> None:
    name = session_of(scanned)
    assert scanned("correct", name, "--task", "compliance", "--only-this", "--yes").code == 0
    tasks = {row["session"]: row["task"] for row in listed(scanned, "sessions")}
    assert [session for session, task in tasks.items() if task == "compliance"] == [name]


def test_what_cannot_be_learned_says_why(scanned: Cli, workspace: Path) -> None:
    cases: dict[str, tuple[str, ...]] = {
        "no such session (any more)": ("s-0123456789ab", "--task", "code"),
        "no stored event is there": ("access.log:9999", "--no-ai"),
        "say what is right": (UNKNOWN_DESK,),
        "one of --service ID": (UNKNOWN_DESK, "--no-ai", "--team", "x"),
        "no service 'lantern'": (UNKNOWN_DESK, "--service", "lantern"),
        "is no id of a service": (UNKNOWN_DESK, "--service", "No Id", "--name", "x"),
        "no task 'juggling'": ("s-0123456789ab", "--task", "juggling"),
        "no log names that": ("nobody", "--team", "Legal"),
        "would break": ("chatgpt.com", "--no-ai"),
        "name: ": (UNKNOWN_DESK, "--service", "lantern", "--name", "\x1b[2J"),
        "category: ": (UNKNOWN_DESK, "--service", "x", "--name", "x", "--category", "A B"),
        "reason: ": (UNKNOWN_DESK, "--no-ai", "--reason", "two\nlines"),
        "team: ": ("ada", "--team", "\x07"),
        "chatgpt.com should be chatgpt": ("chatgpt.com", "--no-ai"),
        "the rules say so already": ("chatgpt.com", "--service", "chatgpt"),
    }
    for said, words in cases.items():
        refused = scanned("correct", *words, "--yes")
        assert (refused.code, said in refused.err) == (2, True), refused.err
        assert "unexpected" not in refused.err
    assert files(workspace) == []


def test_a_lesson_is_undone_and_stays_as_a_record(scanned: Cli) -> None:
    before = listed(scanned, "services")
    words = ("--service", "lantern", "--name", "Lantern", "--yes")
    scanned("correct", UNKNOWN_DESK, *words)
    (lesson,) = listed(scanned, "rules", "learned")
    assert "nothing was kept" in scanned("rules", "learned", "--undo", lesson["lesson"]).err
    assert scanned("rules", "learned", "--undo", lesson["lesson"], "--yes").code == 0
    assert listed(scanned, "services") == before
    (record,) = listed(scanned, "rules", "learned")
    assert record["state"].startswith("undone ")
    twice = scanned("rules", "learned", "--undo", lesson["lesson"], "--yes")
    assert (twice.code, "was undone on" in twice.err) == (2, True)
    assert scanned("rules", "learned", "--undo", "l-0000000000", "--yes").code == 2


def test_what_another_lesson_builds_on_is_not_undone(scanned: Cli) -> None:
    scanned("correct", UNKNOWN_DESK, "--service", "lantern", "--name", "Lantern", "--yes")
    assert scanned("correct", "two.lantern.example", "--service", "lantern", "--yes").code == 0
    first = listed(scanned, "rules", "learned")[-1]
    if "desk" not in first["says"]:
        first = listed(scanned, "rules", "learned")[0]
    refused = scanned("rules", "learned", "--undo", first["lesson"], "--yes")
    assert refused.code == 2
    assert "no service 'lantern'" in refused.err


def test_diff_names_what_two_versions_make_different(
    scanned: Cli, workspace: Path, tmp_path: Path
) -> None:
    with_policy(workspace)
    empty = tmp_path / "own"
    shutil.copytree(workspace / "rules", empty)
    assert listed(scanned, "rules", "diff", str(empty)) == []
    scanned("correct", UNKNOWN_DESK, "--service", "lantern", "--name", "Lantern", "--yes")
    rows = listed(scanned, "rules", "diff", str(empty))
    kinds = {(row["kind"], row["change"]) for row in rows}
    assert kinds >= {("service", "added"), ("session", "added"), ("usage", "added"),
                     ("candidate", "removed"), ("finding", "added")}  # fmt: skip
    findings = {row["name"] for row in rows if row["kind"] == "finding"}
    assert findings & {row["finding"] for row in listed(scanned, "findings")}
    back = listed(scanned, "rules", "diff", str(workspace / "rules"), str(empty))
    assert ("service", "removed") in {(row["kind"], row["change"]) for row in back}
    only = listed(scanned, "rules", "diff", str(empty), "--kind", "service")
    assert [(row["name"], row["after"], row["users"]) for row in only] == [
        ("lantern", "12 events", 3)
    ]
    assert scanned("rules", "diff", str(tmp_path / "none")).code == 2


def test_diff_calls_a_session_under_another_service_renamed(
    scanned: Cli, workspace: Path, tmp_path: Path
) -> None:
    with_policy(workspace)
    shutil.copytree(workspace / "rules", tmp_path / "own")
    (own := tmp_path / "own" / "vendors").mkdir(exist_ok=True)
    (own / "house.toml").write_text(
        'id = "house"\nname = "House"\nrecorded = "2026-11-25"\n[[products]]\nid = "house-chat"\n'
        'name = "House"\ncategory = "chat"\n[products.hosts]\nui = ["chatgpt.com"]\n'
    )
    both = listed(
        scanned, "rules", "diff", str(own.parent), "--kind", "session", "--kind", "finding"
    )
    assert ("finding", "renamed") in {(row["kind"], row["change"]) for row in both}
    rows = [row for row in both if row["kind"] == "session"]
    assert [row["change"] for row in rows] == ["renamed"] * 3
    assert rows[0]["before"].startswith("house-chat, ")
    assert rows[0]["after"].startswith("chatgpt, ")
