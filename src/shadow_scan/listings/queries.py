"""Runs a listing over the derived tables of a workspace: screens and command line ask here."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from shadow_scan.errors import UsageError
from shadow_scan.store.database import named_sql, opened, rows
from shadow_scan.vocabulary import Activity, Listing, Table

_MICROSECONDS = "%Y-%m-%dT%H:%M:%S.%fZ"


def time_text(moment: datetime) -> str:
    return moment.strftime(_MICROSECONDS)


def listing(derived: Path, what: Listing, activity: Activity = Activity.PEOPLE) -> Table:
    """A listing over the derived tables. Raises UsageError when nothing has been scanned yet."""
    if not derived.exists():
        raise UsageError(
            "no logs have been read yet",
            where=str(derived.parent),
            remedy="run `shadow-scan scan PATH`, or `shadow-scan demo` for the sample company",
        )
    with opened(derived, read_only=True) as connection:
        connection.execute(named_sql(__package__, "macros"))
        sql = named_sql(__package__, what)
        parameters = {"activity": activity.value} if "$activity" in sql else ()
        found = rows(connection, sql, parameters)
        columns = tuple(column[0] for column in connection.description or ())
    return Table(columns, [tuple(plain_value(value) for value in row) for row in found])


def plain_value(value: Any) -> Any:
    return time_text(value) if isinstance(value, datetime) else value
