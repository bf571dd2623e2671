"""Everything that the reports speak of, asked once, with small teams folded together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

import duckdb

from shadow_scan.findings.folding import fold
from shadow_scan.listings.displacement import displaced
from shadow_scan.listings.queries import answered, reading
from shadow_scan.procurement.given import Supplies, licensed_as_named
from shadow_scan.procurement.lenses import Lens, looked_through, period
from shadow_scan.procurement.purchase import Purchase, purchases
from shadow_scan.settings import load_settings
from shadow_scan.store.database import named_sql, opened, rows, scalar
from shadow_scan.vocabulary import Activity, Listing, Table

_LISTINGS = (Listing.SERVICES, Listing.TEAMS, Listing.SOURCES, Listing.COVERAGE)
_ASKED = ("tasks", "matrix", "findings")
_LENSES: Mapping[str, Mapping[str, object]] = {
    "totals": {}, "weeks": {}, "value": {}, "champions": {"people": False}, "funnel": {},
    "grid": {}, "exposure": {"who": "service"}, "agents": {}, "gap": {"by": "all"},
    "scorecard": {}, "evidence": {}, "survey": {},
}  # fmt: skip
_HOSTS = """
    SELECT DISTINCT r.service, r.host_id FROM requests AS r
    WHERE r.counted AND NOT r.blocked AND r.host_id IS NOT NULL"""


@dataclass(frozen=True, slots=True)
class Gathered:
    """Tables by name; hosts by service; the digest of each source's content by file."""

    supplies: Supplies
    tables: Mapping[str, Table]
    purchases: tuple[Purchase, ...]
    offices: Table
    hosts: Mapping[str, tuple[str, ...]]
    inputs: tuple[tuple[str, str | None], ...]
    folded: int
    smallest: int
    names: str
    rules: str
    oldest: date
    newest: date

    def name(self, service: str) -> str:
        known = self.supplies.rules.services.get(service)
        return known.name if known else service


def gathered(supplies: Supplies) -> Gathered:
    """Raises UsageError where nothing was scanned, or a table beside the logs is wrong."""
    with reading(supplies.place) as connection:
        smallest = load_settings(supplies.place.settings).smallest_team
        folded = fold(connection, smallest)
        tables = {what.value: _listed(connection, what.value) for what in _LISTINGS}
        tables |= {name: _listed(connection, name) for name in _ASKED}
        offices = looked_through(connection, supplies, Lens("investment"))
        for name, given in _LENSES.items():
            tables[name] = looked_through(connection, supplies, Lens(name, given=given))
        tables["displacement"] = displaced(
            connection, supplies.place, licensed=partial(licensed_as_named, supplies=supplies)
        )
        bought = purchases(connection, supplies, Lens("seats"))
        oldest, newest = period(connection, Lens("totals").asked)
        names = str(scalar(connection, "SELECT value FROM meta WHERE key = 'names'"))
        rules = str(scalar(connection, "SELECT value FROM meta WHERE key = 'rule_digest'"))
        seen = rows(connection, _HOSTS)
    hosts, inputs = _from_facts(supplies, seen)
    return Gathered(
        supplies, tables, tuple(bought), _by_office(offices), hosts, inputs, len(folded), smallest,
        names, rules, oldest, newest,
    )  # fmt: skip


def _listed(connection: duckdb.DuckDBPyConnection, name: str) -> Table:
    return answered(connection, named_sql("shadow_scan.listings", name), Activity.PEOPLE)


def _from_facts(
    supplies: Supplies, seen: list[tuple[str, int]]
) -> tuple[dict[str, tuple[str, ...]], tuple[tuple[str, str | None], ...]]:
    """Host names and source digests stand in the facts alone, which a scan may hold."""
    with opened(supplies.place.facts, read_only=True) as connection:
        texts = dict(rows(connection, "SELECT id, text FROM hosts"))
        inputs = rows(connection, named_sql(__package__, "inputs"))
    hosts: dict[str, set[str]] = {}
    for service, host in seen:
        hosts.setdefault(service, set()).add(texts.get(host, ""))
    return {s: tuple(sorted(h)) for s, h in hosts.items()}, tuple(inputs)


def _by_office(investment: Table) -> Table:
    """Functions may be as small as teams: only front, back, product and shared are told apart."""
    sums: dict[str, list[float | None]] = {}
    for row in investment.records():
        known = sums.setdefault(row["office"], [None, 0, 0])
        if row["budget"] is not None:
            known[0] = (known[0] or 0) + row["budget"]
        known[1] = (known[1] or 0) + row["users"]
        known[2] = (known[2] or 0) + row["sessions"]
    budget = sum(s[0] or 0 for s in sums.values())
    visits = sum(s[2] or 0 for s in sums.values())
    lines = [
        (office, money, round(100 * money / budget, 1) if money is not None and budget else None,
         users, sessions, round(100 * (sessions or 0) / visits, 1) if visits else None)
        for office, (money, users, sessions) in sorted(sums.items())
    ]  # fmt: skip
    columns = ("office", "budget", "budget_percent", "users", "sessions", "use_percent")
    return Table(columns, lines)
