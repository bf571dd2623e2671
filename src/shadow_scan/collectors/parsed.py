"""What came of a block of lines: events, what was skipped, and what was rejected, with reasons."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

BLANK = "blank line"
HEADER = "header line"
_NO_ROWS = {BLANK, HEADER}


@dataclass(slots=True)
class ParsedBlock:
    """The events of one block: a table of `format.COLUMNS` less the verdicts, `flow` as BIGINT."""

    events: pa.Table
    skipped: dict[str, int]
    rejected: list[tuple[int, str]]

    @property
    def is_fruitless(self) -> bool:
        """No line was what the format takes it for."""
        return bool(self.rejected) and not len(self.events) and not self.skipped.keys() - _NO_ROWS


def only_events(table: pa.Table, parsed: ParsedBlock) -> pa.Table:
    skipped, rejected = table["skipped"], table["rejected"]
    if skipped.null_count < len(table):
        for entry in pc.value_counts(skipped.drop_null()).to_pylist():
            count(parsed.skipped, entry["values"], entry["counts"])
    if rejected.null_count < len(table):
        wrong = table.filter(pc.is_valid(rejected)).select(["line_number", "rejected"])
        parsed.rejected += zip(*(column.to_pylist() for column in wrong.columns), strict=True)
    if skipped.null_count + rejected.null_count < 2 * len(table):
        table = table.filter(pc.and_(pc.is_null(skipped), pc.is_null(rejected)))
    return table


def count(counts: dict[str, int], reason: str, number: int) -> None:
    if number:
        counts[reason] = counts.get(reason, 0) + number
