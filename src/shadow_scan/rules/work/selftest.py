"""Runs the tests that the files about work carry."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from shadow_scan.rules.matcher import Matcher
from shadow_scan.rules.ruleset import RuleSet
from shadow_scan.rules.work.activity import Request, RequestRules, session_rule
from shadow_scan.rules.work.evidence import Seen
from shadow_scan.rules.work.matching import Applications, Clients
from shadow_scan.rules.work.models import AccountTest, RequestTest, TaskTest
from shadow_scan.rules.work.signals import Answer, TaskRules


def work_failures(rules: RuleSet) -> Iterator[tuple[str, str]]:
    """(file, what failed) for every test that does."""
    requests = RequestRules(rules)
    matcher = Matcher(rules)
    yield from _task_failures(rules)
    yield from (("context.toml", text) for text in _application_failures(rules))
    yield from (("clients.toml", text) for text in _client_failures(rules))
    for at, asked in enumerate(rules.work.activity.request_tests):
        kind = requests.kind(_request(matcher, asked)) or ""
        if kind != asked.kind:
            yield "activity.toml", f"request_tests.{at}: {asked.host}{asked.path or ''} is {kind!r}"
    for at, session in enumerate(rules.work.activity.session_tests):
        measures = {str(name): value for name, value in session.measures.items()}
        rule = session_rule(rules, session.service, measures)
        found = rule.activity if rule else "interactive"
        if found != session.activity:
            yield "activity.toml", f"session_tests.{at}: {found}, not {session.activity}"
    for at, account in enumerate(rules.work.accounts.tests):
        told = requests.account(_request(matcher, account))
        wrong = [name for name in told if (told[name] or "") != getattr(account, name)]
        if wrong:
            yield "accounts.toml", f"tests.{at}: {wrong[0]} is {told[wrong[0]] or 'unknown'!r}"


def _task_failures(rules: RuleSet) -> Iterator[tuple[str, str]]:
    tasks = TaskRules(rules)
    for name, file in rules.work.tasks.items():
        for at, test in enumerate(file.tests):
            if test.service not in rules.services:
                continue
            found = answer_of(tasks, test)
            if (found.task == file.task) != test.answer:
                wanted = file.task if test.answer else f"not {file.task}"
                yield name, f"tests.{at}: should be {wanted}, and is {found.task}"


def answer_of(tasks: TaskRules, test: TaskTest) -> Answer:
    """What the rules say of a test's session."""
    return tasks.answer(
        Seen(
            test.service,
            test.evidence,
            tasks.asked(test.service, test.path) if test.path is not None else frozenset(),
            frozenset(filter(None, [test.client])),
            frozenset([*test.context, *test.worked]),
            frozenset(test.worked),
            frozenset(filter(None, [test.referrer])),
            test.function,
            frozenset(test.sizes),
        )
    )


def _application_failures(rules: RuleSet) -> Iterator[str]:
    applications = Applications(rules.work.context.applications)
    for at, test in enumerate(rules.work.context.tests):
        found = applications.of(test.host, test.path) or ""
        if found != test.application:
            yield f"tests.{at}: {test.host} should be {test.application!r}, and is {found!r}"


def _client_failures(rules: RuleSet) -> Iterator[str]:
    clients = Clients(rules.work.clients.clients)
    for at, test in enumerate(rules.work.clients.tests):
        client = clients.of(test.agent)
        found = client.id if client else ""
        if found != test.client:
            yield f"tests.{at}: {test.agent!r} should be {test.client!r}, and is {found!r}"


def _request(matcher: Matcher, test: RequestTest | AccountTest) -> Request:
    found = matcher.match(test.host, test.path)
    asked = partial(Request, test.service, found.role if found else None, test.host, test.path)
    return asked(test.method, test.client) if isinstance(test, RequestTest) else asked()
