"""Findings on the sample company: their numbers, and how they are answered and come back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from shadow_scan.findings.matches import finding_id
from shadow_scan.workspace import Workspace

from ..conftest import Cli

BECAUSE = ("--reason", "because")
STEADY = finding_id("unreviewed-steady-use", "chatgpt", None)


def found(cli: Cli, *words: str) -> dict[str, dict[str, Any]]:
    done = cli("findings", *words, "--format", "json")
    assert done.code == 0, done.err
    return {row["finding"]: row for row in done.json()}


def sitting(second: int, user: str, host: str = "chatgpt.com") -> str:
    """A person at work for a quarter of an hour, in the format of Squid."""
    return "".join(
        f"{1790409600 + second + after}.000  {40_000 + 7_000 * n} 10.0.0.1 TCP_TUNNEL/200 "
        f"{30_000 + 17_000 * n} CONNECT {host}:443 {user} HIER_DIRECT/192.0.2.9 -\n"
        for n, after in enumerate((0, 95, 210, 260, 430, 590, 700, 880))
    )


def test_a_finding_has_the_numbers_of_the_listing(sample_cli: Cli) -> None:
    service = {r["service"]: r for r in sample_cli("services", "--format", "json").json()}
    finding = found(sample_cli)[STEADY]
    for name in ("users", "sessions", "events", "bytes_up", "first_time", "last_time"):
        assert finding[name] == service["chatgpt"][name], name
    assert finding["reasons"][0].startswith(f"{finding['users']} users on {finding['days']} days")
    assert finding["state"] == "open"


def test_days_pick_findings_and_that_their_numbers_are_of_all_days_is_said(
    sample_cli: Cli,
) -> None:
    whole = {one["finding"]: one for one in sample_cli("findings", "--format", "json").json()}
    late = sample_cli("findings", "since:3d", "--format", "json")
    assert 0 < len(late.json()) < len(whole)
    assert all(one == whole[one["finding"]] for one in late.json())
    assert "the numbers are of all days" in late.err
    assert "all days" not in sample_cli("findings", "severity:high").err


def test_a_finding_carries_its_evidence_and_coverage(sample_cli: Cli) -> None:
    sessions = {row["session"] for row in sample_cli("sessions", "--format", "json").json()}
    findings = found(sample_cli)
    with_use = [f for f in findings.values() if f["events"]]
    assert with_use
    for finding in with_use:
        assert finding["evidence"], finding
        assert set(finding["evidence"]) <= sessions
        assert finding["coverage"][0].startswith("seen in ")
    otter = findings[finding_id("unreviewed-steady-use", "otter", None)]
    assert otter["bytes_up"] is None
    assert not any("sent" in reason for reason in otter["reasons"])
    assert any("upload sizes" in gap for gap in otter["coverage"])


def test_what_is_missing_on_some_days_alone_says_on_how_many(cli: Cli, tmp_path: Path) -> None:
    """Fourteen days of names, and one on which nobody signed in."""
    days = [
        sitting(86_400 * day + 3_600 * at + 1_900 * (day * 3 % 7), user if day else "-")
        for day in range(15)
        for at, user in enumerate(("amara", "ben", "chloe"))
    ]
    (tmp_path / "access.log").write_text("".join(days))
    assert cli("scan", tmp_path / "access.log").code == 0
    (_, blind) = found(cli)[STEADY]["coverage"]
    assert "who (no user names) on 1 of 15 days" in blind
    assert "upload sizes" in blind
    assert "upload sizes on" not in blind


def test_the_risk_of_a_service_is_its_worst_open_finding(company: Cli) -> None:
    def risk() -> str:
        rows = company("services", "service:chatgpt", "--format", "json").json()
        return str(rows[0]["risk"])

    def worst() -> str:
        ranks = ("none", "low", "medium", "high", "critical")
        left = found(company, "service:chatgpt", "state:open").values()
        return max((f["severity"] for f in left), key=ranks.index, default="none")

    assert risk() == worst() == "high"
    for finding in found(company, "service:chatgpt", "severity:high"):
        assert company("findings", "answer", finding, *BECAUSE).code == 0
    assert risk() == worst() == "medium"
    for finding in found(company, "service:chatgpt", "severity:medium"):
        assert company("findings", "answer", finding, *BECAUSE).code == 0
    assert risk() == worst()
    assert risk() in ("low", "none")


def test_an_answered_finding_stays_so_until_its_numbers_change(
    company: Cli, place: Workspace, tmp_path: Path
) -> None:
    assert company("findings", "answer", STEADY, "--reason", "the pilot").code == 0
    assert found(company)[STEADY]["state"] == "answered"
    assert found(company)[STEADY]["answer"] == "the pilot"
    place.derived.unlink()
    quiet = tmp_path / "quiet.log"
    quiet.write_text(sitting(0, "someone", "www.example"))
    assert company("scan", quiet).code == 0
    assert found(company)[STEADY]["state"] == "answered"
    more = tmp_path / "more.log"
    more.write_text(sitting(60, "someone.new"))
    assert company("scan", more).code == 0
    assert found(company)[STEADY]["state"] == "open"


def test_an_answer_can_be_taken_back(company: Cli) -> None:
    company("findings", "answer", STEADY, *BECAUSE)
    assert company("findings", "reopen", STEADY, *BECAUSE).code == 0
    assert found(company)[STEADY]["state"] == "open"


def test_a_decision_answers_the_findings_of_its_scope(company: Cli) -> None:
    before = found(company, "service:chatgpt", "state:open")
    assert company("decide", "chatgpt", "under-review", "--team", "Design", *BECAUSE).code == 0
    after = found(company, "service:chatgpt", "state:open")
    assert before.keys() - after.keys() == {finding_id("upload-to-training", "chatgpt", "Design")}
    assert company("decide", "chatgpt", "under-review", *BECAUSE).code == 0
    assert found(company, "service:chatgpt", "state:open") == {}
    assert company("decisions", "verify").code == 0


def test_use_after_a_service_was_ruled_out_is_found(company: Cli, tmp_path: Path) -> None:
    from datetime import UTC, datetime, timedelta

    company("decide", "jasper", "unsanctioned", *BECAUSE)
    assert not found(company, "policy:unsanctioned-use")
    later = datetime.now(UTC) + timedelta(days=2)
    seconds = int(later.timestamp()) - 1790409600
    log = tmp_path / "later.log"
    log.write_text(sitting(seconds, "late.user", "app.jasper.ai"))
    assert company("scan", log).code == 0
    (finding,) = found(company, "policy:unsanctioned-use").values()
    assert (finding["service"], finding["users"], finding["events"]) == ("jasper", 1, 8)
    assert finding["severity"] == "high"


def test_bypass_of_the_sanctioned_tool_is_found(company: Cli) -> None:
    company("decide", "microsoft-copilot", "sanctioned", *BECAUSE)
    bypassed = found(company, "policy:tool-bypass")
    assert bypassed
    assert "microsoft-copilot" not in {f["service"] for f in bypassed.values()}
    company("decide", "microsoft-copilot", "unreviewed", *BECAUSE)
    assert not found(company, "policy:tool-bypass")


def test_a_bought_tool_can_be_bypassed_as_a_sanctioned_one(company: Cli, place: Workspace) -> None:
    """Seats for a whole team count for each of them; a wrong table is said, and stops nothing."""
    licences = place.path / "licences.csv"
    people = {row["team"]: row["people"] for row in company("teams", "--format", "json").json()}
    licences.write_text(
        f"service,team,seats\nmicrosoft-copilot,Engineering,{people['Engineering']}\n"
    )
    bypassed = found(company, "policy:tool-bypass")
    assert {finding["team"] for finding in bypassed.values()} == {"Engineering"}
    assert "microsoft-copilot" not in {finding["service"] for finding in bypassed.values()}
    assert "licensed service for the same" in next(iter(bypassed.values()))["reasons"][0]
    licences.write_text("service,team,seats\nnobody-knows,Engineering,6\n")
    done = company("findings", "policy:tool-bypass", "--format", "json")
    assert (done.code, done.json()) == (0, [])
    assert "nobody counts as licensed" in done.err
    licences.write_text("service,team,seats\nmicrosoft-copilot,Engineering,1\n")
    assert found(company, "policy:tool-bypass") == {}  # whose the one seat is, nobody knows


def test_fail_on_is_exit_1_with_the_listing_still_written(company: Cli) -> None:
    done = company("findings", "--fail-on", "high", "--format", "json")
    assert done.code == 1
    assert done.json()
    assert "severity high or higher" in done.err
    assert company("findings", "--fail-on", "critical", "--format", "json").code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("answer", "f-000000000000", *BECAUSE), "no finding"),
        (("answer", STEADY[:-1], *BECAUSE), f"did you mean {STEADY}"),
        (("answer", STEADY), "reason is missing"),
        (("answer",), "takes one finding"),
        (("state:open", *BECAUSE), "a reason for what"),
        (("severity:grave",), "severity is never 'grave'"),
    ],
)
def test_a_wrong_word_is_named(company: Cli, words: tuple[str, ...], said: str) -> None:
    done = company("findings", *words)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_a_workspace_that_cannot_be_written_still_shows_findings(
    company: Cli, place: Workspace
) -> None:
    for file in place.cache.glob("findings-*"):
        file.unlink()
    expected = found(company)
    for file in place.cache.glob("findings-*"):
        file.write_text("[")
    assert found(company) == expected
