"""A scan killed at any moment leaves whole batches only; the next one goes on and loses nothing."""

from __future__ import annotations

import gzip
import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from shadow_scan.workspace import Workspace

from .conftest import Scan, balanced, squid_lines, stored, sums

KILLS = int(os.environ.get("SHADOW_SCAN_KILLS", "6"))
"""The suite kills a few; `SHADOW_SCAN_KILLS=100 tools/test tests/ingest/test_kill.py` many."""

# Small blocks and batches, so that a second of scanning holds dozens of transactions.
_SCAN = """
import functools
import shadow_scan.ingest.reading as ingest
import shadow_scan.ingest.pending as pending
ingest.LineReader = functools.partial(ingest.LineReader, block_bytes=40_000)
pending.BATCH_ROWS = 1_000
from shadow_scan.cli import main
main()
"""


# Dies where the database of the workspace has been begun, and has no tables yet.
_DIES_FOUNDING = """
import os, signal
import shadow_scan.store.facts as facts
facts.named_sql = lambda package, name: os.kill(os.getpid(), signal.SIGKILL)
from shadow_scan.cli import main
main()
"""


def killed_after(seconds: float, place: Workspace, *paths: Path) -> None:
    words = [sys.executable, "-c", _SCAN, "scan", "--workspace", str(place.path), *map(str, paths)]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    process.wait()


def amid_a_scan(place: Workspace, log: Path, facts_bytes: int) -> subprocess.Popen[str]:
    """A scan of 150,000 lines that has stored so much and goes on."""
    log.write_text(squid_lines(1, 150_000))
    words = [sys.executable, "-c", _SCAN, "scan", "--workspace", str(place.path), str(log)]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    while not place.facts.exists() or place.facts.stat().st_size < facts_bytes:
        assert process.poll() is None
        time.sleep(0.02)
    return process


def test_kills_growth_and_copies_lose_and_double_nothing(
    place: Workspace, scan: Scan, tmp_path: Path
) -> None:
    dice, log, last = random.Random(5), tmp_path / "access.log", 0
    copies: list[Path] = []
    for kill in range(KILLS):
        grown = last + dice.randrange(2_000, 12_000)
        with log.open("a") as more:
            more.write(squid_lines(last + 1, grown))
        last = grown
        if dice.random() < 0.4:
            copies.append(tmp_path / f"copy{kill}.gz")
            copies[-1].write_bytes(gzip.compress(log.read_bytes(), compresslevel=1))
        killed_after(dice.uniform(0.4, 2.2), place, log, *copies)
    scan(log, *copies)
    assert stored(place) == sums(1, last)
    assert balanced(place)


def test_a_kill_while_the_database_is_made_leaves_none_behind(
    place: Workspace, scan: Scan, tmp_path: Path
) -> None:
    log = tmp_path / "access.log"
    log.write_text(squid_lines(1, 20))
    words = [sys.executable, "-c", _DIES_FOUNDING, "scan", "--workspace", place.path, log]
    assert subprocess.run(words, capture_output=True, check=False).returncode == -signal.SIGKILL
    assert not place.facts.exists()
    scan(log)
    assert stored(place) == sums(1, 20)


def test_ctrl_c_ends_with_its_own_exit_code_and_the_next_scan_goes_on(
    place: Workspace, scan: Scan, tmp_path: Path
) -> None:
    log = tmp_path / "access.log"
    process = amid_a_scan(place, log, facts_bytes=500_000)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert said == "interrupted; what was read is kept, and the next scan goes on from there\n"
    scan(log)
    assert stored(place) == sums(1, 150_000)
    assert balanced(place)


def test_what_a_killed_scan_left_is_shown_and_said_to_be_a_part(
    place: Workspace, scan: Scan, tmp_path: Path
) -> None:
    log = tmp_path / "access.log"
    process = amid_a_scan(place, log, facts_bytes=1_200_000)
    with ThreadPoolExecutor() as pool:
        asked = [("services",), ("explain", "access.log:1")]
        answers = pool.map(lambda words: _asked(place, *words).stderr, asked)
        assert all("wait until the scan that is running" in said for said in answers)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)
    shown = _asked(place, "coverage", "--format", "csv")
    part, _ = stored(place)
    assert 0 < part < 150_000
    assert f"what is behind line {part}: it was not read to its end" in shown.stdout
    assert "access.log: read in part" in shown.stderr
    scan(log)
    shown = _asked(place, "coverage", "--format", "csv")
    assert "not read to its end" not in shown.stdout
    assert "read in part" not in shown.stderr


def _asked(place: Workspace, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "shadow_scan", *words, "--workspace", str(place.path)]
    return subprocess.run(command, capture_output=True, text=True, check=False)
