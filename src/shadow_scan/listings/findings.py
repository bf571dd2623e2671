"""Findings, and the answers that people give them."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from shadow_scan.console import visible
from shadow_scan.errors import UsageError
from shadow_scan.governance.decisions import text
from shadow_scan.governance.entries import Answer, Decision, Numbers
from shadow_scan.governance.opening import ledger_of
from shadow_scan.listings.queries import listing
from shadow_scan.vocabulary import Listing
from shadow_scan.workspace import Workspace

if TYPE_CHECKING:
    from shadow_scan.rules.ruleset import RuleSet

SEVERITIES = ("critical", "high", "medium", "low")
"""The worst one first."""


def findings(place: Workspace) -> list[dict[str, Any]]:
    """All findings as records, as they stand today."""
    return listing(place, Listing.FINDINGS).records()


def answer(place: Workspace, rules: RuleSet, finding: str, reason: str) -> Answer:
    """Answer a finding: it stays answered until its numbers change. Raises UsageError."""
    return _write(place, rules, finding, reason, reopened=False)


def reopen(place: Workspace, rules: RuleSet, finding: str, reason: str) -> Answer:
    """Take an answer back."""
    return _write(place, rules, finding, reason, reopened=True)


def _write(
    place: Workspace, rules: RuleSet, finding: str, reason: str, *, reopened: bool
) -> Answer:
    said = text(reason, "--reason")
    if said is None:
        raise UsageError("a reason is missing", where="--reason", remedy='say why: --reason "..."')
    record = _named(findings(place), finding)
    entry = Answer(
        finding=record["finding"],
        reopened=reopened,
        policy=record["policy"],
        service=record["service"],
        team=record["team"],
        reason=said,
        numbers=numbers_of(record),
        rule_digest=rules.digest,
    )
    written = ledger_of(place).append(entry)
    if not isinstance(written, Answer):
        raise TypeError("an answer was written, and no answer came back")
    return written


def _named(records: list[dict[str, Any]], finding: str) -> dict[str, Any]:
    for record in records:
        if record["finding"] == finding.strip().lower():
            return record
    near = difflib.get_close_matches(finding, [record["finding"] for record in records], n=1)
    remedy = f"did you mean {near[0]}?" if near else "`shadow-scan findings` lists them"
    raise UsageError(f"no finding '{visible(finding[:40])}'", where="findings", remedy=remedy)


def numbers_of(record: dict[str, Any]) -> Numbers:
    return Numbers(
        users=record["users"],
        sessions=record["sessions"] or 0,
        events=record["events"],
        bytes_up=record["bytes_up"],
        bytes_down=record["bytes_down"],
    )


def answered_by(place: Workspace, decision: Decision) -> dict[str, Numbers]:
    """The open findings that a decision answers: those of its service, and of its team if it has
    one. A decision for one plan answers none, since findings know no plans; nor does one that
    takes another back."""
    if not place.derived.exists() or decision.plan is not None or decision.status == "unreviewed":
        return {}
    return {
        record["finding"]: numbers_of(record)
        for record in findings(place)
        if record["state"] == "open"
        and record["service"] == decision.service
        and decision.team in (None, record["team"])
    }
