"""Looks over loaded rules for what is legal and still wrong. Reports everything at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from shadow_scan.rules.matcher import HostMatch, declared_patterns
from shadow_scan.rules.models import BESIDE, COUNTED
from shadow_scan.rules.ruleset import RuleSet
from shadow_scan.rules.work.lint import work_problems


@dataclass(frozen=True, slots=True)
class Problem:
    severity: Literal["error", "warning"]
    rule: str
    what: str

    def __str__(self) -> str:
        return f"{self.severity}: {self.rule}: {self.what}"


def lint(rules: RuleSet) -> list[Problem]:
    matches = list(declared_patterns(rules))
    problems = [problem for check in _CHECKS for problem in check(rules, matches)]
    return problems + [Problem("error", rule, what) for rule, what in work_problems(rules)]


Check = Callable[[RuleSet, list[HostMatch]], Iterator[Problem]]


def _claimed_once(rules: RuleSet, matches: list[HostMatch]) -> Iterator[Problem]:
    """No two services claim one name."""
    first: dict[str, HostMatch] = {}
    for match in matches:
        known = first.setdefault(match.pattern, match)
        if known is not match:
            yield Problem("error", match.rule, f"'{match.pattern}' is claimed by {known.rule} too")


def _vendor_hosts_share(rules: RuleSet, matches: list[HostMatch]) -> Iterator[Problem]:
    for match in matches:
        if match.service is None and match.role in COUNTED:
            what = f"'{match.pattern}' would count, but belongs to no product"
            yield Problem("error", match.rule, what)


def _can_be_seen(rules: RuleSet, matches: list[HostMatch]) -> Iterator[Problem]:
    """A product without a counted host is never found; one of shared hosts alone neither."""
    seen = {match.service for match in matches if match.role in COUNTED}
    for service in rules.services.values():
        if service.id not in seen:
            rule = f"{service.file}#{service.id}"
            yield Problem("warning", rule, "no host of it counts, so it is never found")


def _patterns_are_tested(rules: RuleSet, matches: list[HostMatch]) -> Iterator[Problem]:
    """Tests are made from plain names; a regular expression needs one written by hand."""
    tested = {test.service for vendor in rules.vendors.values() for test in vendor.tests}
    for match in matches:
        if match.kind == "regex" and match.service not in tested:
            yield Problem("error", match.rule, f"'{match.pattern}' has no [[tests]] entry")


def _shared_has_owner(rules: RuleSet, matches: list[HostMatch]) -> Iterator[Problem]:
    """An upload or CDN host joins a counted service of its vendor: there must be one."""
    counting = {match.vendor for match in matches if match.counted}
    for match in matches:
        if match.role in BESIDE and match.vendor not in counting:
            yield Problem("error", match.rule, f"'{match.pattern}' has no counted service to join")


def _named_hosts_are_hosts(rules: RuleSet, matches: list[HostMatch]) -> Iterator[Problem]:
    """What a product says of a pattern is about a pattern that it has."""
    declared = {(match.service, match.pattern) for match in matches}
    for service in rules.services.values():
        said = {f"plan_hosts.{plan}": names for plan, names in service.product.plan_hosts.items()}
        said["tenant_hosts"] = service.product.tenant_hosts
        for key, pattern in ((key, name) for key, names in said.items() for name in names):
            if (service.id, pattern) not in declared:
                what = f"{key}: '{pattern}' is none of the product's hosts"
                yield Problem("error", f"{service.file}#{service.id}", what)


def _reachable(rules: RuleSet, matches: list[HostMatch]) -> Iterator[Problem]:
    """A wildcard that counts is never asked about names that a suffix speaks of already."""
    suffixes = {match.pattern: match for match in matches if match.kind == "suffix"}
    for match in matches:
        if match.kind == "wildcard" and match.counted:
            labels = match.pattern.rpartition("*")[2].split(".")[1:]
            for suffix in (".".join(labels[at:]) for at in range(len(labels))):
                if suffix in suffixes:
                    what = f"'{match.pattern}' is never reached: '{suffix}' goes before it"
                    yield Problem("error", match.rule, what)


def _prices_have_currencies(rules: RuleSet, matches: list[HostMatch]) -> Iterator[Problem]:
    for service in rules.services.values():
        for plan in service.plans:
            if plan.price is not None and (plan.currency is None or plan.unit is None):
                what = f"plan '{plan.name}': a price without its currency and unit"
                yield Problem("error", f"{service.file}#{service.id}", what)


def _files_are_named_after_vendors(rules: RuleSet, matches: list[HostMatch]) -> Iterator[Problem]:
    for file, vendor in rules.vendors.items():
        if PurePosixPath(file).stem != vendor.id:
            yield Problem("warning", file, f"holds the vendor '{vendor.id}', as the name should be")


_CHECKS: tuple[Check, ...] = (
    _claimed_once,
    _vendor_hosts_share,
    _can_be_seen,
    _patterns_are_tested,
    _shared_has_owner,
    _named_hosts_are_hosts,
    _reachable,
    _prices_have_currencies,
    _files_are_named_after_vendors,
)
