"""What one session showed, and one signal made ready to be held against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from shadow_scan.rules.ruleset import Service
from shadow_scan.rules.work.matching import Fits, path_fits
from shadow_scan.rules.work.models import ConfidenceFile, Evidence, Signal, Size, Strength
from shadow_scan.rules.work.slugs import slug_fits

_NONE: frozenset[str] = frozenset()
SERVICE_ALONE = frozenset({"service"})
DIRECT = frozenset({"asked", "clients"})
PURPOSE, CATEGORY, NAME = 1, 2, 3
"""How closely a signal speaks of a service."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What one session showed. `asked` are ids of signals whose paths or slugs were met."""

    service: str
    evidence: Evidence
    asked: frozenset[str] = _NONE
    clients: frozenset[str] = _NONE
    context: frozenset[str] = _NONE
    worked: frozenset[str] = _NONE
    """Those of `context` that somebody worked in: for long, or in two of the same kind."""
    referrers: frozenset[str] = _NONE
    function: str | None = None
    sizes: frozenset[Size] = frozenset()


@dataclass(frozen=True, slots=True)
class Rule:
    """A signal made ready: its name, its task and weight, and what it asks for."""

    name: str
    task: str
    weight: float
    signal: Signal
    about_service: bool
    asks: bool
    fits_path: Fits | None
    kinds: frozenset[str]

    def holds(self, seen: Seen) -> bool:
        signal = self.signal
        return (
            (not self.asks or self.name in seen.asked)
            and (not signal.clients or not seen.clients.isdisjoint(signal.clients))
            and (not signal.context or not seen.context.isdisjoint(signal.context))
            and (not signal.referrers or not seen.referrers.isdisjoint(signal.referrers))
            and (not signal.functions or seen.function in signal.functions)
            and (not signal.sizes or not seen.sizes.isdisjoint(signal.sizes))
            and (not signal.evidence or seen.evidence in signal.evidence)
        )

    def weighed(self, seen: Seen, by: ConfidenceFile) -> Rule:
        """The rule with the weight that it has here: context counts by how long it was used."""
        if seen.worked.isdisjoint(self.signal.context):
            return self
        return replace(self, weight=self.weight * by.worked)


def made_ready(name: str, task: str, weights: Mapping[Strength, float], signal: Signal) -> Rule:
    weight = weights.get(signal.strength, 0) if signal.weight is None else signal.weight
    about = bool(signal.services or signal.categories or signal.purposes)
    kinds = {
        kind
        for kind in ("clients", "context", "referrers", "functions", "sizes")
        if getattr(signal, kind)
    }
    asks = bool(signal.paths or signal.slugs)
    kinds |= {"asked"} if asks else set()
    kinds |= {"service"} if about else set()
    return Rule(name, task, weight, signal, about, asks, _fits(signal), frozenset(kinds))


def _fits(signal: Signal) -> Fits | None:
    if not (signal.paths or signal.slugs):
        return None
    path = path_fits(signal.paths) if signal.paths else None
    slug = slug_fits(signal.slugs) if signal.slugs else None
    return lambda text: bool((path and path(text)) or (slug and slug(text)))


def nearness(rule: Rule, service: Service | None) -> int:
    """How closely a rule speaks of a service: by name, by category, by purpose, or not at all."""
    signal = rule.signal
    if service is None:
        return 0
    if service.id in signal.services:
        return NAME
    if service.category in signal.categories:
        return CATEGORY
    return 0 if set(service.task_hints).isdisjoint(signal.purposes) else PURPOSE


def said(signal: Signal, seen: Seen) -> str:
    if signal.note:
        return signal.note
    parts = []
    if signal.paths or signal.slugs:
        parts.append("what was asked of the service")
    if signal.clients:
        parts.append(f"client {_shared(seen.clients, signal.clients)}")
    if signal.context:
        parts.append(f"{_shared(seen.context, signal.context)} shortly before")
    if signal.referrers:
        parts.append(f"came from {_shared(seen.referrers, signal.referrers)}")
    if signal.functions:
        parts.append(f"function {seen.function}")
    if signal.sizes:
        parts.append(_shared(seen.sizes, signal.sizes))
    if signal.services or signal.categories or signal.purposes:
        parts.append(f"{seen.service} serves it")
    return ", ".join(parts)


def _shared(seen: frozenset[str], named: list[str] | list[Size]) -> str:
    return " and ".join(sorted(seen.intersection(named)))
