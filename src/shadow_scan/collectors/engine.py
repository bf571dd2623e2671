"""Runs a format's statement over blocks of lines and hands on events as Arrow tables.

This is the one place where formats meet DuckDB. It knows nothing of stores, rules or people.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import duckdb
import numpy as np
import pyarrow as pa

from shadow_scan.collectors.clock import Clock
from shadow_scan.collectors.columns import ordinary
from shadow_scan.collectors.columns.texts import completed, no_events
from shadow_scan.collectors.connection import Engine
from shadow_scan.collectors.fields import members
from shadow_scan.collectors.format import Format, Header, HeaderReader
from shadow_scan.collectors.lines.blocks import LineBlock, begins_with, chosen, runs, views_of
from shadow_scan.collectors.narrowing import narrow
from shadow_scan.collectors.parsed import BLANK, HEADER, ParsedBlock, only_events
from shadow_scan.collectors.sensible import proven, sensible
from shadow_scan.collectors.syslog import SURELY_BEFORE, begins_sql, parts_sql, peeled
from shadow_scan.collectors.variants import Variants
from shadow_scan.collectors.verdicts import judged

IMPOSSIBLE = "a value that no field can hold"
_IMPOSSIBLE = (duckdb.DataError, duckdb.InvalidInputException)
"""What a statement raises for a number or a time that its type cannot hold."""
PREFIXED = "prefixed"
"""Kept with a header that stood behind one of syslog: so do the rows that come later."""
_SAMPLE = 50
_LEARNED_FROM = 200
_MAX_SET_APART = 200
"""Lines of one source that are searched for singly; then whole runs around them are rejected."""
_MAX_HEADER_CHANGES = 1_000
_MOST_UNLIKE = 3
"""Blocks that were in vain; after one more a source is no longer read by columns."""
_CHUNK_LINES = 65_536
_MANY_LINES = 2_000
"""For fewer, a look at the names of all members costs more than it saves."""
_GIVEN = "given_lines"
_NO_LINES = pa.table({"line_number": pa.array([], pa.int64()), "line": pa.array([], pa.string())})
_MAX_STATEMENTS = 200
_COLUMNS_OF: dict[str, Mapping[str, str]] = {}
"""Columns and types of the statements that were met, whatever the lines."""


@dataclass(slots=True)
class Parser:
    """One format over one source. `header` is where a header-driven log stands; it is kept and
    given back when the rest of the same file is read later."""

    format: Format
    clock: Clock = field(default_factory=Clock)
    header: Header = field(default_factory=dict)
    or_by_names: bool = False
    """A log of which its format makes nothing is read by the names of its columns, where they say
    enough: then `format` is another one behind the first block."""
    engine: Engine = field(default_factory=Engine)
    """One for many sources, but for one at a time."""
    _set_apart: int = 0
    _unlike: int = 0
    """Blocks in a row that could not be read by columns."""
    _members: set[str] = field(default_factory=set)
    """Names of members of JSON that lines had."""
    _peels: bool | None = None
    """Whether syslog headers stand before the records; the first lines that come tell."""

    @property
    def peels(self) -> bool:
        """Whether syslog headers are taken off, as far as lines have told it."""
        return bool(self._peels)

    @property
    def gave_up(self) -> bool:
        """Whether lines may have been rejected because others beside them broke the statement."""
        return self._set_apart >= _MAX_SET_APART

    def at_its_header(self) -> Parser:
        """One for other lines that stand as those that come next."""
        return Parser(self.format, self.clock, self.header, engine=self.engine, _peels=self._peels)

    def parse(self, block: LineBlock) -> ParsedBlock:
        parsed = self._parsed(block)
        asks, self.or_by_names = self.or_by_names, False
        if asks and parsed.is_fruitless and (other := self._by_names(block)) is not None:
            self.format, self.header, self._peels = other, {}, None
            parsed = self._parsed(block)
        return parsed

    def _by_names(self, block: LineBlock) -> Format | None:
        from shadow_scan.collectors.formats import by_names

        return by_names([line for line in block.lines[:_LEARNED_FROM].to_pylist() if line])

    def _parsed(self, block: LineBlock) -> ParsedBlock:
        parsed = ParsedBlock(no_events(), list(block.rejects))
        tables = [self.read(*rows, parsed) for rows in self.segments(block, parsed)]
        if tables:
            parsed.events = pa.concat_tables(tables)
        return parsed

    def read(self, numbers: np.ndarray, lines: pa.Array, parsed: ParsedBlock) -> pa.Table:
        """The events of rows under the header that holds; other verdicts go to `parsed`."""
        self.engine.tell(self.clock)
        return proven(sensible(self._rows(numbers, lines, parsed), parsed))

    def _remember(self, lines: pa.Array) -> None:
        if self.format.learns is not None and not self.header:
            first = [line for line in lines[:_LEARNED_FROM].to_pylist() if line]
            self.header = self.format.learns(first, self.header)
        for name, sign in self.format.remembers.items():
            if name not in self.header:
                (met,) = self._asked(
                    f"SELECT count(*) > 0 FROM (FROM given_lines WHERE {sign} LIMIT 1)", lines
                )
                self.header = {**self.header, **({name: True} if met else {})}

    def segments(
        self, block: LineBlock, parsed: ParsedBlock
    ) -> Iterator[tuple[np.ndarray, pa.Array]]:
        """Runs of rows under one header; blank and header lines are counted here."""
        self._remember(block.lines)
        views = views_of(block.lines)
        blank = views[:, 0] == 0
        parsed.skip(BLANK, block.numbers[blank])
        if self._peels is None and not blank.all():
            self._peels = PREFIXED in self.header or self._is_prefixed(chosen(block.lines, ~blank))
        if self.format.header is None:
            yield from _selected(block, ~blank)
            return
        comment = self._headers(block.lines, ~blank)
        parsed.skip(HEADER, block.numbers[comment])
        rows, changes = ~blank & ~comment, 0
        begin = 0
        for at in self._header_changes(block, comment, self.format.header):
            yield from _selected(block, rows, begin, at.row)
            self.header, begin, changes = at.header, at.row, changes + 1
            if changes > _MAX_HEADER_CHANGES:
                left = block.numbers[begin:][rows[begin:]]
                parsed.rejected += [(int(n), "the header changes too often") for n in left]
                return
        yield from _selected(block, rows, begin)

    def _headers(self, lines: pa.Array, wanted: np.ndarray) -> np.ndarray:
        """Which of the wanted lines are headers, whatever stands before them."""
        starts = self.format.header_starts
        begins = (
            self._asked(f"SELECT {begins_sql('line', starts)} FROM given_lines", lines)
            if self._peels
            else begins_with(views_of(lines)[:, 1], starts)
        )
        found: np.ndarray = wanted & begins
        if self.format.is_header is not None:
            found[found] = [self.format.is_header(line) for line in self._bare(lines, found)]
        return found

    def _bare(self, lines: pa.Array, wanted: np.ndarray) -> list[str]:
        written = chosen(lines, wanted).to_pylist()
        return [peeled(line) for line in written] if self._peels else written

    def _header_changes(
        self, block: LineBlock, comment: np.ndarray, read: HeaderReader
    ) -> Iterator[_HeaderAt]:
        header = self.header
        for begin, end in runs(comment):
            run = self._bare(block.lines[begin:end], comment[begin:end])
            changed = {**read(run, header), **({PREFIXED: True} if self._peels else {})}
            if changed != header:
                header = changed
                yield _HeaderAt(end, header)

    def _rows(self, numbers: np.ndarray, lines: pa.Array, parsed: ParsedBlock) -> pa.Table:
        by_columns = None if self._peels else self._by_columns(numbers, lines)
        if by_columns is None:
            return self._by_statement(numbers, lines, parsed)
        events, left = by_columns
        if not left.any():
            return events
        others = self._by_statement(numbers[left], chosen(lines, left), parsed)
        return pa.concat_tables([events, others])

    def _by_columns(
        self, numbers: np.ndarray, lines: pa.Array
    ) -> tuple[pa.Table, np.ndarray] | None:
        """The events of ordinary lines, and which lines are left to the statement."""
        if len(lines) < ordinary.FEWEST_LINES or self._unlike > _MOST_UNLIKE:
            return None
        if (declared := self.format.ordinary_lines(self.header)) is None:
            return None
        try:
            found = ordinary.read(declared, self.engine, numbers, lines, self.format.clock)
        except _IMPOSSIBLE:
            found = None
        self._unlike = 0 if found is not None else self._unlike + 1
        return found

    def _by_statement(self, numbers: np.ndarray, lines: pa.Array, parsed: ParsedBlock) -> pa.Table:
        declared = self.format.statement(self.header)
        if isinstance(declared, str):
            return self._events(self._narrowed(declared, lines), numbers, lines, parsed)
        told, tables = self._told(declared, lines), []
        for variant in np.unique(told):
            own, statement = told == variant, declared.statement(int(variant), self._columns)
            owned = chosen(lines, own)
            narrowed = self._narrowed(statement, owned)
            tables.append(self._events(narrowed, numbers[own], owned, parsed))
        return pa.concat_tables(tables)

    def _narrowed(self, statement: str, lines: pa.Array) -> str:
        """Without members that no line of the source so far has, where lines are many."""
        narrowed = narrow(statement) if len(lines) >= _MANY_LINES else None
        if narrowed is None:
            return statement
        names = f"SELECT DISTINCT json_keys({narrowed.document}) FROM lines"
        for found in self._asked(self._over_lines(names), lines):
            self._members.update(narrowed.names.intersection(() if found is None else found))
        return narrowed.without(narrowed.names - self._members, members)

    def _told(self, variants: Variants, lines: pa.Array) -> np.ndarray:
        """Which variant each line speaks."""
        return self._asked(self._over_lines(f"SELECT {variants.telling} FROM lines"), lines)

    def _asked(self, query: str, lines: pa.Array) -> np.ndarray:
        """The one column that a query has over lines."""
        return np.asarray(self._answered(query, pa.table({"line": lines})).column(0))

    def _answered(self, query: str, lines: pa.Table) -> pa.Table:
        chunks = lines.to_batches(max_chunksize=_CHUNK_LINES)
        given = pa.Table.from_batches(chunks, lines.schema)
        return self.engine.answer(query, _GIVEN, given)

    def _events(
        self, statement: str, numbers: np.ndarray, lines: pa.Array, parsed: ParsedBlock
    ) -> pa.Table:
        try:
            events = only_events(self._answer(statement, numbers, lines), parsed)
            return completed(self.engine, events)
        except _IMPOSSIBLE:
            return self._around(statement, numbers, lines, parsed)

    def _around(
        self, statement: str, numbers: np.ndarray, lines: pa.Array, parsed: ParsedBlock
    ) -> pa.Table:
        """Halves, until the line whose value breaks the statement stands alone and is rejected."""
        if len(numbers) == 1 or self.gave_up:
            self._set_apart += 1
            parsed.rejected += [(int(number), IMPOSSIBLE) for number in numbers]
            return no_events()
        middle = len(numbers) // 2
        halves = (slice(None, middle), slice(middle, None))
        return pa.concat_tables(
            [self._events(statement, numbers[h], lines[h], parsed) for h in halves]
        )

    def _is_prefixed(self, lines: pa.Array) -> bool:
        sample = lines[:_SAMPLE].to_pylist()
        fits = self.format.recognise.match
        bare = sum(fits(line) is not None for line in sample)
        behind = sum(fits(peeled(line)) is not None for line in sample)
        # a format whose first word may be any takes both
        return behind > bare or (behind == bare > 0 and all(map(SURELY_BEFORE.match, sample)))

    def _answer(self, statement: str, numbers: np.ndarray, lines: pa.Array) -> pa.Table:
        over = self._over_lines(f"SELECT * FROM ({statement})")
        query = judged(over, self._columns(statement), self.format)
        return self._answered(query, pa.table({"line_number": pa.array(numbers), "line": lines}))

    def _over_lines(self, statement: str) -> str:
        header, line = parts_sql("line") if self._peels else ("NULL::VARCHAR", "line")
        lines = f"SELECT * REPLACE ({line} AS line), {header} AS header FROM given_lines"
        return f"WITH lines AS ({lines}) {statement}"

    def _columns(self, statement: str) -> Mapping[str, str]:
        if (known := _COLUMNS_OF.get(statement)) is None:
            over = self._over_lines(f"SELECT * FROM ({statement})")
            known = self.engine.columns(over, _GIVEN, _NO_LINES)
            for old in list(_COLUMNS_OF)[:-_MAX_STATEMENTS]:
                _COLUMNS_OF.pop(old, None)
            _COLUMNS_OF[statement] = known
        return known


class _HeaderAt(NamedTuple):
    row: int
    header: Header


def _selected(
    block: LineBlock, rows: np.ndarray, begin: int = 0, end: int | None = None
) -> Iterator[tuple[np.ndarray, pa.Array]]:
    mask = rows[begin:end]
    if mask.any():
        yield block.numbers[begin:end][mask], chosen(block.lines[begin:end], mask)
