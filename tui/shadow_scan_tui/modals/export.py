"""Asks where to, and writes what is on screen."""

from __future__ import annotations

from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from shadow_scan.vocabulary import some
from shadow_scan_tui.exporting import ENDINGS, OnScreen, write
from shadow_scan_tui.loading import Answered, ask
from shadow_scan_tui.look import Look
from shadow_scan_tui.modals.dialog import Dialog, Field
from shadow_scan_tui.words import short


class Export(Dialog[str | None]):
    """Dismissed with a line that says what was written."""

    def __init__(self, look: Look, shown: OnScreen, more: str) -> None:
        super().__init__()
        self.look, self.shown, self.more = look, shown, more
        self.refused = ""

    def compose(self) -> ComposeResult:
        name = f"shadow-scan-{self.shown.title.lower().replace(' ', '-')}"
        safe = "".join(c for c in name if c.isalnum() or c in "-_.")[:80]
        with Vertical(classes="box"):
            yield Static("Export what is on screen", classes="head", markup=False)
            yield Field(f"{safe}.csv", id="file")
            yield Static(
                f"{', '.join(ENDINGS[:3])}: {some(len(self.shown.records), 'row')}, with filter, "
                f"period, coverage and rules. {', '.join(ENDINGS[3:])}: the whole report.",
                classes="muted",
                markup=False,
            )
            yield Static("", id="wrong", classes="wrong", markup=False)
            yield self.foot("{dialog-enter} write   {dialog-leave} cancel")

    def on_mount(self) -> None:
        self.query_one(Input).focus()

    @on(Input.Submitted)
    def submitted(self, event: Input.Submitted) -> None:
        event.stop()
        file = Path(event.value).expanduser()
        replace = self.refused == event.value
        self.refused = event.value
        self.query_one("#wrong", Static).update("writing …")
        ask(
            self,
            self.look.desk,
            "export",
            lambda asking: write(asking, self.shown, file, replace),
            self.look.scope,
            self.more,
        )

    @on(Input.Changed)
    def changed(self) -> None:
        self.refused = ""

    @on(Answered)
    def answered(self, message: Answered) -> None:
        if message.problem is not None:
            self.query_one("#wrong", Static).update(
                short(f"{message.problem.what}; {message.problem.remedy}")
            )
        elif message.value is not None:
            self.dismiss(message.value)
