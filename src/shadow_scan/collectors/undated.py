"""Whether the times of a log have a year of their own, or that of the file."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pyarrow.compute as pc

from shadow_scan.collectors.blocks import LineBlock
from shadow_scan.collectors.engine import Parser
from shadow_scan.collectors.parsed import ParsedBlock

ASSUMPTION = "times without a year are taken as the last such before the file was written"
_A_YEAR = timedelta(days=366)
_SAMPLE = 20
_DATED = re.compile(r"(?:19|20)\d\d[-/:. ]|\d{10}")


def is_undated(parser: Parser, block: LineBlock, parsed: ParsedBlock) -> bool:
    """Whether the first event would be another time's if the file were a year older."""
    lines = block.lines[:_SAMPLE]
    if not len(parsed.events) or all(_DATED.search(line) for line in lines.to_pylist()):
        return False
    clock = replace(parser.clock, latest=parser.clock.latest - _A_YEAR)
    older = Parser(parser.format, clock, parser.header, engine=parser.engine)
    found = older.parse(replace(block, numbers=block.numbers[:_SAMPLE], lines=lines)).events
    if not len(found):
        return False
    events = parsed.events
    told = events.filter(pc.equal(events["line_number"], found["line_number"][0]))["event_time"]
    return len(told) > 0 and told[0] != found["event_time"][0]
