"""What `explain` says of what was seen: whose work a session is, which task, how sure, and by what
evidence; and why a host of no rule behaves like an AI service."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from shadow_scan.listings.queries import plain_value, reading_tables
from shadow_scan.store.database import named_sql, rows
from shadow_scan.vocabulary import some
from shadow_scan.workspace import Workspace


def session_lines(place: Workspace, session: str) -> list[str]:
    """Empty where there is none of this name."""
    return [line for found in _named(place, "session", session) for line in _session(found)]


def candidate_lines(place: Workspace, host: str) -> list[str]:
    """Empty where nothing speaks for it."""
    return [line for found in _named(place, "candidate", host) for line in _candidate(found)]


def _named(place: Workspace, what: str, name: str) -> list[dict[str, Any]]:
    with reading_tables(place) as connection:
        found = rows(connection, named_sql(__package__, f"{what}_named"), {"name": name})
        columns = [column[0] for column in connection.description or ()]
    return [dict(zip(columns, row, strict=True)) for row in found]


def _candidate(found: dict[str, Any]) -> Iterator[str]:
    begin, end = plain_value(found["first_time"]), plain_value(found["last_time"])
    yield f"  score    {found['score']} as a candidate: from 0.5 on it is more likely one than not"
    used = f"{some(found['events'], 'event')} of {some(found['users'], 'user')}"
    yield f"  seen     {used}, {begin} to {end}"
    yield from (f"  sign     {reason}" for reason in found["reasons"])


def _session(session: dict[str, Any]) -> Iterator[str]:
    begin, end = plain_value(session["first_time"]), plain_value(session["last_time"])
    yield f"  session  {session['session']}: {some(session['events'], 'event')}, {begin} to {end}"
    yield f"  service  {session['service']}, by {session['identity']} of {session['team']}"
    yield f"  activity {session['activity']}"
    sure = session["confidence"]
    yield f"  task     {session['task']}" + (
        "" if sure is None else f", {session['tier']} ({sure:.0%} sure)"
    )
    for name in ("account", "plan", "surface"):
        if session[name] is not None:
            yield f"  {name:<8} {session[name]}"
    yield from (f"  evidence {reason}" for reason in session["reasons"])
