"""One instance of DuckDB for many visits: as if each had opened its file alone."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import duckdb
import pytest

from shadow_scan.errors import LockedError, StorageError
from shadow_scan.store import database
from shadow_scan.store.database import one_engine, opened, scalar

HOLDS = (
    "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True);"
    " sys.stdin.readline()"
)


def grown(path: Path) -> int:
    with opened(path, threads=1) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS met (number INT)")
        connection.execute("INSERT INTO met SELECT count(*) FROM met")
        return int(scalar(connection, "SELECT count(*) FROM met"))


def test_visits_leave_the_file_whole_and_free(tmp_path: Path) -> None:
    file = tmp_path / "facts.duckdb"
    with one_engine(tmp_path):
        assert [grown(file) for _ in range(3)] == [1, 2, 3]
        assert [path.name for path in tmp_path.iterdir()] == [file.name]
        with duckdb.connect(str(file), read_only=True) as stranger:
            assert stranger.execute("SELECT count(*) FROM met").fetchone() == (3,)


def test_what_is_temporary_goes_with_a_visit(tmp_path: Path) -> None:
    file = tmp_path / "facts.duckdb"
    with one_engine(tmp_path):
        for _ in range(2):
            with opened(file) as connection:
                connection.execute("CREATE TEMP TABLE aside (number INT)")


def test_a_visit_inside_of_another_and_a_database_beside(tmp_path: Path) -> None:
    facts, derived = tmp_path / "facts.duckdb", tmp_path / "derived.building"
    with one_engine(tmp_path):
        grown(facts)
        with opened(derived, beside=[facts]) as connection:
            connection.execute("CREATE TABLE copied AS FROM facts.met")
            assert scalar(connection, "SELECT current_database()") == "derived"
            assert grown(tmp_path / "other.duckdb") == 1
        with opened(derived, read_only=True) as connection:
            assert scalar(connection, "SELECT count(*) FROM copied") == 1
            with pytest.raises(duckdb.Error, match="read-only"):
                connection.execute("DROP TABLE copied")
        grown(facts)


def test_after_an_error_the_next_visit_finds_all_as_it_was(tmp_path: Path) -> None:
    file, broken = tmp_path / "facts.duckdb", tmp_path / "broken.duckdb"
    broken.write_bytes(b"no database" * 1000)
    with one_engine(tmp_path):
        grown(file)
        with pytest.raises(duckdb.Error), opened(file) as connection:
            connection.execute("BEGIN; DELETE FROM met; SELECT no_such_column")
        with pytest.raises(StorageError, match="cannot be opened"), opened(broken):
            pass
        assert grown(file) == 2


def test_nothing_outside_of_the_folder_is_reached(tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "people.csv"
    inside.mkdir()
    outside.write_text("name\nada\n")
    with one_engine(inside), opened(inside / "facts.duckdb") as connection:
        with pytest.raises(duckdb.Error, match="disabled by configuration"):
            connection.execute("SELECT * FROM read_csv($1)", [str(outside)])
        with pytest.raises(duckdb.Error):
            connection.execute("SET enable_external_access = true")


def test_who_holds_the_file_is_named_and_a_writer_waits_longer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_WAIT_SECONDS", 0.1)
    file = tmp_path / "facts.duckdb"
    with one_engine(tmp_path):
        grown(file)
        command = [sys.executable, "-c", HOLDS, str(file)]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as holder:
            assert holder.stdin is not None
            assert holder.stdout is not None
            assert holder.stdout.readline() == "held\n"
            with pytest.raises(LockedError, match=f"process {holder.pid}"):
                grown(file)
            monkeypatch.setattr(database, "_WAIT_SECONDS", 0.5)
            threading.Timer(1.0, holder.stdin.close).start()
            with pytest.raises(LockedError), opened(file, read_only=True):
                pass
            assert grown(file) == 2
