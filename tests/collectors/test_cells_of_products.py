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

from shadow_scan.collectors.formats import recognised, sample_lines
from shadow_scan.collectors.lines.unwrap import open_source

from .reading import parsed_each

FOLDER = Path(__file__).parent / "cells"
KEYS = {
    "ip": "source_ip", "user": "user_name", "dev": "device_name", "h": "host", "port": "port",
    "m": "method", "st": "status", "up": "bytes_up", "dn": "bytes_down", "ua": "user_agent",
    "ref": "referrer_host", "p": "path", "act": "action", "dst": "destination_ip",
    "dur": "duration_ms", "ev": "evidence",
}  # fmt: skip
Expected = dict[int, dict[str, Any]]
Cell = tuple[list[str], Expected]


def cells(path: Path) -> Iterator[tuple[str, Cell]]:
    for part in path.read_text("utf-8").removeprefix("## ").split("\n## "):
        title, *rest = part.rstrip("\n").split("\n")
        yield title, _cell(rest)


def _cell(rest: list[str]) -> Cell:
    lines: list[str] = []
    expected: Expected = {}
    for line in rest:
        if line.startswith("# {"):
            said = json.loads(line[2:])
            expected[said.pop("first", len(lines) + 1)] = said
        else:
            lines.append(line)
    return lines, expected


FILES = sorted(path.stem for path in FOLDER.glob("*.txt"))


@pytest.mark.parametrize("file", FILES)
def test_cells_are_recognised_and_read(file: str, tmp_path: Path) -> None:
    told = dict(cells(FOLDER / f"{file}.txt"))
    of_format: dict[str, dict[str, bytes]] = {}
    for title, (lines, _) in told.items():
        (tmp_path / "log").write_text("\n".join(lines) + "\n", "utf-8")
        with open_source(str(tmp_path / "log")) as source:
            data = source.read(1 << 20)
        found = recognised(sample_lines(data))
        assert found is not None, title
        of_format.setdefault(found.name, {})[title] = data
    for name, logs in of_format.items():
        for title, (events, _) in zip(logs, parsed_each(name, list(logs.values())), strict=True):
            _check(title, {event["line_number"]: event for event in events}, told[title][1])


def _check(title: str, events: dict[int, dict[str, Any]], expected: Expected) -> None:
    assert set(events) == {n for n, said in expected.items() if "skip" not in said}, title
    for number, event in events.items():
        said = expected[number]
        assert {key: event[KEYS[key]] for key in said if key != "t"} == {
            key: value for key, value in said.items() if key != "t"
        }, title
        if "t" in said:
            away = event["event_time"] - datetime.fromisoformat(said["t"])
            assert abs(away) < timedelta(milliseconds=2), (title, event["event_time"])
