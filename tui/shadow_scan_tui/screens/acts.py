"""What one does on a page: rule, take back, correct, export, and look before one rules."""

from __future__ import annotations

# Dialogs, and what they need, are loaded by the key that opens them: the first rows come sooner.
from typing import TYPE_CHECKING

from shadow_scan.errors import UsageError
from shadow_scan_tui.loading import Answered, Asking, ask
from shadow_scan_tui.screens.moves import Moves
from shadow_scan_tui.shown import Record
from shadow_scan_tui.words import short

if TYPE_CHECKING:
    from shadow_scan.governance.entries import Decision


class Acts(Moves):
    """Actions that write a decision or a file, or show what one would."""

    def ruled_on(self) -> list[Record]:
        """The marked services, else the page's own, else the one under the cursor."""
        page = self.page
        if page.marked:
            return [r for r in page.records if str(r.get("service")) in page.marked]
        service = getattr(page, "service", "")
        if service:
            return [{"service": service, "name": page.subject}]
        record = page.crossed() or page.current()
        return [record] if record is not None and record.get("service") else []

    def action_decide(self) -> None:
        self._decide(and_next=False)

    def action_decide_next(self) -> None:
        self._decide(and_next=True)

    def _decide(self, and_next: bool) -> None:
        from shadow_scan_tui.modals.ruling import Ruling, told

        records = self.ruled_on()
        if not records:
            self.app.notify("Put the cursor on a service to rule on it.", severity="warning")
            return

        def done(written: list[Decision] | None) -> None:
            if written:
                self.app.notify(self.look.keys.told("{undo} takes it back: ") + told(written))
                self.page.marked.clear()
                if and_next:
                    self.page.rows.move(1)
                self.page.action_reload()

        self.app.push_screen(Ruling(self.look, records), done)

    def action_undo(self) -> None:
        """The ruling under the cursor of the ledger, else the last one of this sitting."""
        record = self.page.current() or {}
        of_ledger = (
            self.page.view.name in ("ledger", "history") and record.get("state") == "in force"
        )
        moment = str(record["time"]) if of_ledger else ""
        if not moment and self.look.decided:
            moment = self.look.decided[-1].time
        if not moment:
            self.app.notify(
                self.look.keys.told(
                    "Nothing was ruled in this sitting; {ledger} shows the ledger, "
                    "where {undo} takes a ruling back."
                ),
                severity="warning",
            )
            return
        ask(
            self.page,
            self.look.desk,
            "undo",
            lambda asking: _taken_back(asking, moment),
            self.look.scope,
        )

    def undone(self, message: Answered) -> None:
        if message.problem is not None:
            self.app.notify(
                short(f"{message.problem.what}. {message.problem.remedy}"), severity="error"
            )
        elif message.value is not None:
            moment, now = message.value
            self.look.decided = [d for d in self.look.decided if d.time != moment]
            self.look.written += 1
            self.app.notify(
                short(f"{now.service}: {now.status} again, by a new line of the ledger")
            )
            self.page.action_reload()

    def action_export(self) -> None:
        from shadow_scan_tui.exporting import OnScreen
        from shadow_scan_tui.modals.export import Export

        page = self.page
        mode = str(self.app.current_mode)
        title = " ".join(filter(None, (page.subject, page.view.title)))
        shown = OnScreen(title, mode, page.scope.words, page.scope.period_words,
                         page.shown.summary, page.columns(), page.rows.records)  # fmt: skip

        def done(said: str | None) -> None:
            if said:
                self.app.notify(short(said))

        self.app.push_screen(Export(self.look, shown, page.more), done)

    def action_correct(self) -> None:
        self._correct("")

    def action_no_service(self) -> None:
        self._correct("no_ai")

    def _correct(self, kind: str) -> None:
        from shadow_scan_tui.modals.correction import CorrectionScreen, subjects

        record = self.page.current() or {}
        found = subjects(record)
        if not found or (kind and kind not in found):
            self.app.notify(
                "Put the cursor on a candidate, a session, a user or a line of evidence.",
                severity="warning",
            )
            return

        self.app.push_screen(CorrectionScreen(self.look, record, kind), self._gives_way)

    def action_accept(self) -> None:
        """A finding with its reason, a candidate as a service."""
        record = self.page.current() or {}
        if "finding" not in record:
            self._correct("service")
            return
        from shadow_scan_tui.modals.answer import AnswerScreen

        self.app.push_screen(AnswerScreen(self.look, record), self._gives_way)

    def action_later(self) -> None:
        host = str((self.page.current() or {}).get("host") or "")
        if self.page.view.name != "candidates" or not host:
            self.app.notify("Put the cursor on a candidate: its review can wait.",
                            severity="warning")  # fmt: skip
            return
        ask(self.page, self.look.desk, "later", lambda asking: _later(asking, host),
            self.look.scope)  # fmt: skip

    def put_off(self, message: Answered) -> None:
        if message.problem is not None:
            self.app.notify(short(message.problem.what), severity="error")
        else:
            self._gives_way(message.value)

    def _gives_way(self, said: str | None) -> None:
        """What was looked at is told, and the next row has its turn."""
        if said:
            self.app.notify(short(said))
            self.page.rows.move(1)
            self.page.action_reload()

    def action_replay(self) -> None:
        from shadow_scan_tui.modals.whatif import WhatIf
        from shadow_scan_tui.replays import Thought, replay_lines
        from shadow_scan_tui.screens.reading import Reading

        services = tuple(dict.fromkeys(str(record["service"]) for record in self.ruled_on()))
        if not services:
            self.app.notify("Put the cursor on a service, or mark some.", severity="warning")
            return

        def thought_of(thought: Thought | None) -> None:
            if thought is not None:
                title = f"What if {thought.words}"
                self.app.push_screen(Reading(title, lambda asking: replay_lines(asking, thought)))

        self.app.push_screen(WhatIf(self.look, services), thought_of)

    def action_case(self) -> None:
        from shadow_scan_tui.cases import case_lines
        from shadow_scan_tui.screens.reading import Reading

        records = self.ruled_on()
        if not records:
            self.app.notify("Put the cursor on a service.", severity="warning")
            return
        service = str(records[0]["service"])
        title = f"Business case: {records[0].get('name') or service}"
        self.app.push_screen(Reading(title, lambda asking: case_lines(asking, service)))


def _later(asking: Asking, host: str) -> str:
    from shadow_scan.governance.later import put_off_or_not

    day = put_off_or_not(asking.desk.place, host)
    return f"{host}: asked again on {day}" if day else f"{host}: asked again now"


def _taken_back(asking: Asking, moment: str) -> tuple[str, Decision]:
    from shadow_scan.governance.opening import ledger_of
    from shadow_scan.governance.rulings import in_force
    from shadow_scan.listings.decisions import take_back

    place, rules = asking.desk.place, asking.desk.matcher.rule_set
    found = [
        r.decision for r in in_force(ledger_of(place).read().entries) if r.decision.time == moment
    ]
    if not found:
        raise UsageError("this ruling holds no more", remedy="a later line has replaced it")
    return moment, asking.aside(lambda: take_back(place, rules, found[0]))
