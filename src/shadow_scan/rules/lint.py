"""Looks over loaded rules for what is legal and still wrong. Reports everything at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from shadow_scan.rules.matcher import HostMatch, declared_patterns
from shadow_scan.rules.models import BESIDE, COUNTED
from shadow_scan.rules.ruleset import RuleSet

_NAME = re.compile(r"=?[a-z0-9_*-]+(\.[a-z0-9_*-]+)+")


@dataclass(frozen=True, slots=True)
class Problem:
    severity: Literal["error", "warning"]
    rule: str
    what: str

    def __str__(self) -> str:
        return f"{self.severity}: {self.rule}: {self.what}"


def lint(rules: RuleSet) -> list[Problem]:
    matches = list(declared_patterns(rules))
    return [problem for check in _CHECKS for problem in check(rules, matches)]


Check = Callable[[RuleSet, list[HostMatch]], Iterator[Problem]]


def _well_formed(rules: RuleSet, matches: list[HostMatch]) -> Iterator[Problem]:
    """A pattern is a lower-case name of two labels or more, and never holds a query."""
    for match in matches:
        name = match.pattern.partition("/")[0]
        if match.kind != "regex" and not _NAME.fullmatch(name):
            yield Problem("error", match.rule, f"'{match.pattern}' is no host pattern")
        if "?" in match.pattern and match.kind != "regex":
            what = f"'{match.pattern}' can never match: query strings are not stored"
            yield Problem("error", match.rule, what)


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


def _plan_hosts_are_hosts(rules: RuleSet, matches: list[HostMatch]) -> Iterator[Problem]:
    declared = {(match.service, match.pattern) for match in matches}
    for service in rules.services.values():
        for plan, patterns in service.product.plan_hosts.items():
            for pattern in patterns:
                if (service.id, pattern) not in declared:
                    rule = f"{service.file}#{service.id}"
                    what = f"plan_hosts.{plan}: '{pattern}' is none of the product's hosts"
                    yield Problem("error", rule, what)


_CHECKS: tuple[Check, ...] = (
    _well_formed,
    _claimed_once,
    _vendor_hosts_share,
    _can_be_seen,
    _patterns_are_tested,
    _shared_has_owner,
    _plan_hosts_are_hosts,
)
