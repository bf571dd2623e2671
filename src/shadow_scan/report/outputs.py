"""Writes a table in each of the five formats. Nothing that a log wrote can act on who reads it.

Terminals get no control characters, spreadsheets no formulas, Markdown no markup.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec

from shadow_scan.console import visible
from shadow_scan.vocabulary import OutputFormat, Table

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_MARKUP = str.maketrans({c: f"\\{c}" for c in "\\`*_{}[]<>|#"})


def rendered(table: Table, wanted: OutputFormat, width: int | None = None) -> str:
    """The whole text; `width` in columns bounds the table format (None: as wide as it needs)."""
    if wanted is OutputFormat.TABLE:
        return _text_table(table, width)
    return _WRITERS[wanted](table)


def streamed(tables: Iterator[Table], wanted: OutputFormat) -> Iterator[str]:
    """The text of tables of one kind, piece by piece: one header, one array."""
    if wanted is OutputFormat.JSON:
        yield from _json_pieces(tables)
        return
    for place, table in enumerate(tables):
        text = rendered(table, wanted)
        headed = place and wanted is not OutputFormat.JSONL
        yield "".join(text.splitlines(keepends=True)[_HEADER_LINES[wanted] :]) if headed else text


_HEADER_LINES = {OutputFormat.CSV: 1, OutputFormat.MARKDOWN: 2, OutputFormat.TABLE: 3}


def _json_pieces(tables: Iterator[Table]) -> Iterator[str]:
    parting = "["
    for table in tables:
        for record in table.records():
            yield parting + msgspec.json.encode(record).decode()
            parting = ",\n "
    yield ("[]" if parting == "[" else "]") + "\n"


def _json(table: Table) -> str:
    return "".join(_json_pieces(iter([table])))


def _jsonl(table: Table) -> str:
    return "".join(msgspec.json.encode(record).decode() + "\n" for record in table.records())


def _csv(table: Table) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows([_csv_cell(value) for value in row] for row in table.rows)
    return out.getvalue()


def _csv_cell(value: Any) -> Any:
    if isinstance(value, str | list):
        text = visible(_joined(value))
        return "'" + text if text.startswith(_FORMULA_STARTS) else text
    return "" if value is None else value


def without_markup(text: str) -> str:
    """For Markdown: every character that could mark something up stands for itself."""
    return text.translate(_MARKUP)


def _markdown(table: Table) -> str:
    lines = ["| " + " | ".join(table.columns) + " |", "|" + " --- |" * len(table.columns)]
    for row in table.rows:
        cells = [without_markup(visible(_shown(value))) for value in row]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


_WRITERS: dict[OutputFormat, Callable[[Table], str]] = {
    OutputFormat.JSON: _json,
    OutputFormat.JSONL: _jsonl,
    OutputFormat.CSV: _csv,
    OutputFormat.MARKDOWN: _markdown,
}


_LEAST_NEEDED = (
    *("reference", "notes", "mended", "assumed", "damage", "first_time", "category", "vendor"),
    *("source", "sources", "as_of", "confidence", "answered_by", "means", "limits", "begin_known"),
    *("piloted_on", "sustained_on", "tried_on", "minutes", "largest", "host", "persistence"),
    *("price_source", "unit", "minimum_seats", "price_as_of", "incumbents", "replaces", "next_low"),
    *("next_high", "yearly_low", "yearly_high", "break_even_price", "currency", "next_year"),
    *("sessions_a_person", "depth", "training_default", "account", "plan", "unsized"),
    *("bytes_down", "blocked", "status", "last_time", "sessions", "zone", "user_kind"),
)
"""Columns that a narrow terminal does without, the first one first."""


def _narrowed(table: Table, width: int) -> Table:
    for name in _LEAST_NEEDED:
        if _natural_width(table) <= width or name not in table.columns:
            continue
        at = table.columns.index(name)
        rows = [row[:at] + row[at + 1 :] for row in table.rows]
        table = Table(table.columns[:at] + table.columns[at + 1 :], rows)
    return table


def _text_table(table: Table, width: int | None) -> str:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

    if width is not None:
        table = _narrowed(table, width)
    drawn = RichTable(box=SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for place, name in enumerate(table.columns):
        numeric = any(isinstance(row[place], int | float) for row in table.rows)
        drawn.add_column(Text(name), justify="right" if numeric else "left", overflow="fold")
    for row in table.rows:
        drawn.add_row(*(Text(visible(_readable(value))) for value in row))
    out = io.StringIO()
    console = Console(file=out, width=width or _natural_width(table), highlight=False)
    console.print(drawn)
    return out.getvalue()


def _natural_width(table: Table) -> int:
    texts: list[Sequence[str]] = [[_readable(value) for value in row] for row in table.rows]
    widest = (max(map(len, column)) for column in zip(table.columns, *texts, strict=False))
    return sum(widest) + 3 * len(table.columns) - 1


def _joined(value: Any) -> str:
    return "; ".join(value) if isinstance(value, list) else str(value)


def _shown(value: Any) -> str:
    return "" if value is None else _joined(value)


def _readable(value: Any) -> str:
    """For people: '-' for unknown, thousands parted, times to the second."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    text = _joined(value)
    return f"{text[:10]} {text[11:19]}" if len(text) == 27 and text.endswith("Z") else text
