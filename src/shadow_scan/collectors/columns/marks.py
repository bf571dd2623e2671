"""What parts a column of texts, over all rows at once: quotes, and words that end at given places.

Of words eight bytes before each place are looked at in one step: no byte between is touched.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shadow_scan.collectors.columns.slices import WORD_BYTES, Bytes, Integers, Texts

_LOOKS = 16
"""So many times eight bytes; longer words are hardly anybody's keys."""
_NEAREST = np.array([*((bits & -bits).bit_length() - 1 for bits in range(1, 256))], np.int64)
_NEAREST = np.concatenate([np.array([WORD_BYTES]), _NEAREST])
"""How many bytes stand behind the last one that is set, of eight packed into bits."""


QUOTE = ord('"')


def row_of_each(places: Integers, offsets: Integers) -> Integers:
    """The row of each of places in order."""
    counted = np.diff(np.searchsorted(places, offsets))
    return np.repeat(np.arange(len(counted)), counted)


def row_at(places: Integers, offsets: Integers) -> Integers:
    """The same of a few places, in any order."""
    found: Integers = np.searchsorted(offsets, places, "right") - 1
    return found


@dataclass(frozen=True, slots=True)
class Quotes:
    """Quotes that open and close, and signs outside of them; without rows that leave one open."""

    opening: Integers
    closing: Integers
    outside: Integers
    before: Integers
    """How many quotes stand before each sign."""
    unclosed: Integers
    """The rows that are left out."""

    @classmethod
    def of(cls, texts: Texts, sign: int) -> Quotes:
        mark = texts.where(sign, QUOTE)
        is_quote = texts.data.take(mark) == QUOTE
        counted = np.cumsum(is_quote)
        first = np.searchsorted(mark, texts.offsets)
        odd = np.diff(np.append(0, counted).take(first)) & 1
        if odd.any():
            closes = np.repeat(odd, np.diff(first)) == 0
            mark, is_quote = mark.compress(closes), is_quote.compress(closes)
            counted = np.cumsum(is_quote)
        quote = mark.compress(is_quote)
        outside = np.flatnonzero((counted & 1 | is_quote) == 0)
        before = counted.take(outside)
        return cls(quote[::2], quote[1::2], mark.take(outside), before, np.flatnonzero(odd))


@dataclass(frozen=True, slots=True)
class Words:
    """Words before signs: behind a gap, or from the begin of their row on."""

    sign: Integers
    """Places of the signs."""
    chosen: Integers
    """Which of the places given they are."""
    row: Integers
    length: Integers
    stop: Integers
    """Where the text before the word ends: before its gap."""


def words_before(sign: Integers, texts: Texts, breaks: Bytes, gap: int) -> Words:
    """The words that end at places in order; `breaks` says (1) which bytes are of no word."""
    row = row_of_each(sign, texts.offsets)
    room = sign - texts.offsets.take(row)
    length = _lengths(sign, room, texts, breaks)
    is_first = length == room
    counts = (texts.data.take(sign - 1 - length) == gap) | is_first
    counts &= length > 0
    chosen = np.flatnonzero(counts)
    sign, length = sign.take(chosen), length.take(chosen)
    return Words(sign, chosen, row.take(chosen), length, sign - length - ~is_first.take(chosen))


def _lengths(sign: Integers, room: Integers, texts: Texts, breaks: Bytes) -> Integers:
    length = _last_break(sign, texts, breaks)
    left = np.flatnonzero((length == WORD_BYTES) & (room > WORD_BYTES))
    for look in range(1, _LOOKS):
        if not len(left):
            break
        more = _last_break(sign.take(left) - look * WORD_BYTES, texts, breaks)
        length[left] += more
        goes_on = (more == WORD_BYTES) & (room.take(left) > (look + 1) * WORD_BYTES)
        left = left.compress(goes_on)
    for i in left.tolist():
        length[i] = _length(int(sign[i]), int(room[i]), texts, breaks)
    return np.minimum(length, room)


def _last_break(places: Integers, texts: Texts, breaks: Bytes) -> Integers:
    bits = np.packbits(breaks.take(texts.words[places].view(np.uint8)))
    found: Integers = _NEAREST.take(bits)
    return found


def _length(sign: int, room: int, texts: Texts, breaks: Bytes) -> int:
    text = texts.raw[sign - room : sign]
    return room - len(text.rstrip(bytes(np.flatnonzero(breaks == 0).tolist())))
