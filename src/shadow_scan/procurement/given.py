"""Puts what is no log into temporary tables beside the derived ones: facts of the catalogue,
licences, budgets, answers. Listings then are SQL alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb

from shadow_scan.findings.licensed import licences_of, write_licensed
from shadow_scan.governance.assumptions import Procurement, load_procurement, supplied
from shadow_scan.procurement import study
from shadow_scan.procurement.answers import CRITERIA, read_answers
from shadow_scan.procurement.budget import read_budget
from shadow_scan.procurement.functions import OFFICES, function_of
from shadow_scan.procurement.survey import read_survey
from shadow_scan.rules.ruleset import RuleSet
from shadow_scan.sharing import SMALL_TEAMS
from shadow_scan.store.database import rows
from shadow_scan.store.folding import folds
from shadow_scan.workspace import Workspace

_TABLES: Final[Mapping[str, dict[str, str]]] = {
    "terms": dict.fromkeys(
        ("service", "name", "value", "source", "as_of", "recorded", "confidence"), "VARCHAR"
    ),
    "product": {"service": "VARCHAR", "kind": "VARCHAR", "surfaces": "VARCHAR[]",
                "task_hints": "VARCHAR[]"},
    "criteria": {"place": "BIGINT", "criterion": "VARCHAR", "means": "VARCHAR"},
    "licences": {"service": "VARCHAR", "identity": "VARCHAR", "team": "VARCHAR", "seats": "BIGINT",
                 "plan": "VARCHAR", "since": "DATE", "until": "DATE"},
    "budget": {"function": "VARCHAR", "team": "VARCHAR", "amount": "DOUBLE", "currency": "VARCHAR",
               "item": "VARCHAR"},
    "answers": {"service": "VARCHAR", "criterion": "VARCHAR", "grade": "VARCHAR",
                "reason": "VARCHAR", "by": "VARCHAR", "as_of": "DATE"},
    "replies": {"team": "VARCHAR", "guide": "VARCHAR", "uses": "BOOLEAN", "tools": "VARCHAR[]",
                "barrier": "VARCHAR", "learns": "BOOLEAN", "context": "BOOLEAN",
                "hours": "DOUBLE"},
    "functions": {"words": "VARCHAR", "function": "VARCHAR"},
    "offices": {"function": "VARCHAR", "office": "VARCHAR"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Named:
    """The tables that a command names itself, over those of the workspace."""

    licences: Path | None = None
    prices: Path | None = None
    budget: Path | None = None
    scorecard: Path | None = None
    survey: Path | None = None


@dataclass(frozen=True, slots=True)
class Supplies:
    """Which tables there are for a workspace, and its assumptions."""

    place: Workspace
    rules: RuleSet
    procurement: Procurement
    named: Named = Named()

    @classmethod
    def of(cls, place: Workspace, rules: RuleSet, named: Named) -> Supplies:
        return cls(place, rules, load_procurement(place), named)

    def path(self, name: str) -> Path | None:
        return supplied(self.place, self.procurement, name, getattr(self.named, name))


def put(connection: duckdb.DuckDBPyConnection, supplies: Supplies, name: str) -> None:
    """Make the temporary table `name`, of whatever is known; empty where nothing is. Its small
    teams fold where those of the derived tables do.

    By lists, a column each: Arrow would take a screen 30 MB for a few thousand rows.
    """
    columns = _TABLES[name]
    records = list(_RECORDS[name](connection, supplies))
    given = {f"c{at}": [record[at] for record in records] for at in range(len(columns))}
    parts = (
        f'unnest(CAST($c{at} AS {kind}[])) AS "{column}"'
        for at, (column, kind) in enumerate(columns.items())
    )
    connection.execute(f"CREATE TEMP TABLE {name} AS SELECT {', '.join(parts)}", given)
    if "team" in columns and folds(connection):
        fold = f"UPDATE {name} SET team = $1 WHERE team IN (FROM folded)"
        connection.execute(fold, [SMALL_TEAMS])


Records = Iterable[tuple[Any, ...]]


def _terms(_: duckdb.DuckDBPyConnection, supplies: Supplies) -> Records:
    for service in supplies.rules.services.values():
        recorded = supplies.rules.vendors[service.file].recorded
        for fact in service.facts:
            yield (service.id, fact.name, fact.value, fact.source, fact.as_of, recorded,
                   fact.confidence)  # fmt: skip


def _product(_: duckdb.DuckDBPyConnection, supplies: Supplies) -> Records:
    for service in supplies.rules.services.values():
        kind = "generic" if service.category in study.GENERIC else "task-specific"
        hints = [] if service.is_unverified("task_hints") else list(service.task_hints)
        yield service.id, kind, list(service.surfaces), hints


def _criteria(_: duckdb.DuckDBPyConnection, __: Supplies) -> Records:
    return ((place, name, means) for place, (name, means) in enumerate(CRITERIA.items()))


def _licences(connection: duckdb.DuckDBPyConnection, supplies: Supplies) -> Records:
    path = supplies.path("licences")
    if path is None:
        return
    for licence in licences_of(connection, supplies.place, path):
        yield (licence.service, licence.identity, licence.team, licence.seats, licence.plan,
               licence.since, licence.until)  # fmt: skip


def licensed_as_named(connection: duckdb.DuckDBPyConnection, supplies: Supplies) -> None:
    """Who is licensed by the table that the command names, in place of the workspace's."""
    path = supplies.named.licences
    if path is not None:
        write_licensed(connection, licences_of(connection, supplies.place, path))


def _budget(_: duckdb.DuckDBPyConnection, supplies: Supplies) -> Records:
    path = supplies.path("budget")
    for line in read_budget(path, supplies.rules) if path else ():
        yield line.function, line.team, line.amount, line.currency, line.item


def _answers(_: duckdb.DuckDBPyConnection, supplies: Supplies) -> Records:
    path = supplies.path("scorecard")
    for a in read_answers(path, supplies.rules) if path else ():
        yield a.service, a.criterion, a.grade, a.reason, a.by, a.as_of


def _replies(_: duckdb.DuckDBPyConnection, supplies: Supplies) -> Records:
    path = supplies.path("survey")
    for r in read_survey(path, supplies.rules) if path else ():
        yield r.team, r.guide, r.uses, list(r.tools), r.barrier, r.learns, r.context, r.hours


def _functions(connection: duckdb.DuckDBPyConnection, _: Supplies) -> Records:
    known = rows(connection, "SELECT DISTINCT function FROM known_people WHERE function NOTNULL")
    return ((words, function_of(words)) for (words,) in known)


def _offices(_: duckdb.DuckDBPyConnection, __: Supplies) -> Records:
    return OFFICES.items()


_RECORDS: Final[Mapping[str, Callable[[duckdb.DuckDBPyConnection, Supplies], Records]]] = {
    "terms": _terms,
    "product": _product,
    "criteria": _criteria,
    "licences": _licences,
    "budget": _budget,
    "answers": _answers,
    "replies": _replies,
    "functions": _functions,
    "offices": _offices,
}
