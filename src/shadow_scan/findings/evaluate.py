"""Runs policies over the derived tables. The caller has filled `rulings` (and `decided`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import duckdb

from shadow_scan.errors import UsageError
from shadow_scan.filters import Filter, parse
from shadow_scan.findings.matches import Match, match_of
from shadow_scan.governance.rulings import Ruled
from shadow_scan.rules.policies import Policies, Policy
from shadow_scan.store.answers import narrowed, plain_value
from shadow_scan.store.database import named_sql, rows

_RULED = {"ruling": "unreviewed", "days_ruled": "", "company_plan": "no"}
_TOOLS = {"bypass": "no"}
"""Terms that only a ruling, or a ruling or a licence, makes other than this."""
_Coverage = dict[tuple[str, str | None], list[str]]


def evaluated(
    connection: duckdb.DuckDBPyConnection, policies: Policies, decided: Sequence[Ruled], on: date
) -> list[Match]:
    """Everything that the policies find, in the order of their ids. Raises UsageError for a
    policy that cannot be answered."""
    connection.execute(named_sql(__package__, "seen_in"))
    try:
        _write_decided(connection, decided, on)
        unsaid = _unsaid(connection)
        left = [
            (policy, _left(policy, _parsed(policy), unsaid, decided))
            for policy in policies.by_id.values()
        ]
        coverage = _coverage(connection)
        described: dict[str, list[str]] = {}
        return [
            match_of(policy, record, coverage.get((record["service"], record["team"]), []))
            for policy, asked in left
            if asked is not None
            for record in _found(connection, policy, asked, described)
        ]
    finally:
        connection.execute("DROP TABLE IF EXISTS seen_in")
        connection.execute("DROP TABLE IF EXISTS decided")


def _unsaid(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The terms that are the same for everything, since nobody has ruled or licensed anything."""
    if _has(connection, "FROM rulings"):
        return {}
    return _RULED if _has(connection, "FROM licensed") else {**_RULED, **_TOOLS}


def _left(
    policy: Policy, asked: Filter, unsaid: dict[str, str], decided: Sequence[Ruled]
) -> Filter | None:
    """What is left to ask of the tables. None where nothing can fit, since it asks for rulings,
    tools or decisions and there are none: to plan that takes longer than all else, and most
    workspaces begin that way."""
    if policy.about == "decisions":
        return asked if decided else None
    return asked.where(unsaid) if policy.about == "use" else asked


def _has(connection: duckdb.DuckDBPyConnection, what: str) -> bool:
    return bool(rows(connection, f"SELECT 1 {what} LIMIT 1"))


def _parsed(policy: Policy) -> Filter:
    try:
        return parse(policy.filter)
    except UsageError as error:
        raise _unanswerable(policy, error) from None


def _unanswerable(policy: Policy, error: UsageError) -> UsageError:
    what = f"the policy '{policy.id}' cannot be asked: {error.what}"
    return UsageError(what, where=f"filter = '{policy.filter}'", remedy=error.remedy)


def _found(
    connection: duckdb.DuckDBPyConnection,
    policy: Policy,
    asked: Filter,
    described: dict[str, list[str]],
) -> Iterator[dict[str, Any]]:
    """The groups that a policy finds, as records with plain values."""
    try:
        sql, parameters = _statement(connection, policy, asked, described)
    except UsageError as error:
        raise _unanswerable(policy, error) from None
    for row in rows(connection, sql, parameters):
        columns = [column[0] for column in connection.description or ()]
        yield dict(zip(columns, map(plain_value, row), strict=True))


def _statement(
    connection: duckdb.DuckDBPyConnection,
    policy: Policy,
    asked: Filter,
    described: dict[str, list[str]],
) -> tuple[str, dict[str, Any]]:
    name = policy.each if policy.about == "use" else policy.about
    base = named_sql(__package__, name)
    given: dict[str, Any] = {"activity": "people", "by_team": policy.by == "team"}
    known = {key: value for key, value in given.items() if f"${key}" in base}
    sql, more = narrowed(connection, base, known, asked, described)
    if name in ("session", "day"):
        sql = named_sql(__package__, "gathered").format(each=sql)
    return f"{sql} ORDER BY users DESC, events DESC, service, team", {**known, **more}


def _coverage(connection: duckdb.DuckDBPyConnection) -> _Coverage:
    """What each finding cannot claim, in words."""
    return {
        (service, team): [f"seen in {sources} source{'s' * (sources != 1)}", *(blind or ())]
        for service, team, sources, blind in rows(connection, named_sql(__package__, "coverage"))
    }


def _write_decided(
    connection: duckdb.DuckDBPyConnection, decided: Sequence[Ruled], on: date
) -> None:
    connection.execute(named_sql(__package__, "decided"))
    lines = [
        [place, d.service, d.team, d.plan, d.status, d.owner, d.until, d.review,
         _days(d.until, on), _days(d.review, on)]
        for place, d in enumerate(ruled.decision for ruled in decided)
    ]  # fmt: skip
    if lines:
        marks = ", ".join(f"${at}" for at in range(1, 11))
        connection.executemany(f"INSERT INTO decided VALUES ({marks})", lines)


def _days(day: str | None, on: date) -> int | None:
    return None if day is None else (date.fromisoformat(day) - on).days
