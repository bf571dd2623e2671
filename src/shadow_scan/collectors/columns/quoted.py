"""Words parted by blanks, where those in quotes hold blanks, over whole columns: a function of
statements.

`quoted_words(text)` gives the words of each row without their quotes; NULL for a row in which a
quote stands inside of a word or never closes, which its statement has to read in its own way.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from shadow_scan.collectors.columns.marks import QUOTE, Quotes, row_at
from shadow_scan.collectors.columns.slices import (
    Integers,
    Texts,
    texts_of,
    trim_ahead,
    trim_behind,
    views_of,
)

_BLANK = ord(" ")
_BESIDE = np.isin(np.arange(256), [_BLANK, QUOTE])
"""What may stand outside of quotes beside them; two quotes inside of others are one."""


def quoted_words(column: pa.ChunkedArray) -> pa.Array:
    """The words of each row as a list."""
    texts = texts_of(column)
    quotes = Quotes.of(texts, _BLANK)
    first = np.searchsorted(quotes.outside, texts.offsets)
    marks = np.insert(quotes.outside, first, texts.offsets - 1)
    row_begins = first + np.arange(len(first))
    begin, end = marks[:-1] + 1, marks[1:].copy()
    end[row_begins[1:] - 1] += 1
    is_word = end > begin
    listed = np.append(0, np.cumsum(is_word)).take(row_begins)
    begin, end = begin.compress(is_word), end.compress(is_word)
    trim_behind(texts, begin, end, b'"')
    trim_ahead(texts, begin, end, b'"')
    views = [None, pa.py_buffer(views_of(texts, begin, end)), pa.py_buffer(texts.raw)]
    words = pa.Array.from_buffers(pa.string_view(), len(begin), views)
    odd = np.zeros(texts.rows, bool)
    odd[_odd_rows(texts, quotes)] = True
    return pa.ListArray.from_arrays(pa.array(listed, pa.int32()), words, mask=pa.array(odd))


def _odd_rows(texts: Texts, quotes: Quotes) -> Integers:
    ahead = quotes.opening.compress(~_BESIDE.take(texts.data.take(quotes.opening - 1)))
    behind = quotes.closing.compress(~_BESIDE.take(texts.data.take(quotes.closing + 1)))
    begins = texts.offsets.take(row_at(ahead, texts.offsets)) == ahead
    ends = texts.offsets.take(row_at(behind, texts.offsets) + 1) == behind + 1
    wrong = np.concatenate([ahead.compress(~begins), behind.compress(~ends)])
    return np.concatenate([quotes.unclosed, row_at(wrong, texts.offsets)])
