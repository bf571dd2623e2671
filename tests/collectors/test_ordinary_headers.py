"""Header-driven logs read by columns: whatever a word says, the statement reads the same of it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from shadow_scan.collectors.columns import ordinary
from shadow_scan.collectors.connection import Engine
from shadow_scan.collectors.engine import Parser
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.lines.blocks import LineReader
from shadow_scan.collectors.lines.unwrap import ByteSource
from shadow_scan.collectors.registry import FORMATS

_ODD = (
    *(
        "-",
        "x",
        "-1",
        "12.5",
        "0",
        "99999999999999999999",
        "1e3",
        "+7",
        "1790158272.417123",
    ),
    *('"a b"', 'a"b', '"a""b"', '""', '"-"', "a+b", "%41", "'", "\u00fc", "\\x09", ""),
    *("http://a/b?c", "a:8443", "CONNECT", "unknown", "ssl", "407", "TCP_MISS/403", "DENIED"),
    *("T", "F", "2026-13-45", "2101-01-01", "25:61:61", "2026-09-23T10:11:12Z", "a b"),
)
_PROXYSG = (
    "#Software: SGOS 7.3.15.2\n"
    "#Fields: date time time-taken c-ip sc-status s-action sc-bytes cs-bytes cs-method "
    "cs-uri-scheme cs-host cs-uri-port cs-uri-path cs-uri-query cs-username cs(Referer) "
    "cs(User-Agent) sc-filter-result\n",
    "2026-09-23 10:11:12 61 2001:db8::44 200 TCP_NC_MISS 1842 20411 POST https chatgpt.com 443 "
    '/backend-api/conversation ?a=b jdoe https://chatgpt.com/ "Mozilla/5.0 (X11; x86)" OBSERVED',
)
_IIS = (
    "#Software: Microsoft Internet Information Services 10.0\n"
    "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip "
    "cs(User-Agent) cs(Referer) cs-host sc-status sc-substatus sc-win32-status sc-bytes cs-bytes "
    "time-taken\n",
    "2026-09-23 10:11:12 192.0.2.10 GET /chat x=1 443 CORP\\ada 10.20.30.44 Mozilla/5.0+(X11) - "
    "chatgpt.com 200 0 0 4521 812 93",
)
_TMG = (
    "#Fields:\tc-ip\tcs-username\tc-agent\tdate\ttime\tr-host\tr-ip\tr-port\ttime-taken\t"
    "cs-bytes\tsc-bytes\tcs-protocol\ts-operation\tcs-uri\tsc-status\ts-object-source\n",
    "10.20.30.44\tCORP\\ada\tMozilla/5.0 (X11)\t2026-09-23\t10:11:12\tchatgpt.com\t198.51.100.7\t"
    "443\t93\t812\t4521\thttps\tGET\thttp://chatgpt.com/c/1\t200\tInternet",
)


_AI = (
    "",
    "1790158272.417   3387 10.20.30.44 TCP_MISS/200 48213 512 POST https://chatgpt.com/c?x=1 "
    'CORP%5Cada HIER_DIRECT/198.51.100.7 text/html "https://ref.example/p" "Agent (X11; x86)"',
)

_LOGS: dict[str, tuple[str, tuple[str, str]]] = {
    "proxysg": ("w3c", _PROXYSG),
    "iis": ("iis", _IIS),
    "tmg": ("tmg", _TMG),
    "squid-ai": ("squid-ai", _AI),
}


@pytest.fixture(scope="module")
def few() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ordinary, "FEWEST_LINES", 1)
        yield


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(frozenset({"chat"}))


def _read(declared: Format, engine: Engine, text: str) -> tuple[Any, ...]:
    parser = Parser(declared, engine=engine)
    (block,) = LineReader(ByteSource(io.BytesIO(text.encode()), "log")).blocks()
    parsed = parser.parse(block)
    events = sorted(parsed.events.to_pylist(), key=lambda event: event["line_number"])
    return events, sorted(parsed.rejected), parsed.skipped


@pytest.mark.parametrize("name", _LOGS)
def test_any_word_is_read_alike(
    few: None, engine: Engine, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    declared, (header, line) = FORMATS[_LOGS[name][0]], _LOGS[name][1]
    delimiter = "\t" if "\t" in line else " "
    words = line.split(delimiter)
    by_columns: list[Any] = []
    read = ordinary.read
    monkeypatch.setattr(
        ordinary, "read", lambda *given: by_columns.append(read(*given)) or by_columns[-1]
    )
    for place in range(len(words)):
        odd = [delimiter.join([*words[:place], word, *words[place + 1 :]]) for word in _ODD]
        text = header + "\n".join(row for each in odd for row in (each, *[line] * 9)) + "\n"
        expected = _read(replace(declared, ordinary=None), engine, text)
        assert _read(declared, engine, text) == expected
        assert len(expected[0]) >= 9 * len(odd)
    # Odd quotes among the words of a quoted agent leave the whole block to the statement.
    kept = [found for found in by_columns if found is not None]
    assert len(kept) >= len(words) - 3
    assert all(left.mean() <= 0.1 for _, left in kept)


def test_a_quote_that_never_closes_costs_no_other_line(few: None, engine: Engine) -> None:
    header, line = _PROXYSG
    lines = [line, line.replace("jdoe", '"'), line, line.replace("X11", 'X"11'), line]
    text = header + "\n".join(lines) + "\n"
    expected = _read(replace(FORMATS["w3c"], ordinary=None), engine, text)
    assert _read(FORMATS["w3c"], engine, text) == expected
    assert {event["line_number"] for event in expected[0]} >= {3, 5, 7}
