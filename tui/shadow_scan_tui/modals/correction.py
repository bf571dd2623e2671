"""Says what something really is: first the effect is shown, and only then it is kept."""

from __future__ import annotations

import re
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.suggester import SuggestFromList
from textual.widgets import Input, Label, Static

from shadow_scan.listings.teaching import Correction, Proposal, keep_proposal, propose
from shadow_scan_tui.loading import Answered, Asking, ask
from shadow_scan_tui.look import Look
from shadow_scan_tui.modals.dialog import Dialog, Field
from shadow_scan_tui.shown import Record
from shadow_scan_tui.widgets.choice import Choice
from shadow_scan_tui.words import short

_KINDS = {
    "service": "this AI service",
    "no_ai": "no AI service",
    "task": "this task",
    "team": "of this team",
}


def subjects(record: Record) -> dict[str, str]:
    """What can be corrected of a row: kind -> what is wrong as it is shown."""
    found: dict[str, str] = {}
    if "source_line" in record:
        found |= dict.fromkeys(
            ("service", "no_ai"), f"{record['source_file']}:{record['source_line']}"
        )
    elif record.get("host"):
        found |= dict.fromkeys(("service", "no_ai"), str(record["host"]))
    if record.get("session"):
        found["task"] = str(record["session"])
    if record.get("user"):
        found["team"] = str(record["user"])
    return found


def _drafted(record: Record) -> dict[str, str]:
    """What a candidate may be called as a service: a proposal, to be typed over. By its whole
    host, since a part of it may be the name of a service that it only looks like."""
    host, reasons = str(record.get("host") or ""), record.get("reasons") or ()
    if not host or not reasons:
        return {}
    bare = "-".join(re.findall(r"[a-z0-9]+", host))
    return {"value": bare, "name": host, "reason": str(reasons[0])[:200]}


class CorrectionScreen(Dialog[str | None]):
    """Dismissed with what was learned; escape keeps nothing."""

    def __init__(self, look: Look, record: Record, kind: str = "") -> None:
        super().__init__()
        self.look, self.subjects, self.kind = look, subjects(record), kind
        self.draft = _drafted(record) if kind == "service" else {}
        self.proposal: Proposal | None = None

    def compose(self) -> ComposeResult:
        values = self.look.values
        known = [*values.get("service", ()), *values.get("task", ()), *values.get("team", ())]
        suggester = SuggestFromList(known, case_sensitive=False)
        shown = " or ".join(dict.fromkeys(self.subjects.values()))
        with Vertical(classes="box"):
            yield Static(short(f"Correct {shown}"), classes="head", markup=False)
            with Horizontal():
                yield Label("It is")
                yield Choice({kind: _KINDS[kind] for kind in self.subjects}, self.kind)
            fields = [("value", "Namely", "its id, the task or the team")]
            if "service" in self.subjects:
                fields += [("name", "Name", "of a service that no rule knows yet"),
                           ("category", "Kind", "of such a service, as chat")]  # fmt: skip
            fields.append(("reason", "Reason", "why"))
            for name, label, hint in fields:
                with Horizontal():
                    yield Label(label)
                    yield Field(
                        self.draft.get(name, ""), placeholder=hint, id=f"correct-{name}",
                        suggester=suggester if name == "value" else None,
                    )  # fmt: skip
            yield Static("", id="effect", classes="muted", markup=False)
            yield Static("", id="wrong", classes="wrong", markup=False)
            yield self.foot(
                "{dialog-enter} shows the effect, then keeps it   {dialog-leave} cancel"
            )

    def on_mount(self) -> None:
        self.query_one("#correct-reason" if self.kind == "no_ai" else "#correct-value").focus()

    def typed(self) -> Correction:
        kind = self.query_one(Choice).value
        fields = {field.id: field.value.strip() or None for field in self.query(Input)}
        value: Any = True if kind == "no_ai" else fields["correct-value"] or ""
        more: dict[str, Any] = {
            "name": fields.get("correct-name"),
            "category": fields.get("correct-category"),
        }
        return Correction(
            self.subjects[kind],
            **{kind: value},
            **(more if kind == "service" else {}),
            reason=fields["correct-reason"] or "",
        )

    @on(Input.Submitted)
    def submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.query_one("#wrong", Static).update("")
        proposal, desk = self.proposal, self.look.desk
        if proposal is None:
            asked = self.typed()
            self.query_one("#effect", Static).update("trying it on what is stored …")
            ask(self, desk, "propose", lambda asking: _proposed(asking, asked), self.look.scope)
        else:
            self.query_one("#effect", Static).update("keeping it, and deriving anew …")
            ask(self, desk, "keep", lambda asking: _kept(asking, proposal), self.look.scope)

    @on(Input.Changed)
    @on(Choice.Changed)
    def changed(self) -> None:
        self.proposal = None
        self.query_one("#effect", Static).update("")

    @on(Answered)
    def answered(self, message: Answered) -> None:
        if message.problem is not None:
            self.query_one("#effect", Static).update("")
            problem = f"{message.problem.what}. {message.problem.remedy}"
            self.query_one("#wrong", Static).update(short(problem))
        elif message.name == "propose" and message.value is not None:
            self.proposal = message.value
            lesson, effect = self.proposal.lesson, self.proposal.effect
            enter = self.look.keys.told("{dialog-enter}")
            text = f"{lesson.says}\nchanges {effect}\nnothing is kept yet: {enter} keeps it"
            self.query_one("#effect", Static).update("\n".join(map(short, text.split("\n"))))
        elif message.name == "keep" and message.value is not None:
            self.look.written += 1
            self.dismiss(message.value)


def _proposed(asking: Asking, asked: Correction) -> Proposal:
    place, matcher = asking.desk.place, asking.desk.matcher
    return asking.aside(lambda: propose(place, matcher, asked))


def _kept(asking: Asking, proposal: Proposal) -> str:
    place = asking.desk.place
    lesson = asking.aside(lambda: keep_proposal(place, proposal))
    asking.desk.matcher = proposal.rules
    return f"learned: {lesson.says}; `shadow-scan rules learned` undoes it"
