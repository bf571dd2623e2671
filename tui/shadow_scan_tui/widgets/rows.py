"""The rows of a view: a table with colours for few of them, one that draws only what is seen for
many. Knows plain records; a key of the page or a click moves in it, nothing else does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.cells import cell_len
from rich.text import Text
from textual.app import ComposeResult
from textual.coordinate import Coordinate
from textual.message import Message
from textual.widget import Widget
from textual.widgets import DataTable

from shadow_scan_tui.lines import values_of
from shadow_scan_tui.shown import Column, Record
from shadow_scan_tui.words import cell, cut, written

FEW = 400
"""Up to so many rows a table with colours is quick to fill."""
_MARK = "▸"


class Rows(Widget):
    """`records` in the order in which they are shown."""

    can_focus = False

    class Opened(Message):
        """Enter, or a click on the row under the cursor."""

    class Moved(Message):
        """Another row is under the cursor."""

    class Sorted(Message):
        """A click on a heading."""

        def __init__(self, place: int) -> None:
            super().__init__()
            self.place = place

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.records: Sequence[Record] = ()
        self.columns: Sequence[Column] = ()
        self.colours: Mapping[str, str] = {}
        self.few: DataTable[Text] = DataTable(cursor_type="row", zebra_stripes=True)
        self._many: Any = None

    def compose(self) -> ComposeResult:
        yield self.few

    @property
    def table(self) -> Any:
        """The one of the two that shows the rows now."""
        return self.few if self._many is None else self._many

    @property
    def index(self) -> int | None:
        at = self.table.cursor_row
        return at if 0 <= at < len(self.records) else None

    @property
    def column(self) -> Column | None:
        """The column of the cell under the cursor; None where whole rows are the places."""
        at = self.few.cursor_column
        if self._many is not None or self.few.cursor_type != "cell" or at >= len(self.columns):
            return None
        return self.columns[at]

    def focus_table(self) -> None:
        self.table.focus()

    def move(self, by: int) -> None:
        self.table.move_cursor(row=max(0, min(self.table.cursor_row + by, len(self.records) - 1)))

    def show(
        self,
        columns: Sequence[Column],
        records: Sequence[Record],
        marked: frozenset[int],
        at: int,
        cells: bool = False,
    ) -> None:
        """Fill the table; the cursor stands at row `at` after it, the focus where it was. `cells`:
        each cell is a place of its own."""  # fmt: skip
        column = self.few.cursor_column if cells else 0
        self.few.cursor_type = "cell" if cells else "row"
        self.columns, self.records = columns, records
        focused = self.table.has_focus
        if len(records) > FEW:
            self._show_many(columns, records)
        else:
            self._show_few(columns, records, marked)
        if focused and not self.table.has_focus:
            self.table.focus()
        if records:
            self.table.move_cursor(row=min(max(at, 0), len(records) - 1), column=column)

    def _show_few(
        self, columns: Sequence[Column], records: Sequence[Record], marked: frozenset[int]
    ) -> None:
        if self._many is not None:
            self._many.remove()
            self._many = None
        table = self.few
        table.display = True
        table.clear(columns=True)
        rows = [
            [cell(c.name, record.get(c.name), self.colours, c.longest) for c in columns]
            for record in records
        ]
        for place in marked & set(range(len(rows))):
            rows[place][0] = Text(_MARK) + rows[place][0]
        for at, column in enumerate(columns):
            cells = (row[at].cell_len for row in rows)
            table.add_column(column.heading, width=max([cell_len(column.heading), *cells]))
        table.add_rows(rows)

    def _show_many(self, columns: Sequence[Column], records: Sequence[Record]) -> None:
        """Over Arrow: only what is seen is drawn, so 100,000 rows cost what 50 do."""
        import pyarrow as pa
        from textual_fastdatatable import ArrowBackend
        from textual_fastdatatable import DataTable as FastTable

        from shadow_scan.arrow import settle_without_pandas

        settle_without_pandas()
        texts = [_texts(column, records) for column in columns]
        headings = [column.heading or " " * (at + 1) for at, column in enumerate(columns)]
        arrays = [pa.array(column, pa.string()) for column in texts]
        backend = ArrowBackend(pa.Table.from_arrays(arrays, names=headings))
        old, self._many = self._many, FastTable(
            backend=backend, cursor_type="row", zebra_stripes=True, render_markup=False,
            show_row_labels=False,
        )  # fmt: skip
        if old is not None:
            old.remove()
        self.few.display = False
        self.mount(self._many)

    def on_data_table_row_selected(self, event: Message) -> None:
        """By its name: both tables have messages of this name, each classes of its own."""
        event.stop()
        self.post_message(self.Opened())

    on_data_table_cell_selected = on_data_table_row_selected

    def on_data_table_row_highlighted(self, event: Message) -> None:
        event.stop()
        self.post_message(self.Moved())

    on_data_table_cell_highlighted = on_data_table_row_highlighted

    def on_data_table_header_selected(self, event: DataTable.HeaderSelected) -> None:
        event.stop()
        self.post_message(self.Sorted(event.column_index))

    def cell_text(self, row: int, column: int) -> str:
        """What stands in a cell, for copies and tests."""
        if self._many is not None:
            return str(self._many.get_cell_at(Coordinate(row, column)))
        return str(self.few.get_cell_at(Coordinate(row, column)))


def _texts(column: Column, records: Sequence[Record]) -> list[str]:
    """A column as text; numbers end where the longest of them ends."""
    pairs = [written(column.name, value) for value in values_of(records, column.name)]
    texts = [cut(text, column.longest) for text, _ in pairs]
    if not any(right for _, right in pairs):
        return texts
    widest = max(map(len, texts))
    return [text.rjust(widest) for text in texts]


def sort_key(value: Any) -> tuple[int, float, str]:
    """Numbers the largest first, then words by alphabet, the unknown last."""
    if value is None:
        return (2, 0.0, "")
    if isinstance(value, int | float):
        return (0, -float(value), "")
    if isinstance(value, list):
        value = "; ".join(map(str, value))
    return (1, 0.0, str(value).lower())
