"""Cells of delimited rows by their places, over whole columns: a function of statements.

`cell_values(text, spec)` gives the list of the wanted cells of each row, and how many it has.
Quotes are as RFC 4180 has them; only a row whose quotes are odd, or a cell with a quote in it,
becomes a Python object.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa

from shadow_scan.collectors.marks import GAP, QUOTE, WORD, Marks, marks_of
from shadow_scan.collectors.slices import (
    Integers,
    Lists,
    Texts,
    Words,
    inline_view,
    says_something,
    texts_of,
    trim_ahead,
    trim_behind,
    views_of,
)

_CACHED = 200
_MOST_CELLS = 9_999
_AROUND = 2
"""Quotes of a cell that holds none."""
_BLANK, _QUOTE_BYTE = ord(" "), ord('"')


@dataclass(frozen=True, slots=True)
class Cells:
    """What a statement asks for: places from 1 (0: none), words for nothing, and the delimiter."""

    places: tuple[int, ...]
    absent: tuple[str, ...]
    delimiter: str

    def __str__(self) -> str:
        return json.dumps([self.places, self.absent, self.delimiter])


@lru_cache(_CACHED)
def _asked(spec: str) -> tuple[Cells, bytes, re.Pattern[bytes]]:
    places, absent, delimiter = json.loads(spec)
    kinds = bytearray([WORD] * 256)
    kinds[_QUOTE_BYTE], kinds[ord(delimiter)] = QUOTE, GAP
    gap = re.escape(delimiter.encode())
    cell = rb'(?:^|%b)(?: *"((?:[^"]|"")*)"?[^%b]*|([^%b]*))' % (gap, gap, gap)
    return Cells(tuple(places), tuple(absent), delimiter), bytes(kinds), re.compile(cell, re.DOTALL)


@lru_cache(1)
def _numbers() -> Words:
    """Views of the numbers that count cells."""
    return np.array([inline_view(b"%d" % n) for n in range(_MOST_CELLS + 1)], np.uint64)


def cell_values(column: pa.ChunkedArray, specs: pa.ChunkedArray) -> pa.Array:
    """The wanted cells of each row and their count as a list; NULL where a row has none."""
    texts, (asked, kinds, row_pattern) = texts_of(column), _asked(specs[0].as_py())
    marks = marks_of(texts, kinds)
    lists = Lists.empty(len(texts.offsets) - 1, len(asked.places) + 1)
    _put(lists, texts, asked, marks)
    for row in _odd_rows(texts, marks).tolist():
        begin, end = int(texts.offsets[row]), int(texts.offsets[row + 1])
        lists.write(row, _row_values(row_pattern.findall(texts.raw[begin:end]), asked))
    return lists.column(texts)


def _odd_rows(texts: Texts, marks: Marks) -> Integers:
    """Rows in which a quote opens inside of a cell, or never closes."""
    counted = marks.quotes[marks.first]
    quote = np.flatnonzero(marks.kind == QUOTE)
    if not len(quote):
        return quote
    row = marks.row[quote]
    opens = (marks.quotes[quote] - counted[row]) & 1 == 0
    data = np.frombuffer(texts.raw, np.uint8)
    before = data[marks.at[quote] - 1]
    parts = (marks.kind[quote - 1] == GAP) & (marks.at[quote - 1] == marks.at[quote] - 1)
    begins = parts | (before == _BLANK) | (marks.at[quote] == marks.offsets[row])
    doubled = before == _QUOTE_BYTE
    wrong = row[opens & ~begins & ~doubled]
    return np.unique(np.concatenate([np.flatnonzero(np.diff(counted) & 1), wrong]))


@dataclass(slots=True)
class _Found:
    """Where wanted cells stand, and how many quotes are in each."""

    row: Integers
    column: Integers
    begin: Integers
    end: Integers
    quotes: Integers


def _delimiters(marks: Marks) -> tuple[Integers, Integers]:
    """Marks of delimiters outside of quotes, and each row's first among them."""
    gap = np.flatnonzero(marks.kind[:-1] == GAP)
    row = marks.row[gap]
    outside = (marks.quotes[gap] - marks.quotes[marks.first[row]]) & 1 == 0
    first = np.searchsorted(row[outside], np.arange(len(marks.offsets)))
    return np.append(gap[outside], len(marks.at) - 1), first


def _found(marks: Marks, mark: Integers, first: Integers, places: Integers) -> _Found:
    count = np.diff(first) + 1
    row, column = np.nonzero((places > 0) & (count[:, None] >= places))
    place = places[column]
    ends = first[row] + place - 1
    is_first, is_last = place == 1, place == count[row]
    opening, closing = mark[ends - 1], mark[np.minimum(ends, len(mark) - 1)]
    begin = np.where(is_first, marks.offsets[row], marks.at[opening] + 1)
    end = np.where(is_last, marks.offsets[row + 1], marks.at[closing])
    of_row = marks.quotes[marks.first]
    before = np.where(is_first, of_row[row], marks.quotes[opening])
    until = np.where(is_last, of_row[row + 1], marks.quotes[closing])
    return _Found(row, column, begin, end, until - before)


def _bare(texts: Texts, cells: _Found) -> None:
    """Blanks around a cell, and then its quotes, are none of it."""
    trim_behind(texts, cells.begin, cells.end, b" ")
    trim_ahead(texts, cells.begin, cells.end, b" ")
    data, last = np.frombuffer(texts.raw or b"x", np.uint8), len(texts.raw) - 1
    cells.end -= (data[cells.end - 1] == _QUOTE_BYTE) & (cells.end > cells.begin)
    ahead = data[np.minimum(cells.begin, last)] == _QUOTE_BYTE
    cells.begin += ahead & (cells.end > cells.begin)


def _put(lists: Lists, texts: Texts, asked: Cells, marks: Marks) -> None:
    mark, first = _delimiters(marks)
    cells = _found(marks, mark, first, np.array(asked.places, np.int64))
    _bare(texts, cells)
    views = views_of(texts, cells.begin, cells.end)
    odd = np.flatnonzero(cells.quotes > _AROUND)
    views[odd] = lists.changed(texts, cells.begin[odd], cells.end[odd], _unquoted)
    says = says_something(texts, cells.begin, views, asked.absent)
    lists.put(cells.row[says], cells.column[says], views[says])
    rows = np.arange(len(first) - 1)
    count = np.minimum(np.diff(first) + 1, _MOST_CELLS)
    lists.put(rows, np.full(len(rows), len(asked.places)), _numbers()[count])


def _unquoted(value: bytes) -> bytes:
    return value.replace(b'""', b'"')


def _row_values(cells: Sequence[tuple[bytes, bytes]], asked: Cells) -> list[bytes | None]:
    """One row's cells, quote by quote."""
    values = [_unquoted(quoted) or bare.strip(b' "') for quoted, bare in cells]
    absent = {word.encode() for word in asked.absent}
    said = [None if value in absent else value for value in values]
    wanted = [said[place - 1] if 0 < place <= len(said) else None for place in asked.places]
    return [*wanted, str(len(values)).encode()]
