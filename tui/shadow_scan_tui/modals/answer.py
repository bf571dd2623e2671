"""Answers a finding on its own: the risk is accepted, it was resolved, or it is a false alarm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Label, Static

from shadow_scan.listings.findings import answer, reopen
from shadow_scan_tui.loading import Answered, Asking, ask
from shadow_scan_tui.look import Look
from shadow_scan_tui.modals.dialog import Dialog, Field
from shadow_scan_tui.shown import Record
from shadow_scan_tui.widgets.choice import Choice
from shadow_scan_tui.words import short

if TYPE_CHECKING:
    from shadow_scan.governance.entries import Answer

ANSWERS = {
    "accepted risk": "the risk is accepted",
    "resolved": "it was resolved",
    "false alarm": "it is a false alarm",
}
REOPENED = "open again"


class AnswerScreen(Dialog[str | None]):
    """Dismissed with what was written; escape writes nothing."""

    def __init__(self, look: Look, finding: Record) -> None:
        super().__init__()
        self.look, self.finding = look, finding

    def compose(self) -> ComposeResult:
        finding = self.finding
        whose = finding.get("name") or finding.get("service") or finding.get("host") or ""
        about = " ".join(str(word) for word in (finding["policy"], whose, finding["team"]) if word)
        answered = finding["state"] != "open"
        with Vertical(classes="box"):
            yield Static(short(f"Answer {finding['severity']}: {about}"), classes="head",
                         markup=False)  # fmt: skip
            for reason in finding["reasons"] or ():
                yield Static(short(f"+ {reason}"), classes="muted", markup=False)
            if answered:
                yield Static(short(f"answered: {finding['answer']}"), classes="muted", markup=False)
            with Horizontal():
                yield Label("Answer")
                yield Choice({REOPENED: REOPENED} if answered else ANSWERS, "")
            with Horizontal():
                yield Label("Reason")
                yield Field(placeholder="required: why, in a line", id="reason")
            yield Static("It holds until the numbers of the finding change. A ruling on the "
                         "service answers it too.", classes="muted", markup=False)  # fmt: skip
            yield Static("", id="wrong", classes="wrong", markup=False)
            yield self.foot("{dialog-enter} writes a line of the ledger   {dialog-leave} cancel")

    def on_mount(self) -> None:
        self.query_one(Choice).focus()

    @on(Input.Submitted)
    def submitted(self, event: Input.Submitted) -> None:
        event.stop()
        said, reason = self.query_one(Choice).value, event.value.strip()
        if not reason:
            self.query_one("#wrong", Static).update("a reason is missing: say why")
            return
        finding = str(self.finding["finding"])
        self.query_one("#wrong", Static).update("writing …")
        ask(self, self.look.desk, "answer", lambda asking: _written(asking, finding, said, reason),
            self.look.scope)  # fmt: skip

    @on(Answered)
    def answered(self, message: Answered) -> None:
        if message.problem is not None:
            problem = f"{message.problem.what}; {message.problem.remedy}"
            self.query_one("#wrong", Static).update(short(problem))
        elif message.value is not None:
            self.look.written += 1
            written: Answer = message.value
            state = REOPENED if written.reopened else "answered"
            self.dismiss(f"{written.policy}: {state}, in the ledger")


def _written(asking: Asking, finding: str, said: str, reason: str) -> Answer:
    place, rules = asking.desk.place, asking.desk.matcher.rule_set
    if said == REOPENED:
        return asking.aside(lambda: reopen(place, rules, finding, reason))
    return asking.aside(lambda: answer(place, rules, finding, f"{said}: {reason}"))
