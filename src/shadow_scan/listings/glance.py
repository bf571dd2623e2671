"""What a first screen says: the days of the data, trends, and the queue of rulings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import duckdb

from shadow_scan.filters import Filter
from shadow_scan.listings.findings import SEVERITIES
from shadow_scan.store.answers import MOST, NO_FILTER, answered, narrowed, newest
from shadow_scan.store.database import named_sql, scalar
from shadow_scan.vocabulary import Activity, Table

UNRULED = ("unreviewed", "under-review")
_NEW_DAYS = 7
_DAYS = "SELECT min(day) AS oldest, max(day) AS newest FROM usage"


@dataclass(frozen=True, slots=True)
class Span:
    """First and last day of what is looked at; None where nothing is."""

    oldest: date | None
    newest: date | None

    @property
    def days(self) -> int:
        if self.oldest is None or self.newest is None:
            return 0
        return (self.newest - self.oldest).days + 1


def asked_listing(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    asked: Filter = NO_FILTER,
    activity: Activity = Activity.PEOPLE,
) -> Table:
    """A listing, or a statement beside the listings, on a connection that is open already."""
    return answered(connection, named_sql(__package__, name), activity, asked)


def newest_sessions(
    connection: duckdb.DuckDBPyConnection, asked: Filter, activity: Activity = Activity.PEOPLE
) -> tuple[Table, int]:
    """At most `MOST` rows of the listing `sessions`, the newest first, and how many it has."""
    listed, _, _ = named_sql(__package__, "sessions").rpartition("ORDER BY")
    sql, given = narrowed(connection, listed, {"activity": activity.value}, asked)
    return newest(connection, sql, given, "first_time", "session", MOST)


def span(connection: duckdb.DuckDBPyConnection, asked: Filter) -> Span:
    """The days of the data; of a filter only its period counts."""
    period = tuple(c for c in asked.conditions if c.term and c.term.kind == "day")
    row = answered(connection, _DAYS, Activity.ALL, Filter(period)).rows[0]
    return Span(*(None if day is None else date.fromisoformat(day) for day in row))


def rule_digest(connection: duckdb.DuckDBPyConnection) -> str:
    """Of the rules that the derived tables were built with."""
    return str(scalar(connection, "SELECT value FROM meta WHERE key = 'rule_digest'"))


def trends(table: Table, within: Span) -> dict[str, list[int]]:
    """Service -> users of each day of the span, without gaps."""
    if within.oldest is None:
        return {}
    days = {(within.oldest + timedelta(at)).isoformat(): at for at in range(within.days)}
    found: dict[str, list[int]] = {}
    for row in table.records():
        line = found.setdefault(row["service"], [0] * len(days))
        if row["day"] in days:
            line[days[row["day"]]] = row["users"]
    return found


def queue(
    services: Sequence[dict[str, Any]],
    findings: Sequence[dict[str, Any]],
    lines: dict[str, list[int]],
    within: Span,
) -> list[dict[str, Any]]:
    """Services in use that wait for a ruling, the most urgent first: by the worst open finding,
    then by users and bytes sent. `why` says it in words, `trend` holds users by day; `only` of a
    service says how it is used, where no person does."""
    opened = [finding for finding in findings if finding["state"] == "open"]
    waiting = [s for s in services if s["status"] in UNRULED and s["events"]]
    waiting.sort(key=lambda s: (-_weight(s["risk"]), -s["users"], -(s["bytes_up"] or 0)))
    return [
        {
            **service,
            "trend": lines.get(service["service"], []),
            "why": list(_reasons(service, opened, within)),
        }
        for service in waiting
    ]


def _weight(severity: str | None) -> int:
    return len(SEVERITIES) - SEVERITIES.index(severity) if severity in SEVERITIES else 0


def _reasons(
    service: dict[str, Any], findings: Sequence[dict[str, Any]], within: Span
) -> Iterator[str]:
    own = [finding for finding in findings if finding["service"] == service["service"]]
    own.sort(key=lambda finding: (-_weight(finding["severity"]), -finding["users"]))
    for policy in dict.fromkeys(finding["policy"] for finding in own):
        teams = [finding["team"] for finding in own if finding["policy"] == policy]
        named = teams[0] if len(teams) == 1 and teams[0] else f"{len(teams)} teams"
        words = policy.replace("-", " ")
        yield f"{words} ({named})" if any(teams) else words
    if service.get("only"):
        yield f"used {service['only']}"
    newest = within.newest
    if newest and (service["first_time"] or "") > (newest - timedelta(_NEW_DAYS)).isoformat():
        yield "new in the last 7 days"
    if not own:
        yield "in use, and nobody has ruled on it"
