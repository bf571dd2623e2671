"""Builds the derived tables out of facts and rules, beside the old ones, and swaps them in.

Whoever reads keeps the old file open and whole; whoever opens next gets the new one. Every build
records the digest of its rules, so that a report can be reproduced.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from shadow_scan.analysis.basis import basis
from shadow_scan.analysis.built import built, layout
from shadow_scan.analysis.candidates import signs_met, write_candidates
from shadow_scan.analysis.classify import classify_hosts, classify_paths
from shadow_scan.analysis.clocks import write_clocks
from shadow_scan.analysis.names import name_type
from shadow_scan.analysis.requests import strange_requests, write_requests
from shadow_scan.analysis.taught import correct_sessions, write_taught_teams
from shadow_scan.analysis.vantages import write_vantages
from shadow_scan.analysis.work import derive_work
from shadow_scan.rules import terms
from shadow_scan.rules.candidates import CandidatesFile
from shadow_scan.rules.matcher import Matcher
from shadow_scan.rules.ruleset import RuleSet
from shadow_scan.store.database import (
    catalog_of,
    create_table,
    named_sql,
    opened,
    rows,
)
from shadow_scan.store.meta import check_layout, said
from shadow_scan.store.problems import no_room
from shadow_scan.workspace import Workspace

_HOSTS = "SELECT {0} FROM host_class UNION SELECT {0} FROM path_class"
_NAMES = {
    "service_name": _HOSTS.format("service"),
    "vendor_name": _HOSTS.format("vendor"),
    "method_name": "SELECT text FROM facts.methods",
}
"""The types of what rules name, and what their names are."""
_ROLL_UPS = ("usage", "standing", "coverage")
_GISTS = {"trains": terms.training, "region": terms.region, "agreement": terms.agreement}
_LITTLE_MEMORY, _MEMORY, _MORE_MEMORY = "32MB", "256MB", "1GB"
"""What columns of five million events take that several steps ask for: less has them read again,
which is a twelfth of the work. What cannot be put aside on disk (one list that is longer than all
that) gets more. Little does for captures: few of their events are AI."""
_SCRATCH = ("matched", "host_class", "path_class", "taught_teams", "agent_class", "clocks")


def rebuild(workspace: Workspace, matcher: Matcher, *, sparing: bool = False) -> None:
    """Derive everything anew, unless these rules say the same of the same facts as those of before;
    `sparing`: where memory counts for more than time. Raises LockedError while a scan writes its
    batch for too long, UsageError for facts of another version, and StorageError where the disk is
    full."""
    limits = (_LITTLE_MEMORY, _MEMORY) if sparing else (_MEMORY,)
    try:
        with workspace.deriving():
            for memory in limits:
                with suppress(duckdb.OutOfMemoryException):
                    return _rebuild(workspace, matcher, memory)
            _rebuild(workspace, matcher, _MORE_MEMORY)
    except (duckdb.IOException, duckdb.TransactionException, OSError) as error:
        raise no_room(workspace.derived, error) from None


def _rebuild(workspace: Workspace, matcher: Matcher, memory: str) -> None:
    building = workspace.derived.with_suffix(".building")
    building.unlink(missing_ok=True)
    before = built(workspace).get("basis")
    with opened(building, beside=[workspace.facts], threads=1, memory=memory) as connection:
        # One thread: two take a fifth more CPU, and are no sooner done.
        check_layout(said(connection, "facts"), workspace.facts)
        connection.execute("BEGIN")
        _classify(connection, matcher)
        found = basis(connection, matcher.rule_set)
        if found != before:
            _make_tables(connection, matcher)
            _write_meta(connection, matcher.rule_set, found)
        connection.execute("COMMIT")
    if found == before:
        _adopt(workspace.derived, building, matcher.rule_set)
    building.chmod(0o600)
    os.replace(building, workspace.derived)


def _adopt(derived: Path, building: Path, rules: RuleSet) -> None:
    """A copy of tables that these rules would make again, told of them."""
    shutil.copyfile(derived, building)
    with opened(building, threads=1) as connection:
        connection.execute("BEGIN")
        connection.execute("DROP TABLE services")
        _write_services(connection, rules)
        connection.execute("UPDATE meta SET value = $1 WHERE key = 'rule_digest'", [rules.digest])
        connection.execute("COMMIT")


def build(connection: duckdb.DuckDBPyConnection, matcher: Matcher) -> None:
    """The derived tables, in a database that has the facts attached as `facts`."""
    _classify(connection, matcher)
    _make_tables(connection, matcher)


def _classify(connection: duckdb.DuckDBPyConnection, matcher: Matcher) -> None:
    """What the rules say of what was seen; all that follows hangs on that alone."""
    classify_hosts(connection, matcher)
    classify_paths(connection, matcher)


def _make_tables(connection: duckdb.DuckDBPyConnection, matcher: Matcher) -> None:
    write_vantages(connection)
    _write_services(connection, matcher.rule_set)
    write_taught_teams(connection, matcher.rule_set)
    for name, given in _NAMES.items():
        name_type(connection, name, given)
    connection.execute(named_sql(__package__, "matched"))
    write_requests(connection)
    connection.execute(named_sql(__package__, "sessions"))
    derive_work(connection, matcher)
    correct_sessions(connection, matcher.rule_set)
    write_clocks(connection)
    for step in _ROLL_UPS:
        connection.execute(named_sql(__package__, step))
    _write_strange(connection, matcher.rule_set.candidates)
    _keep_requests(connection)
    for table in _SCRATCH:
        connection.execute(f"DROP TABLE {table}")


def _write_strange(connection: duckdb.DuckDBPyConnection, rules: CandidatesFile) -> None:
    """`agent_use` and `candidates`: what goes to hosts of no rule is counted for both at once."""
    connection.execute(named_sql(__package__, "agent_endpoints"))
    hits = signs_met(connection, rules)
    with strange_requests(connection):
        connection.execute(named_sql(__package__, "agents"))
        write_candidates(connection, rules, hits)


def _keep_requests(connection: duckdb.DuckDBPyConnection) -> None:
    kept = named_sql(__package__, "kept_requests")
    connection.execute(kept.format(catalog=catalog_of(connection)))


def _write_services(connection: duckdb.DuckDBPyConnection, rules: RuleSet) -> None:
    found = [
        (
            *(service.id, service.name, service.vendor, service.vendor_name, service.category),
            *(gist(service) for gist in _GISTS.values()),
        )
        for service in rules.services.values()
    ]
    names = ("service", "name", "vendor", "vendor_name", "category", *_GISTS)
    create_table(connection, "services", dict.fromkeys(names, "VARCHAR"), found)


def _write_meta(connection: duckdb.DuckDBPyConnection, rules: RuleSet, found: str) -> None:
    facts = dict(rows(connection, "SELECT key, value FROM facts.meta"))
    connection.execute("CREATE TABLE meta (key VARCHAR PRIMARY KEY, value VARCHAR)")
    entries = [
        ("rule_digest", rules.digest),
        ("layout", layout()),
        ("basis", found),
        ("built", datetime.now(UTC).isoformat(timespec="seconds")),
        ("names", facts["names"]),
        ("revision", facts["revision"]),
    ]
    connection.executemany("INSERT INTO meta VALUES ($1, $2)", entries)
