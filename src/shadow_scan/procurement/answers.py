"""What people know of a vendor, and no log or catalogue does: a CSV of answers to six criteria."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from shadow_scan.governance.sheets import SERVICE, Sheet, Synonyms, words_of
from shadow_scan.identity.table import Row
from shadow_scan.rules.ruleset import RuleSet

CRITERIA: Final = {
    "trust": "trust in the vendor",
    "workflow": "grasps our workflow",
    "disruption": "disturbs present tools little",
    "data": "clear data boundaries",
    "learning": "gets better with time",
    "flexibility": "flexible when things change",
}
"""The six criteria by which the study's buyers chose."""
GRID: Final = ("customisation", "memory")
GRADES: Final = ("yes", "partly", "no", "unknown")
_LEVELS: Final = ("low", "medium", "high", "unknown")
_SYNONYMS: Final[Synonyms] = {
    "service": SERVICE,
    "criterion": ("criterion", "question", "kriterium", "critere"),
    "answer": ("answer", "grade", "value", "antwort", "reponse"),
    "reason": ("reason", "note", "comment", "why", "detail"),
    "by": ("by", "who", "role", "answeredby", "source"),
    "as_of": ("asof", "date", "day", "when"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    service: str
    criterion: str
    grade: str
    reason: str | None
    by: str | None
    as_of: date | None


def read_answers(path: Path, rules: RuleSet) -> list[Answer]:
    """Answers of people; a later line on the same service and criterion replaces the earlier.

    Raises UsageError that names every unknown service, criterion and answer.
    """
    needed = (("service",), ("criterion",), ("answer",))
    sheet = Sheet.opened(
        path, _SYNONYMS, needed, "service,criterion,answer,reason,by,date", words_of(rules)
    )
    found: dict[tuple[str, str], Answer] = {}
    for row in sheet.rows():
        answer = _answer(sheet, row)
        if answer is None:
            continue
        key = (answer.service, answer.criterion)
        if key in found:
            sheet.notes.add(row.line, "a second answer to the same question; the later one counts")
        found[key] = answer
    sheet.finish(
        f"criteria are {', '.join((*CRITERIA, *GRID))}; answers {', '.join(GRADES)}, "
        f"for {' and '.join(GRID)} {', '.join(_LEVELS)}"
    )
    return list(found.values())


def _answer(sheet: Sheet, row: Row) -> Answer | None:
    criterion = (sheet.text(row, "criterion") or "").lower()
    grade = (sheet.text(row, "answer") or "").lower()
    if not grade:
        sheet.notes.add(row.line, "no answer; the line is left out")
        return None
    service, as_of = sheet.service(row), sheet.day(row, "as_of")
    if criterion not in (*CRITERIA, *GRID):
        sheet.wrong(row, f"unknown criterion '{criterion[:40]}'")
        return None
    if grade not in (_LEVELS if criterion in GRID else GRADES):
        sheet.wrong(row, f"'{grade[:40]}' is no answer to '{criterion}'")
        return None
    if service is None:
        return None
    return Answer(
        service, criterion, grade, sheet.text(row, "reason"), sheet.text(row, "by"), as_of
    )
