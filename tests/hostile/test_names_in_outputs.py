"""Names that a stranger put into a log: whatever they hold, they act on nobody who reads them."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path
from shutil import copytree

import pytest

from ..conftest import Cli, clean_environment, in_process_cli
from .samples import GOOD, equation_holds, squid_line, squid_url

ESCAPES = ("\x1b[2J", "\x1b]0;owned\x07", "\x9b31m", "\u202egnp.exe", "\x08\x08\x08", "\r")
MARKUP = ("<script>alert(1)</script>", "[bold]x[/bold]", "[x](http://evil.example)", "|x|", "`x`")
FORMULAS = ("=cmd()", "=HYPERLINK(1)", "+1+1", "-1+1", "@SUM(A1)")
QUOTES = ("'", '"', "';DROP", "a,b", "{x}", "%s", "%(x)s", "${HOME}", "$(id)", "\\")
STATEMENTS = ("x';DROP", "TABLE", "1=1--")
EVIL = (*ESCAPES, *MARKUP, *FORMULAS, *QUOTES, *STATEMENTS)
FORMATS = ("table", "json", "jsonl", "csv", "markdown")
LOOKS = (("users", "--activity", "all"), ("services",), ("sources",), ("export", "events"))


@pytest.fixture(scope="module")
def evil_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Evil users on a good service, evil hosts under it, evil agents; each makes a line."""
    lines = [squid_line("claude.ai", user=f"{evil}{n}") for n, evil in enumerate(EVIL)]
    lines += [squid_line(f"{evil}.chatgpt.com") for evil in EVIL]
    lines += [squid_url(f"http://claude.ai/{evil}") for evil in EVIL]
    lines += [squid_url("http://claude.ai/", agent=evil.replace('"', "'")) for evil in EVIL]
    log = tmp_path_factory.mktemp("evil") / os.fsdecode(b"evil =cmd() [b] \x1b[31m\xe4.log")
    log.write_bytes((GOOD + "".join(lines)).encode())
    return log


@pytest.fixture(scope="module")
def evil_cli(tmp_path_factory: pytest.TempPathFactory, compiled_rules: Path, evil_log: Path) -> Cli:
    """A workspace into which the evil log was read; the tests only look."""
    workspace = tmp_path_factory.mktemp("workspace")
    copytree(compiled_rules, workspace / "cache")
    cli = in_process_cli(workspace, clean_environment(tmp_path_factory.mktemp("home")))
    done = cli("scan", evil_log, "--plain-users", "--format", "json")
    assert done.code == 0, done.err
    assert "\x1b" not in done.err
    assert equation_holds(done.json()["sources"])
    return cli


def unprintable(text: str) -> set[str]:
    return {character for character in text if character != "\n" and not character.isprintable()}


@pytest.mark.parametrize("form", ["table", "csv", "markdown"])
def test_nothing_that_a_terminal_obeys_is_printed(evil_cli: Cli, form: str) -> None:
    for look in LOOKS:
        done = evil_cli(*look, "--format", form)
        assert done.code == 0, done.err
        assert unprintable(done.out) == set(), look
        assert unprintable(done.err) == set(), look


def test_json_keeps_the_text_and_escapes_what_controls(evil_cli: Cli) -> None:
    for look in LOOKS:
        done = evil_cli(*look, "--format", "json")
        assert "\x1b" not in done.out
        assert isinstance(done.json(), list)
        assert evil_cli(*look, "--format", "jsonl").records() == done.json()


def test_a_spreadsheet_finds_no_formula(evil_cli: Cli) -> None:
    for look in LOOKS:
        text = evil_cli(*look, "--format", "csv").out
        rows = list(csv.reader(io.StringIO(text)))
        assert {len(row) for row in rows} == {len(rows[0])}
        cells = [cell for row in rows for cell in row if not cell.lstrip("-").isdigit()]
        assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t"))] == []


def test_markdown_shows_markup_and_makes_none(evil_cli: Cli) -> None:
    for look in LOOKS:
        header, _, *rows = evil_cli(*look, "--format", "markdown").out.splitlines()
        bars = header.count("|")
        for row in rows:
            bare = row.replace("\\\\", "")
            assert bare.count("|") - bare.count("\\|") == bars, row
            assert bare.count("<") == bare.count("\\<"), row
            assert bare.count("[") == bare.count("\\["), row
            assert bare.count("`") == bare.count("\\`"), row


def test_a_table_shows_square_brackets_as_they_are(evil_cli: Cli) -> None:
    assert "[bold]x[/bold]" in evil_cli("users", "--activity", "all").out


def test_a_stranger_cannot_hide_or_add_a_service(evil_cli: Cli) -> None:
    found = {row["service"] for row in evil_cli("services", "--format", "json").json()}
    assert found == {"chatgpt", "claude"}


def test_no_name_is_a_statement(evil_cli: Cli) -> None:
    assert len(evil_cli("export", "events").records()) >= len(GOOD.splitlines()) + len(EVIL)
    assert evil_cli("sources", "--format", "json").json()[0]["status"] == "read"


def test_parse_prints_whole_json_lines(cli: Cli, evil_log: Path) -> None:
    done = cli("parse", evil_log)
    assert unprintable(done.err) == set()
    assert all(isinstance(json.loads(line), dict) for line in done.out.splitlines())


@pytest.mark.parametrize("evil", EVIL)
def test_explaining_an_evil_host_is_harmless(cli: Cli, evil: str) -> None:
    done = cli("explain", f"{evil}.chatgpt.com/x{evil}")
    assert done.code in (0, 2), done.err
    assert unprintable(done.out) == set()
    assert unprintable(done.err) == set()
    assert "Traceback" not in done.err


@pytest.mark.parametrize("evil", ["\x1b[2J", "=cmd()", "a\nb", "x" * 5_000, "''", ""])
def test_an_evil_path_or_option_is_named_harmlessly(cli: Cli, evil: str) -> None:
    for words in (("scan", evil), ("scan", "x", "--as", evil), ("scan", "x", "--tz", evil or "?")):
        done = cli(*words)
        assert done.code in (2, 3)
        assert unprintable(done.err) == set()
        assert "Traceback" not in done.err
        assert max(map(len, done.err.splitlines())) <= 400
