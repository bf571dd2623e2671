"""Deciding on the command line: strict words, the latest holds, nothing is ever lost."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from shadow_scan.bundled import bundled
from shadow_scan.governance.rulings import today
from shadow_scan.listings.decisions import decide, decisions, take_back
from shadow_scan.rules.compiled import load_compiled
from shadow_scan.rules.ruleset import RuleSet
from shadow_scan.workspace import Workspace

from ..conftest import Cli

SOON = (today() + timedelta(days=30)).isoformat()
BECAUSE = ("--reason", "because")


@pytest.fixture
def rules(place: Workspace) -> RuleSet:
    return load_compiled(bundled("rules"), place.rules, place.cache).rule_set


def services(cli: Cli, *words: str) -> dict[str, dict[str, Any]]:
    return {row["service"]: row for row in cli("services", *words, "--format", "json").json()}


def listed(cli: Cli) -> list[dict[str, Any]]:
    done = cli("decisions", "--format", "json")
    assert done.code == 0, done.err
    return list(done.json())


def test_a_decision_is_written_with_the_numbers_and_rules_of_its_moment(
    company: Cli, rules: RuleSet
) -> None:
    before = services(company)["chatgpt"]
    done = company(
        *("decide", "ChatGPT", "tolerated", "--until", SOON, "--owner", "J. Doe"),
        *("--measure", "hours saved", "--review", SOON, *BECAUSE),
    )
    assert (done.code, done.out) == (0, ""), done.err
    (row,) = listed(company)
    assert (row["service"], row["status"], row["state"]) == ("chatgpt", "tolerated", "in force")
    assert (row["until"], row["review"], row["owner"]) == (SOON, SOON, "J. Doe")
    assert (row["users"], row["sessions"]) == (before["users"], before["sessions"])
    assert row["bytes_up"] == before["bytes_up"]
    assert row["rule_digest"] == rules.digest
    assert services(company)["chatgpt"]["status"] == "tolerated"
    assert "chatgpt" in services(company, "status:tolerated")
    assert "chatgpt" not in services(company, "status:unreviewed")


def test_the_latest_decision_of_a_scope_holds_and_scopes_stand_beside(company: Cli) -> None:
    company("decide", "claude", "unsanctioned", *BECAUSE)
    company("decide", "claude", "sanctioned", *BECAUSE)
    company("decide", "claude", "unsanctioned", "--team", "sales", *BECAUSE)
    company("decide", "claude", "sanctioned", "--plan", "enterprise", *BECAUSE)
    row = services(company)["claude"]
    assert row["status"] == "sanctioned"
    assert row["scoped"] == ["unsanctioned for Sales", "sanctioned for plan enterprise"]
    states = [row["state"] for row in reversed(listed(company))]
    assert states == ["replaced", "in force", "in force", "in force"]
    company("decide", "claude", "unreviewed", *BECAUSE)
    assert services(company)["claude"]["status"] == "unreviewed"
    assert listed(company)[0]["state"] == "withdrawn"


def test_a_tolerance_past_its_date_counts_as_unreviewed(
    company: Cli, place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    company("decide", "claude", "tolerated", "--until", SOON, *BECAUSE)
    from shadow_scan.governance import rulings

    later = today() + timedelta(days=31)
    monkeypatch.setattr(rulings, "today", lambda: later)
    assert services(company)["claude"]["status"] == "unreviewed"
    assert listed(company)[0]["state"] == "lapsed"
    monkeypatch.setattr(rulings, "today", lambda: later - timedelta(days=1))
    assert services(company)["claude"]["status"] == "tolerated"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("chatgtp", "sanctioned", *BECAUSE), "did you mean chatgpt"),
        (("zzzzzzzz", "sanctioned", *BECAUSE), "rules list"),
        (("chatgpt", "sanctoined", *BECAUSE), "did you mean 'sanctioned'"),
        (("chatgpt", "tolerated", *BECAUSE), "needs an end"),
        (("chatgpt", "tolerated", "--until", "tomorrow", *BECAUSE), "is no day"),
        (("chatgpt", "tolerated", "--until", "2020-01-01", *BECAUSE), "is over"),
        (("chatgpt", "sanctioned", "--reason", "  "), "reason is missing"),
        (("chatgpt", "sanctioned", "--team", "Slaes", *BECAUSE), "did you mean 'Sales'"),
        (("chatgpt", "sanctioned", "--owner", "\x1b[2J", *BECAUSE), "no text"),
        (("chatgpt", "sanctioned", "--reason", "x" * 2_001), "more than 2,000"),
        (("chatgpt", "sanctioned"), "--reason"),
    ],
    ids=lambda value: None if isinstance(value, str) else " ".join(value)[:40],
)
def test_a_wrong_word_is_named_and_nothing_is_written(
    company: Cli, words: tuple[str, ...], said: str
) -> None:
    done = company("decide", *words)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert "\x1b" not in done.err
    assert listed(company) == []


def test_a_decision_on_a_service_that_is_gone_is_shown_and_can_be_taken_back(
    company: Cli, place: Workspace
) -> None:
    company("decide", "claude", "sanctioned", *BECAUSE)
    place.rules.mkdir()
    (place.rules / "rules.toml").write_text('disabled = ["claude"]\n')
    assert [(row["service"], row["known"]) for row in listed(company)] == [("claude", False)]
    assert "claude" not in services(company)
    done = company("decide", "claude", "unreviewed", *BECAUSE)
    assert done.code == 0, done.err
    assert [row["state"] for row in listed(company)] == ["withdrawn", "replaced"]


def test_decisions_survive_a_rebuild_and_need_no_scan(
    cli: Cli, workspace: Path, company: Cli, place: Workspace
) -> None:
    assert cli("decide", "chatgpt", "sanctioned", *BECAUSE).code == 0
    (row,) = cli("decisions", "--format", "json").json()
    assert (row["users"], row["users_now"]) == (0, None)
    company("decide", "claude", "sanctioned", *BECAUSE)
    place.derived.unlink()
    assert company("scan", bundled("sample_logs") / "bind").code == 0
    assert services(company)["claude"]["status"] == "sanctioned"


def test_undo_is_a_new_line_that_says_what_held_before(place: Workspace, rules: RuleSet) -> None:
    from shadow_scan.governance.decisions import Proposal

    first = decide(place, rules, Proposal("chatgpt", "sanctioned", "a", owner="J. Doe"))
    second = decide(place, rules, Proposal("chatgpt", "unsanctioned", "b"))
    assert take_back(place, rules, second).status == "sanctioned"
    assert take_back(place, rules, first).status == "unreviewed"
    records = decisions(place, rules).table.records()
    told = [(row["status"], row["owner"], row["state"]) for row in reversed(records)]
    assert told == [
        ("sanctioned", "J. Doe", "replaced"),
        ("unsanctioned", None, "replaced"),
        ("sanctioned", "J. Doe", "replaced"),
        ("unreviewed", None, "withdrawn"),
    ]


def test_verify_is_content_with_what_was_written_and_names_every_change(
    company: Cli, place: Workspace
) -> None:
    assert company("decisions", "verify").code == 0
    company("decide", "claude", "sanctioned", "--reason", "one")
    done = company("decisions", "verify")
    assert ": 1 line, " in done.out
    assert done.out.endswith("0 problems in 1 entry\n")
    for reason in ("two", "three"):
        company("decide", "claude", "sanctioned", "--reason", reason)
    done = company("decisions", "verify")
    assert done.code == 0
    assert "3 lines" in done.out
    (file,) = place.decisions.iterdir()
    file.write_bytes(file.read_bytes().replace(b'"two"', b'"owt"'))
    done = company("decisions", "verify")
    assert done.code == 1
    assert f"{file.name}:2: was edited" in done.out
    assert f"{file.name}:3: does not follow" in done.out
    looked = company("decisions", "--format", "json")
    assert looked.code == 0
    assert [row["intact"] for row in looked.json()] == [True, False, True]
    assert f"{file.name}:2" in looked.err
    (said,) = [r for r in company("doctor", "--format", "json").json() if r["check"] == "decisions"]
    assert said["state"] == "damaged"
    assert f"{file.name}:2: was edited after it was written and 1 more" in said["detail"]
    assert f"{file.name}:2: was edited" in company("services").err


def test_a_shared_folder_holds_the_decisions_of_several_workspaces(
    company: Cli, place: Workspace, cli: Cli, workspace: Path, tmp_path: Path
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    for folder in (place.path, workspace):
        with (folder / "settings.toml").open("a") as settings:
            settings.write("")
        text = (folder / "settings.toml").read_text()
        (folder / "settings.toml").write_text(f"decisions = {json.dumps(str(shared))}\n{text}")
    assert cli("decide", "claude", "unsanctioned", *BECAUSE).code == 0
    assert services(company)["claude"]["status"] == "unsanctioned"
    assert len(list(shared.glob("*.jsonl"))) == 1
    assert not place.decisions.exists()


EVIL = ("=cmd()", "<script>", "[bold]x[/bold]", "|x|`x`", "@SUM(A1)", "+1", "-1+1")


def test_words_of_a_decision_act_on_nobody(company: Cli) -> None:
    for evil in EVIL:
        done = company("decide", "claude", "sanctioned", f"--reason={evil}", f"--owner={evil}")
        assert done.code == 0, done.err
    rows = list(csv.DictReader(io.StringIO(company("decisions", "--format", "csv").out)))
    assert not any(row["reason"].startswith(("=", "+", "-", "@")) for row in rows)
    for line in company("decisions", "--format", "markdown").out.splitlines()[2:]:
        bare = line.replace("\\\\", "")
        assert bare.count("<") == bare.count("\\<")
    assert [row["reason"] for row in reversed(listed(company))] == list(EVIL)
