"""Rows of a table, taken apart by a delimiter of one sign or of several."""

from __future__ import annotations

import csv
from collections.abc import Iterable

UNIT = "\x1f"
"""Stands in for a delimiter of more than one sign."""


def cells_of(lines: Iterable[str], delimiter: str) -> list[list[str]]:
    """The cells of each line, without blanks around them; none where the lines are no table (a
    carriage return within a line, or a cell of megabytes, makes it none)."""
    one = delimiter if len(delimiter) == 1 else UNIT
    bare = (line.replace(delimiter, one) for line in lines)
    rows = csv.reader(bare, delimiter=one, skipinitialspace=one != " ")
    try:
        return [[cell.strip() for cell in row] for row in rows]
    except csv.Error:
        return []


def first_cells(line: str, delimiter: str = ",") -> list[str]:
    """Those of one line."""
    return next(iter(cells_of([line], delimiter)), [])
