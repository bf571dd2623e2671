"""Texts that repeat themselves, kept once: facts carry their integers.

An encoder gets a dictionary column of a batch, asks the database for the numbers of the distinct
values and adds those that are new. What earlier batches asked for is `Remembered`, up to a bound:
memory stays flat however many names a log holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import duckdb
import numpy as np
import pyarrow as pa

from shadow_scan.collectors.canonical import NOBODY, codes_and_values, gathered
from shadow_scan.store.database import scalar

_MOST_REMEMBERED = 100_000
"""Values, of all dictionaries: some twenty megabytes."""

NOBODY_ID = 0
"""The number of who is known to be no person; no text has it."""
_NULL = -1
"""The code of no value."""
Integers = pa.Array
Describe = Callable[[str], Sequence[str | None]]
Numbers = dict[str, int]


@dataclass(slots=True)
class Remembered:
    """Numbers of the values of earlier batches. They hold while nobody else has written (a source
    may have been forgotten, with its texts) and what was written is there to stay."""

    _revision: int | None = None
    _numbers: dict[str, Numbers] = field(default_factory=dict)

    def of(self, table: str) -> Numbers:
        return self._numbers.setdefault(table, {})

    def begin(self, revision: int) -> None:
        """Before a batch, at the revision that it finds."""
        if revision != self._revision:
            self._numbers.clear()
        self._revision = None

    def keep(self, revision: int) -> None:
        """Behind a batch that was written, at the revision that it leaves; not beside the next one
        what is more than the bound."""
        self._revision = revision
        if sum(map(len, self._numbers.values())) > _MOST_REMEMBERED:
            self._numbers.clear()

    def forget(self) -> None:
        self._numbers.clear()


@dataclass(frozen=True, slots=True)
class Dictionary:
    """A table `(id, text, *extra)`; `extra` columns are written once, when a text is first met."""

    table: str
    extra: tuple[str, ...] = ()

    def encode(
        self,
        connection: duckdb.DuckDBPyConnection,
        column: pa.ChunkedArray | pa.Array,
        remembered: Remembered,
        text_of: Callable[[str], str | None] = lambda value: value,
        describe: Describe = lambda value: (),
    ) -> pa.Array:
        """Numbers for a column. `text_of` gives what is stored of a value (a pseudonym, say);
        `describe` what stands beside it. Both see a value that is remembered once only."""
        codes, values = codes_and_values(column)
        if not values:
            return pa.nulls(len(codes), pa.int32())
        numbers = remembered.of(self.table)
        texts = {
            v: text_of(v) for v in values if v is not None and v != NOBODY and v not in numbers
        }
        known = self._numbers(connection, texts, describe)
        numbers |= {value: known.get(text, _NULL) for value, text in texts.items()}
        found = [_NULL if v is None else NOBODY_ID if v == NOBODY else numbers[v] for v in values]
        return gathered(codes, found, np.int32)

    def _numbers(
        self,
        connection: duckdb.DuckDBPyConnection,
        texts: Mapping[str, str | None],
        describe: Describe,
    ) -> dict[str | None, int]:
        first = {text: value for value, text in texts.items() if text is not None}
        if not first:
            return {}
        asked = pa.table({"text": pa.array(list(first), pa.string())})
        known = self._known(connection, asked)
        fresh = [text for text in first if text not in known]
        if fresh:
            highest = scalar(connection, f"SELECT coalesce(max(id), 0) FROM {self.table}")
            numbers = range(highest + 1, highest + 1 + len(fresh))
            self._add(connection, numbers, fresh, [describe(first[text]) for text in fresh])
            known |= dict(zip(fresh, numbers, strict=True))
        return known

    def _known(
        self, connection: duckdb.DuckDBPyConnection, asked: pa.Table
    ) -> dict[str | None, int]:
        connection.register("asked", asked)
        found = connection.sql(
            f"SELECT text, id FROM {self.table} SEMI JOIN asked USING (text)"
        ).to_arrow_table()
        connection.unregister("asked")
        return dict(zip(found["text"].to_pylist(), found["id"].to_pylist(), strict=True))

    def _add(
        self,
        connection: duckdb.DuckDBPyConnection,
        numbers: range,
        texts: Sequence[str],
        described: Sequence[Sequence[str | None]],
    ) -> None:
        columns: dict[str, pa.Array] = {
            "id": pa.array(numbers, pa.int32()),
            "text": pa.array(texts, pa.string()),
        }
        for place, name in enumerate(self.extra):
            columns[name] = pa.array([entry[place] for entry in described], pa.string())
        connection.register("fresh", pa.table(columns))
        connection.execute(f"INSERT INTO {self.table} BY NAME SELECT * FROM fresh")
        connection.unregister("fresh")
