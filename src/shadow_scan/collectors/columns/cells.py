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

from shadow_scan.collectors.columns.marks import QUOTE, Quotes, row_at
from shadow_scan.collectors.columns.slices import (
    Integers,
    Lists,
    Mask,
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


@dataclass(frozen=True, slots=True)
class Cells:
    """What a statement asks for: places from 1 (0: none), words for nothing, and the delimiter."""

    places: tuple[int, ...]
    absent: tuple[str, ...]
    delimiter: str

    def __str__(self) -> str:
        return json.dumps([self.places, self.absent, self.delimiter])


@dataclass(frozen=True, slots=True)
class _Asked:
    cells: Cells
    gap: int
    begins: Mask
    """Bytes behind which a quote may open."""
    row: re.Pattern[bytes]
    """Reads a row whose quotes are odd."""


@lru_cache(_CACHED)
def _asked(spec: str) -> _Asked:
    places, absent, delimiter = json.loads(spec)
    gap = re.escape(delimiter.encode())
    cell = rb'(?:^|%b)(?: *"((?:[^"]|"")*)"?[^%b]*|([^%b]*))' % (gap, gap, gap)
    begins = np.isin(np.arange(256), [*delimiter.encode(), *b' "'])
    asked = Cells(tuple(places), tuple(absent), delimiter)
    return _Asked(asked, ord(delimiter), begins, re.compile(cell, re.DOTALL))


@lru_cache(1)
def _numbers() -> Words:
    """Views of the numbers that count cells."""
    return np.array([inline_view(b"%d" % n) for n in range(_MOST_CELLS + 1)], np.uint64)


def cell_values(column: pa.ChunkedArray, specs: pa.ChunkedArray) -> pa.Array:
    """The wanted cells of each row and their count as a list; NULL where a row has none."""
    texts, asked = texts_of(column), _asked(specs[0].as_py())
    quotes = Quotes.of(texts, asked.gap)
    lists = Lists.empty(texts.rows, len(asked.cells.places) + 1)
    _put(lists, texts, asked.cells, quotes)
    for row in _odd_rows(texts, asked, quotes).tolist():
        begin, end = int(texts.offsets[row]), int(texts.offsets[row + 1])
        lists.write(row, _row_values(asked.row.findall(texts.raw[begin:end]), asked.cells))
    return lists.column(texts)


def _odd_rows(texts: Texts, asked: _Asked, quotes: Quotes) -> Integers:
    """Rows in which a quote opens inside of a cell, or never closes."""
    inside = ~asked.begins.take(texts.data.take(quotes.opening - 1))
    opening = quotes.opening.compress(inside)
    row = row_at(opening, texts.offsets)
    wrong = row.compress(texts.offsets.take(row) != opening)
    return np.unique(np.concatenate([quotes.unclosed, wrong]))


@dataclass(slots=True)
class _Grid:
    """Where cells stand: one row a text, one column a place; none of a place that a row lacks."""

    has: Mask
    begin: Integers
    end: Integers

    @classmethod
    def of(cls, texts: Texts, gaps: Integers, first: Integers, places: Integers) -> _Grid:
        """Cells end at the gaps of their row, the last one with the row itself; before the first
        one stands a mark of its own."""
        ends = texts.offsets[1:, None]
        marks = np.insert(gaps, first, texts.offsets - 1)
        at = (first[:-1] + np.arange(texts.rows))[:, None] + places
        count = (np.diff(first) + 1)[:, None]
        begin = np.minimum(marks.take(at - 1, mode="clip") + 1, ends)
        end = np.minimum(marks.take(at, mode="clip") + (places == count), ends)
        return cls(places <= count, begin.ravel(), end.ravel())

    def bare(self, texts: Texts) -> None:
        """Blanks around a cell, and then its quotes, are none of it."""
        trim_behind(texts, self.begin, self.end, b" ")
        trim_ahead(texts, self.begin, self.end, b" ")
        self.end -= (texts.data.take(self.end - 1) == QUOTE) & (self.end > self.begin)
        self.begin += (texts.data.take(self.begin) == QUOTE) & (self.end > self.begin)


def _put(lists: Lists, texts: Texts, asked: Cells, quotes: Quotes) -> None:
    first = np.searchsorted(quotes.outside, texts.offsets)
    wanted, column = np.unique(np.array(asked.places, np.int64), return_inverse=True)
    grid = _Grid.of(texts, quotes.outside, first, np.maximum(wanted, 1))
    grid.bare(texts)
    views = views_of(texts, grid.begin, grid.end)
    _undouble(lists, texts, grid, quotes, views)
    says = says_something(texts, grid.begin, views, asked.absent).reshape(grid.has.shape)
    says &= grid.has & (wanted > 0)
    count = np.minimum(np.diff(first) + 1, _MOST_CELLS)
    lists.fill(views, says, column)
    lists.fill(_numbers()[count], count[:, None] > 0, np.zeros(1, np.int64), len(column))


def _undouble(lists: Lists, texts: Texts, grid: _Grid, quotes: Quotes, views: Words) -> None:
    """A quote inside of quotes is written twice: one closes, and one opens again at once."""
    again = quotes.closing[:-1].compress(quotes.closing[:-1] + 1 == quotes.opening[1:])
    holder = np.searchsorted(grid.begin, again, "right") - 1
    inside = (holder >= 0) & (again + 1 < grid.end.take(holder, mode="clip"))
    again, odd = again.compress(inside), np.unique(holder.compress(inside))
    if len(odd):
        none = again[:0]
        views[odd] = lists.without(texts, grid.begin[odd], grid.end[odd], again, none)


def _row_values(cells: Sequence[tuple[bytes, bytes]], asked: Cells) -> list[bytes | None]:
    """One row's cells, quote by quote."""
    values = [quoted.replace(b'""', b'"') or bare.strip(b' "') for quoted, bare in cells]
    absent = {word.encode() for word in asked.absent}
    said = [None if value in absent else value for value in values]
    wanted = [said[place - 1] if 0 < place <= len(said) else None for place in asked.places]
    return [*wanted, str(len(values)).encode()]
