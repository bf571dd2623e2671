"""What a statement asks for of `key=value` text, and how its words are told."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from shadow_scan.collectors.columns.keys import Keys
from shadow_scan.collectors.columns.marks import QUOTE, Quotes, row_at
from shadow_scan.collectors.columns.shapes import Shapes
from shadow_scan.collectors.columns.slices import Bytes, Integers, Texts, as_texts

Spelling = Literal["quoted", "escaped", "parted"]
"""`quoted`: key="value" key=value; `escaped`: as CEF, where quotes mean nothing and signs inside of
values are escaped; `parted`: a gap stands in no value."""

_KEY = rb"[A-Za-z0-9_.@$\[\]\x80-\xff-]"
_CACHED = 200
CEF_HEADER_BARS = 7
"""Behind so many the extension begins, at once or with a blank."""
SIGN, BACKSLASH, BAR = b"=\\|"


@dataclass(frozen=True, slots=True)
class Spec:
    """What a statement asks for: the wanted keys, words for nothing, the gap, and the shape."""

    wanted: tuple[str, ...]
    absent: tuple[str, ...]
    gap: str
    shape: Spelling

    def __str__(self) -> str:
        return json.dumps([self.wanted, self.absent, self.gap, self.shape])

    @classmethod
    def read(cls, text: str) -> Spec:
        wanted, absent, gap, shape = json.loads(text)
        return cls(tuple(wanted), tuple(absent), gap, shape)


@dataclass(frozen=True, slots=True)
class Reader:
    spec: Spec
    keys: Keys
    breaks: Bytes
    """1 for a byte that stands in no word."""
    gap: int
    row: re.Pattern[bytes]
    """Reads a row whose quotes are odd."""
    absent: frozenset[bytes]
    wanted: tuple[tuple[bytes, ...], ...]
    """For each place the keys of which the first that says something counts."""
    blank: bytes
    """The gap."""
    shapes: Shapes


@lru_cache(_CACHED)
def reader_of(spec: str) -> Reader:
    asked = Spec.read(spec)
    gap, words = ord(asked.gap), _word_bytes(asked)
    breaks = np.array([byte not in words for byte in range(256)], np.uint8)
    absent = frozenset(word.encode() for word in asked.absent)
    row = _row_pattern(words, asked.gap)
    wanted = tuple(tuple(names.encode().split(b"|")) for names in asked.wanted)
    keys = Keys.of(asked.wanted)
    return Reader(asked, keys, breaks, gap, row, absent, wanted, bytes([gap]), Shapes())


def _word_bytes(spec: Spec) -> frozenset[int]:
    words = set(range(256))
    if spec.shape != "parted":
        known = frozenset("".join(spec.wanted).encode())
        words = {byte for byte in words if byte in known or re.match(_KEY, bytes([byte]))}
        words -= {QUOTE, BACKSLASH, BAR}
    return frozenset(words - {ord(spec.gap), SIGN})


def _row_pattern(words: frozenset[int], gap: str) -> re.Pattern[bytes]:
    """A key and its value, in quotes or up to the next key. A quote in the middle of words closes
    nothing: products that escape none write JSON into values as it came."""
    blank = re.escape(gap.encode())
    word = b"".join(re.escape(bytes([byte])) for byte in sorted(words))
    key = rb"(?:^|(?<=%b))([%b]+)=" % (blank, word)
    closes = rb"(?:[,;|)\]]*(?:%b|$)|[%b]+=)" % (blank, word)
    quoted = rb'"((?:\\.|[^"\\]|"(?!%b))*)"?' % closes
    plain = rb"(.*?)(?=%b[%b]+=|$)" % (blank, word)
    return re.compile(key + rb"(?:%b|%b)" % (quoted, plain), re.DOTALL)


def odd_rows(texts: Texts, quotes: Quotes) -> Integers:
    """Rows in which a quote is escaped, opens without a sign before it, or never closes."""
    begins = texts.data.take(texts.offsets[:-1]) == QUOTE
    begins &= np.diff(texts.offsets) > 0
    opening = quotes.opening.compress(texts.data.take(quotes.opening - 1) != SIGN)
    closing = quotes.closing.compress(texts.data.take(quotes.closing - 1) == BACKSLASH)
    wrong = row_at(np.concatenate([opening, closing]), texts.offsets)
    return np.unique(np.concatenate([quotes.unclosed, wrong, np.flatnonzero(begins)]))


def behind_header(texts: Texts, gap: int) -> Texts:
    """The texts with a gap in the place of the bar before their extensions."""
    bar = texts.where(BAR)
    bar = bar.compress(texts.data.take(bar - 1) != BACKSLASH)
    first = np.searchsorted(bar, texts.offsets)
    has = np.flatnonzero(np.diff(first) >= CEF_HEADER_BARS)
    raw = np.frombuffer(texts.raw, np.uint8).copy()
    raw[bar.take(first.take(has) + CEF_HEADER_BARS - 1)] = gap
    return as_texts(raw.tobytes(), texts.offsets)
