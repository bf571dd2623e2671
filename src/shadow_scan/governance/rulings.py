"""What holds today: of all decisions, the latest for each scope; a tolerance ends with its date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

from shadow_scan.governance.entries import Decision
from shadow_scan.governance.ledger import Read

State = Literal["in force", "lapsed", "replaced", "withdrawn"]
"""`lapsed`: tolerated until a day that is over; `withdrawn`: the decision to take one back."""


@dataclass(frozen=True, slots=True)
class Ruled:
    """A decision, what has become of it, and where it stands in the ledger."""

    decision: Decision
    state: State
    file: str
    line: int
    intact: bool

    @property
    def status(self) -> str:
        """What it says of the service today."""
        return self.decision.status if self.state == "in force" else "unreviewed"


def today() -> date:
    """In UTC, as everything else."""
    return datetime.now(UTC).date()


def ruled(entries: Iterable[Read], on: date | None = None) -> list[Ruled]:
    """Every decision by time, with what it is on a day (default: today)."""
    found = [(read.entry, read) for read in entries if isinstance(read.entry, Decision)]
    latest = {decision.scope: read for decision, read in found}
    day = on or today()
    return [
        Ruled(
            decision,
            _state(decision, latest[decision.scope] is read, day),
            read.file,
            read.line,
            read.intact,
        )
        for decision, read in found
    ]


def in_force(entries: Iterable[Read], on: date | None = None) -> list[Ruled]:
    """The decisions that hold, one for each scope at most."""
    return [one for one in ruled(entries, on) if one.state == "in force"]


def overdue(found: Iterable[Ruled], on: date | None = None) -> Iterator[Ruled]:
    """Decisions in force that were to be looked at again by now."""
    day = (on or today()).isoformat()
    return (r for r in found if r.state == "in force" and (r.decision.review or "9999") <= day)


def _state(decision: Decision, is_latest: bool, on: date) -> State:
    if not is_latest:
        return "replaced"
    if decision.status == "unreviewed":
        return "withdrawn"
    lapses = decision.status == "tolerated" and decision.until is not None
    return "lapsed" if lapses and str(decision.until) < on.isoformat() else "in force"
