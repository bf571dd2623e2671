"""Runs a listing over the derived tables of a workspace: screens and command line ask here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import duckdb

from shadow_scan.errors import UsageError
from shadow_scan.filters import Filter, compiled
from shadow_scan.governance.opening import ledger_of
from shadow_scan.governance.rulings import in_force
from shadow_scan.store.database import named_sql, opened, rows
from shadow_scan.vocabulary import Activity, Listing, Table
from shadow_scan.workspace import Workspace

_MICROSECONDS = "%Y-%m-%dT%H:%M:%S.%fZ"
_RELATION = re.compile(r"\b(?:FROM|JOIN)\s+(usage|sessions)\b", re.IGNORECASE)
_PARAMETER = re.compile(r"\$(\w+)")
_NO_FILTER = Filter()
_NOTHING_GIVEN: Mapping[str, Any] = {}


def time_text(moment: datetime) -> str:
    return moment.strftime(_MICROSECONDS)


@contextmanager
def reading(place: Workspace) -> Iterator[duckdb.DuckDBPyConnection]:
    """The derived tables, with the macros of listings and the temporary table `rulings`.

    Raises UsageError when nothing has been scanned yet.
    """
    if not place.derived.exists():
        raise UsageError(
            "no logs have been read yet",
            where=str(place.path),
            remedy="run `shadow-scan scan PATH`, or `shadow-scan demo` for the sample company",
        )
    with opened(place.derived, read_only=True) as connection:
        connection.execute(named_sql(__package__, "macros"))
        connection.execute(named_sql(__package__, "rulings"))
        _fill_rulings(connection, place)
        yield connection


def _fill_rulings(connection: duckdb.DuckDBPyConnection, place: Workspace) -> None:
    held = [ruled.decision for ruled in in_force(ledger_of(place).read().entries)]
    if held:
        lines = [[d.service, d.status, d.plan, d.team, d.until, d.owner] for d in held]
        connection.executemany("INSERT INTO rulings VALUES ($1, $2, $3, $4, $5, $6)", lines)


def listing(
    place: Workspace,
    what: Listing,
    activity: Activity = Activity.PEOPLE,
    asked: Filter = _NO_FILTER,
) -> Table:
    """A listing, narrowed by a filter. Raises UsageError for a term that it cannot answer."""
    with reading(place) as connection:
        return answered(connection, named_sql(__package__, what), activity, asked)


def answered(
    connection: duckdb.DuckDBPyConnection,
    sql: str,
    activity: Activity,
    asked: Filter = _NO_FILTER,
    given: Mapping[str, Any] = _NOTHING_GIVEN,
) -> Table:
    """The rows of a statement that may read `usage`, `sessions`, `$activity` and what is `given`;
    the filter narrows those two before they are counted, and what comes out after."""
    bindable = {"activity": activity.value, **given}
    parameters = {name: bindable[name] for name in _PARAMETER.findall(sql) if name in bindable}
    if asked:
        sql, more = _narrowed(connection, sql, parameters, asked)
        parameters |= more
    found = rows(connection, sql, parameters)
    columns = tuple(column[0] for column in connection.description or ())
    return Table(columns, [tuple(plain_value(value) for value in row) for row in found])


def _narrowed(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: dict[str, Any], asked: Filter
) -> tuple[str, dict[str, Any]]:
    relations = sorted({name.lower() for name in _RELATION.findall(sql)})
    described = rows(connection, f"DESCRIBE {sql}", parameters)
    answer = compiled(asked, relations, [row[0] for row in described])
    tables = [
        f"{relation} AS (SELECT * FROM main.{relation} AS {relation} WHERE {condition})"
        for relation, condition in answer.rows.items()
    ]
    with_tables = f"WITH {', '.join(tables)} " if tables else ""
    return f"{with_tables}SELECT * FROM ({sql}) WHERE {answer.result}", answer.parameters


def plain_value(value: Any) -> Any:
    return time_text(value) if isinstance(value, datetime) else value
