"""A name is shown only with a reason, and never without a trace."""

from __future__ import annotations

from pathlib import Path

import pytest

from shadow_scan.workspace import Workspace

from ..conftest import SAMPLE, Cli

BECAUSE = ("--reason", "incident 31")


def somebody(cli: Cli) -> tuple[str, str]:
    """A pseudonym of somebody in the people file, and their team."""
    rows = cli("users", "--format", "json").json()
    row = next(r for r in rows if r["user_kind"] == "person" and r["team"] == "Legal")
    return str(row["user"]), str(row["team"])


def test_the_name_is_that_of_the_people_file_and_the_ledger_knows_it_not(
    company: Cli, place: Workspace
) -> None:
    pseudonym, team = somebody(company)
    done = company("reveal", pseudonym, *BECAUSE)
    assert done.code == 0, done.err
    name, shown_team = done.out.strip().split("\t")
    assert shown_team == team
    assert name in (SAMPLE / "people.csv").read_text().lower()
    ledger = b"".join(file.read_bytes() for file in place.decisions.iterdir())
    assert pseudonym.encode() in ledger
    assert b"incident 31" in ledger
    assert name.encode() not in ledger
    (entry,) = company("decisions", "log", "--format", "json").json()
    assert (entry["kind"], entry["subject"], entry["said"]) == ("reveal", pseudonym, "shown")
    assert company("decisions", "verify").code == 0
    assert name not in "".join(
        file.read_text(errors="ignore") for file in place.path.glob("*.json")
    )


def test_a_question_that_finds_nobody_leaves_a_trace_too(company: Cli) -> None:
    done = company("reveal", "u-0123456789", *BECAUSE)
    assert (done.code, done.out) == (2, "")
    (entry,) = company("decisions", "log", "--format", "json").json()
    assert entry["said"] == "not found"


def test_another_people_file_is_said(company: Cli, tmp_path: Path) -> None:
    pseudonym, _ = somebody(company)
    other = tmp_path / "other.csv"
    other.write_text((SAMPLE / "people.csv").read_text() + "new.person,Sales\n")
    done = company("reveal", pseudonym, *BECAUSE, "--people", other)
    assert done.code == 0
    assert "not the people file" in done.err


def test_no_name_without_a_ledger(company: Cli, place: Workspace) -> None:
    pseudonym, _ = somebody(company)
    place.decisions.write_text("a file stands where the folder should be")
    done = company("reveal", pseudonym, *BECAUSE)
    assert (done.code, done.out) == (3, "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("u-0123456789", "--reason", " "), "reason is missing"),
        (("u-0123456789",), "--reason"),
        (("a-0123456789", *BECAUSE), "no pseudonym"),
        (("edda", *BECAUSE), "no pseudonym"),
        (("\x1b[2J", *BECAUSE), "no pseudonym"),
    ],
)
def test_a_wrong_word_is_named_and_leaves_no_trace(
    company: Cli, words: tuple[str, ...], said: str
) -> None:
    done = company("reveal", *words)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert company("decisions", "log", "--format", "json").json() == []


def test_plain_names_have_nothing_to_reveal(cli: Cli) -> None:
    assert cli("scan", SAMPLE / "squid" / "access.log.1", "--plain-users").code == 0
    done = cli("reveal", "u-0123456789", *BECAUSE)
    assert done.code == 2
    assert "nothing to reveal" in done.err
