"""Corrections: what somebody means, what it would change, and keeping it. Prints nothing.

proposal = propose(place, matcher, Correction("desk.example", service="our-assistant"))
proposal.effect            # before anything is kept
keep_proposal(place, proposal)
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from shadow_scan.analysis.changes import Effect, effect
from shadow_scan.analysis.derive import rebuild
from shadow_scan.bundled import bundled
from shadow_scan.errors import UsageError
from shadow_scan.governance.lessons import kept, lessons_of, now, undone
from shadow_scan.governance.opening import writer_name
from shadow_scan.listings.lesson_targets import Correction, content_of
from shadow_scan.rules.compiled import load_compiled
from shadow_scan.rules.lessons import Lesson, taught
from shadow_scan.rules.lint import lint
from shadow_scan.rules.loader import RuleProblems
from shadow_scan.rules.matcher import Matcher
from shadow_scan.rules.ruleset import RuleSet
from shadow_scan.rules.selftest import selftest
from shadow_scan.workspace import Workspace

__all__ = ["Correction", "Proposal", "keep_proposal", "propose", "propose_undo"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A lesson that fits the rules, and what it would change in what is stored."""

    lesson: Lesson
    effect: Effect
    rules: Matcher
    """The rules with it."""


def propose(place: Workspace, before: Matcher, asked: Correction) -> Proposal:
    """Raises UsageError for what is not there (any more) or says nothing new, and for a lesson
    that breaks what a rule is tested for; nothing is written."""
    known = lessons_of(place)
    try:
        lesson = _lesson(asked, content_of(place, before, asked), len(known))
    except ValidationError as error:
        first = error.errors()[0]
        what = f"{first['loc'][-1] if first['loc'] else 'this'}: {first['msg']}"
        raise UsageError(what, where=asked.what, remedy="plain words, on one line") from None
    problems: list[str] = []
    return _tried(place, before, lesson, taught(before.rule_set, [lesson], problems))


def _lesson(asked: Correction, told: dict[str, Any], number: int) -> Lesson:
    text = f"{now()}{number}{told}"
    return Lesson(
        id=f"l-{hashlib.sha256(text.encode()).hexdigest()[:10]}",
        at=now(),
        by=asked.by or writer_name(),
        taught_by=told["team"].who if "team" in told else asked.what,
        reason=asked.reason,
        changed="",
        **told,
    )


def propose_undo(place: Workspace, before: Matcher, name: str, by: str | None = None) -> Proposal:
    """The lesson as undone, and what that changes back. Raises UsageError as `propose` does."""
    known = lessons_of(place)
    lesson = undone(known, name, by or writer_name())
    others = [entry for entry in known if entry.id != name]
    return _tried(place, before, lesson, _with(place, [*others, lesson]))


def keep_proposal(place: Workspace, proposal: Proposal) -> Lesson:
    """Write the lesson with what it changed, and derive everything anew by it."""
    lesson = proposal.lesson
    if lesson.undone is None:
        lesson = lesson.model_copy(update={"changed": str(proposal.effect)})
    with kept(place, lesson):
        if place.facts.exists():
            rebuild(place, proposal.rules)
    return lesson


def _tried(place: Workspace, before: Matcher, lesson: Lesson, rules: RuleSet) -> Proposal:
    broken = _broken(before.rule_set, rules)
    if broken:
        raise UsageError(
            f"this would break {len(broken)} rules or their tests; nothing was kept",
            where=lesson.says,
            details=broken[:20],
            remedy="correct less (a session: --only-this), or change those rules first",
        )
    after = Matcher(rules)
    return Proposal(lesson, effect(place, before, after), after)


def _with(place: Workspace, lessons: Sequence[Lesson]) -> RuleSet:
    try:
        return load_compiled(bundled("rules"), place.rules, place.cache, lessons).rule_set
    except RuleProblems as problems:
        remedy = "undo what builds on it first; `shadow-scan rules learned` lists all"
        raise UsageError(
            "other lessons do not work with that; nothing was kept",
            details=problems.problems,
            remedy=remedy,
        ) from None


def _broken(before: RuleSet, after: RuleSet) -> list[str]:
    """Problems and failed tests that were none before."""
    complaints = _complaints(after)
    return sorted(complaints - _complaints(before)) if complaints else []


def _complaints(rules: RuleSet) -> set[str]:
    errors = {str(problem) for problem in lint(rules) if problem.severity == "error"}
    return errors | {str(failure) for failure in selftest(rules)}
