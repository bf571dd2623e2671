"""A row of key=value, taken apart into the shape of rows like it (`shapes.py`): the texts that
stand around its values, and the values that are wanted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from shadow_scan.collectors.columns.shapes import BEGIN, Fixed, Shape, Span
from shadow_scan.collectors.columns.slices import VIEW, Integers, Lists, Mask, Words


@dataclass(frozen=True, slots=True)
class Pair:
    """A key and its value by their places in a row."""

    key: bytes
    key_begin: int
    sign: int
    """Of those that the keys end at, as a mark."""
    text_end: int
    """Behind the sign, and the quote that opens the value."""
    span: Span


@dataclass(frozen=True, slots=True)
class Told:
    """What the spans of a shape hold."""

    claims: Integers
    """Which span each of what follows is: two places may want the same."""
    places: Integers
    """The places that the row has a value for."""
    firsts: Integers
    """The first claim of each."""
    others: tuple[tuple[int, int], ...]
    """(first, other) of one place: the other counts where those before it say nothing."""


def shape_of(
    row: bytes, marks: Sequence[int], pairs: Sequence[Pair], wanted: Sequence[Sequence[bytes]]
) -> Shape:
    """`wanted`: for each place the keys of which the first that says something counts."""
    spans, told = _claims(pairs, wanted)
    return Shape.of(list(_fixed(row, marks, pairs)), spans, told)


def _fixed(row: bytes, marks: Sequence[int], pairs: Sequence[Pair]) -> Iterator[Fixed]:
    """Keys with what stands beside them, and all marks apart from them."""
    number, covered = {place: mark for mark, place in enumerate(marks)}, set[int]()
    for pair in pairs:
        begin = max(pair.key_begin - 1, 0)
        begin -= row[begin - 1 : begin] == b'"' and begin - 1 in number
        text = row[begin : pair.text_end]
        covered |= number.keys() & range(begin, pair.text_end)
        if pair.key_begin:
            yield Fixed(pair.sign, pair.text_end - marks[pair.sign], text)
        else:
            yield Fixed(BEGIN, pair.text_end, text)
    for place in sorted(number.keys() - covered):
        yield Fixed(number[place], 1, row[place : place + 1])


def _claims(pairs: Sequence[Pair], wanted: Sequence[Sequence[bytes]]) -> tuple[list[Span], Told]:
    """Spans of wanted values, and which of them a place takes."""
    spans, claims, places = list[Span](), list[int](), list[int]()
    firsts, others = list[int](), list[tuple[int, int]]()
    for place, keys in enumerate(wanted):
        met = [pair.span for key in keys for pair in pairs if pair.key == key]
        if met:
            places.append(place)
            firsts.append(len(claims))
            others += [(len(claims), len(claims) + rank) for rank in range(1, len(met))]
            spans += [span for span in dict.fromkeys(met) if span not in spans]
            claims += map(spans.index, met)
    of, at, first = (np.array(numbers, np.int64) for numbers in (claims, places, firsts))
    return spans, Told(of, at, first, tuple(others))


def lay(lists: Lists, rows: Integers, told: Told, views: Words, says: Mask) -> None:
    """Values of spans (all rows of one, then all of the next) into the places of rows."""
    given, present = views.view(VIEW).reshape(-1, len(rows)), says.reshape(-1, len(rows))
    if told.others or len(told.claims) > len(given):
        given, present = given.take(told.claims, axis=0), present.take(told.claims, axis=0)
    for first, other in told.others:
        fills = present[other] > present[first]
        given[first][fills] = given[other][fills]
        present[first] |= present[other]
    lists.lay(rows, told.places, given[told.firsts], present[told.firsts])
