"""Values that are slices of a column's bytes, as lists of Arrow views: nothing is copied.

Functions that statements call over whole columns (`keyed.py`) find where values begin and end; here
each becomes a member of its row's list. A text of no more than twelve bytes stands inside
of its view, so that words for nothing are told apart by two numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Bytes = npt.NDArray[np.uint8]
Integers = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]
Mask = npt.NDArray[np.bool_]

WORD_BYTES = 8
_INLINE_BYTES = 12
_LOOKS = 32
"""More signs than anybody writes around a value."""
_PADDING = bytes(2 * WORD_BYTES)
_LOW = np.array([(1 << 8 * min(size, 8)) - 1 for size in range(13)], np.uint64)
_HIGH = np.array([(1 << 8 * max(size - 8, 0)) - 1 for size in range(13)], np.uint64)
_HALF = np.uint64(32)


@dataclass(frozen=True, slots=True)
class Texts:
    """A column's texts as one run of bytes: row i is `raw[offsets[i]:offsets[i + 1]]`."""

    raw: bytes
    offsets: Integers
    words: Words
    """The eight bytes before each place, as one number; bytes before the first are zero."""


def texts_of(column: pa.ChunkedArray | pa.Array) -> Texts:
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    _, places, data = whole.cast(pa.string()).buffers()
    offsets = np.frombuffer(places, np.int32)[whole.offset : whole.offset + len(whole) + 1]
    raw = data.slice(int(offsets[0]), int(offsets[-1] - offsets[0])).to_pybytes() if data else b""
    padded = b"".join((_PADDING[:WORD_BYTES], raw, _PADDING))
    words = np.ndarray(len(padded) - WORD_BYTES + 1, np.uint64, padded, strides=(1,))
    return Texts(raw, offsets.astype(np.int64) - int(offsets[0]), words)


def views_of(texts: Texts, begin: Integers, end: Integers) -> Words:
    """(length, text) or (length, first four bytes, buffer 0, offset) of each, as two words."""
    length = end - begin
    size = np.minimum(length, _INLINE_BYTES + 1)
    short = size <= _INLINE_BYTES
    size[~short] = _INLINE_BYTES
    low = texts.words[begin + WORD_BYTES] & _LOW[size]
    high = texts.words[begin + 2 * WORD_BYTES] & _HIGH[size]
    views = np.empty((len(length), 2), np.uint64)
    views[:, 0] = length.view(np.uint64) | low << _HALF
    inline = low >> _HALF | high << _HALF
    views[:, 1] = np.where(short, inline, begin.view(np.uint64) << _HALF)
    return views


def trim_behind(texts: Texts, begin: Integers, end: Integers, signs: bytes) -> None:
    """Move ends before such signs: byte by byte over all slices, for they are few as a rule; what
    a hostile line piles up is left to the last slices that have any."""
    left = np.arange(len(end))
    data, drops = _bytes_of(texts), _table(signs)
    for _ in range(_LOOKS):
        left = left[drops[data[end[left] - 1]] & (end[left] > begin[left])]
        end[left] -= 1
    for i in left.tolist():
        end[i] = begin[i] + len(texts.raw[int(begin[i]) : int(end[i])].rstrip(signs))


def trim_ahead(texts: Texts, begin: Integers, end: Integers, signs: bytes) -> None:
    """The same from the other side: begins move behind such signs."""
    left = np.arange(len(end))
    data, drops = _bytes_of(texts), _table(signs)
    for _ in range(_LOOKS):
        ahead = data[np.minimum(begin[left], len(data) - 1)]
        left = left[drops[ahead] & (end[left] > begin[left])]
        begin[left] += 1
    for i in left.tolist():
        begin[i] = end[i] - len(texts.raw[int(begin[i]) : int(end[i])].lstrip(signs))


def _bytes_of(texts: Texts) -> Bytes:
    return np.frombuffer(texts.raw or _PADDING, np.uint8)


def _table(signs: bytes) -> Mask:
    drops = np.zeros(256, bool)
    drops[list(signs)] = True
    return drops


def inline_view(text: bytes) -> tuple[int, int]:
    """The view of a text of at most twelve bytes."""
    packed = len(text).to_bytes(4, "little") + text.ljust(_INLINE_BYTES, b"\0")
    return int.from_bytes(packed[:8], "little"), int.from_bytes(packed[8:], "little")


def _long_view(text: bytes) -> int:
    """Length and first four bytes of a longer text."""
    return len(text) | int.from_bytes(text[:4], "little") << 32


def says_something(texts: Texts, begin: Integers, views: Words, absent: Sequence[str]) -> Mask:
    """Values but those words that the log writes for nothing."""
    nothing = np.zeros(len(views), bool)
    for word in map(str.encode, absent):
        if len(word) <= _INLINE_BYTES:
            first, second = inline_view(word)
            nothing |= (views[:, 0] == first) & (views[:, 1] == second)
            continue
        alike = np.flatnonzero(views[:, 0] == _long_view(word))
        for i, at in zip(alike.tolist(), begin[alike].tolist(), strict=True):
            nothing[i] = texts.raw.startswith(word, at)
    return ~nothing


@dataclass(slots=True)
class Lists:
    """Lists of `width` values, one a row, NULL until they are put in."""

    rows: int
    width: int
    views: Words
    present: Mask
    anew: bytearray
    """Bytes of values that are no slices."""

    @classmethod
    def empty(cls, rows: int, width: int) -> Lists:
        count = rows * width
        return cls(rows, width, np.zeros((count, 2), np.uint64), np.zeros(count, bool), bytearray())

    def put(self, rows: Integers, places: Integers, views: Words) -> None:
        """The first of several values for one place of a row stays."""
        at = (rows * self.width + places)[::-1]
        self.views[at] = views[::-1]
        self.present[at] = True

    def write(self, row: int, values: Sequence[bytes | None]) -> None:
        """A row's values that are no slices of its text, in the place of those it has."""
        for place, value in enumerate(values, row * self.width):
            self.present[place] = value is not None
            self.views[place] = self.written(value or b"")

    def written(self, value: bytes) -> tuple[int, int]:
        """The view of a text that is no slice."""
        if len(value) <= _INLINE_BYTES:
            return inline_view(value)
        begin = len(self.anew)
        self.anew += value
        return _long_view(value), 1 | begin << 32

    def changed(
        self, texts: Texts, begin: Integers, end: Integers, change: Callable[[bytes], bytes]
    ) -> Words:
        """The views of slices that need a change; what comes again is changed once."""
        known: dict[bytes, tuple[int, int]] = {}
        views = []
        for at, to in zip(begin.tolist(), end.tolist(), strict=True):
            text = texts.raw[at:to]
            if text not in known:
                known[text] = self.written(change(text))
            views.append(known[text])
        return np.array(views, np.uint64).reshape(-1, 2)

    def column(self, texts: Texts) -> pa.Array:
        valid = pa.py_buffer(np.packbits(self.present, bitorder="little"))
        data = [pa.py_buffer(texts.raw), pa.py_buffer(bytes(self.anew))]
        count = len(self.views)
        values = pa.Array.from_buffers(
            pa.string_view(), count, [valid, pa.py_buffer(self.views), *data]
        )
        offsets = np.arange(0, count + 1, self.width, dtype=np.int32)
        return pa.ListArray.from_arrays(pa.array(offsets), values)
