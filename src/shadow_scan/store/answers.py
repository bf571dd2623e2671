"""Asks the derived tables: a statement, narrowed by a filter, and its rows as plain values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from operator import itemgetter
from typing import Any

import duckdb

from shadow_scan.filters import Filter, compiled
from shadow_scan.store.database import named_sql, rows, scalar
from shadow_scan.vocabulary import Activity, Table

_RELATION = re.compile(r"\b(?:FROM|JOIN)\s+(usage|sessions)\b", re.IGNORECASE)
_PARAMETER = re.compile(r"\$(\w+)")
_BATCH = 2048
_KNOWN = 10_000
"""Texts that are remembered: names of teams come again, those of sessions do not."""
NO_FILTER = Filter()
MOST = 100_000
"""Rows of a long answer that are shown: nobody reads further, and how many there are is said."""
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
    return f"{moment.isoformat(timespec='microseconds')}Z"


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
    described = connection.description or []
    plain = [_plain(str(column[1])) for column in described]
    found: list[tuple[Any, ...]] = []
    while batch := connection.fetchmany(_BATCH):
        columns = zip(plain, zip(*batch, strict=True), strict=True)
        found += zip(*(turned(column) for turned, column in columns), strict=True)
    return Table(tuple(column[0] for column in described), found)


Turned = Callable[[Sequence[Any]], Iterable[Any]]


def _plain(kind: str) -> Turned:
    """What turns a batch of a column of this type into plain values."""
    if kind in ("VARCHAR", "VARCHAR[]"):
        known: dict[str, str] = {}
        return partial(_kept if kind == "VARCHAR" else _kept_lists, known)
    if kind in ("DATE", "TIMESTAMP"):
        return partial(map, plain_value)
    return iter


def _kept(known: dict[Any, Any], column: Sequence[str | None]) -> Iterable[str | None]:
    remembered = known.setdefault if len(known) < _KNOWN else known.get
    return map(remembered, column, column)


def _kept_lists(known: dict[Any, Any], column: Sequence[Any]) -> Iterable[Any]:
    return [value and list(_kept(known, value)) for value in column]


def newest(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: Mapping[str, Any], by: str,
    then: str, most: int,
) -> tuple[Table, int]:  # fmt: skip
    """The newest `most` rows of a statement without an order of its own, by a time and then by
    another column, and how many rows there are; lists come as one text each.

    The database neither sorts nor holds them: wide rows that it sorts take it many times the memory
    of the answer.
    """
    total = scalar(connection, f"SELECT count(*) FROM ({sql})", dict(parameters))
    wanted = f"SELECT {_as_texts(connection, sql, parameters)} FROM ({sql})"
    if total > most:
        times = f"SELECT {by} FROM ({sql}) ORDER BY {by} DESC LIMIT {most}"
        wanted += f" WHERE {by} >= (SELECT min({by}) FROM ({times}))"
    table = fetched(connection, wanted, parameters)
    found = list(table.rows)
    for name, turned in ((then, False), (by, True)):
        at = table.columns.index(name)
        found.sort(key=itemgetter(at), reverse=turned)
    return Table(table.columns, found[:most]), total


_TEXTS = {
    "TIMESTAMP": "strftime({0}, '%Y-%m-%dT%H:%M:%S.%fZ') AS {0}",
    "DATE": "strftime({0}, '%Y-%m-%d') AS {0}",
    "VARCHAR[]": "array_to_string({0}, '; ') AS {0}",
}


def _as_texts(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: Mapping[str, Any]
) -> str:
    """All columns, those as texts that would have to be made texts one by one."""
    described = rows(connection, f"DESCRIBE {sql}", dict(parameters))
    texts = [_TEXTS[kind].format(f'"{name}"') for name, kind, *_ in described if kind in _TEXTS]
    return f"* REPLACE ({', '.join(texts)})" if texts else "*"


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
    return narrowed(connection, sql, parameters, asked)


def narrowed(
    connection: duckdb.DuckDBPyConnection,
    sql: str,
    parameters: dict[str, Any],
    asked: Filter,
    described: dict[str, list[str]] | None = None,
) -> tuple[str, dict[str, Any]]:
    """The statement, filtered in what it reads and what it yields, and all values to bind. A filter
    that asks for an activity is asked of all, whatever else would be shown.
    `described` remembers the columns of a statement for whoever narrows it again and again."""
    if "activity" in parameters and asked.names("activity"):
        parameters = {**parameters, "activity": Activity.ALL.value}
    relations = sorted({name.lower() for name in _RELATION.findall(sql)})
    described = {} if described is None else described
    if sql not in described:
        described[sql] = [row[0] for row in rows(connection, f"DESCRIBE {sql}", parameters)]
    answer = compiled(asked, relations, described[sql])
    tables = [
        f"{relation} AS (SELECT * FROM all_{relation} AS {relation} WHERE {condition})"
        for relation, condition in answer.rows.items()
    ]
    with_tables = f"WITH {', '.join(tables)} " if tables else ""
    statement = f"{with_tables}SELECT * FROM ({sql}) WHERE {answer.result}"
    return statement, {**parameters, **answer.parameters}
