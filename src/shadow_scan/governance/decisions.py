"""What somebody wants to decide, checked word by word before it goes into the ledger."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import get_args

from shadow_scan.console import visible
from shadow_scan.errors import UsageError
from shadow_scan.governance.entries import Decision, Status
from shadow_scan.governance.rulings import today

STATUSES: tuple[Status, ...] = get_args(Status)
LONGEST_TEXT = 2000


@dataclass(frozen=True, slots=True)
class Proposal:
    """A decision as somebody typed it."""

    service: str
    status: str
    reason: str
    plan: str | None = None
    team: str | None = None
    owner: str | None = None
    until: str | None = None
    measure: str | None = None
    review: str | None = None


def checked(
    asked: Proposal, services: Mapping[str, str], teams: Collection[str], on: date | None = None
) -> Decision:
    """The decision, still without its numbers. `services` are id -> name; `teams` are those that
    are known (none: nothing is known of teams). Raises UsageError with the nearest word."""
    status = _status(asked.status)
    day = on or today()
    until = _day(asked.until, "--until", day)
    if status == "tolerated" and until is None:
        remedy = "say until when: --until 2027-03-31"
        raise UsageError("'tolerated' needs an end", where="--until", remedy=remedy)
    return Decision(
        service=known_service(asked.service, services),
        status=status,
        reason=text(asked.reason, "--reason") or _missing("--reason"),
        plan=text(asked.plan, "--plan"),
        team=known_team(asked.team, teams),
        owner=text(asked.owner, "--owner"),
        until=until,
        measure=text(asked.measure, "--measure"),
        review=_day(asked.review, "--review", day),
    )


def known_service(word: str, services: Mapping[str, str]) -> str:
    """The id of a service by its id or its name. Raises UsageError with the nearest ones."""
    folded = word.strip().lower()
    by_name = {name.lower(): service for service, name in services.items()}
    found = folded if folded in services else by_name.get(folded)
    if found is None:
        near = difflib.get_close_matches(folded, [*services, *by_name], n=2)
        ids = list(dict.fromkeys(by_name.get(name, name) for name in near))
        remedy = f"did you mean {' or '.join(ids)}?" if ids else "`shadow-scan rules list` has them"
        raise UsageError(f"no service '{visible(word[:60])}'", where="SERVICE", remedy=remedy)
    return found


def known_team(word: str | None, teams: Collection[str], option: str = "--team") -> str | None:
    """The team as it is spelled elsewhere. Raises UsageError with the nearest one."""
    team = text(word, option)
    if team is None or not teams:
        return team
    spelled = {name.casefold(): name for name in teams}
    if team.casefold() in spelled:
        return spelled[team.casefold()]
    near = difflib.get_close_matches(team.casefold(), list(spelled), n=1)
    listed = ", ".join(sorted(teams)[:12])
    remedy = f"did you mean '{spelled[near[0]]}'?" if near else f"teams are {listed}"
    raise UsageError(f"no team '{visible(team[:60])}'", where=option, remedy=remedy)


def text(value: str | None, option: str) -> str | None:
    """One line of text without anything that a terminal obeys; None where there is none."""
    bare = (value or "").strip()
    if len(bare) > LONGEST_TEXT:
        raise UsageError(f"more than {LONGEST_TEXT:,} characters", where=option)
    if not bare.isprintable():
        remedy = "write it in one line, without control characters"
        raise UsageError("a character that is no text", where=option, remedy=remedy)
    return bare or None


def _missing(option: str) -> str:
    raise UsageError("a reason is missing", where=option, remedy=f'say why: {option} "..."')


def _status(word: str) -> Status:
    for status in STATUSES:
        if word.strip().lower() == status:
            return status
    near = difflib.get_close_matches(word.lower(), STATUSES, n=1)
    said = f"did you mean '{near[0]}'? " if near else ""
    remedy = f"{said}it is one of {', '.join(STATUSES)}"
    raise UsageError(f"no status '{visible(word[:40])}'", where="STATUS", remedy=remedy)


def _day(value: str | None, option: str, on: date) -> str | None:
    if value is None or not value.strip():
        return None
    try:
        day = date.fromisoformat(value.strip())
    except ValueError:
        remedy = "write a day as 2027-03-31"
        raise UsageError(
            f"'{visible(value[:40])}' is no day", where=option, remedy=remedy
        ) from None
    if day < on:
        remedy = "name a day that is still to come"
        raise UsageError(f"{day.isoformat()} is over", where=option, remedy=remedy)
    return day.isoformat()
