"""Which key does what, made from the one table of keys."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import ModalScreen
from textual.widgets import Static

from shadow_scan_tui.keymap import help_lines

_STATUSES = "○ unreviewed  ◐ under review\n● sanctioned  ◇ tolerated  ✕ unsanctioned"


class HelpScreen(ModalScreen[None]):
    BINDINGS: ClassVar[list[BindingType]] = [("escape,q,question_mark,enter", "dismiss", "close")]

    def compose(self) -> ComposeResult:
        lines = ["Keys", "", *help_lines(), "", _STATUSES, "", "esc closes this"]
        yield Static("\n".join(lines), id="help", markup=False)
