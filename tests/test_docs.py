"""The files that the documentation shows hold when somebody copies them."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest

from shadow_scan.workspace import Workspace

from .conftest import ROOT, Cli


@pytest.fixture
def place(workspace: Path) -> Workspace:
    for folder in ("formats", "rules/policies", "rules/tasks"):
        (workspace / folder).mkdir(parents=True)
    return Workspace(workspace)


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text("utf-8")


def indented(name: str, first: str) -> str:
    """The indented block of a page that begins so."""
    found = re.search(rf"^    {re.escape(first)}.*\n(?:(?:    .*)?\n)*", page(name), re.MULTILINE)
    assert found is not None
    return textwrap.dedent(found[0])


def checked(cli: Cli, place: Workspace) -> None:
    for words in (("rules", "lint"), ("rules", "test")):
        done = cli(*words, "--workspace", place.path)
        assert done.code == 0, done.out + done.err
        assert "own/" not in done.out + done.err


def test_the_mapping_reads_what_it_says(cli: Cli, place: Workspace, tmp_path: Path) -> None:
    (place.formats / "our-gateway.toml").write_text(indented("formats.md", 'shape = "csv"'))
    log = tmp_path / "gateway.csv"
    log.write_text(
        "Time;User;Client;URL;Up;Down;Took;Verdict;Type\n"
        "23.09.2026 10:11:12;ann;10.20.1.5;https://chatgpt.com/x;1,5;20;3;permit;web\n"
        "23.09.2026 10:11:13;ann;10.20.1.5;https://chatgpt.com/x;1,5;20;3;permit;mail\n"
    )
    (event,) = cli("parse", log, "--workspace", place.path).records()
    assert event["event_time"] == "2026-09-23T08:11:12.000000Z"
    assert (event["bytes_up"], event["duration_ms"], event["action"]) == (1536, 3000, "allowed")


def test_the_policy_holds(cli: Cli, place: Workspace) -> None:
    policy = indented("governance.md", 'id = "night-uploads"')
    (place.rules / "policies" / "night-uploads.toml").write_text(policy)
    checked(cli, place)


def test_the_task_holds_with_the_words_that_it_needs(cli: Cli, place: Workspace) -> None:
    shown = re.findall(r"```toml\n# rules/(\S+)\n(.*?)```", page("tasks.md"), re.DOTALL)
    assert {name for name, _ in shown} == {"vocabulary.toml", "context.toml", "tasks/claims.toml"}
    for name, content in shown:
        (place.rules / name).write_text(content)
    checked(cli, place)
