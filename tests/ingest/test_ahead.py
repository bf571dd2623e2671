"""Small logs of a folder are read together, and what is stored is what each says alone."""

from __future__ import annotations

import gzip
import os
from pathlib import Path
from typing import Any

import pytest

from shadow_scan.collectors.connection import Engine
from shadow_scan.ingest.ahead import Ahead
from shadow_scan.ingest.inputs import find_inputs
from shadow_scan.ingest.options import Options
from shadow_scan.ingest.reading import Ingest
from shadow_scan.store.database import one_engine, opened, rows
from shadow_scan.store.setup import facts_of
from shadow_scan.workspace import Workspace

from .conftest import Scan, squid_lines, stored, sums

_STORED = """
SELECT source_file, source_line, event_time, u.text, h.text, bytes_down
FROM events LEFT JOIN sources USING (source_id) LEFT JOIN users AS u ON u.id = user_id
LEFT JOIN hosts AS h ON h.id = host_id
"""
_SOURCES = (
    "SELECT * EXCLUDE (source_id) FROM sources",
    "SELECT s.source_file, r.* FROM source_reasons AS r JOIN sources AS s USING (source_id)",
    "SELECT s.source_file, m.* FROM source_marks AS m JOIN sources AS s USING (source_id)",
)
_HEADER = "#Fields: date time c-ip cs-host sc-bytes\n"


def lookup(number: int) -> str:
    return f"Sep  2 10:11:{number % 60:02} dnsmasq[8]: query[A] claude.ai from 10.0.0.{number}\n"


def written(folder: Path) -> None:
    """Logs of several formats, some of them odd, as if each had been written on another day."""
    for number in range(8):
        (folder / f"access-{number}.log").write_text(squid_lines(number * 10 + 1, number * 10 + 10))
        (folder / f"dns-{number}.log").write_text("".join(map(lookup, range(number, number + 5))))
        row = f"2026-09-23 10:11:12 10.0.0.{number} chatgpt.com {number}\n"
        header = _HEADER if number % 2 else _HEADER.replace("c-ip cs-host", "cs-host c-ip")
        (folder / f"proxy-{number}.log").write_text(header + row)
    (folder / "access-2.log.copy").write_text(squid_lines(21, 30))
    (folder / "access-3.log.gz").write_bytes(gzip.compress(squid_lines(31, 45).encode()))
    (folder / "access-4.log").write_text(
        squid_lines(41, 50) + "no record\n\n" + squid_lines(51, 51)
    )
    (folder / "access-5.log").write_text(squid_lines(51, 60).rstrip("\n"))
    (folder / "prose.txt").write_text("Dear reader,\nthis is no log.\n")
    for days, log in enumerate(sorted(folder.iterdir())):
        os.utime(log, (1_790_000_000 - days * 86_400 * 30,) * 2)


def read_into(place: Workspace, folder: Path) -> list[list[tuple[Any, ...]]]:
    """All that is stored behind a reading of the folder."""
    facts, _ = facts_of(place, None, None)
    facts.prepare()
    with one_engine(place.path):
        Ingest(facts, Options()).run(find_inputs([str(folder)]))
        with opened(place.facts, read_only=True) as connection:
            return [sorted(rows(connection, sql), key=repr) for sql in (_STORED, *_SOURCES)]


def test_a_folder_says_what_its_logs_say_alone(
    place: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, alone = tmp_path / "logs", Workspace(tmp_path / "alone")
    folder.mkdir()
    for one in (place, alone):
        one.create()
    written(folder)
    for more in (0, 900, 950):
        for number in range(8 if more else 0):
            with (folder / f"access-{number}.log").open("a") as log:
                log.write(squid_lines(more + number, more + number))
        with monkeypatch.context() as patch:
            patch.setattr(Ahead, "look", lambda *given: None)
            expected = read_into(alone, folder)
        assert read_into(place, folder) == expected
        assert len(expected[0]) > 130


def test_few_statements_read_many_logs(
    read: Scan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    answer = Engine.answer

    def counted(self: Engine, query: str, *given: Any) -> Any:
        calls.append(query)
        return answer(self, query, *given)

    monkeypatch.setattr(Engine, "answer", counted)
    for number in range(40):
        (tmp_path / f"{number}.log").write_text(squid_lines(number * 10 + 1, number * 10 + 10))
    read(tmp_path)
    assert len(calls) < 10


def test_a_log_that_changes_before_its_turn_is_read_as_it_is_then(
    place: Workspace, read: Scan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    logs = [tmp_path / f"{number}.log" for number in range(4)]
    for number, log in enumerate(logs):
        log.write_text(squid_lines(number * 10 + 1, number * 10 + 10))
    look = Ahead.look

    def looking(self: Ahead, *given: Any) -> None:
        look(self, *given)
        logs[3].write_text(squid_lines(31, 35))

    monkeypatch.setattr(Ahead, "look", looking)
    read(*logs)
    assert stored(place) == sums(1, 35)
