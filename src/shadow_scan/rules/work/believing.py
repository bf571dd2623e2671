"""How far a sum of evidence is believed: a confidence that holds, and a tier, by kind of log."""

from __future__ import annotations

from itertools import pairwise

from shadow_scan.rules.work.evidence import DIRECT, SERVICE_ALONE, Rule
from shadow_scan.rules.work.models import LogKind, Tier

_TIERS: tuple[Tier, ...] = ("unknown", "possible", "likely", "observed")
_SUPPORT = frozenset({"sizes", "context", "referrers", "functions"})


def calibrated(kind: LogKind, total: float) -> float:
    """Between the two points that hold the sum, in a straight line."""
    points = kind.points
    if total <= points[0].sum:
        return points[0].right
    for low, high in pairwise(points):
        if total <= high.sum:
            part = (total - low.sum) / max(high.sum - low.sum, 1e-9)
            return low.right + part * (high.right - low.right)
    return points[-1].right


def tier_of(rules: list[Rule]) -> Tier:
    """observed: a feature or a client was seen. likely: a service for this, or two supports."""
    helping = [rule for rule in rules if rule.weight > 0]
    for rule in helping:
        if rule.kinds & DIRECT and rule.signal.strength == "strong":
            return "observed"
    kinds = frozenset[str]().union(*(rule.kinds for rule in helping))
    for rule in helping:
        if rule.kinds == SERVICE_ALONE and rule.signal.strength == "strong":
            return "likely"
    return "likely" if len(kinds & (_SUPPORT | DIRECT)) > 1 else "possible"


def capped(tier: Tier, kind: LogKind, *, general: bool) -> Tier:
    ceiling = kind.general_ceiling if general else kind.ceiling
    return _TIERS[min(_TIERS.index(tier), _TIERS.index(ceiling))]
