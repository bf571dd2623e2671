"""Rows of key=value that look like many others: read by the marks between their values alone.

What is read so is what `keyed.py` finds in each row, which takes one row of a shape apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from shadow_scan.collectors.columns.asked import (
    BACKSLASH,
    BAR,
    CEF_HEADER_BARS,
    SIGN,
    Reader,
    behind_header,
    odd_rows,
)
from shadow_scan.collectors.columns.marks import QUOTE, Quotes, row_at, words_before
from shadow_scan.collectors.columns.pairs import Pair, lay, shape_of
from shadow_scan.collectors.columns.shapes import END, Alike, Shape, Span
from shadow_scan.collectors.columns.slices import (
    Integers,
    Lists,
    Mask,
    Texts,
    Words,
    as_texts,
    is_first_of_two,
    says_something,
    trim_ahead,
    trim_behind,
    views_of,
)

_AROUND = b'" '
_ESCAPES, _LINE_ENDS = (np.isin(np.arange(256), list(signs)) for signs in (b"\\=|nr", b"nr"))
"""What may stand behind a backslash in CEF."""


def put_alike(lists: Lists, texts: Texts, reader: Reader) -> Mask:
    """Which rows are read so; the rest has to be read in the other way."""
    put, spelling = np.zeros(texts.rows, bool), reader.spec.shape
    plain = _are_plain(texts) if spelling == "quoted" else np.ones(texts.rows, bool)
    escaped = _escaped_rows(texts) if spelling == "escaped" else None
    taken_apart = partial(_taken_apart, reader)
    for alike in reader.shapes.found(texts, _marks(texts, reader), plain, taken_apart):
        begin, end = alike.begin.ravel(), alike.end.ravel()
        trim(texts, begin, end, reader)
        views = views_of(texts, begin, end)
        if escaped is not None:
            _unescape(lists, texts, alike, views, escaped)
        says = says_something(texts, begin, views, reader.spec.absent)
        lay(lists, alike.rows.chosen, alike.told, views, says)
        put[alike.rows.chosen] = True
    return put


def unescaped(lists: Lists, texts: Texts, begin: Integers, end: Integers) -> tuple[Integers, Words]:
    r"""Which of values in order have an escape of CEF in them, and their views without: '\=', '\|'
    and '\\' stand for the sign itself, '\n' for the end of a line."""
    backslash = texts.where(BACKSLASH)
    means = _ESCAPES.take(texts.data.take(backslash + 1)) & is_first_of_two(backslash)
    escapes = backslash.compress(means)
    holder = np.searchsorted(begin, escapes, "right") - 1
    inside = (holder >= 0) & (escapes + 1 < np.append(end, 0).take(holder))
    escapes, odd = escapes.compress(inside), np.unique(holder.compress(inside))
    if not len(odd):
        return odd, np.zeros((0, 2), np.uint64)
    ends = escapes.compress(_LINE_ENDS.take(texts.data.take(escapes + 1))) + 1
    return odd, lists.without(texts, begin[odd], end[odd], escapes, ends)


def _unescape(lists: Lists, texts: Texts, alike: Alike, views: Words, escaped: Mask) -> None:
    """Values of rows that have escapes, in the order of the text."""
    columns = np.flatnonzero(escaped.take(alike.rows.chosen))
    if not len(columns) or not len(alike.begin):
        return
    order = alike.begin[:, columns[0]].argsort()
    begin, end = (of[order][:, columns].T.ravel() for of in (alike.begin, alike.end))
    odd, anew = unescaped(lists, texts, begin, end)
    at = order[odd % len(order)] * len(alike.rows) + columns[odd // len(order)]
    views[at] = anew


def trim(texts: Texts, begin: Integers, end: Integers, reader: Reader) -> None:
    """What stands around values is none of them: blanks, and quotes where a value ends at a gap or
    stands in them whole."""
    if reader.spec.shape == "parted":
        trim_behind(texts, begin, end, _AROUND)
        trim_ahead(texts, begin, end, _AROUND)
        return
    if reader.spec.shape == "escaped":
        _bare(texts, begin, end)
    trim_behind(texts, begin, end, reader.blank)


def _bare(texts: Texts, begin: Integers, end: Integers) -> None:
    both = (end - begin > 1) & (texts.data.take(end - 1) == QUOTE)
    both &= texts.data.take(begin) == QUOTE
    begin += both
    end -= both


def _marks(texts: Texts, reader: Reader) -> Integers:
    """Signs, and what else may end a value or a header. Escaped ones are none."""
    others = {"quoted": QUOTE, "escaped": BAR, "parted": reader.gap}
    marks = texts.where(SIGN, others[reader.spec.shape])
    if reader.spec.shape == "escaped" and b"\\" in texts.raw:
        return marks.compress(texts.data.take(marks - 1) != BACKSLASH)
    return marks


def _are_plain(texts: Texts) -> Mask:
    """Rows without a quote behind a backslash."""
    plain = np.ones(texts.rows, bool)
    if b'\\"' in texts.raw:
        places = texts.where(BACKSLASH)
        places = places.compress(texts.data.take(places + 1) == QUOTE)
        plain[row_at(places, texts.offsets)] = False
    return plain


def _escaped_rows(texts: Texts) -> Mask | None:
    if b"\\" not in texts.raw:
        return None
    found = np.zeros(texts.rows, bool)
    found[row_at(texts.where(BACKSLASH), texts.offsets)] = True
    return found


def _taken_apart(reader: Reader, row: bytes, marks: Sequence[int]) -> Shape | None:
    """A row's shape; None where a sign may end a key in one row, and none in another."""
    texts = as_texts(row, np.array([0, len(row)]))
    signs, parted = np.array([at for at in marks if row[at] == SIGN], np.int64), texts
    if reader.spec.shape == "quoted":
        quotes = Quotes.of(texts, SIGN)
        signs = quotes.outside
        if len(odd_rows(texts, quotes)):
            return None
    elif reader.spec.shape == "escaped":
        parted = behind_header(texts, reader.gap)
        if len(marks) - len(signs) < CEF_HEADER_BARS:
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
    return shape_of(row, marks, pairs, reader.wanted) if pairs else None


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
