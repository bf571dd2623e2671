"""A screen of lines to read: a trace, a business case, rejects; asked for in a thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from shadow_scan_tui.keytable import READING_KEYS, bindings
from shadow_scan_tui.loading import Answered, Asking, ask
from shadow_scan_tui.look import Look
from shadow_scan_tui.words import short


class Reading(ModalScreen[None]):
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(READING_KEYS)]

    def __init__(self, title: str, question: Callable[[Asking], list[str]]) -> None:
        super().__init__()
        self.heading, self.question = title, question
        self.lines: list[str] = []

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="box -tall"):
            yield Static(short(self.heading), classes="head", markup=False)
            yield Static("asking …", id="text", markup=False)
            keys = self.look.keys.told("{reading-leave} back   {reading-copy} copy")
            yield Static(keys, classes="muted", markup=False)

    def on_mount(self) -> None:
        ask(self, self.look.desk, "reading", self.question, self.look.scope)

    @property
    def look(self) -> Look:
        look: Look = self.app.look  # type: ignore[attr-defined]
        return look

    def action_leave(self) -> None:
        self.dismiss()

    @on(Answered)
    def answered(self, message: Answered) -> None:
        if message.problem is not None:
            self.lines = [message.problem.what, message.problem.remedy]
        elif message.value is not None:
            self.lines = message.value
        self.query_one("#text", Static).update("\n".join(short(line) for line in self.lines))

    def action_copy(self) -> None:
        self.app.copy_to_clipboard("\n".join(self.lines))
        self.app.notify("copied", timeout=2)

    def action_down(self) -> None:
        self.query_one(VerticalScroll).scroll_down()

    def action_up(self) -> None:
        self.query_one(VerticalScroll).scroll_up()
