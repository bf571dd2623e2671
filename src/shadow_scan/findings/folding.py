"""What leaves the machine: small teams as one, in use and in findings."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import duckdb

from shadow_scan.findings.matches import finding_id
from shadow_scan.findings.standing import insert
from shadow_scan.sharing import SMALL_TEAMS
from shadow_scan.store.answers import plain_value
from shadow_scan.store.database import rows
from shadow_scan.store.folding import fold_small_teams

_SUMS = ("users", "sessions", "events", "blocked", "bytes_up", "bytes_down")

Line = dict[str, Any]


def fold(connection: duckdb.DuckDBPyConnection, smallest: int) -> list[str]:
    """Let teams of fewer people be one from here on, in the findings too; which, is returned."""
    small = fold_small_teams(connection, smallest)
    found = rows(connection, "FROM findings")
    columns = [column[0] for column in connection.description or ()]
    records = [dict(zip(columns, map(plain_value, row), strict=True)) for row in found]
    connection.execute("DELETE FROM findings")
    insert(connection, folded(records, set(small)))
    return small


def folded(lines: Sequence[Line], small: Collection[str]) -> list[Line]:
    """Neither a name, an id nor a sentence of a small team is left; their numbers are added up."""
    groups: dict[tuple[str, str | None], list[Line]] = {}
    kept = []
    for line in lines:
        if line["team"] in small:
            groups.setdefault((line["policy"], line["service"]), []).append(line)
        else:
            kept.append(line)
    return kept + [_one(group) for group in groups.values()]


def _one(group: Sequence[Line]) -> Line:
    first = group[0]
    open_ones = [line for line in group if line["state"] == "open"]
    return {
        **first,
        "finding": finding_id(first["policy"], first["service"], SMALL_TEAMS),
        "team": SMALL_TEAMS,
        "reasons": ["in teams that are too small to be shown by themselves, added up"],
        "recommendation": "Look at it on the machine that has the names.",
        **{name: _sum([line[name] for line in group]) for name in _SUMS},
        "days": max((line["days"] or 0 for line in group), default=None),
        "first_time": min(filter(None, (line["first_time"] for line in group)), default=None),
        "last_time": max(filter(None, (line["last_time"] for line in group)), default=None),
        "evidence": [],
        "coverage": sorted(
            {gap for line in group for gap in line["coverage"] if "cannot show" in gap}
        ),
        "state": "open" if open_ones else "answered",
        "answer": None,
    }


def _sum(amounts: Sequence[int | None]) -> int | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if known else None
