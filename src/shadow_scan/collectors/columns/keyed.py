"""Values by their keys out of `key=value` text, over whole columns: a function of statements.

`keyed_values(text, spec)` gives the list of the wanted values of each row. Signs, gaps and quotes
are found over all bytes at once; only a row whose quotes are odd becomes a Python object. A sign
counts where a whole word stands before it, behind a gap and outside of quotes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from shadow_scan.collectors.columns.alike import put_alike, trim, unescaped
from shadow_scan.collectors.columns.asked import (
    SIGN,
    Reader,
    behind_header,
    odd_rows,
    reader_of,
)
from shadow_scan.collectors.columns.marks import QUOTE, Quotes, Words, words_before
from shadow_scan.collectors.columns.slices import (
    Integers,
    Lists,
    Texts,
    says_something,
    texts_of,
    views_of,
)


def keyed_values(column: pa.ChunkedArray, specs: pa.ChunkedArray) -> pa.Array:
    """The wanted values of each row as a list; NULL where a row has none."""
    texts, reader = texts_of(column), reader_of(specs[0].as_py())
    lists = Lists.empty(texts.rows, reader.keys.width)
    left = np.flatnonzero(~put_alike(lists, texts, reader))
    if len(left) == texts.rows:
        _put_each(lists, texts, reader)
    elif len(left):
        apart = texts_of(column.take(pa.array(left)))
        others = Lists.empty(len(left), reader.keys.width)
        _put_each(others, apart, reader)
        lists.join(left, others, apart)
    return lists.column(texts)


def _put_each(lists: Lists, texts: Texts, reader: Reader) -> None:
    """Rows of any look."""
    if reader.spec.shape == "escaped":
        _put(lists, texts, reader, _escaped(texts, reader))
    elif reader.spec.shape == "parted":
        _put(lists, texts, reader, _parted(texts, reader))
    else:
        quotes = Quotes.of(texts, SIGN)
        _put(lists, texts, reader, _quoted(texts, reader, quotes))
        for row in odd_rows(texts, quotes).tolist():
            lists.write(row, _row_values(reader, texts, row))


@dataclass(slots=True)
class _Values:
    """Where the values of wanted keys stand."""

    row: Integers
    key: Integers
    begin: Integers
    end: Integers
    word: Integers
    """Which of the words theirs is."""


def _values(texts: Texts, reader: Reader, words: Words) -> _Values:
    """Values that end where the next word begins."""
    key = reader.keys.found(texts, words.sign, words.length)
    word = np.flatnonzero(key >= 0)
    row = words.row.take(word)
    following = np.append(words.stop, len(texts.raw)).take(word + 1)
    end = np.minimum(following, texts.offsets.take(row + 1))
    return _Values(row, key.take(word), words.sign.take(word) + 1, end, word)


def _quoted(texts: Texts, reader: Reader, quotes: Quotes) -> _Values:
    """What stands in quotes ends at the next quote."""
    words = words_before(quotes.outside, texts, reader.breaks, reader.gap)
    values = _values(texts, reader, words)
    opens = texts.data.take(values.begin) == QUOTE
    opens &= values.begin < texts.offsets.take(values.row + 1)
    if opens.any():
        opening = quotes.before.take(words.chosen.take(values.word)) >> 1
        closing = quotes.closing.take(opening, mode="clip")
        values.begin += opens
        values.end += (np.maximum(closing, values.begin) - values.end) * opens
    return values


def _parted(texts: Texts, reader: Reader) -> _Values:
    """A value ends at the next gap."""
    mark = texts.where(reader.gap, SIGN)
    is_gap = texts.data.take(mark) == reader.gap
    sign = np.flatnonzero(~is_gap)
    words = words_before(mark.take(sign), texts, reader.breaks, reader.gap)
    values = _values(texts, reader, words)
    gaps = np.append(mark.compress(is_gap), len(texts.raw))
    before = np.cumsum(is_gap).take(sign.take(words.chosen.take(values.word)))
    values.end = np.minimum(gaps.take(before), texts.offsets.take(values.row + 1))
    return values


def _escaped(texts: Texts, reader: Reader) -> _Values:
    parted = behind_header(texts, reader.gap)
    words = words_before(texts.where(SIGN), parted, reader.breaks, reader.gap)
    return _values(texts, reader, words)


def _put(lists: Lists, texts: Texts, reader: Reader, values: _Values) -> None:
    trim(texts, values.begin, values.end, reader)
    views = views_of(texts, values.begin, values.end)
    if reader.spec.shape == "escaped":
        odd, anew = unescaped(lists, texts, values.begin, values.end)
        views[odd] = anew
    says = says_something(texts, values.begin, views, reader.spec.absent)
    for places in reader.keys.rounds:
        place = places.take(values.key)
        at = np.flatnonzero((place >= 0) & says)
        lists.put(values.row.take(at), place.take(at), views, at)


def _row_values(reader: Reader, texts: Texts, row: int) -> list[bytes | None]:
    """One row's values, quote by quote."""
    begin, end = int(texts.offsets[row]), int(texts.offsets[row + 1])
    found: dict[bytes, bytes] = {}
    for key, quoted, plain in reader.row.findall(texts.raw[begin:end]):
        value = quoted.replace(b'\\"', b'"') or plain.rstrip(reader.blank)
        if value not in reader.absent:
            found.setdefault(key, value)
    return [next((found[key] for key in keys if key in found), None) for keys in reader.wanted]
