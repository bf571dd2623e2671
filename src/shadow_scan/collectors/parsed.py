"""What came of a block of lines: events, what was skipped, and what was rejected, with reasons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

BLANK = "blank line"
HEADER = "header line"
_NO_ROWS = {BLANK, HEADER}

Integers = npt.NDArray[np.int64]


@dataclass(slots=True)
class ParsedBlock:
    """The events of one block: a table of `format.COLUMNS` less the verdicts, `flow` as BIGINT."""

    events: pa.Table
    rejected: list[tuple[int, str]] = field(default_factory=list)
    skips: dict[str, list[Integers]] = field(default_factory=dict)
    """Numbers of the lines that were skipped, in parts, by reason."""

    @property
    def skipped(self) -> dict[str, int]:
        """How many lines were, by reason."""
        return {reason: sum(map(len, parts)) for reason, parts in self.skips.items()}

    @property
    def is_fruitless(self) -> bool:
        """No line was what the format takes it for."""
        return bool(self.rejected) and not len(self.events) and not self.skips.keys() - _NO_ROWS

    def skip(self, reason: str, numbers: Integers) -> None:
        if len(numbers):
            self.skips.setdefault(reason, []).append(numbers)


def only_events(table: pa.Table, parsed: ParsedBlock) -> pa.Table:
    skipped, rejected = table["skipped"], table["rejected"]
    if skipped.null_count < len(table):
        lines = table.select(["line_number", "skipped"]).filter(pc.is_valid(skipped))
        reasons = lines["skipped"].combine_chunks().dictionary_encode()
        codes = np.asarray(reasons.indices, np.int64)
        for at, places in apart(codes):
            parsed.skip(reasons.dictionary[at].as_py(), np.asarray(lines["line_number"])[places])
    if rejected.null_count < len(table):
        wrong = table.filter(pc.is_valid(rejected)).select(["line_number", "rejected"])
        parsed.rejected += zip(*(column.to_pylist() for column in wrong.columns), strict=True)
    if skipped.null_count + rejected.null_count < 2 * len(table):
        table = table.filter(pc.and_(pc.is_null(skipped), pc.is_null(rejected)))
    return table


def apart(codes: Integers) -> Iterator[tuple[int, Integers]]:
    """Each code, and the places where it stands."""
    order = np.argsort(codes, kind="stable")
    found, begins = np.unique(codes[order], return_index=True)
    yield from zip(found.tolist(), np.split(order, begins[1:]), strict=True)
