"""Whether the times of a log have a year of their own, or that of the file."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pyarrow.compute as pc

from shadow_scan.collectors.engine import Parser
from shadow_scan.collectors.lines.blocks import LineBlock
from shadow_scan.collectors.parsed import ParsedBlock
from shadow_scan.collectors.together import Asked

ASSUMPTION = "times without a year are taken as the last such before the file was written"
_A_YEAR = timedelta(days=366)
_SAMPLE = 20
_DATED = re.compile(r"(?:19|20)\d\d[-/:. ]|\d{10}")


def is_undated(parser: Parser, block: LineBlock, parsed: ParsedBlock) -> bool:
    """Whether the first event would be another time's if the file were a year older."""
    if not may_be(block, parsed):
        return False
    older, sample = a_year_older(parser, block)
    return differ(parsed, older.parse(sample))


def may_be(block: LineBlock, parsed: ParsedBlock) -> bool:
    lines = block.lines[:_SAMPLE].to_pylist()
    return len(parsed.events) > 0 and not all(_DATED.search(line) for line in lines)


def a_year_older(parser: Parser, block: LineBlock) -> Asked:
    """The first lines, and a parser that takes them for those of a file of the year before."""
    clock = replace(parser.clock, latest=parser.clock.latest - _A_YEAR)
    older = Parser(parser.format, clock, parser.header, engine=parser.engine)
    sample = replace(
        block, numbers=block.numbers[:_SAMPLE], lines=block.lines[:_SAMPLE], rejects=()
    )
    return Asked(older, sample)


def differ(parsed: ParsedBlock, older: ParsedBlock) -> bool:
    events, found = parsed.events, older.events
    if not len(found):
        return False
    told = events.filter(pc.equal(events["line_number"], found["line_number"][0]))["event_time"]
    return len(told) > 0 and told[0] != found["event_time"][0]
