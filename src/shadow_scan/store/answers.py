"""Asks the derived tables: a statement, narrowed by a filter, and its rows as plain values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import duckdb

from shadow_scan.filters import Filter, compiled
from shadow_scan.store.database import named_sql, rows, scalar
from shadow_scan.vocabulary import Activity, Table

_MICROSECONDS = "%Y-%m-%dT%H:%M:%S.%fZ"
_RELATION = re.compile(r"\b(?:FROM|JOIN)\s+(usage|sessions)\b", re.IGNORECASE)
_PARAMETER = re.compile(r"\$(\w+)")
_BATCH = 2048
_KNOWN = 10_000
"""Texts that are remembered: names of teams come again, those of sessions do not."""
NO_FILTER = Filter()
_NOTHING_GIVEN: Mapping[str, Any] = {}


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """The macros of all questions, and empty tables for rulings, findings and licences."""
    for name in ("macros", "rulings", "findings"):
        connection.execute(named_sql(__package__, name))
    # by the name of the database: a bare `main` would be that of the temporary tables
    catalog = f'"{scalar(connection, "SELECT current_database()")}"'
    connection.execute(named_sql(__package__, "views").format(catalog=catalog))
    connection.execute(named_sql(__package__, "licensed"))


def time_text(moment: datetime) -> str:
    return moment.strftime(_MICROSECONDS)


def plain_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return time_text(value)
    return value.isoformat() if isinstance(value, date) else value


def answered(
    connection: duckdb.DuckDBPyConnection,
    sql: str,
    activity: Activity,
    asked: Filter = NO_FILTER,
    given: Mapping[str, Any] = _NOTHING_GIVEN,
) -> Table:
    """The rows of a statement that may read `usage`, `sessions`, `$activity` and what is `given`;
    the filter narrows those two before they are counted, and what comes out after."""
    return fetched(connection, *_asked(connection, sql, activity, asked, given))


def fetched(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: Mapping[str, Any]
) -> Table:
    """All rows as plain values, a batch at a time; a text that stands in many rows is kept once."""
    connection.execute(sql, dict(parameters) or None)
    columns = tuple(column[0] for column in connection.description or ())
    found: list[tuple[Any, ...]] = []
    known: dict[str, str] = {}
    while batch := connection.fetchmany(_BATCH):
        found += [tuple([_kept(plain_value(value), known) for value in row]) for row in batch]
    return Table(columns, found)


def _kept(value: Any, known: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_kept(one, known) for one in value]
    if not isinstance(value, str):
        return value
    return known.setdefault(value, value) if len(known) < _KNOWN else known.get(value, value)


def stored(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    sql: str,
    activity: Activity,
    asked: Filter = NO_FILTER,
    given: Mapping[str, Any] = _NOTHING_GIVEN,
) -> None:
    """The same answer, kept as a temporary table for further questions."""
    statement, parameters = _asked(connection, sql, activity, asked, given)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {statement}", parameters)


def _asked(
    connection: duckdb.DuckDBPyConnection,
    sql: str,
    activity: Activity,
    asked: Filter,
    given: Mapping[str, Any],
) -> tuple[str, dict[str, Any]]:
    bindable = {"activity": activity.value, **given}
    parameters = {name: bindable[name] for name in _PARAMETER.findall(sql) if name in bindable}
    if not asked:
        return sql, parameters
    statement, more = narrowed(connection, sql, parameters, asked)
    return statement, parameters | more


def narrowed(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: dict[str, Any], asked: Filter
) -> tuple[str, dict[str, Any]]:
    """The statement, filtered in what it reads and what it yields, and the filter's values."""
    relations = sorted({name.lower() for name in _RELATION.findall(sql)})
    described = rows(connection, f"DESCRIBE {sql}", parameters)
    answer = compiled(asked, relations, [row[0] for row in described])
    tables = [
        f"{relation} AS (SELECT * FROM all_{relation} AS {relation} WHERE {condition})"
        for relation, condition in answer.rows.items()
    ]
    with_tables = f"WITH {', '.join(tables)} " if tables else ""
    return f"{with_tables}SELECT * FROM ({sql}) WHERE {answer.result}", answer.parameters
