"""Help for what is in view: the view itself, the filter's terms, and every key of the one table."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from shadow_scan.filters import help_text
from shadow_scan_tui.keymap import Keys
from shadow_scan_tui.keytable import APP_KEYS
from shadow_scan_tui.pictures import STATUS
from shadow_scan_tui.screens.box import Box


class HelpScreen(Box):
    BINDINGS: ClassVar[list[BindingType]] = [
        *(replace(key, action="leave").binding for key in APP_KEYS if key.id == "help"),
    ]

    def __init__(self, title: str, about: str, keys: Keys) -> None:
        super().__init__()
        self.heading, self.about, self.keys = title, about, keys
        self.lines = list(keys.help_lines())

    def compose(self) -> ComposeResult:
        statuses = "  ".join(f"{glyph} {word.replace('-', ' ')}" for word, glyph in STATUS.items())
        with VerticalScroll(classes="box -tall"):
            yield Static(f"Help: {self.heading}", classes="head", markup=False)
            yield Static(f"{self.about}\n\n{statuses}\n", markup=False)
            yield Static("\n".join(self.lines), id="keys", markup=False)
            yield Static("Filter", classes="head", markup=False)
            yield Static(
                "Words are parted by blanks, values by commas; - in front turns a term round; "
                'quotes hold blanks together: team:"Customer Care".\n',
                markup=False,
            )
            yield Static(help_text(), id="terms", markup=False)
            closes = self.keys.told("{reading-leave} or {help} closes this")
            yield Static(closes, classes="muted", markup=False)
