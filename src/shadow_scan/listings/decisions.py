"""Decisions with the numbers that they stand on: taken, taken back, and listed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb
import msgspec

from shadow_scan.governance.decisions import Proposal, checked
from shadow_scan.governance.entries import Answer, Decision, Numbers, Reveal
from shadow_scan.governance.ledger import History, Ledger, Read
from shadow_scan.governance.opening import ledger_of
from shadow_scan.governance.rulings import Ruled, ruled
from shadow_scan.listings.findings import answered_by
from shadow_scan.listings.queries import reading, reading_tables
from shadow_scan.store.database import named_sql, rows
from shadow_scan.vocabulary import Table
from shadow_scan.workspace import Workspace

if TYPE_CHECKING:
    from shadow_scan.rules.ruleset import RuleSet

COLUMNS = (
    *("time", "service", "status", "state", "plan", "team", "reason", "owner", "until", "measure"),
    *("review", "users", "sessions", "bytes_up", "users_now", "sessions_now", "bytes_up_now"),
    *("rule_digest", "writer", "place", "intact", "known"),
)
_LOG = ("time", "writer", "kind", "subject", "said", "reason", "place", "intact")


def decide(place: Workspace, rules: RuleSet, asked: Proposal) -> Decision:
    """Check a decision and write it, with what is counted now. Raises UsageError and InputError;
    then nothing was written."""
    ledger = ledger_of(place)
    decision = checked(asked, known_services(rules, ledger.read()), teams_of(place))
    return _written(place, ledger, rules, decision)


def take_back(place: Workspace, rules: RuleSet, decision: Decision) -> Decision:
    """Undo: a new line that says what held before that decision; nothing is ever taken out."""
    ledger = ledger_of(place)
    same_scope = [r for r in ruled(ledger.read().entries) if r.decision.scope == decision.scope]
    before = [r.decision for r in same_scope if r.decision.time < decision.time]
    reason = f"taken back: {decision.reason}"[:2000]
    if not before:
        earlier = Decision(
            service=decision.service,
            status="unreviewed",
            reason=reason,
            plan=decision.plan,
            team=decision.team,
        )
    else:
        earlier = msgspec.structs.replace(before[-1], reason=reason)
    return _written(place, ledger, rules, earlier)


def _written(place: Workspace, ledger: Ledger, rules: RuleSet, decision: Decision) -> Decision:
    entry = msgspec.structs.replace(
        decision,
        numbers=numbers(place, decision),
        answers=answered_by(place, decision),
        rule_digest=rules.digest,
    )
    written = ledger.append(entry)
    if not isinstance(written, Decision):
        raise TypeError("a decision was written, and no decision came back")
    return written


def known_services(rules: RuleSet, history: History) -> dict[str, str]:
    """Id -> name; a service that the rules no longer have is known by its decisions."""
    decided = {read.entry.service for read in history.entries if isinstance(read.entry, Decision)}
    named = {service.id: service.name for service in rules.services.values()}
    return {**{service: service for service in decided}, **named}


def numbers(place: Workspace, scope: Decision) -> Numbers:
    """What people's use of the scope comes to now; zeros where nothing was read yet."""
    if not place.derived.exists():
        return Numbers()
    with reading_tables(place) as connection:
        return _counted(connection, scope)


def _counted(connection: duckdb.DuckDBPyConnection, scope: Decision) -> Numbers:
    asked = {"service": scope.service, "plan": scope.plan, "team": scope.team}
    users, sessions, events, up, down = rows(connection, named_sql(__package__, "numbers"), asked)[
        0
    ]
    return Numbers(users=users, sessions=sessions, events=events, bytes_up=up, bytes_down=down)


def teams_of(place: Workspace) -> list[str]:
    """Those that were seen, or that the people file names; none where nothing was scanned."""
    if not place.derived.exists():
        return []
    with reading_tables(place) as connection:
        return known_teams(connection)


def known_teams(connection: duckdb.DuckDBPyConnection) -> list[str]:
    return [team for (team,) in rows(connection, named_sql(__package__, "known_teams"))]


@dataclass(frozen=True, slots=True)
class Decided:
    table: Table
    history: History


def decisions(place: Workspace, rules: RuleSet) -> Decided:
    """Every decision, the latest first, beside what its scope comes to now (S19)."""
    history = ledger_of(place).read()
    found = ruled(history.entries)
    now: dict[tuple[Any, ...], Numbers | None] = {}
    if place.derived.exists():
        with reading(place) as connection:
            now = {r.decision.scope: _counted(connection, r.decision) for r in found}
    known = set(rules.services)
    lines = [_line(one, now.get(one.decision.scope), known) for one in reversed(found)]
    return Decided(Table(COLUMNS, lines), history)


def _line(one: Ruled, now: Numbers | None, known: set[str]) -> tuple[Any, ...]:
    d, then = one.decision, one.decision.numbers
    present = (None, None, None) if now is None else (now.users, now.sessions, now.bytes_up)
    return (
        *(d.time, d.service, d.status, one.state, d.plan, d.team, d.reason, d.owner, d.until),
        *(d.measure, d.review, then.users, then.sessions, then.bytes_up, *present),
        *(d.rule_digest, d.writer, f"{one.file}:{one.line}", one.intact, d.service in known),
    )


def ledger_log(place: Workspace) -> Decided:
    """Every entry by time, of whatever kind."""
    history = ledger_of(place).read()
    return Decided(Table(_LOG, [_logged(read) for read in history.entries]), history)


def _logged(read: Read) -> tuple[Any, ...]:
    entry = read.entry
    kind, subject, said, reason = type(entry).__name__.lower(), "", "", ""
    if isinstance(entry, Decision):
        scope = filter(None, (entry.team, entry.plan and f"plan {entry.plan}"))
        subject, reason = " for ".join([entry.service, *scope]), entry.reason
        said = entry.status
    elif isinstance(entry, Answer):
        subject, reason = f"{entry.finding} ({entry.policy})", entry.reason
        said = "reopened" if entry.reopened else "answered"
    elif isinstance(entry, Reveal):
        subject, reason = entry.pseudonym, entry.reason
        said = "shown" if entry.found else "not found"
    place = f"{read.file}:{read.line}"
    return entry.time, entry.writer, kind, subject, said, reason, place, read.intact


def verified(place: Workspace) -> History:
    """The ledger as it stands; where all of it is as it was written, the workspace notes so."""
    ledger = ledger_of(place)
    history = ledger.read()
    ledger.remember(history)
    return history
