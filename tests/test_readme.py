"""Every command of the README runs, on the sample company."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from .conftest import Cli

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
_STANDS_FOR = {
    "access.log": "sample_logs/squid/access.log.1",
    "/var/log/squid": "sample_logs/squid",
    "staff.csv": "sample_logs/people.csv",
}
_WRITTEN = {"events.csv", "audit.html", "brief.html"}
_SHELL = {"git", "cd", ".", "tools/demo", "tools/test"}


def console_commands() -> list[str]:
    blocks = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
    lines = [line.partition("#")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line]


def test_the_readme_shows_the_two_commands_that_exist() -> None:
    assert {"tools/demo", "tools/test"} <= set(console_commands())
    for tool in ("tools/demo", "tools/test", "tools/setup"):
        assert (ROOT / tool).stat().st_mode & 0o111


def test_every_shadow_scan_command_of_the_readme_runs(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    commands = [line for line in console_commands() if line.startswith("shadow-scan ")]
    assert len(commands) > 5
    for command in commands:
        words = [_STANDS_FOR.get(word, word) for word in shlex.split(command)[1:]]
        words = [str(tmp_path / word) if word in _WRITTEN else word for word in words]
        done = cli(*words)
        assert done.code == 0, (command, done.err)


def test_the_numbers_that_the_readme_shows_are_those_of_the_sample(sample_cli: Cli) -> None:
    shown = README.partition(" service        vendor ")[2].partition("```")[0].splitlines()[1:]
    columns = ("name", "vendor", "category", "users", "teams", "sessions", "events", "bytes_up")
    rows = [re.split(r" {2,}", line.strip())[: len(columns)] for line in shown]
    listed = [
        ["-" if row[column] is None else f"{row[column]:,}" if isinstance(row[column], int)
         else row[column] for column in columns]
        for row in sample_cli("services", "--format", "json").json()
    ]  # fmt: skip
    assert len(rows) > 5
    assert [row for row in rows if row != ["..."]] == [row for row in listed if row in rows]


def test_nothing_else_stands_in_the_readmes_console_blocks() -> None:
    for line in console_commands():
        assert line.split()[0] in _SHELL | {"shadow-scan"}
