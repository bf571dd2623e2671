"""What is read by columns is what the statement reads, line by line."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shadow_scan.collectors.columns import ordinary
from shadow_scan.collectors.connection import Engine
from shadow_scan.collectors.engine import Parser
from shadow_scan.collectors.lines.blocks import LineReader
from shadow_scan.collectors.lines.unwrap import ByteSource
from shadow_scan.collectors.parsed import ParsedBlock
from shadow_scan.collectors.products.squid import NATIVE

_ORDINARY = (
    "1790158272.417   3387 10.20.30.71 TCP_TUNNEL/200 48213 CONNECT chatgpt.com:443 CORP%5CAda "
    "HIER_DIRECT/198.51.100.7 -"
)
_STATEMENT = replace(NATIVE, ordinary=None)
_OTHERS = 2

_times = st.sampled_from([
    *("1790158272.417", "1790158272", "1790158272.4171", "1790158272.4171234567", "179015827.417"),
    *("-1.5", "4102444800.000", "9e99", "nan", "inf", "", "now", "1790158272.41712"),
])  # fmt: skip
_durations = st.sampled_from([
    *("     0", "    12", "   345", "123456", "1234567", "    -1", "-12345", "     x", "      "),
    *("", "  0x1F", "   1e3", "99999999999999", "99999999999999999999", "  1 23", "\x00    5"),
])  # fmt: skip
_results = st.sampled_from([
    *("TCP_MISS/200", "TCP_DENIED/403", "NONE_NONE/000", "TCP_DENIED/407", "TCP_HIT", "/", "A/B"),
    "TCP_MISS/2000",
])  # fmt: skip
_sizes = st.sampled_from(["0", "5120", "-1", "12.5", "99999999999999999", "much", "+7", "0012"])
_methods = st.sampled_from(["CONNECT", "GET", "POST", "-", "NONE"])
_urls = st.sampled_from([
    *("chatgpt.com:443", "[2001:db8::1]:443", "198.51.100.9:443", "-", "error:invalid-request"),
    *("http://claude.ai/chat/0a1b2c3d?q=1", "https://user:pw@chatgpt.com", "chatgpt.com", "*"),
    *("/only/a/path;x", "http://", "error:443", "http://a/\u00fc/%ff"),
])  # fmt: skip
_users = st.sampled_from(["-", "ada", "CORP%5Cada", "%", "a%ZZ", "ada@corp.example", "'", '"'])
_peers = st.sampled_from(["HIER_DIRECT/198.51.100.7", "HIER_NONE/-", "none", "-"])
_behind = st.sampled_from([
    *("-", "text/html", "- chatgpt.com", '- "-" "Agent (x)"', "a b c", "", " -", "text/html\r"),
    "x\ry",
])  # fmt: skip
_lines = st.builds(
    "{} {} {} {} {} {} {} {} {} {}".format,
    *(_times, _durations, st.sampled_from(["10.0.0.1", "-", "2001:db8::44"]), _results, _sizes),
    *(_methods, _urls, _users, _peers, _behind),
)
_odd = st.sampled_from(["", " ", "\r", "#", "1 2 3", "\ufeff" + _ORDINARY, _ORDINARY + "\r"])


@pytest.fixture(scope="module")
def few() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ordinary, "FEWEST_LINES", 1)
        patch.setattr(ordinary, "_MOST_OTHERS", _OTHERS)
        yield


_engine = Engine(frozenset({"chat"}))


def _read(text: str, *, by_columns: bool) -> tuple[list[dict[str, Any]], ParsedBlock]:
    source = ByteSource(io.BytesIO(text.encode()), "log")
    parser = Parser(NATIVE if by_columns else _STATEMENT, engine=_engine)
    (block,) = LineReader(source).blocks()
    parsed = parser.parse(block)
    return sorted(parsed.events.to_pylist(), key=lambda event: event["line_number"]), parsed


def _check_alike(lines: list[str]) -> None:
    text = "\n".join([_ORDINARY, *lines, _ORDINARY]) + "\n"
    events, parsed = _read(text, by_columns=True)
    expected, by_statement = _read(text, by_columns=False)
    assert events == expected
    assert sorted(parsed.rejected) == sorted(by_statement.rejected)
    assert parsed.skipped == by_statement.skipped


@settings(max_examples=80)
@given(st.lists(st.one_of(_lines, _odd, st.just(_ORDINARY)), max_size=12))
def test_any_lines(few: None, lines: list[str]) -> None:
    _check_alike(lines)


def test_each_value_beside_ordinary_ones(few: None) -> None:
    words = _ORDINARY.split()
    given: list[Any] = [_times, _durations, None, _results, _sizes, _methods, _urls, _users, _peers]
    for place, strategy in enumerate(given):
        values = strategy.elements if strategy is not None else ()
        _check_alike(_beside([[*words[:place], value, *words[place + 1 :]] for value in values]))


def _beside(lines: list[list[str]], delimiter: str = " ") -> list[str]:
    return [line for each in lines for line in (delimiter.join(each), *[_ORDINARY] * 8)]


def test_ordinary_lines_do_not_reach_the_statement(
    few: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    by_statement = Parser._by_statement

    def noted(self: Parser, numbers: Any, *rest: Any) -> Any:
        asked.extend(numbers.tolist())
        return by_statement(self, numbers, *rest)

    monkeypatch.setattr(Parser, "_by_statement", noted)
    wrong = _ORDINARY.replace("TCP_TUNNEL/200", "TCP_TUNNEL")
    more = f'{_ORDINARY} "https://a.example/" "Agent"'
    text = "\n".join([_ORDINARY, more, "", _ORDINARY, wrong, _ORDINARY]) + "\n"
    events, parsed = _read(text, by_columns=True)
    assert asked == [2, 5]
    assert [event["line_number"] for event in events] == [1, 2, 4, 6]
    assert parsed.rejected == [(5, "the result has no status")]
    assert {event["duration_ms"] for event in events} == {3387}


def test_a_line_end_that_is_none_does_not_shift_lines(few: None) -> None:
    # To Arrow the first of these is two lines, and the second one is none.
    wide = _ORDINARY.replace("  3387", "103387")
    _check_alike([f"{wide}\r{wide}", "\r\r", wide.replace("chatgpt", "claude")])
