"""Rows of a table, taken apart by a delimiter of one sign or of several."""

from __future__ import annotations

import csv
from collections.abc import Iterable

UNIT = "\x1f"
"""Stands in for a delimiter of more than one sign."""


def cells_of(lines: Iterable[str], delimiter: str) -> list[list[str]]:
    """The cells of each line, without blanks around them; none where the lines are no table."""
    one = delimiter if len(delimiter) == 1 else UNIT
    bare = (line.replace(delimiter, one) for line in lines)
    try:
        return [[cell.strip() for cell in row] for row in csv.reader(bare, delimiter=one)]
    except csv.Error:
        return []
