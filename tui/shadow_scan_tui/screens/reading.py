"""A screen of lines to read: a trace, a business case, rejects; asked for in a thread."""

from __future__ import annotations

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from shadow_scan_tui.loading import Answered, Asking, ask
from shadow_scan_tui.look import Look
from shadow_scan_tui.screens.box import Box
from shadow_scan_tui.words import short


class Reading(Box):
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

    @on(Answered)
    def answered(self, message: Answered) -> None:
        if message.problem is not None:
            self.lines = [message.problem.what, message.problem.remedy]
        elif message.value is not None:
            self.lines = message.value
        self.query_one("#text", Static).update("\n".join(short(line) for line in self.lines))
