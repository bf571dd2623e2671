"""What each session was: activity, task, account. Rules are asked once for each distinct way of
asking a service, and once for each distinct sum of evidence; sessions only carry the answers."""

from __future__ import annotations

from typing import Any, cast

import duckdb

from shadow_scan.analysis.classify import likely_hosts, paths_of
from shadow_scan.rules.matcher import Matcher
from shadow_scan.rules.ruleset import RuleSet
from shadow_scan.rules.work.activity import Request, RequestRules, bound
from shadow_scan.rules.work.evidence import Seen
from shadow_scan.rules.work.matching import Applications, Clients, Functions, product_of
from shadow_scan.rules.work.models import ContextFile, Evidence, Size
from shadow_scan.rules.work.signals import TaskRules
from shadow_scan.store.database import create_table, each_row, named_sql, rows

_TEXT = "VARCHAR"
_AI_HOSTS = "SELECT host_id FROM host_class WHERE counted OR beside"
_ACTIVITY = "CREATE TEMP TABLE session_activity AS"
_SCRATCH = (
    *("application_class", "application_path", "asking", "look", "look_class", "look_signal"),
    *(
        "measures",
        "session_activity",
        "application_use",
        "bouts",
        "session_context",
        "function_class",
    ),
    *("evidence", "answer", "session_totals"),
)


def derive_work(connection: duckdb.DuckDBPyConnection, matcher: Matcher) -> None:
    """`sessions` out of `session_totals`, `counted_requests` and `joined_requests`."""
    rules = matcher.rule_set
    tasks = TaskRules(rules)
    _classify_agents(connection, rules)
    _classify_applications(connection, rules)
    connection.execute(named_sql(__package__, "looks"))
    _classify_looks(connection, matcher, tasks)
    given = _context_settings(rules.work.context)
    _run(connection, "applications", given)
    connection.execute(named_sql(__package__, "measures"))
    connection.execute(*_activity(rules))
    _run(connection, "context", given)
    _classify_functions(connection, rules)
    connection.execute(named_sql(__package__, "evidence"))
    _answer(connection, tasks)
    connection.execute(named_sql(__package__, "work"))
    for table in _SCRATCH:
        connection.execute(f"DROP TABLE {table}")


def _run(connection: duckdb.DuckDBPyConnection, name: str, given: dict[str, float]) -> None:
    """The statements of a file, each with those of the given values that it names."""
    for statement in named_sql(__package__, name).split(";\n"):
        connection.execute(
            statement, {key: value for key, value in given.items() if f"${key}" in statement}
        )


def _context_settings(context: ContextFile) -> dict[str, float]:
    return {
        "before": context.before_minutes,
        "share": context.share,
        "long": context.long_moments,
    }


def _classify_agents(connection: duckdb.DuckDBPyConnection, rules: RuleSet) -> None:
    clients = Clients(rules.work.clients.clients)
    seen = each_row(connection, "SELECT id, text FROM facts.agents")
    found = ((number, clients.of(agent)) for number, agent in seen)
    known = [(number, client.id) for number, client in found if client is not None]
    create_table(
        connection, "agent_class", {"agent_id": "INTEGER", "client": _TEXT}, known, temporary=True
    )


def _classify_applications(connection: duckdb.DuckDBPyConnection, rules: RuleSet) -> None:
    """Hosts of work applications, none of them AI, and their paths where one decides."""
    applications = Applications(rules.work.context.applications)
    known, deciding = [], []
    ai = {row[0] for row in each_row(connection, _AI_HOSTS)}
    for number, host in likely_hosts(connection, applications.ends, applications.words):
        if number in ai:
            continue
        if (use := applications.of(host)) is not None:
            known.append((number, use, product_of(host)))
        if applications.path_decides(host):
            deciding.append(number)
    columns = {"host_id": "INTEGER", "application": _TEXT, "product": _TEXT}
    create_table(connection, "application_class", columns, known, temporary=True)
    paths = paths_of(connection, deciding)
    told = [(at, path_id, applications.of(host, path)) for at, path_id, host, path in paths]
    columns = {"host_id": "INTEGER", "path_id": "INTEGER", "application": _TEXT}
    create_table(connection, "application_path", columns, told, temporary=True)


def _classify_looks(
    connection: duckdb.DuckDBPyConnection, matcher: Matcher, tasks: TaskRules
) -> None:
    requests = RequestRules(matcher.rule_set)
    surfaces = {client.id: client.surface for client in matcher.rule_set.work.clients.clients}
    classes: list[tuple[Any, ...]] = []
    signals: list[tuple[int, int]] = []
    seen = rows(connection, "SELECT look_id, service, host, path, method, client FROM look")
    for look_id, service, host, path, method, client in seen:
        match = matcher.match(host or "", path)
        role = match.role if match else None
        request = Request(service, role, host or "", path, method or None, client or None)
        told = requests.account(request)
        plan = told["plan"] or (match.plan if match else None)
        surface = told["surface"] or surfaces.get(client) or _only_surface(matcher, service)
        classes.append((look_id, requests.kind(request), told["account"], plan, surface))
        if path is not None:
            signals += [(look_id, number) for number in tasks.asked_numbers(service, path)]
    columns = {"look_id": "BIGINT", "kind": _TEXT, "account": _TEXT, "plan": _TEXT}
    create_table(connection, "look_class", {**columns, "surface": _TEXT}, classes, temporary=True)
    create_table(
        connection,
        "look_signal",
        {"look_id": "BIGINT", "signal": "INTEGER"},
        signals,
        temporary=True,
    )


def _only_surface(matcher: Matcher, service: str) -> str | None:
    known = matcher.rule_set.services.get(service)
    return known.surfaces[0] if known and len(known.surfaces) == 1 else None


def _activity(rules: RuleSet) -> tuple[str, dict[str, Any]]:
    """The rules of sessions as one statement: the first whose bounds all hold decides."""
    cases, named = [], []
    parameters: dict[str, Any] = {}
    for at, rule in enumerate(rules.work.activity.sessions):
        bounds = []
        if rule.services:
            parameters[f"services_{at}"] = rule.services
            bounds.append(f"list_contains($services_{at}, service)")
        for name, text in rule.when.items():
            mark, number = bound(text)
            parameters[f"bound_{at}_{name}"] = number
            bounds.append(f"{name} {mark} $bound_{at}_{name}")
        reason = f"activity.toml#{rule.id}@{rules.work_version}: {rule.note or rule.activity}"
        parameters |= {f"activity_{at}": rule.activity, f"reason_{at}": reason}
        condition = " AND ".join(bounds)
        cases.append(f"WHEN {condition} THEN $activity_{at}")
        named.append(f"WHEN {condition} THEN [$reason_{at}]")
    if not cases:
        return (
            f"{_ACTIVITY} SELECT session, NULL::VARCHAR AS activity, [] AS reasons FROM measures",
            {},
        )
    columns = f"CASE {' '.join(cases)} END AS activity, CASE {' '.join(named)} END AS reasons"
    return f"{_ACTIVITY} SELECT session, {columns} FROM measures", parameters


def _classify_functions(connection: duckdb.DuckDBPyConnection, rules: RuleSet) -> None:
    functions = Functions(rules.work.vocabulary.functions)
    seen = rows(
        connection,
        "SELECT DISTINCT coalesce(i.function, ''), coalesce(t.team, '') "
        "FROM session_totals AS t JOIN identities AS i USING (identity)",
    )
    found = [(function, team, functions.of(function, team)) for function, team in seen]
    create_table(
        connection,
        "function_class",
        {"function": _TEXT, "team": _TEXT, "known": _TEXT},
        found,
        temporary=True,
    )


def _answer(connection: duckdb.DuckDBPyConnection, tasks: TaskRules) -> None:
    shown = [row[0] for row in rows(connection, "SELECT DISTINCT shown FROM evidence")]
    answers = [(text, tasks.answer(seen_in(text, tasks))) for text in shown]
    found = [(text, a.task, a.confidence, a.tier, list(a.reasons)) for text, a in answers]
    columns = {"shown": _TEXT, "task": _TEXT, "confidence": "DOUBLE", "tier": _TEXT}
    create_table(connection, "answer", {**columns, "reasons": "VARCHAR[]"}, found, temporary=True)


def seen_in(shown: str, tasks: TaskRules) -> Seen:
    """The evidence that one line of `evidence.sql` says."""
    service, evidence, asked, clients, context, referrers, function, sizes = shown.split("|")
    return Seen(
        service,
        cast("Evidence", evidence),
        frozenset(tasks.name_of(int(number)) for number in asked.split()),
        frozenset(clients.split()),
        frozenset(word.rstrip("+") for word in context.split()),
        frozenset(word[:-1] for word in context.split() if word.endswith("+")),
        frozenset(referrers.split()),
        function or None,
        frozenset(cast("list[Size]", sizes.split())),
    )
