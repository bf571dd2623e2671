"""Many rows as they came, without a dictionary for each: one is made where somebody looks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, overload

from shadow_scan.vocabulary import Table
from shadow_scan_tui.shown import Record


class Lines(Sequence[Record]):
    """The records of a table, in its order or in another one."""

    def __init__(self, table: Table, order: Sequence[int] | None = None) -> None:
        self._table = table
        self._order = range(len(table.rows)) if order is None else order

    def __len__(self) -> int:
        return len(self._order)

    @overload
    def __getitem__(self, at: int) -> Record: ...
    @overload
    def __getitem__(self, at: slice) -> list[Record]: ...
    def __getitem__(self, at: int | slice) -> Record | list[Record]:
        if isinstance(at, slice):
            return [self._record(place) for place in self._order[at]]
        return self._record(self._order[at])

    def _record(self, place: int) -> Record:
        return dict(zip(self._table.columns, self._table.rows[place], strict=True))

    def values(self, name: str) -> list[Any]:
        if name not in self._table.columns:
            return [None] * len(self)
        column = self._table.columns.index(name)
        return [self._table.rows[place][column] for place in self._order]

    def in_order(self, places: Sequence[int]) -> Lines:
        return Lines(self._table, [self._order[place] for place in places])


def values_of(records: Sequence[Record], name: str) -> list[Any]:
    """A column of any records."""
    if isinstance(records, Lines):
        return records.values(name)
    return [record.get(name) for record in records]


def in_order(records: Sequence[Record], places: Sequence[int]) -> Sequence[Record]:
    """The records at these places."""
    if isinstance(records, Lines):
        return records.in_order(places)
    return [records[place] for place in places]


def order_of(values: Sequence[Any]) -> list[int]:
    """Places in the order of the values: numbers, the largest first, then words by alphabet, the
    unknown last; equal ones as they came."""
    numbers: list[int] = []
    words: list[int] = []
    unknown: list[int] = []
    for at, value in enumerate(values):
        kind = unknown if value is None else numbers if isinstance(value, int | float) else words
        kind.append(at)
    numbers.sort(key=values.__getitem__, reverse=True)
    words.sort(key=lambda at: _word(values[at]))
    return [*numbers, *words, *unknown]


def _word(value: Any) -> str:
    return ("; ".join(map(str, value)) if isinstance(value, list) else str(value)).lower()
