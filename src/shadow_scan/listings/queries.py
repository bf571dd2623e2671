"""Runs a listing over the derived tables of a workspace: screens and command line ask here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from shadow_scan.errors import UsageError
from shadow_scan.filters import Filter
from shadow_scan.findings.folding import fold
from shadow_scan.findings.standing import fill
from shadow_scan.settings import load_settings
from shadow_scan.sharing import shared
from shadow_scan.store.answers import NO_FILTER, answered, plain_value, prepare, time_text
from shadow_scan.store.database import named_sql, opened, rows
from shadow_scan.vocabulary import Activity, Listing, Table
from shadow_scan.workspace import Workspace

__all__ = [
    "answered",
    "listing",
    "plain_value",
    "reading",
    "reading_tables",
    "time_text",
    "totals",
]


def must_be_derived(place: Workspace) -> None:
    """Raises UsageError when nothing has been scanned yet, or the first scan has not ended."""
    if not place.derived.exists():
        remedy = "run `shadow-scan scan PATH`, or `shadow-scan demo` for the sample company"
        if holder := place.scan_holder():
            remedy = f"wait until the scan that is running ({holder}) has ended"
        raise UsageError("no logs have been read yet", where=str(place.path), remedy=remedy)


@contextmanager
def _derived(place: Workspace) -> Iterator[duckdb.DuckDBPyConnection]:
    must_be_derived(place)
    with opened(place.derived, read_only=True, threads=1) as connection:
        yield connection


@contextmanager
def reading_tables(place: Workspace) -> Iterator[duckdb.DuckDBPyConnection]:
    """The derived tables, with the macros of listings; rulings and findings are not worked out.

    Raises UsageError when nothing has been scanned yet.
    """
    with _derived(place) as connection:
        prepare(connection)
        yield connection


@contextmanager
def reading(place: Workspace) -> Iterator[duckdb.DuckDBPyConnection]:
    """The derived tables, with the macros of listings and the temporary tables `rulings` and
    `findings` as they stand today; small teams are one where the answer is `shared`.

    Raises UsageError when nothing has been scanned yet.
    """
    with reading_tables(place) as connection:
        fill(connection, place)
        if shared.get():
            fold(connection, load_settings(place.settings).smallest_team)
        yield connection


def listing(
    place: Workspace,
    what: Listing,
    activity: Activity = Activity.PEOPLE,
    asked: Filter = NO_FILTER,
) -> Table:
    """A listing, narrowed by a filter. Raises UsageError for a term that it cannot answer."""
    with reading(place) as connection:
        return answered(connection, named_sql(__package__, what), activity, asked)


def totals(place: Workspace) -> dict[str, int]:
    """AI events, services and users of all activities: what a scan ends with. Rulings and findings
    have no say in them, and are not worked out."""
    with _derived(place) as connection:
        ((events, services, users),) = rows(connection, named_sql(__package__, "totals"))
    return {"ai_events": events, "services": services, "users": users}


def unfinished(place: Workspace) -> list[tuple[str, bool]]:
    """Sources that were not read to their end when the tables were made; whether each is live."""
    asked = """
        SELECT source_file, coalesce(format = 'live', false) FROM sources WHERE status = 'reading'
        ORDER BY source_file
    """
    with _derived(place) as connection:
        return [(name, live) for name, live in rows(connection, asked)]
