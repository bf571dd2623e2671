"""The bytes of a column of texts that part it: signs, gaps, quotes, in one pass over all rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from shadow_scan.collectors.slices import Integers, Texts

WORD, GAP, SIGN, QUOTE, BACKSLASH, BAR, OTHER = range(7)
"""What a byte is; all but those of words are marks."""


@dataclass(frozen=True, slots=True)
class Marks:
    """Bytes of no word in order, and one behind the last."""

    at: Integers
    kind: npt.NDArray[np.uint8]
    row: Integers
    first: Integers
    """Each row's first mark, and the one behind the last row's last."""
    quotes: Integers
    """How many quotes stand before each mark."""
    offsets: Integers


def marks_of(texts: Texts, kinds: bytes) -> Marks:
    translated = np.frombuffer(texts.raw.translate(kinds), np.uint8)
    at = np.flatnonzero(translated != WORD)
    first = np.searchsorted(at, texts.offsets)
    row = np.repeat(np.arange(len(first) - 1), np.diff(first))
    kind = np.append(translated[at], np.uint8(OTHER))
    quotes = np.cumsum(kind == QUOTE) - (kind == QUOTE)
    return Marks(np.append(at, len(texts.raw)), kind, row, first, quotes, texts.offsets)
