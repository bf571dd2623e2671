"""Evidence to answer: which task a session was, how sure, and by what.

Each signal that fits adds to its task (log-odds); of signals of one kind about one task only the
strongest counts, for they say the same thing twice. The sums of all tasks stand against each other
and against none of them; the log's kind says how far the result can be believed.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise

from shadow_scan.rules.ruleset import RuleSet, Service
from shadow_scan.rules.work.content import UNKNOWN
from shadow_scan.rules.work.matching import Fits, path_fits
from shadow_scan.rules.work.models import ConfidenceFile, Evidence, LogKind, Signal, Size, Tier
from shadow_scan.rules.work.slugs import slug_fits

_TIERS: tuple[Tier, ...] = ("unknown", "possible", "likely", "observed")
_SUPPORT = frozenset({"sizes", "context", "referrers", "functions"})
_NONE: frozenset[str] = frozenset()
_SERVICE_ALONE = frozenset({"service"})
_DIRECT = frozenset({"asked", "clients"})
_PURPOSE, _CATEGORY, _NAME = 1, 2, 3
_MAX_REASONS = 8


@dataclass(frozen=True, slots=True)
class Seen:
    """What one session showed. `asked` are ids of signals whose paths or slugs were met."""

    service: str
    evidence: Evidence
    asked: frozenset[str] = _NONE
    clients: frozenset[str] = _NONE
    context: frozenset[str] = _NONE
    glanced: frozenset[str] = _NONE
    """Those of `context` that were met in one minute alone."""
    referrers: frozenset[str] = _NONE
    function: str | None = None
    sizes: frozenset[Size] = frozenset()


@dataclass(frozen=True, slots=True)
class Answer:
    """`confidence` and `reasons` are of the task that is named; None and () where none is."""

    task: str
    confidence: float | None
    tier: Tier
    reasons: tuple[str, ...] = ()
    leaning: str | None = None
    """The best candidate, also where it is not sure enough to be the answer."""


@dataclass(frozen=True, slots=True)
class _Rule:
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

    def is_glanced(self, seen: Seen) -> bool:
        met = seen.context.intersection(self.signal.context)
        return bool(met) and met <= seen.glanced

    def glanced(self, share: float) -> _Rule:
        return replace(self, weight=self.weight * share)


@dataclass
class TaskRules:
    rules: RuleSet
    _by_service: dict[str, list[_Rule]] = field(default_factory=dict)

    def asked(self, service: str, path: str) -> frozenset[str]:
        """Names of the signals that this path of the service meets."""
        return frozenset(
            rule.name
            for rule in self._of_service(service)
            if rule.fits_path is not None and rule.fits_path(path)
        )

    def asked_numbers(self, service: str, path: str) -> list[int]:
        """The same as short numbers, for tables; `name_of` gives the names back."""
        return [self._numbers[name] for name in self.asked(service, path)]

    def name_of(self, number: int) -> str:
        return self._all[number].name

    def answer(self, seen: Seen) -> Answer:
        kind = self._kinds.get(seen.evidence)
        glance = self.rules.work.confidence.glance
        held = [
            rule.glanced(glance) if rule.is_glanced(seen) else rule
            for rule in self._of_service(seen.service)
            if rule.holds(seen)
        ]
        if kind is None or not any(rule.weight > 0 for rule in held):
            return Answer(UNKNOWN, None, "unknown")
        counted = _strongest(held)
        task, total = self._best(counted)
        confidence = _calibrated(kind, total)
        tier = _capped(_tier(counted[task]), kind, general=self._is_general(seen.service))
        if confidence < kind.answer_from or tier == "unknown":
            return Answer(UNKNOWN, None, "unknown", leaning=task)
        reasons = tuple(self._reasons(counted[task], seen))
        return Answer(task, round(confidence, 3), tier, reasons, task)

    def _best(self, counted: Mapping[str, list[_Rule]]) -> tuple[str, float]:
        prior = self.rules.work.confidence.prior
        scores = {
            task: math.exp(min(prior + sum(rule.weight for rule in rules), 30))
            for task, rules in counted.items()
        }
        rest = 1 + math.exp(prior) * max(len(self._tasks) - len(scores), 0)
        best = max(scores, key=lambda task: (scores[task], task))
        return best, scores[best] / (rest + sum(scores.values()))

    def _reasons(self, rules: list[_Rule], seen: Seen) -> Iterator[str]:
        version = self.rules.digest[:8]
        for rule in sorted(rules, key=lambda rule: (-rule.weight, rule.name))[:_MAX_REASONS]:
            yield f"{rule.name}@{version}: {_said(rule.signal, seen)} ({rule.signal.strength})"

    @property
    def _confidence(self) -> ConfidenceFile:
        return self.rules.work.confidence

    def _is_general(self, service: str) -> bool:
        known = self.rules.services.get(service)
        general = self.rules.work.confidence.general_categories
        return known is None or known.category in general

    @cached_property
    def _kinds(self) -> dict[Evidence, LogKind]:
        return {kind.evidence: kind for kind in self.rules.work.confidence.log_kinds}

    @cached_property
    def _tasks(self) -> frozenset[str]:
        return frozenset(task.id for task in self.rules.work.vocabulary.tasks) - {UNKNOWN}

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {rule.name: number for number, rule in enumerate(self._all)}

    @cached_property
    def _all(self) -> list[_Rule]:
        weights = self.rules.work.confidence.weights
        return [
            _made_ready(f"{name}#{signal.id}", file.task, weights.get(signal.strength, 0), signal)
            for name, file in self.rules.work.tasks.items()
            for signal in file.signals
        ]

    def _of_service(self, service: str) -> list[_Rule]:
        """The rules that can hold for a service at all."""
        if service not in self._by_service:
            self._by_service[service] = list(self._applying(service))
        return self._by_service[service]

    def _applying(self, service: str) -> Iterator[_Rule]:
        """What names the service goes before what names its category, and that before purposes. A
        service made for few tasks is used for them, whatever was open before."""
        known, general = self.rules.services.get(service), self._is_general(service)
        about = [(rule, _nearness(rule, known)) for rule in self._all]
        nearest = max((near for rule, near in about if rule.kinds == _SERVICE_ALONE), default=0)
        kept = [
            rule
            for rule, near in about
            if not rule.about_service
            or (near and (near == nearest or rule.kinds != _SERVICE_ALONE))
            if not (general and near == _PURPOSE)
        ]
        is_open = general or (known and known.category in self._confidence.open_categories)
        made_for = {
            rule.task
            for rule in kept
            if rule.kinds == _SERVICE_ALONE and rule.signal.strength == "strong" and not is_open
        }
        for rule in kept:
            if not made_for or rule.task in made_for or rule.kinds & _DIRECT:
                yield rule


def _made_ready(name: str, task: str, weight: float, signal: Signal) -> _Rule:
    about = bool(signal.services or signal.categories or signal.purposes)
    kinds = {
        kind
        for kind in ("clients", "context", "referrers", "functions", "sizes")
        if getattr(signal, kind)
    }
    asks = bool(signal.paths or signal.slugs)
    kinds |= {"asked"} if asks else set()
    kinds |= {"service"} if about else set()
    return _Rule(name, task, weight, signal, about, asks, _fits(signal), frozenset(kinds))


def _fits(signal: Signal) -> Fits | None:
    if not (signal.paths or signal.slugs):
        return None
    path = path_fits(signal.paths) if signal.paths else None
    slug = slug_fits(signal.slugs) if signal.slugs else None
    return lambda text: bool((path and path(text)) or (slug and slug(text)))


def _nearness(rule: _Rule, service: Service | None) -> int:
    """How closely a rule speaks of a service: by name, by category, by purpose, or not at all."""
    signal = rule.signal
    if service is None:
        return 0
    if service.id in signal.services:
        return _NAME
    if service.category in signal.categories:
        return _CATEGORY
    return 0 if set(service.task_hints).isdisjoint(signal.purposes) else _PURPOSE


def _strongest(held: list[_Rule]) -> dict[str, list[_Rule]]:
    """Task -> its rules, of each kind of evidence the strongest one, and what speaks against."""
    best: dict[tuple[str, frozenset[str], bool], _Rule] = {}
    for rule in held:
        key = (rule.task, rule.kinds, rule.weight < 0)
        if key not in best or abs(rule.weight) > abs(best[key].weight):
            best[key] = rule
    tasks: dict[str, list[_Rule]] = defaultdict(list)
    for rule in best.values():
        tasks[rule.task].append(rule)
    return {task: rules for task, rules in tasks.items() if any(r.weight > 0 for r in rules)}


def _calibrated(kind: LogKind, total: float) -> float:
    """Between the two points that hold the sum, in a straight line."""
    points = kind.points
    if total <= points[0].sum:
        return points[0].right
    for low, high in pairwise(points):
        if total <= high.sum:
            part = (total - low.sum) / max(high.sum - low.sum, 1e-9)
            return low.right + part * (high.right - low.right)
    return points[-1].right


def _tier(rules: list[_Rule]) -> Tier:
    """observed: a feature or a client was seen. likely: a service for this, or two supports."""
    helping = [rule for rule in rules if rule.weight > 0]
    for rule in helping:
        if rule.kinds & _DIRECT and rule.signal.strength == "strong":
            return "observed"
    kinds = frozenset[str]().union(*(rule.kinds for rule in helping))
    for rule in helping:
        if rule.kinds == _SERVICE_ALONE and rule.signal.strength == "strong":
            return "likely"
    return "likely" if len(kinds & (_SUPPORT | _DIRECT)) > 1 else "possible"


def _capped(tier: Tier, kind: LogKind, *, general: bool) -> Tier:
    ceiling = kind.general_ceiling if general else kind.ceiling
    return _TIERS[min(_TIERS.index(tier), _TIERS.index(ceiling))]


def _said(signal: Signal, seen: Seen) -> str:
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
