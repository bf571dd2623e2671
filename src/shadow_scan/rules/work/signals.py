"""Evidence to answer: which task a session was, how sure, and by what.

Each signal that fits adds to its task (log-odds); of signals of one kind about one task only the
strongest counts, for they say the same thing twice. The sums of all tasks stand against each other
and against none of them; the log's kind says how far the result can be believed.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from shadow_scan.rules.ruleset import RuleSet
from shadow_scan.rules.work.believing import calibrated, capped, tier_of
from shadow_scan.rules.work.content import UNKNOWN
from shadow_scan.rules.work.evidence import (
    DIRECT,
    NAME,
    PURPOSE,
    SERVICE_ALONE,
    Rule,
    Seen,
    made_ready,
    nearness,
    said,
)
from shadow_scan.rules.work.models import ConfidenceFile, Evidence, LogKind, Tier

_MAX_REASONS = 8


@dataclass(frozen=True, slots=True)
class Answer:
    """`confidence` and `reasons` are of the task that is named; None and () where none is."""

    task: str
    confidence: float | None
    tier: Tier
    reasons: tuple[str, ...] = ()
    leaning: str | None = None
    """The best candidate, also where it is not sure enough to be the answer."""


@dataclass
class TaskRules:
    rules: RuleSet
    _by_service: dict[str, list[Rule]] = field(default_factory=dict)

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
        held = [
            rule.weighed(seen, self._confidence)
            for rule in self._of_service(seen.service)
            if rule.holds(seen)
        ]
        if kind is None or not any(rule.weight > 0 for rule in held):
            return Answer(UNKNOWN, None, "unknown")
        counted = _strongest(held)
        task, total = self._best(counted)
        confidence = calibrated(kind, total)
        tier = capped(tier_of(counted[task]), kind, general=self._is_general(seen.service))
        if confidence < kind.answer_from or tier == "unknown":
            return Answer(UNKNOWN, None, "unknown", leaning=task)
        reasons = tuple(self._reasons(counted[task], seen))
        return Answer(task, round(confidence, 3), tier, reasons, task)

    def _best(self, counted: Mapping[str, list[Rule]]) -> tuple[str, float]:
        prior = self._confidence.prior
        scores = {
            task: math.exp(min(prior + sum(rule.weight for rule in rules), 30))
            for task, rules in counted.items()
        }
        rest = 1 + math.exp(prior) * max(len(self._tasks) - len(scores), 0)
        best = max(scores, key=lambda task: (scores[task], task))
        return best, scores[best] / (rest + sum(scores.values()))

    def _reasons(self, rules: list[Rule], seen: Seen) -> Iterator[str]:
        version = self.rules.work_version
        for rule in sorted(rules, key=lambda rule: (-rule.weight, rule.name))[:_MAX_REASONS]:
            yield f"{rule.name}@{version}: {said(rule.signal, seen)} ({rule.signal.strength})"

    @property
    def _confidence(self) -> ConfidenceFile:
        return self.rules.work.confidence

    def _is_general(self, service: str) -> bool:
        known = self.rules.services.get(service)
        general = self._confidence.general_categories
        return known is None or known.category in general

    def _open_categories(self, nearest: int) -> list[str]:
        """Those whose services are used for every task; a service that a task names is not."""
        by = self._confidence
        return by.open_categories + (by.general_categories if nearest < NAME else [])

    @cached_property
    def _kinds(self) -> dict[Evidence, LogKind]:
        return {kind.evidence: kind for kind in self._confidence.log_kinds}

    @cached_property
    def _tasks(self) -> frozenset[str]:
        return frozenset(task.id for task in self.rules.work.vocabulary.tasks) - {UNKNOWN}

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {rule.name: number for number, rule in enumerate(self._all)}

    @cached_property
    def _all(self) -> list[Rule]:
        weights = self._confidence.weights
        return [
            made_ready(f"{name}#{signal.id}", file.task, weights, signal)
            for name, file in self.rules.work.tasks.items()
            for signal in file.signals
        ]

    def _of_service(self, service: str) -> list[Rule]:
        """The rules that can hold for a service at all."""
        if service not in self._by_service:
            self._by_service[service] = list(self._applying(service))
        return self._by_service[service]

    def _applying(self, service: str) -> Iterator[Rule]:
        """What names the service goes before what names its category, and that before purposes. A
        service made for few tasks, or named as such, is used for them, whatever was open before."""
        known, general = self.rules.services.get(service), self._is_general(service)
        about = [(rule, nearness(rule, known)) for rule in self._all]
        nearest = max((near for rule, near in about if rule.kinds == SERVICE_ALONE), default=0)
        kept = [
            rule
            for rule, near in about
            if not rule.about_service or (near and (near == nearest or rule.kinds != SERVICE_ALONE))
            if not (general and near == PURPOSE)
        ]
        is_open = known is None or known.category in self._open_categories(nearest)
        made_for = {
            rule.task
            for rule in kept
            if rule.kinds == SERVICE_ALONE and rule.signal.strength == "strong" and not is_open
        }
        for rule in kept:
            if not made_for or rule.task in made_for or rule.kinds & DIRECT:
                yield rule


def _strongest(held: list[Rule]) -> dict[str, list[Rule]]:
    """Task -> its rules, of each kind of evidence the strongest one, and what speaks against."""
    best: dict[tuple[str, frozenset[str], bool], Rule] = {}
    for rule in held:
        key = (rule.task, rule.kinds, rule.weight < 0)
        if key not in best or abs(rule.weight) > abs(best[key].weight):
            best[key] = rule
    tasks: dict[str, list[Rule]] = defaultdict(list)
    for rule in best.values():
        tasks[rule.task].append(rule)
    return {task: rules for task, rules in tasks.items() if any(r.weight > 0 for r in rules)}
