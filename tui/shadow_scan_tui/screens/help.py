"""Help for what is in view: the view itself, the filter's terms, and every key of the one table."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from shadow_scan.filters import help_text
from shadow_scan_tui.keymap import Keys
from shadow_scan_tui.keytable import APP_KEYS, READING_KEYS, bindings
from shadow_scan_tui.pictures import STATUS


class HelpScreen(ModalScreen[None]):
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(READING_KEYS),
        *(replace(key, action="leave").binding for key in APP_KEYS if key.id == "help"),
    ]

    def __init__(self, title: str, about: str, keys: Keys) -> None:
        super().__init__()
        self.heading, self.about, self.keys = title, about, keys

    def compose(self) -> ComposeResult:
        statuses = "  ".join(f"{glyph} {word.replace('-', ' ')}" for word, glyph in STATUS.items())
        with VerticalScroll(classes="box -tall"):
            yield Static(f"Help: {self.heading}", classes="head", markup=False)
            yield Static(f"{self.about}\n\n{statuses}\n", markup=False)
            yield Static("\n".join(self.keys.help_lines()), id="keys", markup=False)
            yield Static("Filter", classes="head", markup=False)
            yield Static(
                "Words are parted by blanks, values by commas; - in front turns a term round; "
                'quotes hold blanks together: team:"Customer Care".\n',
                markup=False,
            )
            yield Static(help_text(), id="terms", markup=False)
            closes = self.keys.told("{reading-leave} or {help} closes this")
            yield Static(closes, classes="muted", markup=False)

    def action_leave(self) -> None:
        self.dismiss()

    def action_copy(self) -> None:
        self.app.copy_to_clipboard("\n".join(self.keys.help_lines()))
        self.app.notify("copied", timeout=2)

    def action_down(self) -> None:
        self.query_one(VerticalScroll).scroll_down()

    def action_up(self) -> None:
        self.query_one(VerticalScroll).scroll_up()
