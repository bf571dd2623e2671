"""Asks which decision is thought of: ruling out, licensing, or consolidating on one service."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.suggester import SuggestFromList
from textual.widgets import Input, Label, Static

from shadow_scan_tui.look import Look
from shadow_scan_tui.modals.dialog import Dialog, Field
from shadow_scan_tui.replays import Thought
from shadow_scan_tui.widgets.choice import Choice
from shadow_scan_tui.words import short

_WAYS = {
    "rule out": "rule out",
    "license": "license it",
    "consolidate": "consolidate on one",
}
_FIELDS = (
    ("into", "On", "the service to consolidate on, by its id or name"),
    ("only", "For teams", "everyone, when left empty; commas between"),
    ("spared", "Not for", "nobody, when left empty; commas between"),
)


class WhatIf(Dialog[Thought | None]):
    """Dismissed with what is thought of; nothing is decided by it."""

    def __init__(self, look: Look, services: tuple[str, ...]) -> None:
        super().__init__()
        self.look, self.services = look, services

    def compose(self) -> ComposeResult:
        known = {"into": "service", "only": "team", "spared": "team"}
        # one service is licensed at a time
        ways = {way: label for way, label in _WAYS.items()
                if way != "license" or len(self.services) == 1}  # fmt: skip
        with Vertical(classes="box"):
            yield Static(short(f"What if: {', '.join(self.services)}"), classes="head",
                         markup=False)  # fmt: skip
            with Horizontal():
                yield Label("Decision")
                yield Choice(ways, "rule out", enough=True)
            for name, label, hint in _FIELDS:
                values = self.look.values.get(known[name], ())
                with Horizontal():
                    yield Label(label)
                    yield Field(
                        placeholder=hint, id=f"whatif-{name}",
                        suggester=SuggestFromList(values, case_sensitive=False),
                    )  # fmt: skip
            yield Static(f"Counted over {self.look.scope.period_words}; nothing is decided by it.",
                         classes="muted", markup=False)  # fmt: skip
            yield Static("", id="wrong", classes="wrong", markup=False)
            yield self.foot("{dialog-enter} counts what it would touch   {dialog-leave} cancel")

    def on_mount(self) -> None:
        self.query_one(Choice).focus()

    @on(Choice.Left)
    @on(Input.Submitted)
    def counted(self, event: Input.Submitted | Choice.Left) -> None:
        event.stop()
        way = self.query_one(Choice).value
        fields = {name: self.query_one(f"#whatif-{name}", Input).value for name, _, _ in _FIELDS}
        if way == "consolidate" and not fields["into"].strip():
            self.query_one("#wrong", Static).update("name the service to consolidate on")
            self.query_one("#whatif-into", Input).focus()
            return
        self.dismiss(Thought(way, self.services, **fields))
