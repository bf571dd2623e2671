"""A statement without the names that no line has makes the same of the lines that there are."""

from __future__ import annotations

import io

import pytest

from shadow_scan.collectors import engine
from shadow_scan.collectors.lines.blocks import LineReader
from shadow_scan.collectors.lines.unwrap import ByteSource
from shadow_scan.collectors.narrowing import narrow
from shadow_scan.collectors.registry import FORMATS
from tests.collectors import samples
from tests.collectors.spellings_exports import MORE

_ODD = (
    '{"time": ["no", {"event": 1}], "event": "x", "a*/b": 2, "STATUS": 1, "status": 2}',
    '{"request": {"method": "GET"}, "request.method": "POST", "\\u0075rl": "https://x.example/"}',
    *("[1]", "null", "no JSON", '{"status": 200,', "{}"),
)
_NAMES = ("zscaler", "web-server")


def _lines(name: str) -> list[str]:
    spelled = [text for spelled_as, text, _ in MORE.values() if spelled_as == name]
    written = "\n".join([samples.SAMPLES.get(name, ""), *spelled]).splitlines()
    return [line for line in written if line.startswith("{")]


@pytest.mark.parametrize("name", _NAMES)
def test_names_that_no_line_has_change_nothing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    narrowed = 0

    def noted(statement: str) -> object:
        nonlocal narrowed
        narrowed += (found := narrow(statement)) is not None
        return found

    monkeypatch.setattr(engine, "narrow", noted)
    lines = _lines(name)
    for few in ([*lines, *_ODD], lines[-2:]):
        data = "\n".join([*few, ""]).encode()
        read = []
        for many in (1, 1_000_000):
            monkeypatch.setattr(engine, "_MANY_LINES", many)
            parser = engine.Parser(FORMATS[name])
            (block,) = LineReader(ByteSource(io.BytesIO(data), "log")).blocks()
            parsed = parser.parse(block)
            events = sorted(parsed.events.to_pylist(), key=lambda event: event["line_number"])
            read.append((events, parsed.skipped, sorted(parsed.rejected)))
            parser.engine.close()
        assert read[0] == read[1]
    assert narrowed
