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
import pyarrow as pa

from shadow_scan.collectors.keys import Keys
from shadow_scan.collectors.marks import (
    BACKSLASH,
    BAR,
    GAP,
    OTHER,
    QUOTE,
    SIGN,
    WORD,
    Marks,
    marks_of,
)
from shadow_scan.collectors.slices import (
    Integers,
    Lists,
    Texts,
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
_CEF_ESCAPE = re.compile(rb"\\([\\=|nr])")
_CACHED = 200
_CEF_HEADER_BARS = 7
"""Behind so many the extension begins, at once or with a blank."""
_NONE = np.zeros(0, np.int64)


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
    kinds: bytes
    """What each byte is."""
    row: re.Pattern[bytes]
    """Reads a row whose quotes are odd."""
    absent: frozenset[bytes]


@lru_cache(_CACHED)
def _reader(spec: str) -> _Reader:
    asked = Spec.read(spec)
    kinds = _kinds(asked)
    absent = frozenset(word.encode() for word in asked.absent)
    return _Reader(asked, Keys.of(asked.wanted), kinds, _row_pattern(kinds, asked.gap), absent)


def _kinds(spec: Spec) -> bytes:
    kinds = bytearray([WORD] * 256)
    if spec.shape != "parted":
        words = frozenset("".join(spec.wanted).encode())
        kinds = bytearray(
            WORD if byte in words or re.match(_KEY, bytes([byte])) else OTHER for byte in range(256)
        )
        kinds[ord("\\")] = BACKSLASH
        kinds[ord("|")] = BAR
        kinds[ord('"')] = QUOTE if spec.shape == "quoted" else OTHER
    kinds[ord(spec.gap)], kinds[ord("=")] = GAP, SIGN
    return bytes(kinds)


def _row_pattern(kinds: bytes, gap: str) -> re.Pattern[bytes]:
    """A key and its value, in quotes or up to the next key."""
    blank = re.escape(gap.encode())
    word = b"".join(re.escape(bytes([byte])) for byte in range(256) if kinds[byte] == WORD)
    key = rb"(?:^|(?<=%b))([%b]+)=" % (blank, word)
    value = rb'(?:"((?:\\.|[^"\\])*)"?|(.*?)(?=%b[%b]+=|$))' % (blank, word)
    return re.compile(key + value, re.DOTALL)


def keyed_values(column: pa.ChunkedArray, specs: pa.ChunkedArray) -> pa.Array:
    """The wanted values of each row as a list; NULL where a row has none."""
    texts, reader = texts_of(column), _reader(specs[0].as_py())
    lists = Lists.empty(len(texts.offsets) - 1, reader.keys.width)
    marks = marks_of(texts, reader.kinds)
    _put(lists, texts, reader, _values(texts, reader, marks))
    if reader.spec.shape == "quoted":
        for row in _odd_rows(marks).tolist():
            lists.write(row, _row_values(reader, texts, row))
    return lists.column(texts)


def _odd_rows(marks: Marks) -> Integers:
    """Rows in which a quote is escaped, opens without a sign before it, or never closes."""
    counted = marks.quotes[marks.first]
    unclosed = np.flatnonzero(np.diff(counted) & 1)
    quote = np.flatnonzero(marks.kind == QUOTE)
    row = marks.row[quote]
    opens = (marks.quotes[quote] - counted[row]) & 1 == 0
    behind = (marks.at[quote - 1] == marks.at[quote] - 1) & (quote > marks.first[row])
    before = np.where(behind, marks.kind[quote - 1], OTHER)
    wrong = row[(before == BACKSLASH) | (opens & (before != SIGN))]
    return np.unique(np.concatenate([unclosed, wrong]))


@dataclass(frozen=True, slots=True)
class _Signs:
    """Signs that count: their marks and rows, and where the words before them begin."""

    mark: Integers
    row: Integers
    word: Integers


def _signs(marks: Marks, shape: Shape) -> _Signs:
    mark = np.flatnonzero(marks.kind == SIGN)
    row = marks.row[mark]
    first, before = mark == marks.first[row], marks.kind[mark - 1]
    word = np.where(first, marks.offsets[row], marks.at[mark - 1] + 1)
    counts = (first | (before == GAP)) & (word < marks.at[mark])
    if shape == "quoted":
        counts &= (marks.quotes[mark] - marks.quotes[marks.first[row]]) & 1 == 0
    if shape == "escaped":
        counts |= (before == BAR) & (_bars(marks)[mark - 1] == _CEF_HEADER_BARS)
    return _Signs(mark[counts], row[counts], word[counts])


def _bars(marks: Marks) -> Integers:
    """Which one of its row's each bar is, from 1; escaped bars do not count."""
    bar = marks.kind == BAR
    bar[1:] &= (marks.kind[:-1] != BACKSLASH) | (marks.at[:-1] + 1 != marks.at[1:])
    counted = np.cumsum(bar)
    found: Integers = counted - (counted - bar)[marks.first[np.append(marks.row, -1)]]
    return found


@dataclass(slots=True)
class _Values:
    """Where the values of wanted keys stand."""

    row: Integers
    key: Integers
    begin: Integers
    end: Integers
    escaped: Integers
    """Those that hold an escape."""


def _values(texts: Texts, reader: _Reader, marks: Marks) -> _Values:
    signs = _signs(marks, reader.spec.shape)
    at = marks.at[signs.mark]
    key = reader.keys.found(texts, at, at - signs.word)
    wanted = np.flatnonzero(key >= 0)
    row, mark = signs.row[wanted], signs.mark[wanted]
    follows = np.append(signs.row, -1)[wanted + 1] == row
    until = np.where(follows, np.append(signs.mark, 0)[wanted + 1], marks.first[row + 1])
    end = np.where(follows, np.append(signs.word, 0)[wanted + 1] - 1, marks.offsets[row + 1])
    values = _Values(row, key[wanted], at[wanted] + 1, end, _NONE)
    if reader.spec.shape == "quoted":
        _unquote(values, marks, mark)
    elif reader.spec.shape == "parted":
        _part(values, marks, mark)
    else:
        backslashes = np.append(0, np.cumsum(marks.kind == BACKSLASH))
        values.escaped = np.flatnonzero(backslashes[until] > backslashes[mark])
        _unwrap(texts, values)
    _trim(texts, values, reader.spec.shape, reader.spec.gap)
    return values


def _unquote(values: _Values, marks: Marks, mark: Integers) -> None:
    """What stands in quotes ends at the next quote."""
    quote = np.append(np.flatnonzero(marks.kind == QUOTE), len(marks.at) - 1)
    opens = (marks.kind[mark + 1] == QUOTE) & (marks.at[mark + 1] == values.begin)
    opens &= mark + 1 < marks.first[values.row + 1]
    closing = marks.at[quote[np.minimum(marks.quotes[mark + 1] + 1, len(quote) - 1)]]
    values.begin = values.begin + opens
    values.end = np.where(opens, np.maximum(closing, values.begin), values.end)


def _unwrap(texts: Texts, values: _Values) -> None:
    """Quotes around a whole value are none of it."""
    data = np.frombuffer(texts.raw or b" ", np.uint8)
    quote, last = ord('"'), np.minimum(values.end, len(data)) - 1
    both = (values.end - values.begin > 1) & (data[last] == quote)
    both[both] = data[values.begin[both]] == quote
    values.begin = values.begin + both
    values.end = values.end - both


def _part(values: _Values, marks: Marks, mark: Integers) -> None:
    """A value ends at the next gap; quotes around it are none of it."""
    gap = np.append(np.flatnonzero(marks.kind == GAP), len(marks.at) - 1)
    following = marks.at[gap[np.searchsorted(gap, mark)]]
    values.end = np.minimum(following, marks.offsets[values.row + 1])


def _trim(texts: Texts, values: _Values, shape: Shape, gap: str) -> None:
    """Gaps behind a bare value are none of it, nor are blanks and quotes around a parted one."""
    signs = b'" ' if shape == "parted" else gap.encode()
    trim_behind(texts, values.begin, values.end, signs)
    if shape == "parted":
        trim_ahead(texts, values.begin, values.end, signs)


def _put(lists: Lists, texts: Texts, reader: _Reader, values: _Values) -> None:
    views = views_of(texts, values.begin, values.end)
    odd = values.escaped
    views[odd] = lists.changed(texts, values.begin[odd], values.end[odd], _unescaped)
    says = says_something(texts, values.begin, views, reader.spec.absent)
    for places in reader.keys.rounds:
        place = places[values.key]
        at = np.flatnonzero((place >= 0) & says)
        lists.put(values.row[at], place[at], views[at])


def _unescaped(value: bytes) -> bytes:
    r"""CEF: '\=', '\|' and '\\' stand for the sign itself, '\n' for the end of a line."""
    return _CEF_ESCAPE.sub(lambda found: b" " if found[1] in b"nr" else found[1], value)


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
