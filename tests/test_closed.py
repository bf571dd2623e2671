"""What the system does not let us read or write: one clear line, and nothing else is lost.

Root may read everything: it gives up that right here, so that these run for everybody.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from .conftest import Run, clean_environment, in_process_cli
from .ingest.conftest import squid_lines

_CAPABILITIES_VERSION = 0x20080522
_OVERRIDES = 0b110
"""Of Linux: how `capget` and `capset` lay out what a thread may do; its bits to pass over modes."""
_SET_SECURE_BITS = 28
_NO_FIXUP = 0b100
"""Of Linux: `prctl` by which `access` asks what a thread may do, not what it might."""
_CLOSED = "to do: make it readable for you, or run as somebody who may read it"

As = Callable[..., Run]


@contextmanager
def like_anybody() -> Iterator[None]:
    """What this thread, and those that it begins, may read and write is asked of each file."""
    if sys.platform != "linux" or os.geteuid() != 0:
        yield
        return
    head = (ctypes.c_uint32 * 2)(_CAPABILITIES_VERSION, 0)
    held = (ctypes.c_uint32 * 6)()  # twice: effective, permitted, inheritable
    system = ctypes.CDLL(None, use_errno=True)
    assert system.capget(head, held) == 0
    before, held[0] = held[0], held[0] & ~_OVERRIDES
    assert system.prctl(_SET_SECURE_BITS, _NO_FIXUP, 0, 0, 0) == 0
    assert system.capset(head, held) == 0
    try:
        yield
    finally:
        held[0] = before
        assert system.capset(head, held) == 0
        assert system.prctl(_SET_SECURE_BITS, 0, 0, 0, 0) == 0


@pytest.fixture
def closable(tmp_path: Path) -> Iterator[Path]:
    """A folder in which all is opened again, so that it can be taken away."""
    yield tmp_path
    for folder, folders, _ in os.walk(tmp_path):
        for name in folders:
            (Path(folder) / name).chmod(0o700)


@pytest.fixture
def cli(closable: Path, workspace: Path) -> As:
    def run(*words: object, **more: str) -> Run:
        with like_anybody():
            done = in_process_cli(workspace, clean_environment(closable / "home") | more)(*words)
        assert "unexpected" not in done.err
        return done

    return run


@pytest.fixture
def logs(closable: Path) -> Path:
    folder = closable / "logs"
    for number, name in enumerate(("open", "unlisted", "unentered")):
        (folder / name).mkdir(parents=True)
        (folder / name / "access.log").write_text(squid_lines(number * 10 + 1, number * 10 + 10))
    return folder


def test_a_folder_that_is_closed_is_no_empty_one(cli: As, logs: Path) -> None:
    (logs / "unlisted").chmod(0o300)
    (logs / "unentered").chmod(0o400)
    (logs / "open" / "link").symlink_to(logs / "unlisted" / "access.log")
    done = cli("scan", logs, "--format", "json")
    assert done.code == 3
    assert done.err.count("this folder may not be read") == 2
    assert str(logs / "unlisted") in done.err
    assert str(logs / "unentered") in done.err
    assert _CLOSED in done.err
    assert done.json()["events"] == 20  # a link leads to one of them
    listed = cli("sources", "--format", "json").json()
    closed = {r["source_file"] for r in listed if r["status"] == "unreadable"}
    assert closed == {str(logs / "unlisted"), str(logs / "unentered")}
    (logs / "unlisted").chmod(0o700)
    (logs / "unentered").chmod(0o700)
    again = cli("scan", logs, "--format", "json")
    assert (again.code, again.json()["events"]) == (0, 10)
    listed = cli("sources", "--format", "json").json()
    assert [row["status"] for row in listed] == ["read"] * 3


def test_a_folder_of_which_all_was_read_is_closed_no_longer(cli: As, logs: Path) -> None:
    assert cli("scan", logs).code == 0
    (logs / "unlisted").chmod(0)
    assert cli("scan", logs).code == 3
    assert len(cli("sources", "--format", "json").json()) == 4
    (logs / "unlisted").chmod(0o700)
    assert cli("scan", logs).code == 0
    assert len(cli("sources", "--format", "json").json()) == 3


def test_a_closed_file_is_said_and_the_rest_is_read(cli: As, logs: Path) -> None:
    for number in range(5):
        (logs / "open" / f"{number}.log").write_text("closed")
        (logs / "open" / f"{number}.log").chmod(0)
    done = cli("scan", logs, "--format", "json")
    assert (done.code, done.json()["events"]) == (3, 30)
    assert done.err.count("this file may not be read") == 3
    assert "and the same of 2 more, as" in done.err
    assert cli("parse", logs / "open" / "0.log").code == 3
    (logs / "open").chmod(0o400)
    named = cli("scan", logs / "open" / "0.log")
    assert (named.code, named.err.count("this file may not be read")) == (3, 1)


def test_a_closed_file_is_listed_until_it_can_be_read(cli: As, logs: Path) -> None:
    closed = logs / "open" / "access.log"
    closed.chmod(0)
    for _ in range(2):
        assert cli("scan", logs).code == 3
        found = {row["source_file"]: row for row in cli("sources", "--format", "json").json()}
        assert len(found) == 3
        assert found[str(closed)]["status"] == "unreadable"
        assert found[str(closed)]["damage"] == "this file may not be read"
    days = cli("coverage", "--format", "json").json()
    (blind,) = (row["blind"] for row in days if row["source_file"] == str(closed))
    assert blind == ["all that is in it: this file may not be read"]
    closed.chmod(0o600)
    assert cli("scan", logs).code == 0
    found = {row["source_file"]: row["status"] for row in cli("sources", "--format", "json").json()}
    assert (len(found), found[str(closed)]) == (3, "read")
    closed.chmod(0)
    assert cli("scan", logs).code == 3  # what was read of it stays what it was
    listed = cli("sources", "--format", "json").json()
    assert [row["status"] for row in listed] == ["read"] * 3


def test_who_only_reads_needs_no_right_to_write(cli: As, logs: Path, workspace: Path) -> None:
    assert cli("scan", logs).code == 0
    for path in (*workspace.iterdir(), workspace):
        path.chmod(0o500 if path.is_dir() else 0o400)
    assert '"chatgpt"' in cli("services", "--format", "json").out
    assert cli("findings").code == 0
    assert cli("report", "audit", "-o", logs / "audit.json").code == 0
    assert "read only" in cli("doctor", "--format", "json").out
    for words in (("scan", logs), ("decide", "chatgpt", "sanctioned", "--reason", "bought")):
        refused = cli(*words)
        assert refused.code == 2
        assert refused.err.startswith("shadow-scan: the workspace cannot be written")
        assert "to do: name a folder that you may write" in refused.err
    assert stat.S_IMODE(workspace.stat().st_mode) == 0o500


@pytest.mark.parametrize("name", ["scan.lock", "facts.duckdb", "rules", "settings.toml", "formats"])
def test_what_is_closed_in_a_workspace_is_named(
    cli: As, logs: Path, workspace: Path, name: str
) -> None:
    cli("scan", logs / "open")
    path = workspace / name
    if not path.exists():
        path.write_text("") if path.suffix else path.mkdir()
    path.chmod(0)
    done = cli("scan", logs)
    path.chmod(0o700)
    assert done.code in (2, 3)
    assert f"where: {path}" in done.err
    assert "to do: " in done.err
    assert cli("scan", logs, "--format", "json").json()["events"] == 20


def test_no_cache_is_no_trouble(cli: As, logs: Path, workspace: Path) -> None:
    (workspace / "cache").chmod(0)
    assert cli("scan", logs, XDG_CACHE_HOME=str(logs / "open" / "access.log")).code == 0
    assert '"chatgpt"' in cli("services", "--format", "json").out


def test_a_closed_ledger_is_named_beside_what_it_would_say(
    cli: As, logs: Path, workspace: Path
) -> None:
    cli("scan", logs)
    cli("decide", "chatgpt", "sanctioned", "--reason", "bought")
    (workspace / "decisions").chmod(0)
    done = cli("services")
    assert done.code == 0
    assert (
        "the folder cannot be read: Permission denied; `shadow-scan decisions verify`" in done.err
    )
    assert cli("decisions", "verify").code == 1


def test_a_lesson_of_which_nothing_can_be_derived_is_not_kept(
    cli: As, logs: Path, workspace: Path
) -> None:
    cli("scan", logs)
    words = ("correct", "desk.example", "--service", "desk-ai", "--name", "Desk AI", "--yes")
    (workspace / "derived.lock").chmod(0)
    done = cli(*words)
    assert done.code == 3
    assert not list((workspace / "rules" / "learned").iterdir())
    (workspace / "derived.lock").chmod(0o600)
    assert cli(*words).code == 0
    shutil.rmtree(workspace / "rules")
