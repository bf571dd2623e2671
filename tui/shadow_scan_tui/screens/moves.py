"""How one moves on a page: filter, period, views, rows, into a row and out again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shadow_scan_tui.look import Look
from shadow_scan_tui.words import short, written

if TYPE_CHECKING:
    from shadow_scan_tui.screens.page import Page


class Moves:
    """Actions of a page that write nothing."""

    if TYPE_CHECKING:
        app: Any
        focused: Any

    @property
    def look(self) -> Look:
        look: Look = self.app.look
        return look

    @property
    def page(self) -> Page:
        return self  # type: ignore[return-value]

    def safe(self, text: str) -> str:
        """Text of strangers as lines that no terminal obeys."""
        return "\n".join(short(line) for line in text.split("\n"))

    def action_filter(self) -> None:
        bar = self.page.filter_bar
        bar.add_class("-shown")
        bar.line.focus()
        bar.line.cursor_position = len(bar.line.value)

    def action_back(self) -> None:
        """Out of a page; never out of the program."""
        if len(self.app.screen_stack) > 1:
            self.app.pop_screen()

    def action_clear(self) -> None:
        self.page.filter_bar.put("")
        self.look.narrow("")
        self.page.action_reload()
        if self.page.focused is not self.page.filter_bar.line:
            self.page.filter_left()

    def action_period(self, by: int) -> None:
        self.look.scope = self.look.scope.moved(by)
        self.page.draw_heading()
        self.page.action_reload()

    def action_turn(self, by: int) -> None:
        self.action_pick((self.page.place + by) % len(self.page.VIEWS))

    def action_pick(self, place: int) -> None:
        page = self.page
        page.place, page.sorted_by = place, -1
        if not page.is_mounted:
            return  # it asks by itself as soon as it is there
        page.draw_heading()
        page.action_reload()

    def action_move(self, by: int) -> None:
        self.page.rows.move(by)

    def action_sort(self, by: int) -> None:
        page = self.page
        count = len(page.columns())
        if count:
            # one place more than there are columns: the order in which the rows came
            page.sorted_by = (page.sorted_by + 1 + by) % (count + 1) - 1
            page.refill()
            heading = (
                "as it comes" if page.sorted_by < 0 else page.columns()[page.sorted_by].heading
            )
            self.app.notify(f"sorted: {heading}", timeout=2)

    def action_mark(self) -> None:
        page = self.page
        record = page.current()
        service = str(record.get("service") or "") if record else ""
        if service:
            page.marked ^= {service}
            page.refill()
            page.rows.move(1)

    def action_see(self, view: str) -> None:
        """A view by its name; a second time, the one that turns its axes."""
        mode, first, second = _VIEWS[view]
        page = self.page
        there = self.app.current_mode == mode and page.view.name == first
        self.app.show(mode, second if there else first)

    def action_open(self) -> None:
        page = self.page
        record = page.current()
        if cell := page.crossed():
            if record and "·" in str(record.get(cell[page.shown.crossing])):
                self.app.notify(f"{cell['team']}: nothing of {cell['name']} was seen")
            else:
                self.app.open_cell(cell, page.shown.crossing)
        elif record is not None and page.view.opens:
            self.app.open_record(page.view.opens, record)

    def action_explain(self) -> None:
        record = self.page.current()
        if record is not None:
            self.app.open_record("trace", record)

    def action_copy(self) -> None:
        record = self.page.current()
        if record is None:
            return
        if "source_line" in record:
            text = f"{record['source_file']}:{record['source_line']}"
        else:
            text = "\n".join(f"{key}: {written(key, value)[0]}" for key, value in record.items())
        self.app.copy_to_clipboard(text)
        self.app.notify("copied", timeout=2)


_VIEWS = {
    "portfolio": ("decide", "portfolio", "by-task"),
    "teams": ("audit", "teams", "team-tasks"),
    "ledger": ("audit", "ledger", "ledger"),
}
