"""Many rows as they came, without a dictionary for each: one is made where somebody looks."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import Any, overload

from shadow_scan.vocabulary import Table
from shadow_scan_tui.shown import Record


class Lines(Sequence[Record]):
    """The records of a table, in its order."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def __len__(self) -> int:
        return len(self._table.rows)

    @overload
    def __getitem__(self, at: int) -> Record: ...
    @overload
    def __getitem__(self, at: slice) -> list[Record]: ...
    def __getitem__(self, at: int | slice) -> Record | list[Record]:
        if isinstance(at, slice):
            return [self._record(row) for row in self._table.rows[at]]
        return self._record(self._table.rows[at])

    def _record(self, row: tuple[Any, ...]) -> Record:
        return dict(zip(self._table.columns, row, strict=True))

    def values(self, name: str) -> list[Any]:
        if name not in self._table.columns:
            return [None] * len(self)
        return list(map(itemgetter(self._table.columns.index(name)), self._table.rows))

    def in_order(self, places: Sequence[int]) -> Lines:
        rows = list(map(self._table.rows.__getitem__, places))
        return Lines(Table(self._table.columns, rows))


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
    unknown last; equal ones as they came. Most columns have few values: those are ranked, once."""
    plain = ["; ".join(map(str, v)) if isinstance(v, list) else v for v in values]
    distinct = dict.fromkeys(plain)  # in the order in which they came, which often is one already
    numbers = sorted((one for one in distinct if isinstance(one, int | float)), reverse=True)
    words = sorted((one for one in distinct if isinstance(one, str)), key=str.lower)
    rank = {value: at for at, value in enumerate([*numbers, *words, None])}
    keys = list(map(rank.__getitem__, plain))
    return sorted(range(len(keys)), key=keys.__getitem__)
