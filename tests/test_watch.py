"""`watch` over a log that lives: it grows, is rotated, renamed, packed, truncated, and killed."""

from __future__ import annotations

import contextlib
import gzip
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from shadow_scan.store.database import opened, scalar
from shadow_scan.workspace import Workspace
from tests.ingest.conftest import squid_lines, stored, sums

PATIENCE_SECONDS = 90
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    folder = tmp_path / "logs"
    folder.mkdir()
    return folder


@pytest.fixture
def place(workspace: Path) -> Workspace:
    return Workspace(workspace)


@pytest.fixture
def start(tmp_path: Path, logs: Path, place: Workspace) -> Iterator[Start]:
    running: list[subprocess.Popen[str]] = []
    environment = {**os.environ, "SHADOW_SCAN_KEY_FILE": str(tmp_path / "test.key")}

    def begin(*more: str) -> subprocess.Popen[str]:
        words = ["watch", str(logs), "--every", "1", "--workspace", str(place.path), *more]
        process = subprocess.Popen(
            [sys.executable, "-m", "shadow_scan", *words],
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
        running.append(process)
        return process

    yield begin
    for process in running:
        process.kill()
        process.communicate()


def until(place: Workspace, wanted: tuple[int, int]) -> None:
    """Waits for so many events and bytes; more would never go away again."""
    deadline, seen = time.monotonic() + PATIENCE_SECONDS, (0, 0)
    while seen != wanted:
        assert time.monotonic() < deadline, f"{seen} is not {wanted}"
        time.sleep(0.3)
        with contextlib.suppress(duckdb.CatalogException):  # the file is there before its tables
            seen = stored(place) if place.facts.exists() else (0, 0)


def until_said(process: subprocess.Popen[str], wanted: str) -> str:
    """Waits for words of a program that goes on; all it said until then."""
    assert process.stderr is not None
    said, ended = "", threading.Timer(PATIENCE_SECONDS, process.kill)
    ended.start()
    for line in process.stderr:
        said += line
        if wanted in line:
            break
    ended.cancel()
    assert wanted in said
    return said


def until_told(place: Workspace, question: str, wanted: object) -> None:
    """Waits for an answer of the facts."""
    deadline, told = time.monotonic() + PATIENCE_SECONDS, None
    while told != wanted:
        assert time.monotonic() < deadline, f"{told} is not {wanted}"
        time.sleep(0.3)
        with opened(place.facts, read_only=True) as connection:
            told = scalar(connection, question)


def until_teams(place: Workspace, wanted: set[str]) -> None:
    until_told(place, "SELECT list(DISTINCT team ORDER BY team) FROM people", sorted(wanted))


def test_each_line_is_read_once_whatever_becomes_of_its_file(
    logs: Path, place: Workspace, start: Start
) -> None:
    log, old = logs / "access.log", logs / "access.log.1"
    log.write_text(squid_lines(1, 100))
    start()
    until(place, sums(1, 100))
    with log.open("a") as writer:
        writer.write(squid_lines(101, 150))
    until(place, sums(1, 150))
    # Renamed, while the writer still adds to it; a new file takes the name.
    log.rename(old)
    with old.open("a") as writer:
        writer.write(squid_lines(151, 160))
    log.write_text(squid_lines(161, 200))
    until(place, sums(1, 200))
    # Copied, truncated and written anew.
    (logs / "access.log.2").write_bytes(log.read_bytes())
    log.write_text("")
    log.write_text(squid_lines(201, 260))
    (logs / "access.log.3.gz").write_bytes(gzip.compress(old.read_bytes()))
    old.unlink()
    until(place, sums(1, 260))


def test_a_kill_loses_and_doubles_nothing(logs: Path, place: Workspace, start: Start) -> None:
    log = logs / "access.log"
    log.write_text(squid_lines(1, 20_000))
    first = start()
    while not place.facts.exists() and first.poll() is None:
        time.sleep(0.02)
    first.send_signal(signal.SIGKILL)
    first.wait()
    with log.open("a") as writer:
        writer.write(squid_lines(20_001, 20_050))
    start()
    until(place, sums(1, 20_050))


def test_a_sigterm_ends_it_in_peace(logs: Path, place: Workspace, start: Start) -> None:
    log, stranger = logs / "access.log", logs / "notes.txt"
    log.write_text(squid_lines(1, 10))
    stranger.write_text("buy milk\n")
    process = start()
    until(place, sums(1, 10))
    log.rename(logs / "access.log.1")
    time.sleep(1.5)
    stranger.write_text("buy milk\nand bread\n")
    log.write_text(squid_lines(11, 20))
    until(place, sums(1, 20))
    time.sleep(0.5)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0
    assert "stopped; what was read is kept" in said
    assert said.count("left alone: notes.txt") == 1
    assert "nothing to read" not in said
    assert "Traceback" not in said


def test_a_folder_that_is_not_there_is_said(tmp_path: Path, place: Workspace) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "shadow_scan", "watch", str(tmp_path / "none")],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SHADOW_SCAN_WORKSPACE": str(place.path)},
    )
    assert ended.returncode == 2
    assert "no such folder" in ended.stderr


def test_files_of_people_and_leases_are_read_again_when_they_change(
    logs: Path, place: Workspace, start: Start, tmp_path: Path
) -> None:
    people, leases = tmp_path / "people.csv", tmp_path / "dnsmasq.leases"
    people.write_text("user,team\nuser1,Legal\n")
    leases.write_text("")
    (logs / "access.log").write_text(squid_lines(1, 100))
    process = start("--people", str(people), "--leases", str(leases))
    until(place, sums(1, 100))
    until_teams(place, {"Legal"})
    people.write_text("user,team\nuser1,Law\nuser2,Sales\n")
    until_teams(place, {"Law", "Sales"})
    people.write_text("begun\n")
    time.sleep(1.5)
    (logs / "more.log").write_text(squid_lines(101, 110))
    until(place, sums(1, 110))
    until_teams(place, {"Law", "Sales"})
    people.write_text("user,team\nuser1,Legal\n")
    until_teams(place, {"Legal"})
    leases.write_text("1790200000 02:00:00:00:00:01 10.20.1.1 desk-1 *\n")
    until_told(place, "SELECT count(*) FROM leases", 1)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0
    assert said.count("shadow-scan: The table has no column") == 1
    assert "people.csv: changed, and read again" in said
    assert "it goes on; this is over: The table has no column" in said


@pytest.mark.skipif(sys.platform != "linux", reason="another program's limit is set")
def test_a_full_disk_is_said_once_and_outlived(logs: Path, place: Workspace, start: Start) -> None:
    log = logs / "access.log"
    log.write_text(squid_lines(1, 100))
    process = start()
    until(place, sums(1, 100))
    unlimited = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (400_000, unlimited[1]))
    with log.open("a") as writer:
        writer.write(squid_lines(101, 150))
    said = until_said(process, "nothing could be written")
    time.sleep(3)  # more looks than one find the disk full
    assert process.poll() is None
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, unlimited)
    until(place, sums(1, 150))
    said += until_said(process, "it goes on; this is over: nothing could be written")
    process.send_signal(signal.SIGTERM)
    said += process.communicate(timeout=PATIENCE_SECONDS)[1]
    assert process.returncode == 0
    assert said.count("shadow-scan: nothing could be written") == 1
