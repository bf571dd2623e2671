"""What a view shows, as plain values: a widget can be tried without a database."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len

if TYPE_CHECKING:
    from shadow_scan_tui.loading import Asking

Record = Mapping[str, Any]
SMALL, MIDDLE, LARGE = 0, 1, 2
"""A small column is always there; the others as far as the window has room, in this order."""


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    heading: str
    rank: int = SMALL
    longest: int = 28
    least: int = 10
    """It gives way to others down to this width, never below its heading."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The answer of a view: sentences above, rows, and what stands beside and below them."""

    summary: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    records: Sequence[Record] = ()
    below: tuple[str, ...] = ()
    """Lines under the table: a picture, a legend, a note."""
    hint: str = ""
    """What a key does here, as `{copy} copies it`: a text of our own, after the summary."""
    crossing: str = ""
    """What heads the columns after the first two, as `task`: a cell then is a place of its own, and
    its column's name is a value of this term of the filter."""
    total: int | None = None
    """How many rows there are, where only the first ones are shown."""


_BETWEEN = 2
MEASURED = 400
"""Rows that tell how wide a column must be; it grows where a later one needs more."""


def fitted(columns: Sequence[Column], records: Sequence[Record], width: int) -> tuple[Column, ...]:
    """The columns that have room in `width`; those with the most to spare give way first."""
    wide = {column: _width(column, records) for column in columns}
    kept = [column for column in columns if column.rank == SMALL]
    room = width - sum(wide[column] for column in kept) - 1
    for column in sorted(columns, key=lambda column: column.rank):
        if column.rank != SMALL and wide[column] <= room:
            kept.append(column)
            room -= wide[column]
    kept.sort(key=columns.index)
    while room < 0:
        widest = max(kept, key=lambda column: wide[column] - _floor(column))
        if wide[widest] <= _floor(widest):
            break
        narrower = replace(widest, longest=wide[widest] - _BETWEEN - 1)
        kept[kept.index(widest)] = narrower
        wide[narrower] = wide[widest] - 1
        room += 1
    return tuple(kept)


def _floor(column: Column) -> int:
    return max(column.least, cell_len(column.heading)) + _BETWEEN


def _width(column: Column, records: Sequence[Record]) -> int:
    from shadow_scan_tui.words import written

    texts = (written(column.name, record.get(column.name))[0] for record in records[:MEASURED])
    longest = max((cell_len(text[: column.longest]) for text in texts), default=0)
    return max(min(longest, column.longest), cell_len(column.heading)) + _BETWEEN


def whole_record(record: Record) -> list[str]:
    from shadow_scan_tui.words import cut, written

    return [f"{key:<13} {cut(written(key, value)[0], 400)}" for key, value in record.items()]


@dataclass(frozen=True, slots=True)
class View:
    """A way to look: its name, what it asks, and what its rows lead to."""

    name: str
    title: str
    ask: Callable[[Asking], Shown]
    empty: str
    """What to do when nothing is there at all; here and in `about`, `{decide}` is that key."""
    opens: str = ""
    """What enter leads to: service, team, trace, source, text; '' for nowhere."""
    detail: Callable[[Record], list[str]] = whole_record
    needs_facts: bool = False
    about: str = ""
    """What the columns mean, for the help."""
    actions: frozenset[str] = field(default_factory=frozenset)
    """Actions of the key table that only some views have."""
