"""The rows of a view: only what is seen is written and drawn, so that 100,000 cost what 30 do.

Knows plain records; a key or a click moves in it, nothing else does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.binding import BindingType
from textual.events import Click
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from shadow_scan_tui.keytable import ROW_KEYS, bindings
from shadow_scan_tui.shown import MEASURED, Column, Record
from shadow_scan_tui.words import colour, cut, written

_MARK = "▸"
_KEPT = 2_000
"""Rows whose texts are remembered."""


class Cell(NamedTuple):
    text: str
    right: bool
    colour: str


class Rows(ScrollView, can_focus=True, inherit_bindings=False):
    """`records` in the order in which they are shown, under their headings; the first column stays
    where the others are scrolled. In `cells` each cell is a place of its own, else each row."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"rows--heading", "rows--even", "rows--cursor"}
    DEFAULT_CSS = """
    Rows { background: $surface; color: $foreground; }
    Rows:focus { background-tint: $foreground 5%; }
    Rows > .rows--heading { background: $panel; color: $foreground; text-style: bold; }
    Rows > .rows--even { background: $surface-lighten-1 50%; }
    Rows:dark > .rows--even { background: $surface-darken-1 40%; }
    Rows > .rows--cursor { background: $block-cursor-blurred-background;
        color: $block-cursor-blurred-foreground; text-style: $block-cursor-blurred-text-style; }
    Rows:focus > .rows--cursor { background: $block-cursor-background;
        color: $block-cursor-foreground; text-style: $block-cursor-text-style; }
    Rows:nocolor > .rows--cursor, Rows:nocolor:focus > .rows--cursor { background: $surface;
        color: $foreground; text-style: reverse; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(ROW_KEYS)]

    class Opened(Message):
        """A click on the place under the cursor."""

    class Moved(Message):
        """Another place is under the cursor."""

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
        self.row, self.across, self.cells = 0, 0, False
        self._marked: frozenset[int] = frozenset()
        self._widths: list[int] = []
        self._written: dict[int, list[Cell]] = {}

    @property
    def index(self) -> int | None:
        return self.row if self.row < len(self.records) else None

    @property
    def column(self) -> Column | None:
        """The column of the cell under the cursor; None where whole rows are the places."""
        return self.columns[self.across] if self.cells and self.across < len(self.columns) else None

    def show(
        self,
        columns: Sequence[Column],
        records: Sequence[Record],
        marked: frozenset[int],
        at: int,
        cells: bool = False,
    ) -> None:
        """Other rows; the cursor stands at row `at` after it, the focus where it was."""
        same = columns is self.columns  # the same answer in another order, or marked
        self.columns, self.records, self.cells, self._marked = columns, records, cells, marked
        self.across = min(self.across, max(len(columns) - 1, 0)) if cells else 0
        self._written.clear()
        if not same:
            self._widths = [cell_len(column.heading) for column in columns]
            self._look_at(0, MEASURED)
        self._lay_out()
        self.row = min(max(at, 0), max(len(records) - 1, 0))
        self._follow()
        self.post_message(self.Moved())

    def move(self, by: int, across: int = 0) -> None:
        """By so many rows and columns, as far as there are any."""
        row = max(0, min(self.row + by, len(self.records) - 1))
        column = max(0, min(self.across + across, len(self.columns) - 1)) if self.cells else 0
        if (row, column) != (self.row, self.across):
            self.row, self.across = row, column
            self._follow()
            self.post_message(self.Moved())

    def action_by(self, rows: int) -> None:
        self.move(rows)

    def action_page(self, by: int) -> None:
        self.move(by * max(self._high - 1, 1))

    def action_end(self, by: int) -> None:
        self.move(by * len(self.records))

    def action_across(self, by: int) -> None:
        if self.cells:
            self.move(0, by)
        else:
            self.scroll_relative(x=8 * by, animate=False)

    @property
    def _high(self) -> int:
        """Rows that have room below the headings."""
        return max(self.size.height - 1, 1)

    def _follow(self) -> None:
        """Scroll as little as shows the place under the cursor."""
        top = self.scroll_offset.y
        y = self.row if self.row < top else max(top, self.row - self._high + 1)
        x = self.scroll_offset.x
        if self.cells and self.across:
            left = sum(self._room(at) for at in range(1, self.across))
            seen = self.size.width - self._room(0) - self._room(self.across)
            x = left if left < x else max(x, left - seen)
        self._look_at(y, y + self._high)
        self.scroll_to(x, y, animate=False)
        self.refresh()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        self._look_at(round(new_value), round(new_value) + self._high)
        super().watch_scroll_y(old_value, new_value)

    def on_resize(self) -> None:
        self._follow()

    def _room(self, at: int) -> int:
        """Of a column: its width, and a blank on each side."""
        return self._widths[at] + 2

    def _lay_out(self) -> None:
        wide = sum(map(self._room, range(len(self._widths))))
        self.virtual_size = Size(wide, len(self.records) + 1)
        self.refresh()

    def _look_at(self, first: int, end: int) -> None:
        """Write these rows; a column that is too narrow for one of them grows."""
        before = list(self._widths)
        for at in range(first, min(end, len(self.records))):
            for place, one in enumerate(self._row(at)):
                self._widths[place] = max(self._widths[place], cell_len(one.text))
        if before != self._widths:
            self._lay_out()

    def _row(self, at: int) -> list[Cell]:
        found = self._written.get(at)
        if found is None:
            if len(self._written) >= _KEPT:
                self._written.clear()
            record = self.records[at]
            found = [self._cell(column, record.get(column.name)) for column in self.columns]
            if at in self._marked:
                found[0] = found[0]._replace(text=_MARK + found[0].text)
            self._written[at] = found
        return found

    def _cell(self, column: Column, value: Any) -> Cell:
        text, right = written(column.name, value)
        return Cell(cut(text, column.longest), right, colour(value, self.colours))

    def render_line(self, y: int) -> Strip:
        left, top = self.scroll_offset
        at = top + y - 1
        if y and at >= len(self.records):
            return Strip.blank(self.size.width, self.rich_style)
        style = self._style(at) if y else self.get_component_rich_style("rows--heading")
        strip = Strip(self._segments(at, style) if y else self._headings(style))
        strip = strip.adjust_cell_length(max(strip.cell_length, self.size.width + left), style)
        fixed = self._room(0) if left and self._widths else 0
        parts = [strip.crop(0, fixed), strip.crop(fixed + left, left + self.size.width)]
        return Strip.join(parts) if fixed else strip.crop(0, self.size.width)

    def _style(self, at: int) -> Style:
        if at == self.row and not self.cells:
            return self.get_component_rich_style("rows--cursor")
        return self.get_component_rich_style("rows--even") if at % 2 == 0 else self.rich_style

    def _headings(self, style: Style) -> list[Segment]:
        pairs = zip(self.columns, self._widths, strict=True)
        return [Segment(f" {set_cell_size(c.heading, width)} ", style) for c, width in pairs]

    def _segments(self, at: int, style: Style) -> list[Segment]:
        segments = []
        cursor = self.get_component_rich_style("rows--cursor") if self.cells else style
        for place, (one, width) in enumerate(zip(self._row(at), self._widths, strict=True)):
            under = at == self.row and (not self.cells or place == self.across)
            drawn = cursor if under else style + Style.parse(one.colour) if one.colour else style
            blank = " " * (width - cell_len(one.text)) if one.right else ""
            segments.append(
                Segment(f" {blank}{set_cell_size(one.text, width - len(blank))} ", drawn)
            )
        return segments

    def on_click(self, event: Click) -> None:
        place = self._place(event.x)
        at = self.scroll_offset.y + event.y - 1
        if place is None:
            return
        if event.y == 0:
            self.post_message(self.Sorted(place))
        elif at < len(self.records):
            same = at == self.row and (not self.cells or place == self.across)
            self.move(at - self.row, place - self.across)
            if same:
                self.post_message(self.Opened())

    def _place(self, x: int) -> int | None:
        """The column at a place of the window."""
        if self._widths and x >= self._room(0):
            x += self.scroll_offset.x
        for at in range(len(self._widths)):
            x -= self._room(at)
            if x < 0:
                return at
        return None

    def cell_text(self, row: int, column: int) -> str:
        """What stands in a cell, for tests."""
        return self._row(row)[column].text
