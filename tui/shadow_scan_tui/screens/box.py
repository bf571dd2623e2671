"""A box over the page that is read, and left again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen

from shadow_scan_tui.keytable import READING_KEYS, bindings


class Box(ModalScreen[None]):
    """`lines` are what is copied out of it; its text stands in the one `VerticalScroll`."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(READING_KEYS)]
    lines: Sequence[str] = ()

    def action_leave(self) -> None:
        self.dismiss()

    def action_copy(self) -> None:
        self.app.copy_to_clipboard("\n".join(self.lines))
        self.app.notify("copied", timeout=2)

    def action_down(self) -> None:
        self.query_one(VerticalScroll).scroll_down()

    def action_up(self) -> None:
        self.query_one(VerticalScroll).scroll_up()
