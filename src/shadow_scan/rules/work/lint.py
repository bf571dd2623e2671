"""What is legal in the files about work and still wrong: names that nothing has, contradictions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from shadow_scan.rules.reading import nearest
from shadow_scan.rules.ruleset import RuleSet
from shadow_scan.rules.work.content import UNKNOWN
from shadow_scan.rules.work.models import RequestRule, Signal, TaskFile, TaskTest


@dataclass(frozen=True)
class _Names:
    """Every name that a rule may use, by the key that uses it."""

    known: dict[str, frozenset[str]]

    def missing(self, key: str, names: Iterable[str | None]) -> Iterator[str]:
        for name in names:
            if name and name not in self.known[key]:
                near = nearest(name, sorted(self.known[key]))
                yield f"{key}: nothing is called '{name}'{near}"


def work_problems(rules: RuleSet) -> Iterator[tuple[str, str]]:
    """(file and entry, what is wrong); each is an error."""
    names = _names(rules)
    for name, file in rules.work.tasks.items():
        yield from ((name, what) for what in _task_file(rules, names, file))
        for signal in file.signals:
            yield from ((f"{name}#{signal.id}", what) for what in _signal(names, signal))
    yield from _whole(rules)
    yield from _functions(rules, names)
    yield from (("context.toml", what) for what in _hosts_claimed_once(rules))
    for request in rules.work.activity.requests:
        for key in ("services", "categories", "clients"):
            for what in names.missing(key, getattr(request, key)):
                yield f"activity.toml#{request.id}", what
    for session in rules.work.activity.sessions:
        for what in names.missing("services", session.services):
            yield f"activity.toml#{session.id}", what
    yield from _contradicting_requests(rules)
    for account in rules.work.accounts.accounts:
        for what in names.missing("services", account.services):
            yield f"accounts.toml#{account.id}", what


def _names(rules: RuleSet) -> _Names:
    work = rules.work
    applications = frozenset(entry.id for entry in work.context.applications)
    services = rules.services.values()
    return _Names(
        {
            "services": frozenset(rules.services) | _disabled(rules),
            "categories": frozenset(service.category for service in services),
            "purposes": frozenset(hint for service in services for hint in service.task_hints),
            "clients": frozenset(client.id for client in work.clients.clients),
            "context": applications,
            "referrers": applications,
            "functions": frozenset(entry.id for entry in work.vocabulary.functions),
            "tasks": frozenset(entry.id for entry in work.vocabulary.tasks),
        }
    )


def _disabled(rules: RuleSet) -> frozenset[str]:
    """Services that own rules took away: what shipped rules say of them is no mistake."""
    verb = "own rules disable "
    return frozenset(
        note.removeprefix(verb) for note in rules.overlay_notes if note.startswith(verb)
    )


def _task_file(rules: RuleSet, names: _Names, file: TaskFile) -> Iterator[str]:
    yield from names.missing("tasks", [file.task])
    yield from names.missing("services", [test.service for test in file.tests])
    own = any(signal.strength != "against" for signal in file.signals)
    answers = {test.answer for test in file.tests}
    if own and answers != {True, False}:
        yield "tests: at least one with answer = true and one with answer = false"
    given: dict[str, bool] = {}
    for at, test in enumerate(file.tests):
        if given.setdefault(_question(test), test.answer) != test.answer:
            yield f"tests.{at}: contradicts another test of the same session"


def _question(test: TaskTest) -> str:
    return test.model_dump_json(exclude={"answer"})


_ASKING = (
    *("services", "categories", "purposes", "paths", "slugs", "clients", "context", "referrers"),
    *("functions", "sizes"),
)


def _signal(names: _Names, signal: Signal) -> Iterator[str]:
    if not any(getattr(signal, key) for key in _ASKING):
        yield "asks for nothing, so it would hold for every session"
    for key in names.known:
        if key != "tasks":
            yield from names.missing(key, getattr(signal, key))
    if (signal.paths or signal.slugs) and signal.evidence and "transacted" not in signal.evidence:
        yield "asks for paths in logs that have none"


def _whole(rules: RuleSet) -> Iterator[tuple[str, str]]:
    """Tasks that nothing can find, kinds of log that nothing is said of, strengths in disorder."""
    work = rules.work
    found = {file.task for file in work.tasks.values()}
    for entry in work.vocabulary.tasks:
        if entry.id not in found | {UNKNOWN}:
            yield "vocabulary.toml", f"tasks: '{entry.id}' has no file in tasks/"
    weights = work.confidence.weights
    if not weights and not work.tasks:
        return
    if not weights.get("strong", 0) > weights.get("medium", 0) > weights.get("weak", 0) > 0:
        yield "confidence.toml", "weights: strong > medium > weak > 0 must hold"
    if weights.get("against", -1) >= 0:
        yield "confidence.toml", "weights: against must be below 0"
    for kind in work.confidence.log_kinds:
        points = [(point.sum, point.right) for point in kind.points]
        if points != sorted(points) or [p[1] for p in points] != sorted(p[1] for p in points):
            yield "confidence.toml", f"points of {kind.evidence}: both sides must rise"


def _functions(rules: RuleSet, names: _Names) -> Iterator[tuple[str, str]]:
    for entry in rules.work.vocabulary.tasks:
        for what in names.missing("functions", entry.functions):
            yield f"vocabulary.toml#{entry.id}", what
    words: dict[str, str] = {}
    for function in rules.work.vocabulary.functions:
        for word in function.words:
            if words.setdefault(word, function.id) != function.id:
                yield f"vocabulary.toml#{function.id}", f"words: {words[word]} has '{word}' too"


def _hosts_claimed_once(rules: RuleSet) -> Iterator[str]:
    first: dict[str, str] = {}
    for application in rules.work.context.applications:
        for name in (*application.hosts, *(f"label {word}" for word in application.labels)):
            known = first.setdefault(name, application.id)
            if known != application.id:
                yield f"'{name}' is claimed by {known} and by {application.id}"


def _contradicting_requests(rules: RuleSet) -> Iterator[tuple[str, str]]:
    first: dict[str, RequestRule] = {}
    for rule in rules.work.activity.requests:
        asked = rule.model_dump_json(exclude={"id", "kind"})
        known = first.setdefault(asked, rule)
        if known.kind != rule.kind:
            yield f"activity.toml#{rule.id}", f"contradicts '{known.id}', which asks the same"
