"""Statements that are planned once and run over many tables.

A statement of a format with several variants takes a tenth of a second to plan, whatever the number
of lines: so the relations it reads keep their place, and only what they hold changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import duckdb
import pyarrow as pa


@dataclass(slots=True)
class Relation:
    """A name in a connection whose rows are those of the table that it holds at the moment."""

    table: pa.Table

    def __arrow_c_schema__(self) -> object:
        return self.table.schema.__arrow_c_schema__()

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.table.__arrow_c_stream__(requested_schema)


@dataclass(slots=True)
class Prepared:
    """A connection, its relations by name (all empty at first), and its statements by text."""

    connection: duckdb.DuckDBPyConnection
    schemas: dict[str, pa.Schema]
    _relations: dict[str, Relation] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)
    _count: int = 0

    def __post_init__(self) -> None:
        for name, schema in self.schemas.items():
            self._relations[name] = Relation(schema.empty_table())
            self.connection.register(name, self._relations[name])

    def columns(self, statement: str) -> Sequence[str]:
        return self.connection.sql(statement).columns

    def answer(self, statement: str, relation: str, rows: pa.Table) -> pa.Table:
        """The statement's answer where the relation holds these rows."""
        held = self._relations[relation]
        held.table = rows
        try:
            return self.connection.sql(f"EXECUTE {self._named(statement)}").to_arrow_table()
        finally:
            held.table = self.schemas[relation].empty_table()

    def forget(self, statement: str) -> None:
        name = self._names.pop(statement, None)
        if name is not None:
            self.connection.execute(f"DEALLOCATE {name}")

    def _named(self, statement: str) -> str:
        if statement not in self._names:
            self._count += 1
            self.connection.execute(f"PREPARE statement{self._count} AS {statement}")
            self._names[statement] = f"statement{self._count}"
        return self._names[statement]
