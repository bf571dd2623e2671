"""Rows of key=value that look like many others: read by the marks between their values alone.

What is read so is what `keyed.py` finds in each row, which takes one row of a shape apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from shadow_scan.collectors.asked import (
    BACKSLASH,
    BAR,
    CEF_HEADER_BARS,
    SIGN,
    Reader,
    Spelling,
    behind_header,
    odd_rows,
)
from shadow_scan.collectors.marks import QUOTE, Quotes, row_at, words_before
from shadow_scan.collectors.pairs import Pair, lay, shape_of
from shadow_scan.collectors.shapes import END, Shape, Span
from shadow_scan.collectors.slices import (
    Integers,
    Lists,
    Mask,
    Texts,
    as_texts,
    says_something,
    trim_ahead,
    trim_behind,
    views_of,
)

_AROUND = b'" '


def put_alike(lists: Lists, texts: Texts, reader: Reader) -> Mask:
    """Which rows are read so; the rest has to be read in the other way."""
    put, spelling = np.zeros(texts.rows, bool), reader.spec.shape
    marks = texts.where(*_marks(reader))
    taken_apart = partial(_taken_apart, reader)
    for alike in reader.shapes.found(texts, marks, _are_plain(texts, spelling), taken_apart):
        begin, end = alike.begin.ravel(), alike.end.ravel()
        if spelling == "escaped":
            bare(texts, begin, end)
        trim_behind(texts, begin, end, _AROUND if spelling == "parted" else reader.blank)
        if spelling == "parted":
            trim_ahead(texts, begin, end, _AROUND)
        views = views_of(texts, begin, end)
        says = says_something(texts, begin, views, reader.spec.absent)
        lay(lists, alike.rows.chosen, alike.told, views, says)
        put[alike.rows.chosen] = True
    return put


def bare(texts: Texts, begin: Integers, end: Integers) -> None:
    """Quotes around a whole value are none of it."""
    both = (end - begin > 1) & (texts.data.take(end - 1) == QUOTE)
    both &= texts.data.take(begin) == QUOTE
    begin += both
    end -= both


def _marks(reader: Reader) -> tuple[int, int]:
    others = {"quoted": QUOTE, "escaped": BAR, "parted": reader.gap}
    return SIGN, others[reader.spec.shape]


def _are_plain(texts: Texts, spelling: Spelling) -> Mask:
    """Rows without escapes, as far as those mean anything."""
    plain = np.ones(texts.rows, bool)
    if spelling != "parted" and b"\\" in texts.raw:
        places = texts.where(BACKSLASH)
        if spelling == "quoted":
            places = places.compress(texts.data.take(places + 1) == QUOTE)
        plain[row_at(places, texts.offsets)] = False
    return plain


def _taken_apart(reader: Reader, row: bytes, marks: Sequence[int]) -> Shape | None:
    """A row's shape; None where a sign may end a key in one row, and stand in a value in another."""
    texts = as_texts(row, np.array([0, len(row)]))
    if reader.spec.shape == "quoted":
        quotes = Quotes.of(texts, SIGN)
        signs = quotes.outside
        if len(odd_rows(texts, quotes)):
            return None
    else:
        signs = texts.where(SIGN)
    parted = behind_header(texts, reader.gap) if reader.spec.shape == "escaped" else texts
    if reader.spec.shape == "escaped" and row.count(b"|") < CEF_HEADER_BARS:
        return None
    words = words_before(signs, parted, reader.breaks, reader.gap)
    if reader.spec.shape == "parted":
        empty = [sign for sign in signs.tolist() if not sign or row[sign - 1] == reader.gap]
        if empty:
            return None
    elif len(words.sign) != len(signs):
        return None
    keys = list(zip((words.sign - words.length).tolist(), words.sign.tolist(), strict=True))
    pairs = list(_pairs(reader, row, marks, keys))
    return shape_of(row, marks, pairs, reader.wanted) if any(p.key for p in pairs) else None


def _pairs(
    reader: Reader, row: bytes, marks: Sequence[int], keys: Sequence[tuple[int, int]]
) -> Iterator[Pair]:
    number = {place: mark for mark, place in enumerate(marks)}
    for (begin, sign), (following, next_sign) in zip(keys, [*keys[1:], (0, 0)], strict=True):
        mark, text_end = number[sign], sign + 1
        if reader.spec.shape == "parted":
            gaps = (at for at in range(mark + 1, len(marks)) if row[marks[at]] == reader.gap)
            span = Span(mark, 1, next(gaps, END), 0)
        elif reader.spec.shape == "quoted" and row[text_end : text_end + 1] == b'"':
            text_end += 1
            closing = next(at for at in range(mark + 2, len(marks)) if row[marks[at]] == QUOTE)
            span = Span(mark + 1, 1, closing, 0)
        elif next_sign:
            span = Span(mark, 1, number[next_sign], following - 1 - next_sign)
        else:
            span = Span(mark, 1, END, 0)
        yield Pair(row[begin:sign], begin, mark, text_end, span)
