"""One session in words: whose work it is, which task, how sure, and by what evidence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from shadow_scan.listings.queries import plain_value, reading
from shadow_scan.store.database import named_sql, rows
from shadow_scan.vocabulary import some
from shadow_scan.workspace import Workspace


def session_lines(place: Workspace, session: str) -> list[str]:
    """The trace of a session as `explain` prints it; empty where there is none of this name."""
    with reading(place) as connection:
        found = rows(connection, named_sql(__package__, "session_named"), {"session": session})
        columns = [column[0] for column in connection.description or ()]
    return [line for row in found for line in _lines(dict(zip(columns, row, strict=True)))]


def _lines(session: dict[str, Any]) -> Iterator[str]:
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
