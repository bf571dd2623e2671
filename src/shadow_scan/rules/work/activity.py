"""People apart from noise and machines: what one request is, and what a session is."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from shadow_scan.rules.ruleset import RuleSet
from shadow_scan.rules.work.matching import HostNames, path_fits
from shadow_scan.rules.work.models import AccountRule, RequestKind, RequestRule, SessionRule

_OPERATORS = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
    "=": operator.eq,
}


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of the rules, once for each distinct combination of a log."""

    service: str
    role: str | None
    host: str
    path: str | None = None
    method: str | None = None
    client: str | None = None


class _Scope:
    """The hosts and paths of a rule, ready to be asked."""

    def __init__(self, rule: RequestRule | AccountRule) -> None:
        self._services = frozenset(rule.services)
        self._hosts = HostNames((host, True) for host in rule.hosts) if rule.hosts else None
        self._paths = path_fits(rule.paths) if rule.paths else None

    def holds(self, request: Request) -> bool:
        return (
            (not self._services or request.service in self._services)
            and (self._hosts is None or self._hosts.of(request.host) is not None)
            and (self._paths is None or (request.path is not None and self._paths(request.path)))
        )


class RequestRules:
    def __init__(self, rules: RuleSet) -> None:
        self._rule_set = rules
        self._rules = [(rule, _Scope(rule)) for rule in rules.work.activity.requests]
        self._accounts = [(rule, _Scope(rule)) for rule in rules.work.accounts.accounts]
        self._of_service = lru_cache(None)(self._for_service)

    def kind(self, request: Request) -> RequestKind | None:
        """What the first rule that fits says; None where none speaks of it."""
        for rule, scope in self._of_service(request.service):
            if _fits(rule, request) and scope.holds(request):
                return rule.kind
        return None

    def account(self, request: Request) -> Mapping[str, str | None]:
        """account, plan and surface, each from the first rule that tells it."""
        found: dict[str, str | None] = dict.fromkeys(("account", "plan", "surface"))
        for rule, scope in self._accounts:
            if request.service in rule.services and scope.holds(request):
                for name in found:
                    found[name] = found[name] or getattr(rule, name)
        return found

    def _for_service(self, service: str) -> list[tuple[RequestRule, _Scope]]:
        known = self._rule_set.services.get(service)
        category = known.category if known else None
        return [
            (rule, scope)
            for rule, scope in self._rules
            if (not rule.services or service in rule.services)
            and (not rule.categories or category in rule.categories)
        ]


def _fits(rule: RequestRule, request: Request) -> bool:
    return (
        (not rule.roles or request.role in rule.roles)
        and (not rule.methods or request.method in rule.methods)
        and (not rule.clients or request.client in rule.clients)
    )


def bound(text: str) -> tuple[str, float]:
    """'>=0.5' as its operator and number."""
    mark = text[:2] if text[:2] in _OPERATORS else text[:1]
    return mark, float(text[len(mark) :])


def session_rule(
    rules: RuleSet, service: str | None, measures: Mapping[str, float | None]
) -> SessionRule | None:
    """The first rule whose bounds all hold; the statement over sessions says the same in SQL."""
    for rule in rules.work.activity.sessions:
        if rule.services and service not in rule.services:
            continue
        if all(_holds(measures.get(name), text) for name, text in rule.when.items()):
            return rule
    return None


def _holds(value: float | None, text: str) -> bool:
    mark, number = bound(text)
    return value is not None and bool(_OPERATORS[mark](value, number))
