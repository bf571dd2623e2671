"""A screen around one table of a listing: filter, sort, open, copy, and every state but the rows.

Shows what it is given; asks `loading`, never a database. Focus moves only by a key.
"""

from __future__ import annotations

from typing import Any, ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.screen import Screen
from textual.widgets import DataTable, Footer, Input, Static

from shadow_scan.vocabulary import Listing, Table
from shadow_scan_tui.keymap import TABLE_KEYS, bindings
from shadow_scan_tui.loading import Loaded, load
from shadow_scan_tui.words import cell, short

Record = dict[str, Any]


class ListingScreen(Screen[None]):
    """`WHAT` is asked for, `COLUMNS` of it are shown: (name in the listing, heading)."""

    WHAT: ClassVar[Listing]
    COLUMNS: ClassVar[tuple[tuple[str, str], ...]]
    WIDE_COLUMNS: ClassVar[tuple[tuple[str, str], ...]] = ()
    HEADING: ClassVar[str]
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(TABLE_KEYS)]

    def __init__(self) -> None:
        super().__init__()
        self.records: list[Record] = []
        self.shown: list[Record] = []
        self.sorted_by = 0

    def compose(self) -> ComposeResult:
        yield Static(self.HEADING, id="title", markup=False)
        yield Static("", id="summary", markup=False)
        yield Static("", id="notice", markup=False)
        yield Input(placeholder="words that a row must hold", id="filter")
        with Horizontal(id="body"):
            yield DataTable(id="rows", cursor_type="row", zebra_stripes=True)
            yield Static("", id="detail", markup=False)
        yield Footer()

    def on_mount(self) -> None:
        self.query_one("#rows").focus()
        self.action_reload()

    def action_reload(self) -> None:
        load(self, self.app.place, self.WHAT)  # type: ignore[attr-defined]

    @on(Loaded)
    def show_loaded(self, message: Loaded) -> None:
        if message.problem is not None:
            self.notice(f"{message.problem.what}\n{message.problem.remedy}")
        elif message.table is not None and message.what is self.WHAT:
            self.notice("")
            self.records = message.table.records()
            self.query_one("#summary", Static).update(self.summary(message.table))
            self.refill()

    def summary(self, table: Table) -> str:
        return f"{len(table.rows):,} rows"

    def notice(self, text: str) -> None:
        notice = self.query_one("#notice", Static)
        notice.update(text)
        notice.set_class(bool(text), "-shown")

    def columns(self) -> tuple[tuple[str, str], ...]:
        return self.COLUMNS + (self.WIDE_COLUMNS if self.size.width >= 160 else ())

    def refill(self) -> None:
        words = self.query_one("#filter", Input).value.lower().split()
        self.shown = [record for record in self.records if _holds(record, words)]
        name = self.columns()[self.sorted_by % len(self.columns())][0]
        if self.sorted_by:
            self.shown.sort(key=lambda record: _sort_key(record[name]))
        fill(self.query_one("#rows", DataTable), self.columns(), self.shown)
        if self.records and not self.shown:
            typed = short(" ".join(words))
            self.notice(f"Nothing matches {typed}. In the filter, ctrl+u clears.")
        elif self.records:
            self.notice("")
        self.show_detail()

    def current(self) -> Record | None:
        row = self.query_one("#rows", DataTable).cursor_row
        return self.shown[row] if 0 <= row < len(self.shown) else None

    @on(DataTable.RowHighlighted, "#rows")
    def show_detail(self) -> None:
        record = self.current()
        text = "" if record is None else detail_lines(record)
        self.query_one("#detail", Static).update(text)

    @on(Input.Changed, "#filter")
    def filter_changed(self) -> None:
        self.refill()

    @on(Input.Submitted, "#filter")
    def filter_done(self) -> None:
        self.query_one("#rows").focus()

    def action_filter(self) -> None:
        line = self.query_one("#filter", Input)
        line.add_class("-shown")
        line.focus()

    def action_back(self) -> None:
        """Out of the filter, its words in place; out of a page; never out of the program."""
        if self.focused is self.query_one("#filter"):
            self.query_one("#rows").focus()

    def action_sort(self) -> None:
        self.sorted_by = (self.sorted_by + 1) % len(self.columns())
        self.refill()

    def action_move(self, by: int) -> None:
        table = self.query_one("#rows", DataTable)
        table.move_cursor(row=table.cursor_row + by)

    def action_copy(self) -> None:
        if (record := self.current()) is not None:
            self.app.copy_to_clipboard(detail_lines(record))
            self.notify("row copied")

    def action_open(self) -> None:
        """Screens with pages to open say which."""

    @on(DataTable.RowSelected, "#rows")
    def row_selected(self) -> None:
        self.action_open()


def fill(
    table: DataTable[Text], columns: tuple[tuple[str, str], ...], records: list[Record]
) -> None:
    """Show records under (name, heading) columns, each as wide as its widest cell: a table that
    measures by itself does so before it knows its rows."""
    table.clear(columns=True)
    rows = [[cell(name, record[name]) for name, _ in columns] for record in records]
    for at, (_, heading) in enumerate(columns):
        table.add_column(heading, width=max([cell_len(heading), *(r[at].cell_len for r in rows)]))
    for row in rows:
        table.add_row(*row)


def detail_lines(record: Record) -> str:
    return "\n".join(f"{key:<12} {cell(key, value).plain}" for key, value in record.items())


def _holds(record: Record, words: list[str]) -> bool:
    text = " ".join(str(value).lower() for value in record.values())
    return all(word in text for word in words)


def _sort_key(value: Any) -> tuple[int, float, str]:
    """Numbers largest first, then words by alphabet, the unknown last."""
    if value is None:
        return (2, 0.0, "")
    if isinstance(value, int | float):
        return (0, -float(value), "")
    return (1, 0.0, str(value).lower())
