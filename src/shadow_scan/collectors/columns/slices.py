"""Values that are slices of a column's bytes, as lists of Arrow views: nothing is copied.

Functions that statements call over whole columns (`keyed.py`) find where values begin and end; here
each becomes a member of its row's list. A text of no more than twelve bytes stands inside
of its view, so that words for nothing are told apart by two numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from shadow_scan.collectors.lines.blocks import INLINE_BYTES

Bytes = npt.NDArray[np.uint8]
Integers = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]
Mask = npt.NDArray[np.bool_]
Slots = npt.NDArray[np.void]
"""Views as `VIEW`."""

WORD_BYTES = 8
_LOOKS = 32
"""More signs than anybody writes around a value."""
_LEAD, _TAIL = bytes(WORD_BYTES), bytes(2 * WORD_BYTES)
_LONG = INLINE_BYTES + 1
_PREFIX = (1 << 32) - 1
"""Of a longer text a view has the first four bytes."""
_LOW = np.array([*((1 << 8 * min(size, 8)) - 1 for size in range(_LONG)), _PREFIX], np.uint64)
_HIGH = np.array([*((1 << 8 * max(size - 8, 0)) - 1 for size in range(_LONG)), 0], np.uint64)
_HALF = np.uint64(32)
_ANEW = 1
"""The buffer of texts that are no slices."""
_NO_ROWS = np.zeros(1, np.int64)
_CACHED = 1_000
VIEW = np.dtype("V16")
"""Sixteen bytes that numpy moves as one: ten times as fast as a row of two numbers."""


@dataclass(frozen=True, slots=True)
class Texts:
    """A column's texts as one run of bytes: row i is `raw[offsets[i]:offsets[i + 1]]`."""

    raw: bytes
    offsets: Integers
    data: Bytes
    """The bytes as numbers, with zeros behind the last (and so before the first, at -1)."""
    words: Words
    """The eight bytes before each place, as one number; bytes before the first are zero."""

    @property
    def rows(self) -> int:
        return len(self.offsets) - 1

    def where(self, *bytes_: int) -> Integers:
        """Places of these bytes, in order."""
        data = self.data[: len(self.raw)]
        found = data == bytes_[0]
        for byte in bytes_[1:]:
            found |= data == byte
        return np.flatnonzero(found)


def texts_of(column: pa.ChunkedArray | pa.Array) -> Texts:
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    _, places, data = whole.cast(pa.string()).buffers()
    offsets = np.frombuffer(places, np.int32)[whole.offset : whole.offset + len(whole) + 1]
    raw = data.slice(int(offsets[0]), int(offsets[-1] - offsets[0])).to_pybytes() if data else b""
    return as_texts(raw, offsets.astype(np.int64) - int(offsets[0]))


def as_texts(raw: bytes, offsets: Integers) -> Texts:
    padded = b"".join((_LEAD, raw, _TAIL))
    words = np.ndarray(len(padded) - WORD_BYTES + 1, np.uint64, padded, strides=(1,))
    return Texts(raw, offsets, np.frombuffer(padded, np.uint8, offset=WORD_BYTES), words)


def views_of(texts: Texts, begin: Integers, end: Integers) -> Words:
    """(length, text) or (length, first four bytes, buffer 0, offset) of each, as two words."""
    length = end - begin
    size = np.minimum(length, _LONG)
    low = texts.words[begin + WORD_BYTES] & _LOW.take(size)
    high = texts.words[begin + 2 * WORD_BYTES] & _HIGH.take(size)
    views = np.empty((len(length), 2), np.uint64)
    views[:, 0] = length.view(np.uint64) | low << _HALF
    place = (begin * (size == _LONG)).view(np.uint64)
    views[:, 1] = low >> _HALF | (high | place) << _HALF
    return views


def trim_behind(texts: Texts, begin: Integers, end: Integers, signs: bytes) -> None:
    """Move ends before such signs: byte by byte over all slices, for they are few as a rule; what
    a hostile line piles up is left to the last slices that have any."""
    drops = _table(signs)
    left = np.flatnonzero(drops.take(texts.data.take(end - 1)) & (end > begin))
    for _ in range(_LOOKS):
        end[left] -= 1
        still = drops.take(texts.data.take(end[left] - 1)) & (end[left] > begin[left])
        if not len(left := left.compress(still)):
            return
    for i in left.tolist():
        end[i] = begin[i] + len(texts.raw[int(begin[i]) : int(end[i])].rstrip(signs))


def trim_ahead(texts: Texts, begin: Integers, end: Integers, signs: bytes) -> None:
    """The same from the other side: begins move behind such signs."""
    drops = _table(signs)
    left = np.flatnonzero(drops.take(texts.data.take(begin)) & (end > begin))
    for _ in range(_LOOKS):
        begin[left] += 1
        still = drops.take(texts.data.take(begin[left])) & (end[left] > begin[left])
        if not len(left := left.compress(still)):
            return
    for i in left.tolist():
        begin[i] = end[i] - len(texts.raw[int(begin[i]) : int(end[i])].lstrip(signs))


def _table(signs: bytes) -> Mask:
    drops = np.zeros(256, bool)
    drops[list(signs)] = True
    return drops


@lru_cache(_CACHED)
def inline_view(text: bytes) -> tuple[int, int]:
    """The view of a text of at most twelve bytes."""
    packed = len(text).to_bytes(4, "little") + text.ljust(INLINE_BYTES, b"\0")
    return int.from_bytes(packed[:8], "little"), int.from_bytes(packed[8:], "little")


def _long_view(text: bytes) -> int:
    """Length and first four bytes of a longer text."""
    return len(text) | int.from_bytes(text[:4], "little") << 32


def says_something(texts: Texts, begin: Integers, views: Words, absent: Sequence[str]) -> Mask:
    """Values but those words that the log writes for nothing."""
    nothing = np.zeros(len(views), bool)
    heads = views[:, 0].copy()
    for word in map(str.encode, absent):
        first, second = inline_view(word) if len(word) <= INLINE_BYTES else (_long_view(word), 0)
        alike = heads == first
        if len(word) > INLINE_BYTES:
            for i in np.flatnonzero(alike).tolist():
                alike[i] = texts.raw.startswith(word, int(begin[i]))
        elif second:
            alike &= views[:, 1] == second
        nothing |= alike
    return ~nothing


def is_first_of_two(places: Integers) -> Mask:
    """Whether each, of places in order, begins a pair of neighbours (or stands alone)."""
    at = np.arange(len(places))
    begins = np.diff(places, prepend=-2) != 1
    is_first: Mask = (at - np.maximum.accumulate(at * begins)) & 1 == 0
    return is_first


def _within(places: Integers, begin: Integers, ahead: Integers) -> Integers:
    """Where places inside of slices in order are when those stand one behind the other."""
    holder = np.searchsorted(begin, places, "right") - 1
    return places - begin.take(holder) + ahead.take(holder)


@dataclass(slots=True)
class Lists:
    """Lists of `width` values, one a row, NULL until they are put in."""

    rows: int
    width: int
    views: Words
    present: Mask
    anew: bytearray
    """Bytes of values that are no slices."""
    more: tuple[bytes, ...] = ()
    """Bytes of rows that joined."""

    @classmethod
    def empty(cls, rows: int, width: int) -> Lists:
        count = rows * width
        return cls(rows, width, np.zeros((count, 2), np.uint64), np.zeros(count, bool), bytearray())

    def put(self, rows: Integers, places: Integers, views: Words, chosen: Integers) -> None:
        """The chosen views; the first of several for one place of a row stays."""
        at = (rows * self.width + places)[::-1]
        self.views.view(VIEW)[:, 0][at] = views.view(VIEW)[:, 0][chosen[::-1]]
        self.present[at] = True

    def fill(self, views: Words, present: Mask, source: Integers, place: int = 0) -> None:
        """Whole columns from a place on, each out of its source among the columns of views."""
        rows, columns = present.shape
        given = views.view(VIEW).reshape(rows, columns)
        own = slice(place, place + len(source))
        self.views.view(VIEW).reshape(rows, self.width)[:, own] = given.take(source, axis=1)
        self.present.reshape(rows, self.width)[:, own] = present.take(source, axis=1)

    def lay(self, rows: Integers, places: Integers, views: Slots, present: Mask) -> None:
        """Views (one row a place, one column a row of the lists) into some rows and places."""
        at = rows[:, None], places
        self.views.view(VIEW).reshape(self.rows, self.width)[at] = views.T
        self.present.reshape(self.rows, self.width)[at] = present.T

    def write(self, row: int, values: Sequence[bytes | None]) -> None:
        """A row's values that are no slices of its text, in the place of those it has."""
        for place, value in enumerate(values, row * self.width):
            self.present[place] = value is not None
            self.views[place] = self.written(value or b"")

    def written(self, value: bytes) -> tuple[int, int]:
        """The view of a text that is no slice."""
        if len(value) <= INLINE_BYTES:
            return inline_view(value)
        begin = len(self.anew)
        self.anew += value
        return _long_view(value), _ANEW | begin << 32

    def without(
        self, texts: Texts, begin: Integers, end: Integers, dropped: Integers, blanked: Integers
    ) -> Words:
        """The views of slices in order, written anew: less some of their bytes, and blanks in the
        place of others."""
        length = end - begin
        behind = np.cumsum(length)
        bytes_ = texts.data.take(
            np.repeat(begin - behind + length, length) + np.arange(behind[-1] if len(behind) else 0)
        )
        holder = np.searchsorted(begin, dropped, "right") - 1
        keep = np.ones(len(bytes_), bool)
        keep[_within(dropped, begin, behind - length)] = False
        bytes_[_within(blanked, begin, behind - length)] = ord(" ")
        left = length - np.bincount(holder, minlength=len(begin))
        anew = as_texts(bytes_.compress(keep).tobytes(), _NO_ROWS)
        to = np.cumsum(left)
        views = views_of(anew, to - left, to)
        views[:, 1] += (left > INLINE_BYTES) * np.uint64(_ANEW | len(self.anew) << 32)
        self.anew += anew.raw
        return views

    def join(self, rows: Integers, others: Lists, texts: Texts) -> None:
        """The lists of some rows, which were made of a column of their own."""
        views = others.views
        is_long = views[:, 0] & np.uint64(_PREFIX) > INLINE_BYTES
        views[:, 1] += is_long * np.uint64(2 + len(self.more))
        self.more += (texts.raw, bytes(others.anew))
        self.views.view(VIEW).reshape(self.rows, self.width)[rows] = views.view(VIEW).reshape(
            others.rows, self.width
        )
        self.present.reshape(self.rows, self.width)[rows] = others.present.reshape(
            others.rows, self.width
        )

    def column(self, texts: Texts) -> pa.Array:
        valid = pa.py_buffer(np.packbits(self.present, bitorder="little"))
        data = [pa.py_buffer(part) for part in (texts.raw, bytes(self.anew), *self.more)]
        count = len(self.views)
        values = pa.Array.from_buffers(
            pa.string_view(), count, [valid, pa.py_buffer(self.views), *data]
        )
        offsets = np.arange(0, count + 1, self.width, dtype=np.int32)
        return pa.ListArray.from_arrays(pa.array(offsets), values)
