"""Where there is no more room: one line says so, and what was read before is whole."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import duckdb
import pytest

from shadow_scan.errors import StorageError
from shadow_scan.store.database import one_engine, opened, scalar
from shadow_scan.workspace import Workspace
from tests.ingest.conftest import Scan, squid_lines, stored, sums

_ROOM = 400_000
"""Bytes that a file may have: less than a database takes with its first tables."""


@contextmanager
def _room_for_files_of(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_batch_that_finds_no_room_ends_the_scan(
    place: Workspace, scan: Scan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    logs = [tmp_path / f"{name}.log" for name in ("first", "second", "third")]
    for number, log in enumerate(logs):
        log.write_text(squid_lines(1 + number * 200, 200 + number * 200))
    scan(logs[0])
    with monkeypatch.context() as patch:
        patch.setattr("shadow_scan.ingest.pending.BATCH_ROWS", 100)
        with (
            pytest.raises(StorageError, match="nothing could") as caught,
            _room_for_files_of(_ROOM),
        ):
            scan(*logs)
    assert caught.value.what == "nothing could be written: File too large"
    assert caught.value.where == str(place.facts)
    assert stored(place) == sums(1, 200)
    assert [report.status for report in scan(*logs)] == ["known", "read", "read"]
    assert stored(place) == sums(1, 600)


def test_tables_that_found_no_room_take_no_others_place(
    place: Workspace, scan: Scan, tmp_path: Path
) -> None:
    log = tmp_path / "access.log"
    log.write_text(squid_lines(1, 200))
    scan(log)
    place.derived.unlink()
    with pytest.raises(StorageError, match="nothing could") as caught, _room_for_files_of(_ROOM):
        scan(log)
    assert caught.value.remedy.startswith("make room on the disk")
    assert not place.derived.exists()
    assert scan(log)[0].status == "known"
    assert place.derived.exists()
    assert stored(place) == sums(1, 200)


def test_a_database_that_finds_no_room_to_begin_in_is_no_damaged_one(tmp_path: Path) -> None:
    with (
        pytest.raises(StorageError, match="nothing could be written: ") as caught,
        _room_for_files_of(1_000),
        opened(tmp_path / "new.duckdb"),
    ):
        pass
    assert caught.value.remedy.startswith("make room")


@pytest.mark.parametrize("visiting", [False, True])
def test_what_found_no_room_at_the_end_is_not_there_and_the_rest_is(
    tmp_path: Path, *, visiting: bool
) -> None:
    path = tmp_path / "some.duckdb"
    with opened(path) as connection:
        connection.execute("CREATE TABLE numbers AS SELECT range AS number FROM range(1_000)")
    with one_engine(tmp_path) if visiting else nullcontext():
        with (
            pytest.raises(duckdb.Error),
            _room_for_files_of(path.stat().st_size),
            opened(path) as connection,
        ):
            connection.execute(
                "INSERT INTO numbers SELECT hash(range) // 4 FROM range(1_000, 500_000)"
            )
        with opened(path, read_only=True) as connection:
            assert scalar(connection, "SELECT count(*) FROM numbers") == 1_000
        with opened(path) as connection:
            connection.execute("INSERT INTO numbers SELECT range FROM range(1_000, 2_000)")
        with opened(path, read_only=True) as connection:
            assert scalar(connection, "SELECT sum(number) FROM numbers") == sum(range(2_000))
    assert sorted(tmp_path.iterdir()) == [path]


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
