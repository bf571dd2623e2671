"""Runs the tests that policy files carry, each over tables of its own in memory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import duckdb

from shadow_scan.errors import UsageError
from shadow_scan.findings.evaluate import evaluated
from shadow_scan.findings.standing import fill_rulings
from shadow_scan.governance.entries import Decision
from shadow_scan.governance.rulings import Ruled
from shadow_scan.rules.policies import Policies, Policy, PolicyTest, TestRuling, TestUse
from shadow_scan.store.answers import prepare
from shadow_scan.store.database import named_sql

_TODAY = date(2026, 6, 30)


def selftest(policies: Policies) -> list[str]:
    """What fails, a line each, with the file."""
    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        connection.execute(named_sql(__package__, "selftest"))
        prepare(connection)
        return [
            f"{policies.files[name]}: {failure}"
            for name, policy in policies.by_id.items()
            for failure in _failures(connection, policy)
        ]


def _failures(connection: duckdb.DuckDBPyConnection, policy: Policy) -> Iterator[str]:
    for test in policy.tests:
        try:
            found = _found(connection, policy, test)
        except UsageError as error:
            yield f"{test.name}: {error.what}"
            return
        if found != sorted(test.finds):
            wanted = ", ".join(sorted(test.finds)) or "nothing"
            yield f"{test.name}: should find {wanted}, and finds {', '.join(found) or 'nothing'}"


def _found(connection: duckdb.DuckDBPyConnection, policy: Policy, test: PolicyTest) -> list[str]:
    connection.begin()
    try:
        _write(connection, test)
        decided = [_ruled(ruling) for ruling in test.rulings]
        fill_rulings(connection, [one for one in decided if one.state == "in force"])
        only = Policies({policy.id: policy}, {policy.id: ""})
        matches = evaluated(connection, only, decided, _TODAY)
    finally:
        connection.rollback()
    return sorted("/".join(filter(None, (m.service, m.team, m.host))) for m in matches)


def _write(connection: duckdb.DuckDBPyConnection, test: PolicyTest) -> None:
    begin = datetime.combine(_TODAY, datetime.min.time()) - timedelta(days=test.recorded_days)
    _insert(connection, "sources", [[1, "test.log", "test", begin, datetime.combine(
        _TODAY, datetime.min.time())]])  # fmt: skip
    _insert(connection, "coverage", [["test.log", 1, _TODAY, []]])
    services = {use.service: use for use in test.use}
    _insert(connection, "services", [[name, name, use.category, use.trains, use.region,
        use.agreement] for name, use in services.items()])  # fmt: skip
    for use in test.use:
        _insert(connection, "usage", [_usage(use, day) for day in _days(use)])
        _insert(connection, "requests", [[1, use.service, use.team]])
        sessions = [_session(use, day) for day in _days(use)] if use.events else []
        _insert(connection, "sessions", sessions)
    _insert(connection, "licensed", [[held.service, held.user, held.team, held.everyone]
                                     for held in test.licences])  # fmt: skip
    unknown = [None] * 4
    _insert(connection, "candidates", [[c.host, c.score, c.users, c.events, *unknown]
                                       for c in test.candidates])  # fmt: skip


def _insert(connection: duckdb.DuckDBPyConnection, table: str, lines: list[list[Any]]) -> None:
    if lines:
        marks = ", ".join(f"${at}" for at in range(1, len(lines[0]) + 1))
        connection.executemany(f"INSERT INTO {table} VALUES ({marks})", lines)


def _days(use: TestUse) -> list[date]:
    return [_TODAY - timedelta(days=use.days_ago + back) for back in range(use.days)]


def _usage(use: TestUse, day: date) -> list[Any]:
    begin = datetime.combine(day, datetime.min.time())
    return [
        use.service, use.team, use.user, use.user_kind, day, use.activity, use.task, use.account,
        use.plan, use.surface, use.events, use.events, use.blocked, use.bytes_up, None,
        begin, begin, 3,
    ]  # fmt: skip


def _session(use: TestUse, day: date) -> list[Any]:
    begin = datetime.combine(day, datetime.min.time())
    return [
        f"s-{use.user}-{use.service}-{day}", use.service, use.team, use.user, use.user_kind,
        use.activity, use.task, use.account, use.plan, use.surface, use.events, use.bytes_up, None,
        begin, begin, 3,
    ]  # fmt: skip


def _ruled(ruling: TestRuling) -> Ruled:
    decided = datetime.combine(_TODAY, datetime.min.time(), UTC) - timedelta(days=ruling.days_ago)
    decision = Decision(
        service=ruling.service,
        status=ruling.status,
        reason="a test",
        team=ruling.team,
        plan=ruling.plan,
        until=_ahead(ruling.days_left),
        review=_ahead(ruling.days_to_review),
        time=decided.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
    )
    lapsed = ruling.status == "tolerated" and (ruling.days_left or 0) < 0
    return Ruled(decision, "lapsed" if lapsed else "in force", "test", 1, intact=True)


def _ahead(days: int | None) -> str | None:
    return None if days is None else (_TODAY + timedelta(days=days)).isoformat()
