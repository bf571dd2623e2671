"""The short tour of the sample company; any of its pages can be left by escape."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from shadow_scan_tui.keymap import Keys
from shadow_scan_tui.keytable import TOUR_KEYS, bindings

STOPS = (
    (
        "The sample company",
        "Two weeks of made-up proxy, DNS and network logs of 48 people. Nothing here is real.\n\n"
        "This first page is a queue: AI services in use that nobody has ruled on, the most urgent "
        "first, with the reason why. Above it stands what the logs can show, and what they cannot.",
    ),
    (
        "Find",
        "{filter} filters all pages as you type, and completes words: team:legal bytes_up:>1MB\n\n"
        "{period-longer} and {period-shorter} change the period. {sort} sorts, {next-view} turns "
        "to the next view.",
    ),
    (
        "Open, and believe",
        "enter opens a service: who, which teams, what for, under which terms. Its tab Evidence "
        "goes down to the line of the log; enter there says which rule made it that service.",
    ),
    (
        "Decide",
        "{decide} rules on a service: sanctioned, tolerated until a day, unsanctioned, under "
        "review. Each ruling is a line of a ledger that is never changed; {undo} takes one back by "
        "a new line.",
    ),
    (
        "Three people, three keys",
        "{mode-discover} Discover: what is in use. {mode-audit} Audit: who, what left, by what "
        "proof, who allowed it. "
        "{mode-decide} Decide: seats, prices, the business case.\n\n"
        "{export} writes what is on screen to a file, {help} helps with the page in view. Have "
        "a look around: this workspace is yours to break.",
    ),
)


class Tour(ModalScreen[None]):
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(TOUR_KEYS)]

    def __init__(self, keys: Keys) -> None:
        super().__init__()
        self.keys = keys
        self.at = 0

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Static("", id="stop", classes="head", markup=False)
            yield Static("", id="text", markup=False)
            yield Static("", id="steps", classes="muted", markup=False)

    def on_mount(self) -> None:
        self._show()

    def _show(self) -> None:
        title, text = STOPS[self.at]
        self.query_one("#stop", Static).update(title)
        self.query_one("#text", Static).update(f"\n{self.keys.told(text)}\n")
        keys = self.keys.told("{tour-next} next   {tour-back} back   {tour-skip} skip")
        self.query_one("#steps", Static).update(f"{self.at + 1} of {len(STOPS)}   {keys}")

    def action_leave(self) -> None:
        self.dismiss()

    def action_next(self) -> None:
        if self.at + 1 == len(STOPS):
            self.dismiss()
            return
        self.at += 1
        self._show()

    def action_back(self) -> None:
        self.at = max(self.at - 1, 0)
        self._show()
