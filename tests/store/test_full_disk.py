"""Where there is no more room: one line says so, and what was read before is whole."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from shadow_scan.errors import InputError
from shadow_scan.store.database import check_whole, opened
from shadow_scan.workspace import Workspace
from tests.ingest.conftest import Scan, squid_lines, stored, sums

_ROOM = 400_000
"""Bytes that a file may have: less than a database takes with its first tables."""


def test_tables_that_found_no_room_take_no_others_place(
    place: Workspace, scan: Scan, tmp_path: Path
) -> None:
    log = tmp_path / "access.log"
    log.write_text(squid_lines(1, 200))
    scan(log)
    place.derived.unlink()
    words = ["scan", str(log), "--workspace", str(place.path)]
    done = subprocess.run(
        [sys.executable, "-m", "shadow_scan", *words],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (_ROOM, _ROOM)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3, done.stderr
    assert "nothing could be written" in done.stderr
    assert "make room on the disk" in done.stderr
    assert not place.derived.exists()
    assert scan(log)[0].status == "known"
    assert place.derived.exists()
    assert stored(place) == sums(1, 200)


def test_a_file_that_is_not_whole_is_not_moved(tmp_path: Path) -> None:
    made = tmp_path / "new.duckdb"
    made.write_bytes(b"begun")
    check_whole(made)
    Path(f"{made}.wal").write_bytes(b"")
    with pytest.raises(InputError, match="nothing could be written"):
        check_whole(made)


def test_a_database_that_finds_no_room_to_begin_in_is_no_damaged_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise duckdb.IOException('IO Error: Could not write file "x": No space left on device')

    monkeypatch.setattr(duckdb, "connect", full)
    with (
        pytest.raises(InputError, match=r"nothing could be written: .*No space") as caught,
        opened(tmp_path / "new.duckdb"),
    ):
        pass
    assert caught.value.remedy.startswith("make room")


def test_a_file_that_shrinks_while_it_is_read_is_said_to_have(
    place: Workspace, read: Scan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from shadow_scan.ingest import counting

    log = tmp_path / "access.log"
    log.write_text(squid_lines(1, 200))
    take = counting.take

    def shrinking(*words: object) -> None:
        log.write_text(squid_lines(1, 10))
        take(*words)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(counting, "take", shrinking)
        (report,) = read(log)
    assert "it became shorter while it was read" in report.notes[0]
    assert stored(place) == sums(1, 200)
    log.write_text(squid_lines(1, 210))
    (report,) = read(log)
    assert (report.lines, report.notes) == (10, [])
    assert stored(place) == sums(1, 210)
