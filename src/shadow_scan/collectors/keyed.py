"""Values by their keys out of `key=value` text, over whole columns: a function of statements.

`keyed_values(text, spec)` gives the list of the wanted values of each row. Signs, gaps and quotes
are found over all bytes at once; only a row whose quotes are odd becomes a Python object. A sign
counts where a whole word stands before it, behind a gap and outside of quotes.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from shadow_scan.collectors.keys import Keys
from shadow_scan.collectors.marks import QUOTE, Quotes, Words, row_at, words_before
from shadow_scan.collectors.slices import (
    Bytes,
    Integers,
    Lists,
    Texts,
    as_texts,
    is_first_of_two,
    says_something,
    texts_of,
    trim_ahead,
    trim_behind,
    views_of,
)

Shape = Literal["quoted", "escaped", "parted"]
"""`quoted`: key="value" key=value; `escaped`: as CEF, where quotes mean nothing and signs inside of
values are escaped; `parted`: a gap stands in no value."""

_KEY = rb"[A-Za-z0-9_.@$\[\]\x80-\xff-]"
_ESCAPES, _LINE_ENDS = (np.isin(np.arange(256), list(signs)) for signs in (b"\\=|nr", b"nr"))
"""What may stand behind a backslash in CEF."""
_CACHED = 200
_CEF_HEADER_BARS = 7
"""Behind so many the extension begins, at once or with a blank."""
_SIGN, _BACKSLASH, _BAR = b"=\\|"


@dataclass(frozen=True, slots=True)
class Spec:
    """What a statement asks for: the wanted keys, words for nothing, the gap, and the shape."""

    wanted: tuple[str, ...]
    absent: tuple[str, ...]
    gap: str
    shape: Shape

    def __str__(self) -> str:
        return json.dumps([self.wanted, self.absent, self.gap, self.shape])

    @classmethod
    def read(cls, text: str) -> Spec:
        wanted, absent, gap, shape = json.loads(text)
        return cls(tuple(wanted), tuple(absent), gap, shape)


@dataclass(frozen=True, slots=True)
class _Reader:
    spec: Spec
    keys: Keys
    breaks: Bytes
    """1 for a byte that stands in no word."""
    gap: int
    row: re.Pattern[bytes]
    """Reads a row whose quotes are odd."""
    absent: frozenset[bytes]


@lru_cache(_CACHED)
def _reader(spec: str) -> _Reader:
    asked = Spec.read(spec)
    gap, words = ord(asked.gap), _word_bytes(asked)
    breaks = np.array([byte not in words for byte in range(256)], np.uint8)
    absent = frozenset(word.encode() for word in asked.absent)
    row = _row_pattern(words, asked.gap)
    return _Reader(asked, Keys.of(asked.wanted), breaks, gap, row, absent)


def _word_bytes(spec: Spec) -> frozenset[int]:
    words = set(range(256))
    if spec.shape != "parted":
        known = frozenset("".join(spec.wanted).encode())
        words = {byte for byte in words if byte in known or re.match(_KEY, bytes([byte]))}
        words -= {QUOTE, _BACKSLASH, _BAR}
    return frozenset(words - {ord(spec.gap), _SIGN})


def _row_pattern(words: frozenset[int], gap: str) -> re.Pattern[bytes]:
    """A key and its value, in quotes or up to the next key."""
    blank = re.escape(gap.encode())
    word = b"".join(re.escape(bytes([byte])) for byte in sorted(words))
    key = rb"(?:^|(?<=%b))([%b]+)=" % (blank, word)
    value = rb'(?:"((?:\\.|[^"\\])*)"?|(.*?)(?=%b[%b]+=|$))' % (blank, word)
    return re.compile(key + value, re.DOTALL)


def keyed_values(column: pa.ChunkedArray, specs: pa.ChunkedArray) -> pa.Array:
    """The wanted values of each row as a list; NULL where a row has none."""
    texts, reader = texts_of(column), _reader(specs[0].as_py())
    lists = Lists.empty(texts.rows, reader.keys.width)
    if reader.spec.shape == "escaped":
        _put(lists, texts, reader, _escaped(texts, reader))
    elif reader.spec.shape == "parted":
        _put(lists, texts, reader, _parted(texts, reader))
    else:
        quotes = Quotes.of(texts, _SIGN)
        _put(lists, texts, reader, _quoted(texts, reader, quotes))
        for row in _odd_rows(texts, quotes).tolist():
            lists.write(row, _row_values(reader, texts, row))
    return lists.column(texts)


@dataclass(slots=True)
class _Values:
    """Where the values of wanted keys stand."""

    row: Integers
    key: Integers
    begin: Integers
    end: Integers
    word: Integers
    """Which of the words theirs is."""


def _values(texts: Texts, reader: _Reader, words: Words) -> _Values:
    """Values that end where the next word begins."""
    key = reader.keys.found(texts, words.sign, words.length)
    word = np.flatnonzero(key >= 0)
    row = words.row.take(word)
    following = np.append(words.stop, len(texts.raw)).take(word + 1)
    end = np.minimum(following, texts.offsets.take(row + 1))
    return _Values(row, key.take(word), words.sign.take(word) + 1, end, word)


def _odd_rows(texts: Texts, quotes: Quotes) -> Integers:
    """Rows in which a quote is escaped, opens without a sign before it, or never closes."""
    begins = texts.data.take(texts.offsets[:-1]) == QUOTE
    begins &= np.diff(texts.offsets) > 0
    opening = quotes.opening.compress(texts.data.take(quotes.opening - 1) != _SIGN)
    closing = quotes.closing.compress(texts.data.take(quotes.closing - 1) == _BACKSLASH)
    wrong = row_at(np.concatenate([opening, closing]), texts.offsets)
    return np.unique(np.concatenate([quotes.unclosed, wrong, np.flatnonzero(begins)]))


def _quoted(texts: Texts, reader: _Reader, quotes: Quotes) -> _Values:
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
    trim_behind(texts, values.begin, values.end, reader.spec.gap.encode())
    return values


def _parted(texts: Texts, reader: _Reader) -> _Values:
    """A value ends at the next gap; quotes and blanks around it are none of it."""
    mark = texts.where(reader.gap, _SIGN)
    is_gap = texts.data.take(mark) == reader.gap
    sign = np.flatnonzero(~is_gap)
    words = words_before(mark.take(sign), texts, reader.breaks, reader.gap)
    values = _values(texts, reader, words)
    gaps = np.append(mark.compress(is_gap), len(texts.raw))
    before = np.cumsum(is_gap).take(sign.take(words.chosen.take(values.word)))
    values.end = np.minimum(gaps.take(before), texts.offsets.take(values.row + 1))
    trim_behind(texts, values.begin, values.end, b'" ')
    trim_ahead(texts, values.begin, values.end, b'" ')
    return values


def _escaped(texts: Texts, reader: _Reader) -> _Values:
    """Quotes around a whole value are none of it; escapes mean something."""
    parted = _behind_header(texts, reader.gap)
    words = words_before(texts.where(_SIGN), parted, reader.breaks, reader.gap)
    values = _values(texts, reader, words)
    both = (values.end - values.begin > 1) & (texts.data.take(values.end - 1) == QUOTE)
    both &= texts.data.take(values.begin) == QUOTE
    values.begin += both
    values.end -= both
    trim_behind(texts, values.begin, values.end, reader.spec.gap.encode())
    return values


def _behind_header(texts: Texts, gap: int) -> Texts:
    """The texts with a gap in the place of the bar before their extensions."""
    bar = texts.where(_BAR)
    bar = bar.compress(texts.data.take(bar - 1) != _BACKSLASH)
    first = np.searchsorted(bar, texts.offsets)
    has = np.flatnonzero(np.diff(first) >= _CEF_HEADER_BARS)
    raw = np.frombuffer(texts.raw, np.uint8).copy()
    raw[bar.take(first.take(has) + _CEF_HEADER_BARS - 1)] = gap
    return as_texts(raw.tobytes(), texts.offsets)


def _put(lists: Lists, texts: Texts, reader: _Reader, values: _Values) -> None:
    views = views_of(texts, values.begin, values.end)
    if reader.spec.shape == "escaped":
        _unescape(lists, texts, values, views)
    says = says_something(texts, values.begin, views, reader.spec.absent)
    for places in reader.keys.rounds:
        place = places.take(values.key)
        at = np.flatnonzero((place >= 0) & says)
        lists.put(values.row.take(at), place.take(at), views, at)


def _unescape(lists: Lists, texts: Texts, values: _Values, views: npt.NDArray[np.uint64]) -> None:
    r"""CEF: '\=', '\|' and '\\' stand for the sign itself, '\n' for the end of a line."""
    backslash = texts.where(_BACKSLASH)
    means = _ESCAPES.take(texts.data.take(backslash + 1)) & is_first_of_two(backslash)
    escapes = backslash.compress(means)
    holder = np.searchsorted(values.begin, escapes, "right") - 1
    inside = (holder >= 0) & (escapes + 1 < np.append(values.end, 0).take(holder))
    escapes, odd = escapes.compress(inside), np.unique(holder.compress(inside))
    ends = escapes.compress(_LINE_ENDS.take(texts.data.take(escapes + 1))) + 1
    if len(odd):
        views[odd] = lists.without(texts, values.begin[odd], values.end[odd], escapes, ends)


def _row_values(reader: _Reader, texts: Texts, row: int) -> list[bytes | None]:
    """One row's values, quote by quote."""
    begin, end = int(texts.offsets[row]), int(texts.offsets[row + 1])
    found: dict[bytes, bytes] = {}
    for key, quoted, bare in reader.row.findall(texts.raw[begin:end]):
        value = quoted.replace(b'\\"', b'"') or bare.rstrip(reader.spec.gap.encode())
        if value not in reader.absent:
            found.setdefault(key, value)
    choices = (names.encode().split(b"|") for names in reader.spec.wanted)
    return [next((found[key] for key in keys if key in found), None) for keys in choices]
