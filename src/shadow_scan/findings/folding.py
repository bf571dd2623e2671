"""Findings of small teams as one for each policy and service, for what leaves the machine."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from shadow_scan.findings.matches import finding_id
from shadow_scan.sharing import SMALL_TEAMS

_SUMS = ("users", "sessions", "events", "blocked", "bytes_up", "bytes_down")

Line = dict[str, Any]


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
        "coverage": sorted({gap for line in group for gap in line["coverage"]}),
        "state": "open" if open_ones else "answered",
        "answer": None,
    }


def _sum(amounts: Sequence[int | None]) -> int | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if known else None
