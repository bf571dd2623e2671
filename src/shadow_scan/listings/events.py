"""Stored events with their texts: all of them in pieces, or the one that FILE:LINE names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shadow_scan.errors import UsageError
from shadow_scan.listings.queries import must_be_derived
from shadow_scan.store.database import named_sql, opened, rows
from shadow_scan.store.sources import is_meant
from shadow_scan.vocabulary import Table
from shadow_scan.workspace import Workspace

_PIECE_ROWS = 50_000


def stored_events(facts: Path) -> Iterator[Table]:
    """Tables of at most 50,000 events; the first comes even when there are none."""
    with opened(facts, read_only=True) as connection:
        reader = connection.sql(named_sql(__package__, "events")).to_arrow_reader(_PIECE_ROWS)
        columns = tuple(reader.schema.names)
        yield Table(columns, [])
        for batch in reader:
            values = [column.to_pylist() for column in batch.columns]
            yield Table(columns, list(zip(*values, strict=True)))


def event_at(place: Workspace, file: str, line: int) -> dict[str, Any]:
    """The event of a line, with identity, team and how it is known (None where no AI host is), and
    `sessions`: the names of those that it belongs to, one at most; `again_at` is file and line of
    the record that counts, where the log wrote it again.

    `file` is a source's path or its end. Raises UsageError when none or several are meant.
    """
    must_be_derived(place)
    with opened(place.derived, read_only=True, beside=[place.facts]) as connection:
        known = rows(connection, "SELECT source_id, source_file FROM facts.sources ORDER BY 1")
        found = [(number, name) for number, name in known if is_meant(name, file)]
        sql, its_session = named_sql(__package__, "event_at"), named_sql(__package__, "session_of")
        events = []
        for number, name in found:
            asked = {"source_id": number, "line": line}
            result = rows(connection, sql, asked)
            columns = [column[0] for column in connection.description or ()]
            more = {
                "source": name,
                "sessions": [row[0] for row in rows(connection, its_session, asked)],
            }
            events += [{**dict(zip(columns, row, strict=True)), **more} for row in result]
    return _only_one(events, file, line)


def _only_one(events: list[dict[str, Any]], file: str, line: int) -> dict[str, Any]:
    where = f"{file}:{line}"
    if not events:
        remedy = "`shadow-scan sources` lists the files; skipped and rejected lines are no events"
        raise UsageError("no stored event is there", where=where, remedy=remedy)
    if len(events) > 1:
        choices = ", ".join(f"{event['source']} ({event['event_time']})" for event in events)
        raise UsageError("several sources have this line", where=where, remedy=f"one of: {choices}")
    return events[0]
