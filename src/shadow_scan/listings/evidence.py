"""The requests behind a figure, down to file and line; texts stand in the facts alone."""

from __future__ import annotations

from shadow_scan.listings.queries import plain_value
from shadow_scan.store.database import named_sql, opened, rows
from shadow_scan.vocabulary import Table
from shadow_scan.workspace import Workspace

MOST = 100_000
"""More lines than this are cut: nobody reads them, and the first one says that there are more."""


def evidence(
    place: Workspace, service: str, team: str | None = None, since: str | None = None
) -> Table:
    """Requests of a service, the newest first, at most `MOST`; `since` is a day (UTC).

    Raises LockedError while a scan writes the facts.
    """
    asked = {"service": service, "team": team, "since": since, "most": MOST}
    with opened(place.derived, read_only=True, beside=[place.facts]) as connection:
        found = rows(connection, named_sql(__package__, "evidence"), asked)
        columns = tuple(column[0] for column in connection.description or ())
    return Table(columns, [tuple(plain_value(value) for value in row) for row in found])
