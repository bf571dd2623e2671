"""The dialog in which somebody rules on services: nothing is written before all of it holds."""

from __future__ import annotations

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Label, Static

from shadow_scan.errors import ShadowScanError
from shadow_scan.governance.decisions import STATUSES, Proposal
from shadow_scan.governance.entries import Decision
from shadow_scan.governance.opening import writer_name
from shadow_scan.listings.decisions import decide
from shadow_scan.vocabulary import some
from shadow_scan_tui.look import Look
from shadow_scan_tui.modals.dialog import Dialog, Field
from shadow_scan_tui.pictures import STATUS
from shadow_scan_tui.shown import Record
from shadow_scan_tui.widgets.choice import Choice
from shadow_scan_tui.words import short, size

_CHOICES = tuple(status for status in STATUSES if status != "unreviewed")
_FIELDS = (
    ("reason", "Reason", "required: why, in a line"),
    ("team", "For team", "everyone, when left empty"),
    ("plan", "For plan", "every plan, when left empty"),
    ("until", "Until", "2027-03-31; tolerated needs an end"),
    ("owner", "Owner", "who answers for it"),
    ("measure", "Measure", "what tells in half a year whether it was right"),
    ("review", "Review on", "2027-03-31: when it is looked at again"),
)


class Ruling(Dialog[list[Decision] | None]):
    """Dismissed with the decisions that were written; escape keeps the draft and writes nothing."""

    def __init__(self, look: Look, records: list[Record]) -> None:
        super().__init__()
        self.look, self.records = look, records
        self.services = tuple(str(record["service"]) for record in records)
        self.draft = look.drafts.get(self.services, {})

    def compose(self) -> ComposeResult:
        names = ", ".join(str(record.get("name") or record["service"]) for record in self.records)
        with Vertical(classes="box"):
            yield Static(short(f"Rule on {names}"), classes="head", markup=False)
            with Horizontal():
                yield Label("Status")
                yield Choice(
                    {one: f"{STATUS[one]} {one.replace('-', ' ')}" for one in _CHOICES},
                    self.draft.get("status", _CHOICES[0]),
                )
            for name, label, hint in _FIELDS:
                with Horizontal():
                    yield Label(label)
                    yield Field(
                        self.draft.get(name, ""),
                        placeholder=hint,
                        id=f"ruling-{name}",
                    )
            yield Static(self._based_on(), classes="muted", markup=False)
            yield Static("", id="wrong", classes="wrong", markup=False)
            yield self.foot("{dialog-record} records   {dialog-leave} cancels, keeps the draft")

    def _based_on(self) -> str:
        users = sum(record.get("users") or 0 for record in self.records)
        sent = [record["bytes_up"] for record in self.records if record.get("bytes_up") is not None]
        out = f"{size(sum(sent))} out" if sent else "no sizes known"
        people = "users each, in sum" if len(self.records) > 1 else "users"
        return short(
            f"Records with it: {users:,} {people}, {out}, the open findings that it answers, "
            f"the digest of the rules; as {writer_name()}"
        )

    def on_mount(self) -> None:
        self.query_one(Choice).focus()

    def typed(self) -> dict[str, str]:
        fields = {name: self.query_one(f"#ruling-{name}", Input).value for name, _, _ in _FIELDS}
        return {"status": self.query_one(Choice).value, **fields}

    def action_leave(self) -> None:
        self.look.drafts[self.services] = self.typed()
        self.dismiss(None)

    @on(Input.Submitted)
    def next_field(self, event: Input.Submitted) -> None:
        event.stop()
        if event.input.id == f"ruling-{_FIELDS[-1][0]}":
            self.action_record()
        else:
            self.focus_next()

    def action_record(self) -> None:
        self.query_one("#wrong", Static).update("recording …")
        self.record(self.typed())

    @work(thread=True, exclusive=True, group="ruling")
    def record(self, typed: dict[str, str]) -> None:
        written: list[Decision] = []
        wrong = ""
        for service in self.services:
            try:
                written.append(self._decided(Proposal(service, **typed)))
            except ShadowScanError as error:
                wrong = f"{service}: {error.what}. {error.remedy}"
                break
        self.app.call_from_thread(self.recorded, written, wrong)

    def _decided(self, asked: Proposal) -> Decision:
        desk = self.look.desk
        return desk.aside(lambda: decide(desk.place, desk.matcher.rule_set, asked))

    def recorded(self, written: list[Decision], wrong: str) -> None:
        """What was written is written; what was not stays in the dialog, with the reason."""
        self.look.decided += written
        self.look.written += len(written)
        if wrong:
            self.services = self.services[len(written) :]
            self.query_one("#wrong", Static).update(short(wrong))
            return
        self.look.drafts.pop(self.services, None)
        self.dismiss(written)


def told(written: list[Decision]) -> str:
    first = written[0]
    whom = " for " + " and ".join(filter(None, (first.team, first.plan and f"plan {first.plan}")))
    scope = whom if whom != " for " else ""
    named = first.service if len(written) == 1 else some(len(written), "service")
    return short(f"{named}: {first.status}{scope}, in the ledger")
