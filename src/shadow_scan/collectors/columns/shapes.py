"""Rows of one shape: all that stands between their values is the same, byte by byte.

Most lines of a log with named fields look like many others of it. One of them is taken apart by
whoever knows its spelling; the rest are compared with what stands between its values, eight bytes
at once, from marks (quotes, signs) that are found over all bytes in one step. No key is looked up,
and nothing between marks is read again: a row's values are sums of places and distances.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from shadow_scan.collectors.columns.slices import WORD_BYTES, Integers, Mask, Texts, Words

FEWEST_ROWS = 24
"""Fewer rows cost more as a group than one by one."""
_MOST_TRIES = 64
"""Comparisons of rows with a shape in one batch, and rows that are taken apart for a new one."""
_MOST_NEW = 12
_MOST_KNOWN = 8
"""Shapes kept of rows with as many marks; the one that fitted last stands first."""
_MOST_MARKS = 4_096
BEGIN, END = -1, -2
"""Marks of every row: its begin and its end."""
_ALL = (1 << 8 * WORD_BYTES) - 1


class Fixed(NamedTuple):
    """A text that all rows have, told by a mark and how far behind that it ends."""

    mark: int
    behind: int
    text: bytes


class Span(NamedTuple):
    """A value: marks, and the distances from them to where it begins and ends."""

    begin_mark: int
    begin: int
    end_mark: int
    end: int


@dataclass(frozen=True, slots=True)
class Rows:
    """Texts with as many marks."""

    chosen: Integers
    """Which texts they are."""
    first: Integers
    """The number of each one's first mark."""
    count: int

    def only(self, chosen: Mask) -> Rows:
        if chosen.all():
            return self
        return Rows(self.chosen.compress(chosen), self.first.compress(chosen), self.count)

    def begun(self, texts: Texts, marks: Integers) -> tuple[bytes, Sequence[int]]:
        """The first text, and where its marks stand in it."""
        begin, end = texts.offsets[self.chosen[0] :][:2].tolist()
        own = marks[self.first[0] :][: self.count] - begin
        return texts.raw[begin:end], own.tolist()

    def __len__(self) -> int:
        return len(self.chosen)


@dataclass(frozen=True, slots=True)
class Shape:
    needed: Integers
    """Marks from which anything is told: one row each of the places below, behind two for where
    texts begin and end."""
    mark: Integers
    behind: Integers
    """Of eight bytes each: the place they are told by, and how far behind it they end."""
    word: Words
    mask: Words
    spans: Integers
    """Columns of `Span`, one row each."""
    told: Any
    """What the spelling knows of the spans."""

    @classmethod
    def of(cls, fixed: Sequence[Fixed], spans: Sequence[Span], told: Any) -> Shape:
        pieces = [piece for text in fixed for piece in _pieces(text)]
        mark, behind, word, mask = zip(*pieces, strict=True)
        marks = {*mark, *(at for span in spans for at in (span.begin_mark, span.end_mark))}
        needed = sorted(marks - {BEGIN, END})
        row = {BEGIN: 0, END: 1, **{at: 2 + row for row, at in enumerate(needed)}}
        placed = [(row[one], begin, row[other], end) for one, begin, other, end in spans]
        return cls(
            np.array(needed, np.int64)[:, None],
            *(np.array([row[at] for at in mark]), np.array(behind)[:, None]),
            *(np.array(word, np.uint64)[:, None], np.array(mask, np.uint64)[:, None]),
            np.array(placed, np.int64).reshape(-1, 4).T.copy(),
            told,
        )

    def places(self, texts: Texts, marks: Integers, rows: Rows) -> Integers:
        """One row a needed mark, one column a text."""
        found = np.empty((2 + len(self.needed), len(rows)), np.int64)
        texts.offsets.take(rows.chosen, out=found[0], mode="clip")
        texts.offsets.take(rows.chosen + 1, out=found[1], mode="clip")
        marks.take(rows.first + self.needed, out=found[2:], mode="clip")
        return found

    def fits(self, texts: Texts, places: Integers) -> Mask:
        ends = places.take(self.mark, axis=0)
        ends += self.behind
        np.minimum(ends, len(texts.words) - 1, out=ends)
        words = texts.words[ends]
        words &= self.mask
        found: Mask = (words == self.word).all(axis=0)
        return found

    def spanned(self, places: Integers) -> tuple[Integers, Integers]:
        """Where values begin and end: one row a span."""
        begin, end = (places.take(self.spans[column], axis=0) for column in (0, 2))
        begin += self.spans[1][:, None]
        end += self.spans[3][:, None]
        return begin, end


def _pieces(fixed: Fixed) -> Iterator[tuple[int, int, int, int]]:
    """Its eights of bytes from the end, the first with what it lacks masked."""
    for before in range(0, len(fixed.text), WORD_BYTES):
        part = fixed.text[: len(fixed.text) - before][-WORD_BYTES:]
        missing = 8 * (WORD_BYTES - len(part))
        word = int.from_bytes(part, "little") << missing
        yield fixed.mark, fixed.behind - before, word, _ALL << missing & _ALL


class Alike(NamedTuple):
    """Rows of one shape, and where their values begin and end: one row a span."""

    rows: Rows
    begin: Integers
    end: Integers
    told: Any


TakenApart = Callable[[bytes, Sequence[int]], Shape | None]
"""The shape of a row, given where its marks stand; None: it has none that others could share."""


@dataclass(slots=True)
class _Budget:
    tries: int = _MOST_TRIES
    new: int = _MOST_NEW


@dataclass(frozen=True, slots=True)
class Shapes:
    """The shapes that were met."""

    known: dict[int, tuple[Shape, ...]] = field(default_factory=dict)
    """By the number of marks."""

    def found(
        self, texts: Texts, marks: Integers, usable: Mask, taken_apart: TakenApart
    ) -> Iterator[Alike]:
        """Usable rows that fit a shape, each once."""
        first, budget = np.searchsorted(marks, texts.offsets), _Budget()
        counts = np.where(usable, np.diff(first), 0)
        for count, amount in enumerate(np.bincount(np.minimum(counts, _MOST_MARKS)).tolist()):
            if 0 < count < _MOST_MARKS and amount >= FEWEST_ROWS:
                chosen = np.flatnonzero(counts == count)
                rows = Rows(chosen, first.take(chosen), count)
                yield from self._alike(texts, marks, rows, budget, taken_apart)

    def _alike(
        self,
        texts: Texts,
        marks: Integers,
        rows: Rows,
        budget: _Budget,
        taken_apart: TakenApart,
    ) -> Iterator[Alike]:
        untried = list(self.known.get(rows.count, ()))
        while len(rows) >= FEWEST_ROWS and budget.tries and (untried or budget.new):
            budget.tries -= 1
            budget.new -= not untried
            shape = untried.pop(0) if untried else taken_apart(*rows.begun(texts, marks))
            if shape is None:
                rows = rows.only(rows.chosen != rows.chosen[0])
                continue
            places = shape.places(texts, marks, rows)
            fits = shape.fits(texts, places)
            if fits.any():
                self._remember(rows.count, shape)
                spanned = shape.spanned(places if fits.all() else places.compress(fits, axis=1))
                yield Alike(rows.only(fits), *spanned, shape.told)
            rows = rows.only(~fits)

    def _remember(self, count: int, shape: Shape) -> None:
        others = [known for known in self.known.get(count, ()) if known is not shape]
        self.known[count] = (shape, *others[: _MOST_KNOWN - 1])
