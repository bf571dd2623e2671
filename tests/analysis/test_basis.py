"""Tables are made anew for what changes them, and for nothing else."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import duckdb
import pytest

from shadow_scan.analysis import derive
from shadow_scan.commands.current import current_rules
from shadow_scan.commands.scan import ScanRequest, run_scan
from shadow_scan.errors import StorageError
from shadow_scan.workspace import Workspace

LINE = (
    "1790158272.417 10 192.0.2.{number} TCP_TUNNEL/200 9 CONNECT {host}:443 user{number} "
    "HIER_DIRECT/198.51.100.7 -\n"
)
HOSTS = ("chatgpt.com", "claude.ai", "intranet.example")


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace, beside its key."""
    folder = tmp_path_factory.mktemp("scanned")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("SHADOW_SCAN_KEY_FILE", str(folder / "test.key"))
        _scan(Workspace(folder / "workspace"), folder / "access.log", HOSTS)
    return folder / "workspace"


@pytest.fixture
def place(scanned: Path, workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("SHADOW_SCAN_KEY_FILE", str(scanned.parent / "test.key"))
    shutil.copytree(scanned, workspace, dirs_exist_ok=True)
    return Workspace(workspace)


def _scan(place: Workspace, log: Path, hosts: tuple[str, ...]) -> None:
    lines = (LINE.format(number=at, host=host) for host in hosts for at in range(1, 9))
    log.write_text("".join(lines))
    run_scan(place, ScanRequest([str(log)]))


def _own_rule(place: Workspace, host: str) -> None:
    folder = place.rules / "vendors"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "own.toml").write_text(
        'id = "own"\nname = "Own"\nrecorded = "2026-01-01"\n[[products]]\nid = "own"\n'
        f'name = "Own"\ncategory = "chat"\n[products.hosts]\nui = ["{host}"]\n'
    )


def _tables(place: Workspace) -> dict[str, list[tuple[Any, ...]]]:
    with duckdb.connect(str(place.derived), read_only=True) as connection:
        names = connection.execute("SELECT table_name FROM information_schema.tables").fetchall()
        found = {
            name: connection.execute(f'SELECT * FROM "{name}" ORDER BY ALL').fetchall()
            for (name,) in names
        }
    found["meta"] = [row for row in found["meta"] if row[0] != "built"]
    return found


def _services(place: Workspace) -> set[str]:
    with duckdb.connect(str(place.derived), read_only=True) as connection:
        return {name for (name,) in connection.execute("SELECT service FROM sessions").fetchall()}


def test_a_rule_of_a_host_that_nobody_asked_for_makes_no_table_anew(
    place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _tables(place)
    _own_rule(place, "nowhere.example")
    with monkeypatch.context() as patched:
        patched.setattr(derive, "_make_tables", _fail)
        rules = current_rules(place)
    adopted = _tables(place)
    assert rules.rule_set.digest in {value for _, value in adopted["meta"]}
    assert len(adopted["services"]) == len(before["services"]) + 1
    assert adopted["sessions"] == before["sessions"]
    place.derived.unlink()
    derive.rebuild(place, rules)
    assert _tables(place) == adopted


def _fail(*_: object) -> NoReturn:
    pytest.fail("made anew")


def test_a_rule_of_a_host_that_was_seen_changes_its_sessions(place: Workspace) -> None:
    before = _services(place)
    _own_rule(place, "intranet.example")
    current_rules(place)
    assert _services(place) == before | {"own"}


def test_what_a_seen_vendor_is_called_is_said_anew(place: Workspace) -> None:
    _own_rule(place, "intranet.example")
    current_rules(place)
    file = place.rules / "vendors" / "own.toml"
    file.write_text(file.read_text().replace('name = "Own"\nrec', 'name = "Renamed"\nrec'))
    current_rules(place)
    assert ("own", "Renamed") in {(row[0], row[3]) for row in _tables(place)["services"]}


def test_facts_that_were_moved_away_leave_nothing_in_the_tables(
    place: Workspace, tmp_path: Path
) -> None:
    assert len(_services(place)) == 2
    place.facts.unlink()
    _scan(place, tmp_path / "other.log", ("claude.ai", *HOSTS[2:] * 2))
    assert len(_services(place)) == 1


def test_several_who_find_other_rules_at_once_all_get_an_answer(place: Workspace) -> None:
    _own_rule(place, "intranet.example")
    asked = [*("--activity", "all", "--format", "csv"), *("--workspace", str(place.path))]
    command = [sys.executable, "-m", "shadow_scan", "services", *asked]
    asking = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    answers = {one.communicate(timeout=120)[0] for one in asking}
    assert [one.returncode for one in asking] == [0] * 4
    (answer,) = answers
    assert "Own" in answer


def test_tables_that_may_not_be_made_say_what_to_do(
    place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    _own_rule(place, "intranet.example")

    def refused(path: str, *_: object) -> NoReturn:
        raise OSError(errno.EROFS, "Read-only file system", path)

    monkeypatch.setattr("shadow_scan.workspace.os.open", refused)
    with pytest.raises(StorageError, match="nothing could be written: Read-only") as caught:
        current_rules(place)
    assert "let us write there" in str(caught.value.remedy)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda place: _own_rule(place, "intranet.example"), "the rules have changed"),
        (lambda place: os.truncate(place.derived, 5_000), "the derived tables are damaged"),
        (lambda place: _of_another_version(place), "another version made the tables"),
        (lambda place: place.derived.unlink(), "more was stored than was derived"),
    ],
)
def test_why_tables_are_made_anew_is_said(
    place: Workspace, change: Callable[[Workspace], None], reason: str,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    change(place)
    current_rules(place)
    assert f"{reason}: deriving again" in capsys.readouterr().err
    current_rules(place)
    assert capsys.readouterr().err == ""


def _of_another_version(place: Workspace) -> None:
    with duckdb.connect(str(place.derived)) as connection:
        connection.execute("UPDATE meta SET value = 'other' WHERE key IN ('layout', 'basis')")
