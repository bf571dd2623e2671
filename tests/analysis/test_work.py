"""What sessions were: a small log with people, an open tab, a job and a custom assistant in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from shadow_scan.rules.loader import load_rules
from shadow_scan.rules.work.activity import session_rule
from shadow_scan.rules.work.evidence import Seen, made_ready
from shadow_scan.rules.work.lint import work_problems
from shadow_scan.rules.work.loading import overlaid_work, read_work
from shadow_scan.rules.work.matching import Functions
from shadow_scan.rules.work.models import Signal
from shadow_scan.rules.work.signals import TaskRules

from ..conftest import ROOT, Cli, Read, copied, read_once

PEOPLE = "user,team,function\nlea,Legal,legal\npia,Board,general\nsid,Sales,sales-marketing\n"
DAY = 1_790_000_000
CONVERSATION = "https://chatgpt.com/backend-api/f/conversation"
SHIPPED = ROOT / "rules"
RULES = load_rules(SHIPPED)


def line(second: float, user: str, url: str, method: str = "POST", size: int = 9_000) -> str:
    return (
        f"{DAY + second:.3f}    120 192.0.2.{len(user)} TCP_MISS/200 {size} {method} {url} {user} "
        "HIER_DIRECT/198.51.100.7 text/html\n"
    )


def lawyer() -> Iterator[str]:
    for at in range(0, 300, 60):
        yield line(at, "lea", "https://acme.ironcladapp.com/workflow", "GET")
    for at in (330, 371, 455, 512):
        yield line(at, "lea", CONVERSATION)


def seller() -> Iterator[str]:
    yield line(20_000, "sid", "https://chatgpt.com/g/g-67ab12cd-cold-outreach-for-bertha", "GET")
    for at in (20_031, 20_093, 20_188):
        yield line(at, "sid", CONVERSATION)


def speaker() -> Iterator[str]:
    """Slides in a tunnel of their own, then an assistant for longer than rules look back."""
    yield line(60_000, "pia", "docs.google.com:443", "CONNECT")
    for at in range(60_001, 60_240, 20):
        yield line(at, "pia", "https://docs.google.com/presentation/d/1a2b3c4d5e6f/edit", "GET")
    for at in range(60_300, 62_000, 200):
        yield line(at, "pia", CONVERSATION)


def open_tab() -> Iterator[str]:
    for at in range(40_000, 44_000, 60):
        yield line(at, "sid", "https://claude.ai/api/organizations/notification/status", "GET")


def job() -> Iterator[str]:
    for hour in range(12):
        yield line(3_600 * hour, "batch-host", "https://www.perplexity.ai/rest/sse/perplexity_ask")


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory, compiled_rules: Path) -> Read:
    home = tmp_path_factory.mktemp("read")
    log, people = home / "access.log", home / "people.csv"
    log.write_text("".join(sorted([*lawyer(), *seller(), *speaker(), *open_tab(), *job()])))
    people.write_text(PEOPLE)
    return read_once(home, compiled_rules, log, "--people", people, "--plain-users")


@pytest.fixture
def scanned(read: Read, workspace: Path) -> Cli:
    return copied(read, workspace)


def sessions(cli: Cli, *words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = cli("sessions", *words, "--format", "json").json()
    return found


def test_a_contract_system_and_the_function_say_what_an_assistant_was_for(
    scanned: Cli,
) -> None:
    (session,) = sessions(scanned, "user:lea")
    assert (session["task"], session["tier"]) == ("contract-review", "likely")
    assert 0.65 <= session["confidence"] <= 1
    rules = [reason.partition("@")[0] for reason in session["reasons"]]
    assert "tasks/contract-review.toml#contract-systems" in rules
    told = scanned("explain", session["session"]).out
    assert "task     contract-review, likely" in told
    assert "contracts shortly before" in told


def test_what_was_worked_in_before_counts_for_the_whole_session_and_its_tunnel_does_not(
    scanned: Cli,
) -> None:
    (session,) = sessions(scanned, "user:pia")
    assert session["task"] == "presentation"
    assert "slides shortly before" in " ".join(session["reasons"])
    assert "documents" not in " ".join(session["reasons"])


def test_longer_use_of_an_application_says_more() -> None:
    met = Seen(
        "chatgpt", "connected", context=frozenset({"finance"}), function="finance-procurement"
    )
    less = TaskRules(RULES).answer(met)
    more = TaskRules(RULES).answer(replace(met, worked=met.context))
    assert (less.confidence or 0) < (more.confidence or 0)
    assert more.task == "finance-analysis"


def test_a_weight_of_its_own_stands_in_the_place_of_a_strength() -> None:
    plain = Signal(id="mail", strength="weak", context=["mail"])
    fitted = plain.model_copy(update={"weight": 4.2})
    weights = [made_ready("x", "writing", {"weak": 1.5}, one).weight for one in (plain, fitted)]
    assert weights == [1.5, 4.2]


def test_a_named_assistant_is_observed_and_keeps_no_other_word_of_its_name(scanned: Cli) -> None:
    (session,) = sessions(scanned, "user:sid", "service:chatgpt")
    assert (session["task"], session["tier"]) == ("outbound-sales", "observed")
    events = scanned("export", "events", "--format", "jsonl").out
    assert "/g/g-*-cold-outreach" in events
    assert "bertha" not in events


def test_people_are_shown_and_noise_and_machines_only_when_asked_for(scanned: Cli) -> None:
    assert {row["service"] for row in sessions(scanned)} == {"chatgpt"}
    assert {row["service"] for row in sessions(scanned, "--activity", "background")} == {"claude"}
    jobs = sessions(scanned, "--activity", "automated")
    assert {(row["user"], row["service"]) for row in jobs} == {("batch-host", "perplexity")}
    assert len(jobs) == 12
    everything = scanned("services", "--activity", "all", "--format", "json").json()
    assert {row["service"] for row in everything} == {"chatgpt", "claude", "perplexity"}


def test_the_listings_add_up(scanned: Cli) -> None:
    for activity in ("people", "all"):
        asked = ("--activity", activity)
        tasks = scanned("tasks", *asked, "--format", "json").json()
        matrix = scanned("matrix", *asked, "--format", "json").json()
        shown = sessions(scanned, *asked)
        for rows in (tasks, matrix):
            assert sum(row["sessions"] for row in rows) == len(shown)
            assert sum(row["events"] for row in rows) == sum(row["events"] for row in shown)


def test_an_organisation_adds_a_task_with_its_own_application(
    scanned: Cli, workspace: Path
) -> None:
    own = workspace / "rules"
    (own / "tasks").mkdir(parents=True)
    (own / "vocabulary.toml").write_text(
        'recorded = "2026-11-25"\n[[tasks]]\nid = "claims"\nname = "Claims"\n'
        'functions = ["customer-service"]\n'
    )
    (own / "context.toml").write_text(
        'recorded = "2026-11-25"\n[[applications]]\nid = "claims-system"\nname = "Claims"\n'
        'hosts = ["acme.ironcladapp.com"]\n'
    )
    (own / "tasks" / "claims.toml").write_text(
        'task = "claims"\nrecorded = "2026-11-25"\n[[signals]]\nid = "claims-system"\n'
        'strength = "strong"\ncontext = ["claims-system"]\n[[tests]]\nservice = "chatgpt"\n'
        'context = ["claims-system"]\nanswer = true\n[[tests]]\nservice = "chatgpt"\n'
        "answer = false\n"
    )
    assert scanned("rules", "lint").code == 0
    assert scanned("rules", "test").code == 0
    (session,) = sessions(scanned, "user:lea")
    assert session["task"] == "claims"
    assert session["reasons"][0].startswith("own/tasks/claims.toml#claims-system@")


def own_rules(tmp_path: Path, name: str, text: str) -> Path:
    file = tmp_path / "own" / name
    file.parent.mkdir(parents=True)
    file.write_text(text)
    return tmp_path / "own"


BEGIN = 'task = "code"\nrecorded = "2026-11-25"\n'
TEST = '[[tests]]\nservice = "chatgpt"\nanswer = {}\n'


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("tasks/a.toml", BEGIN + "x = " + "[" * 5_000, "tasks/a.toml: "),
        ("tasks/a.toml", BEGIN + "#" * 2_000_001, "larger than 2,000,000 bytes"),
        ("tasks/a.toml", BEGIN + '[[signals]]\nid = "a"\nstrenght = "weak"\n', "'strength'"),
        (
            "tasks/a.toml",
            BEGIN + '[[signals]]\nid="a"\nstrength="weak"\n' * 2,
            "stands here 2 times",
        ),
        (
            "tasks/a.toml",
            BEGIN + f'[[signals]]\nid="a"\nstrength="weak"\nslugs={["word"] * 501}\n',
            "at most 500",
        ),
        (
            "clients.toml",
            'recorded="2026-11-25"\n[[clients]]\nid="a"\nname="A"\nkind="app"\nagents=["(a+)+$"]\n',
            "repeats what is repeated",
        ),
        (
            "activity.toml",
            'recorded="2026-11-25"\n[[sessions]]\nid="a"\nactivity="automated"\n'
            'when={requests=">1; DROP"}\n',
            "sessions.0.when.requests",
        ),
    ],
    ids=["recursive", "enormous", "misspelt", "twice", "long list", "slow pattern", "no bound"],
)
def test_a_broken_file_is_named_with_what_is_wrong(
    tmp_path: Path, name: str, text: str, said: str
) -> None:
    problems: list[str] = []
    read_work(own_rules(tmp_path, name, text), "own/", problems)
    assert any(problem.startswith("own/") and said in problem for problem in problems)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("tasks/a.toml", BEGIN + TEST.format("true") + TEST.format("false"), "contradicts another"),
        (
            "tasks/a.toml",
            BEGIN + '[[signals]]\nid="a"\nstrength="weak"\ncontext=["repositry"]\n',
            "did you mean 'repository'?",
        ),
        ("tasks/a.toml", BEGIN + '[[signals]]\nid="a"\nstrength="weak"\n', "asks for nothing"),
        (
            "activity.toml",
            'recorded="2026-11-25"\n[[requests]]\nid="a"\nkind="act"\npaths=["/x"]\n'
            '[[requests]]\nid="b"\nkind="noise"\npaths=["/x"]\n',
            "contradicts 'a'",
        ),
    ],
    ids=["tests", "unknown name", "empty signal", "requests"],
)
def test_what_is_legal_and_wrong_is_for_lint(
    tmp_path: Path, name: str, text: str, said: str
) -> None:
    problems: list[str] = []
    own = read_work(own_rules(tmp_path, name, text), "own/", problems)
    work, _ = overlaid_work(RULES.work, own)
    assert problems == []
    assert any(said in what for _, what in work_problems(replace(RULES, work=work)))


def test_a_measure_that_is_unknown_holds_no_bound() -> None:
    assert session_rule(RULES, None, {"strength": 2, "requests": 1, "minutes": 0.01}) is None
    found = session_rule(
        RULES, None, {"strength": 2, "requests": 1, "minutes": 0.01, "bytes_each": 900}
    )
    assert found is not None
    assert found.activity == "background"


@pytest.mark.parametrize(
    ("function", "team", "known"),
    [
        ("legal", "Sales", "legal"),
        (None, "Customer Care", "customer-service"),
        ("Human Resources", None, "hr"),
        (None, "unattributed", None),
    ],
)
def test_a_function_is_told_by_the_people_file_else_by_the_team(
    function: str | None, team: str | None, known: str | None
) -> None:
    functions = Functions(RULES.work.vocabulary.functions)
    assert functions.of(function, team) == known
