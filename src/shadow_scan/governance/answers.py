"""Which findings somebody has answered: by a word of their own, or by a decision."""

from __future__ import annotations

from dataclasses import dataclass

from shadow_scan.governance.entries import Answer, Decision, Numbers
from shadow_scan.governance.ledger import History


@dataclass(frozen=True, slots=True)
class Answered:
    """The numbers that were looked at: the answer holds while they do. `scope`: of the decision
    that answered; None where the finding was answered on its own."""

    numbers: Numbers
    text: str
    scope: object = None


def answers_of(history: History) -> dict[str, Answered]:
    """Finding -> the latest answer that was not taken back."""
    found: dict[str, Answered] = {}
    for read in history.entries:
        entry = read.entry
        if isinstance(entry, Answer):
            if entry.reopened:
                found.pop(entry.finding, None)
            else:
                found[entry.finding] = Answered(entry.numbers, entry.reason)
        elif isinstance(entry, Decision):
            if entry.status == "unreviewed":  # the decision was taken back, and what it answered
                found = {name: one for name, one in found.items() if one.scope != entry.scope}
            text = f"{entry.status}: {entry.reason}"
            found |= {
                name: Answered(numbers, text, entry.scope)
                for name, numbers in entry.answers.items()
            }
    return found
