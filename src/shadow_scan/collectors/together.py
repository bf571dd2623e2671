"""Small logs of one kind, read as one: DuckDB plans a statement anew for each call, which takes as
long as to read ten thousand lines.

What stands at the begin of a log (its header, syslog before its records) is looked at log by log.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shadow_scan.collectors.canonical import numbers_of
from shadow_scan.collectors.columns.texts import no_events
from shadow_scan.collectors.connection import asks_year
from shadow_scan.collectors.engine import Parser
from shadow_scan.collectors.lines.blocks import LineBlock
from shadow_scan.collectors.parsed import Integers, ParsedBlock, apart

_WIDEST_ZONE = timedelta(hours=15)
"""A time without a zone may lie so far from UTC, and a bit."""


class Asked(NamedTuple):
    """A log that one block holds, and its parser before the first line."""

    parser: Parser
    block: LineBlock


@dataclass(slots=True)
class _Rows:
    """Lines of several logs that one statement reads as they are."""

    parser: Parser
    owners: list[int] = field(default_factory=list)
    numbers: list[Integers] = field(default_factory=list)
    lines: list[pa.Array] = field(default_factory=list)

    def add(self, owner: int, numbers: Integers, lines: pa.Array) -> None:
        self.owners.append(owner)
        self.numbers.append(numbers)
        self.lines.append(lines)


def read_together(asked: Sequence[Asked]) -> list[ParsedBlock | None]:
    """What each parser makes of its block; None where it must read that by itself. Afterwards they
    stand behind their blocks."""
    found = [ParsedBlock(no_events(), list(one.block.rejects)) for one in asked]
    spoilt = set[int]()
    for rows in _by_statement(asked, found):
        for owner, part in _parts(rows):
            _join(found[owner], part)
        spoilt |= {*rows.owners} if rows.parser.gave_up else set()
    return [
        None if owner in spoilt else _if_certain(one.parser, found[owner])
        for owner, one in enumerate(asked)
    ]


def _by_statement(asked: Sequence[Asked], found: Sequence[ParsedBlock]) -> Iterator[_Rows]:
    groups: dict[tuple[object, ...], _Rows] = {}
    for owner, (parser, block) in enumerate(asked):
        for numbers, lines in parser.segments(block, found[owner]):
            rows = groups.setdefault(_reading(parser), _Rows(parser.at_its_header()))
            rows.parser.clock = max(rows.parser.clock, parser.clock, key=lambda it: it.latest)
            rows.add(owner, numbers, lines)
    yield from groups.values()


def _reading(parser: Parser) -> tuple[object, ...]:
    """What decides how lines are read, but for the newest moment that they can mean."""
    header = json.dumps(parser.header, sort_keys=True)
    return parser.format.name, header, parser.peels, parser.clock.zone


def _parts(rows: _Rows) -> Iterator[tuple[int, ParsedBlock]]:
    """Of each log what its lines became, numbered as there."""
    numbers = np.concatenate(rows.numbers)
    owners = np.repeat(rows.owners, [len(part) for part in rows.numbers])
    parsed = ParsedBlock(no_events())
    parsed.events = rows.parser.read(np.arange(len(numbers)), pa.concat_arrays(rows.lines), parsed)
    parts = {owner: ParsedBlock(no_events()) for owner in dict.fromkeys(rows.owners)}
    for place, reason in parsed.rejected:
        parts[int(owners[place])].rejected.append((int(numbers[place]), reason))
    for reason, skipped in parsed.skips.items():
        places = np.concatenate(skipped)
        for owner, own in apart(owners[places]):
            parts[owner].skip(reason, numbers[places[own]])
    places = np.asarray(parsed.events["line_number"])
    for owner, events in _tables(parsed.events, owners[places], numbers[places]):
        parts[owner].events = events
    yield from parts.items()


def _tables(
    events: pa.Table, owners: Integers, numbers: Integers
) -> Iterator[tuple[int, pa.Table]]:
    """The events of each owner, with dictionaries of their own texts alone: those of all beside
    each of them would be most of what waits to be stored."""
    order = np.argsort(owners, kind="stable")
    events, owners = events.take(pa.array(order)).combine_chunks(), owners[order]
    events = events.set_column(0, "line_number", pa.array(numbers[order]))
    found, begins = np.unique(owners, return_index=True)
    spans = list(zip(begins.tolist(), np.diff(begins, append=len(owners)).tolist(), strict=True))
    columns = [
        _own_texts(column.chunk(0), spans)
        if pa.types.is_dictionary(column.type)
        else [column.slice(*span) for span in spans]
        for column in events.columns
    ]
    for owner, own in zip(found.tolist(), zip(*columns, strict=True), strict=True):
        yield owner, pa.table(list(own), names=events.column_names)


def _own_texts(texts: pa.DictionaryArray, spans: list[tuple[int, int]]) -> list[pa.DictionaryArray]:
    """All of it is made at once; each span has a part."""
    codes, lengths = numbers_of(texts.indices).astype(np.int64), [length for _, length in spans]
    ranks = np.repeat(np.arange(len(spans)), lengths)
    width = len(texts.dictionary) + 1  # a NULL is one more text, the first of each span
    met, places = np.unique(ranks * width + codes + 1, return_inverse=True)
    is_text = met % width > 0
    begins = np.searchsorted(met[is_text], np.arange(len(spans) + 1) * width)
    own = (np.cumsum(is_text) - 1)[places] - np.repeat(begins[:-1], lengths)
    indices = pa.array(own.astype(np.int32), mask=codes < 0)
    dictionary = texts.dictionary.take(pa.array(met[is_text] % width - 1))
    return [
        pa.DictionaryArray.from_arrays(indices.slice(*span), dictionary[begin:end])
        for span, begin, end in zip(spans, begins[:-1], begins[1:], strict=True)
    ]


def _join(parsed: ParsedBlock, part: ParsedBlock) -> None:
    parsed.events = pa.concat_tables([parsed.events, part.events])
    parsed.rejected += part.rejected
    for reason, parts in part.skips.items():
        for numbers in parts:
            parsed.skip(reason, numbers)


def _if_certain(parser: Parser, parsed: ParsedBlock) -> ParsedBlock | None:
    """What would be read so alone."""
    asks_names, parser.or_by_names = parser.or_by_names, False
    if (asks_names and parsed.is_fruitless) or _may_be_of_other_years(parser, parsed):
        return None
    return parsed


def _may_be_of_other_years(parser: Parser, parsed: ParsedBlock) -> bool:
    """They were read as of the last of the files, by which the same moment is meant where that does
    not lie behind the log's own time."""
    if not len(parsed.events) or not _asks_year(parser):
        return False
    lasted = pc.max(parsed.events["duration_ms"]).as_py() or 0
    last: datetime = pc.max(parsed.events["event_time"]).as_py()
    latest = parser.clock.latest.replace(tzinfo=None)
    return last + timedelta(milliseconds=lasted) > latest - _WIDEST_ZONE


def _asks_year(parser: Parser) -> bool:
    declared = parser.format.statement(parser.header)
    return any(map(asks_year, (declared,) if isinstance(declared, str) else declared.texts))
