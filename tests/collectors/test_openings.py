"""Firewalls that tell when connections begin, and those that tell when they end, too."""

from __future__ import annotations

import re
from typing import Any

import pytest

from shadow_scan.collectors.canonical import canonical
from shadow_scan.collectors.clock import Clock
from shadow_scan.collectors.engine import Parser
from shadow_scan.collectors.formats import named

from .golden import golden_samples
from .reading import LATEST, blocks_of


def line(name: str, sign: str) -> str:
    (found,) = (line for line in golden_samples()[name].splitlines() if re.search(sign, line))
    return found


PAIRS = {
    "cisco-firewall": (line("cisco-firewall", "302013"), line("cisco-firewall", "302014.* 7 for")),
    "huawei-usg": (line("huawei-usg", "SESSION_SETUP"), line("huawei-usg", "SESSION_TEARDOWN")),
    "hillstone": (line("hillstone", "session start"), line("hillstone", "session end, ")),
    "versa": (line("versa", "eventType=start"), line("versa", "eventType=end, action=allow")),
    "h3c": (line("h3c", r"\(8\)Session"), line("h3c", r"\(1\)Normal")),
}
SIZES = "bytes_up", "bytes_down", "duration_ms"


def read(parser: Parser, *lines: str) -> tuple[list[dict[str, Any]], int]:
    """The events of one block, and how many of its lines were skipped."""
    (block,) = blocks_of("".join(f"{each}\n" for each in lines).encode())
    found = parser.parse(block)
    assert not found.rejected
    events, skipped = canonical(found.events).to_pylist(), sum(found.skipped.values())
    assert len(events) + skipped == len(lines)
    return events, skipped


@pytest.fixture
def parser(name: str) -> Parser:
    return Parser(named(name), Clock("UTC", LATEST))


@pytest.mark.parametrize("name", PAIRS)
def test_openings_alone_are_connections_without_sizes(name: str, parser: Parser) -> None:
    opening, _ = PAIRS[name]
    events, skipped = read(parser, opening, opening)
    assert skipped == 0
    for event in events:
        assert (event["source_ip"], event["port"]) == ("10.20.30.44", 443)
        assert (event["destination_ip"], event["evidence"]) == ("198.51.100.7", "connected")
        assert [event[size] for size in SIZES] == [None, None, None]


@pytest.mark.parametrize("name", PAIRS)
def test_openings_are_skipped_in_a_block_that_tells_of_an_end(name: str, parser: Parser) -> None:
    opening, closing = PAIRS[name]
    events, skipped = read(parser, opening, closing, opening)
    assert ([event["line_number"] for event in events], skipped) == ([2], 2)


@pytest.mark.parametrize("name", PAIRS)
def test_openings_are_skipped_behind_the_first_end_in_whatever_reading(
    name: str, parser: Parser
) -> None:
    opening, closing = PAIRS[name]
    assert read(parser, opening)[1] == 0
    assert read(parser, opening, closing)[1] == 1
    assert read(parser, opening)[1] == 1
    later = Parser(named(name), Clock("UTC", LATEST), header=parser.header)
    assert read(later, opening, opening)[1] == 2


@pytest.mark.parametrize("name", ["cisco-firewall"])
def test_what_comes_in_is_skipped_whether_its_begin_or_its_end_is_told(
    name: str, parser: Parser
) -> None:
    closing = line(name, "302014.* 8 for")
    opening = closing.replace("302014: Teardown", "302013: Built inbound")
    opening = re.sub(r"/(\d+) duration.*", r"/\1 (198.51.100.80/\1)", opening)
    # Ports need not tell it.
    unclear = opening.replace("/50443", "/5443").replace("/443", "/8443")
    assert read(parser, opening, unclear) == ([], 2)
    assert read(parser, closing) == ([], 1)


@pytest.mark.parametrize("name", ["cisco-firewall"])
def test_what_is_built_is_skipped_beside_connections_that_ended_with_their_names(
    name: str, parser: Parser
) -> None:
    opening, _ = PAIRS[name]
    events, skipped = read(parser, opening, line(name, "430003.*chatgpt"))
    assert ([event["host"] for event in events], skipped) == (["chatgpt.com"], 1)
