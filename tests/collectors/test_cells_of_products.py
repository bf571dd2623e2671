"""Layouts, wrappings and versions of products, one cell of `cells/*.txt` each.

`## title` begins a cell, a file of its own. `# {...}` says what the next line must come out as: a
part of its event, or that it is no request. `first` is its number among records of a wrapping.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from shadow_scan.collectors.engine import sample_lines
from shadow_scan.collectors.formats import recognised
from shadow_scan.collectors.unwrap import open_source

from .reading import parsed

FOLDER = Path(__file__).parent / "cells"
KEYS = {
    "ip": "source_ip", "user": "user_name", "dev": "device_name", "h": "host", "port": "port",
    "m": "method", "st": "status", "up": "bytes_up", "dn": "bytes_down", "ua": "user_agent",
    "ref": "referrer_host", "p": "path", "act": "action", "dst": "destination_ip",
    "dur": "duration_ms", "ev": "evidence",
}  # fmt: skip
Cell = tuple[list[str], dict[int, dict[str, Any]]]


def cells() -> Iterator[tuple[str, Cell]]:
    for path in sorted(FOLDER.glob("*.txt")):
        for part in path.read_text("utf-8").removeprefix("## ").split("\n## "):
            title, *rest = part.rstrip("\n").split("\n")
            yield title, _cell(rest)


def _cell(rest: list[str]) -> Cell:
    lines: list[str] = []
    expected: dict[int, dict[str, Any]] = {}
    for line in rest:
        if line.startswith("# {"):
            said = json.loads(line[2:])
            expected[said.pop("first", len(lines) + 1)] = said
        else:
            lines.append(line)
    return lines, expected


CELLS = dict(cells())


@pytest.mark.parametrize("title", CELLS)
def test_a_cell_is_recognised_and_read(title: str, tmp_path: Path) -> None:
    lines, expected = CELLS[title]
    (tmp_path / "log").write_text("\n".join(lines) + "\n", "utf-8")
    with open_source(str(tmp_path / "log")) as source:
        data = source.read(1 << 20)
    found = recognised(sample_lines(data))
    assert found is not None
    events = {e["line_number"]: e for e in parsed(data, found.name, block_bytes=1 << 20)[0]}
    assert set(events) == {number for number, said in expected.items() if "skip" not in said}
    for number, event in events.items():
        _check(event, expected[number])


def _check(event: dict[str, Any], said: dict[str, Any]) -> None:
    assert {key: event[KEYS[key]] for key in said if key != "t"} == {
        key: value for key, value in said.items() if key != "t"
    }
    if "t" in said:
        away = event["event_time"] - datetime.fromisoformat(said["t"])
        assert abs(away) < timedelta(milliseconds=2), event["event_time"]
