"""What another set of rules would make of the same archive, and how that differs.

Nothing that a reader uses is touched: the trial is built beside, and goes when it was looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from shadow_scan.analysis.built import is_up_to_date
from shadow_scan.analysis.derive import build
from shadow_scan.rules.matcher import Matcher
from shadow_scan.store.database import named_sql, opened, rows
from shadow_scan.vocabulary import some
from shadow_scan.workspace import Workspace

KINDS = ("service", "session", "usage", "candidate")
COLUMNS = ("kind", "change", "name", "user", "before", "after", "users", "events")
_BEFORE, _AFTER = "derived.duckdb", "after.duckdb"


@dataclass(frozen=True, slots=True)
class Effect:
    """Sums of a comparison. `people` are the identities whose sessions change in any way."""

    services: int = 0
    sessions: int = 0
    tasks: int = 0
    teams: int = 0
    people: int = 0
    usage_rows: int = 0
    candidates: int = 0

    def __str__(self) -> str:
        said = (
            (self.sessions, "session", ""), (self.people, "user", ""),
            (self.services, "service", ""), (self.tasks, "task of a session", "tasks of sessions"),
            (self.teams, "team of a session", "teams of sessions"),
            (self.candidates, "candidate", ""),
        )  # fmt: skip
        parts = [some(*what) for what in said if what[0]]
        return ", ".join(parts) or "nothing in what is stored now"


@contextmanager
def databases(place: Workspace, before: Matcher, after: Matcher) -> Iterator[tuple[Path, Path]]:
    """Derived tables by both sets of rules, as files that go when the caller is done. Raises
    LockedError while a scan writes."""
    with TemporaryDirectory(dir=place.path, prefix="trial-") as folder:
        old, new = Path(folder) / _BEFORE, Path(folder) / _AFTER
        if is_up_to_date(place, before.rule_set.digest):
            old = place.derived
        else:
            _build(old, place, before)
        _build(new, place, after)
        yield old, new


@contextmanager
def compared(old: Path, new: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with `session_changes`, `usage_changes` and `candidate_changes`."""
    with opened(new, beside=[old]) as connection:
        connection.execute(named_sql(__package__, "changes"))
        yield connection


def _build(path: Path, place: Workspace, matcher: Matcher) -> None:
    with opened(path, beside=[place.facts]) as connection:
        build(connection, matcher)
    path.chmod(0o600)


def change_rows(old: Path, new: Path, kinds: Sequence[str]) -> list[tuple[Any, ...]]:
    """Every change of those kinds, as `COLUMNS` has it."""
    with compared(old, new) as connection:
        return rows(connection, named_sql(__package__, "change_rows"), {"kinds": list(kinds)})


def effect(place: Workspace, before: Matcher, after: Matcher) -> Effect:
    """How much changes; none where nothing was scanned yet."""
    if not place.facts.exists():
        return Effect()
    with databases(place, before, after) as files, compared(*files) as connection:
        (found,) = rows(connection, named_sql(__package__, "change_sums"))
    return Effect(*found)
