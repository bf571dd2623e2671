"""What people answered when they were asked: a CSV of the two question guides, for executives and
for people in functions. Stands beside what the logs show, by team; nobody is named."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shadow_scan.governance.sheets import TEAM, Sheet, Synonyms, words_of
from shadow_scan.identity.table import Row
from shadow_scan.identity.text import fold, label
from shadow_scan.rules.ruleset import RuleSet

GUIDES: Final = ("executive", "function")
BARRIERS: Final = ("change", "quality", "experience", "sponsor", "skills", "other")
"""Five barriers to asking for: unwillingness to change, quality of the models, poor experience of
use, no sponsor above, lack of skills; and what people call otherwise."""
_SYNONYMS: Final[Synonyms] = {
    "team": TEAM,
    "guide": ("guide", "interview", "role", "questionnaire", "leitfaden"),
    "uses": ("uses", "usesai", "usespersonalai", "use"),
    "tools": ("tools", "tool", "services", "which"),
    "barrier": ("barrier", "obstacle", "hindernis", "obstacle"),
    "learns": ("learns", "wantslearning", "learning"),
    "context": ("context", "wantscontext", "keepscontext", "memory"),
    "hours": ("hours", "hourssaved", "hoursaweek"),
}
_YES: Final = {"yes": True, "y": True, "true": True, "1": True,
               "no": False, "n": False, "false": False, "0": False}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reply:
    """One person's answers; None where a question was left empty."""

    team: str
    guide: str
    uses: bool | None
    tools: tuple[str, ...]
    barrier: str | None
    learns: bool | None
    context: bool | None
    hours: float | None


def read_survey(path: Path, rules: RuleSet) -> list[Reply]:
    """The answers of a CSV; rows without a single answer are left out and counted.

    Raises UsageError that names every answer that is none.
    """
    needed = (("team",), ("uses", "tools", "barrier"))
    example = "team,guide,uses,tools,barrier,learns,context,hours"
    sheet = Sheet.opened(path, _SYNONYMS, needed, example, words_of(rules))
    found = [reply for row in sheet.rows() if (reply := _reply(sheet, row)) is not None]
    sheet.finish(
        f"guides are {', '.join(GUIDES)}; barriers {', '.join(BARRIERS)}; the rest yes or no"
    )
    return found


def _reply(sheet: Sheet, row: Row) -> Reply | None:
    answers = ("uses", "tools", "barrier", "learns", "context", "hours")
    if not any(sheet.text(row, name) for name in answers):
        sheet.notes.add(row.line, "an empty row: no question is answered; it is left out")
        return None
    return Reply(
        label(sheet.text(row, "team") or "") or "unattributed",
        _one_of(sheet, row, "guide", GUIDES) or "function",
        _yes(sheet, row, "uses"), _tools(sheet, row), _one_of(sheet, row, "barrier", BARRIERS),
        _yes(sheet, row, "learns"), _yes(sheet, row, "context"), sheet.amount(row, "hours"),
    )  # fmt: skip


def _yes(sheet: Sheet, row: Row, name: str) -> bool | None:
    text = (sheet.text(row, name) or "").lower()
    if text and text not in _YES:
        sheet.wrong(row, f"{name} '{text[:40]}' is neither yes nor no")
    return _YES.get(text)


def _one_of(sheet: Sheet, row: Row, name: str, known: tuple[str, ...]) -> str | None:
    text = (sheet.text(row, name) or "").lower()
    if text and text not in known:
        sheet.wrong(row, f"unknown {name} '{text[:40]}'")
    return text or None


def _tools(sheet: Sheet, row: Row) -> tuple[str, ...]:
    """Ids where the tool is known; else the words of who answered: no error, for people err."""
    words = (fold(word, 60) for word in (sheet.text(row, "tools") or "").split(";"))
    return tuple(dict.fromkeys(sheet.services.get(w.lower(), w) for w in words if w))
