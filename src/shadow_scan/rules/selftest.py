"""Runs the tests that rule files carry: those written by hand, and those that the hosts imply."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from shadow_scan.rules.candidates import failures
from shadow_scan.rules.matcher import HostMatch, Matcher, declared_patterns
from shadow_scan.rules.models import RuleTest
from shadow_scan.rules.ruleset import RuleSet
from shadow_scan.rules.work.selftest import work_failures

_STRANGER = "evil.example"
_LABEL = "x1-selftest"
"""No label that a rule names."""


@dataclass(frozen=True, slots=True)
class Failure:
    rule: str
    what: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.what}"


def selftest(rules: RuleSet) -> list[Failure]:
    matcher = Matcher(rules)
    tests = [*_written(rules), *_implied(rules)]
    found = [failure for rule, test in tests for failure in _run(matcher, rule, test)]
    found += [Failure("candidates.toml", what) for what in failures(rules.candidates)]
    return found + [Failure(file, what) for file, what in work_failures(rules)]


def _written(rules: RuleSet) -> Iterator[tuple[str, RuleTest]]:
    for file, vendor in rules.vendors.items():
        for test in vendor.tests:
            yield file, test


def _implied(rules: RuleSet) -> Iterator[tuple[str, RuleTest]]:
    """At least one yes and one no for every counted pattern that a name can be made of.

    A name glued to a suffix is none of it, unless it stands under another suffix that counts.
    """
    declared = list(declared_patterns(rules))
    counted = {match.pattern for match in declared if match.kind == "suffix" and match.counted}
    for match in declared:
        if match.kind != "regex":
            host, path = _example(match)
            service = str(match.service) if match.counted else ""
            yield match.rule, RuleTest(host=host, path=path, service=service)
            yield match.rule, RuleTest(host=f"{host}.{_STRANGER}", path=path, service="")
        if match.kind == "suffix" and match.counted:
            yield match.rule, RuleTest(host=f"{_LABEL}.{match.pattern}", service=service)
            if counted.isdisjoint(_parents(match.pattern)):
                yield match.rule, RuleTest(host=f"{_LABEL}{match.pattern}", service="")


def _parents(name: str) -> Iterator[str]:
    labels = name.split(".")
    return (".".join(labels[at:]) for at in range(1, len(labels)))


def _example(match: HostMatch) -> tuple[str, str | None]:
    host, slash, path = match.pattern.removeprefix("=").partition("/")
    return host.replace("*", "x1"), (slash + path.replace("*", "x")) if slash else None


def _run(matcher: Matcher, rule: str, test: RuleTest) -> Iterator[Failure]:
    found = matcher.match(test.host, test.path)
    service = found.service if found is not None and found.counted else ""
    if service != test.service:
        asked = test.host + (test.path or "")
        wanted = test.service or "no service"
        yield Failure(rule, f"{asked} should be {wanted}, and is {service or 'no service'}")
