"""Says, step by step, why a host or a request is a service, or why it is none."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from shadow_scan.rules.matcher import MAX_NAME, HostMatch, Matcher, declared_patterns
from shadow_scan.rules.ruleset import RuleSet

_HOW = {
    "exact": "is exactly",
    "suffix": "ends, at a label border, with",
    "wildcard": "fits the wildcard",
    "regex": "fits the pattern",
    "path": "has a path that fits",
}


def explain(matcher: Matcher, host: str, path: str | None) -> list[str]:
    """Readable lines, the answer first."""
    return list(_steps(matcher, host, path))


def _steps(matcher: Matcher, host: str, path: str | None) -> Iterator[str]:
    rules = matcher.rule_set
    asked = host[:MAX_NAME] + (path or "")
    found = matcher.match(host, path)
    if found is None:
        yield f"{asked}: no AI service of the rules"
        yield from _near_misses(matcher, host)
    else:
        yield f"{asked}: {_verdict(rules, found)}"
        yield f"  because  {host[:MAX_NAME]} {_HOW[found.kind]} {found.pattern}"
        yield f"  role     {found.role}: {_meaning(found)}"
        yield f"  rule     {found.rule}"
        if found.plan:
            yield f"  plan     {found.plan}: this host is used by that plan alone"
    if path is None and matcher.has_path_rules(host):
        yield "  note     paths decide on this host: ask with one, as HOST/PATH"
    yield f"  rule set {rules.digest[:16]}, {len(rules.services)} services"
    yield from (f"  overlay  {note}" for note in rules.overlay_notes)


def _verdict(rules: RuleSet, found: HostMatch) -> str:
    if found.counted:
        service = rules.services[str(found.service)]
        return f"{service.name} ({service.id}), by {service.vendor_name}"
    return f"a host of {found.vendor}, and no use of a service by itself"


def _meaning(found: HostMatch) -> str:
    if found.counted:
        return "counts"
    if found.beside:
        return "counts only beside a service of the same vendor, within 30 minutes"
    return "never counts"


def _near_misses(matcher: Matcher, host: str) -> Iterator[str]:
    """What a reader may have taken it for."""
    names = {
        match.pattern.removeprefix("="): match
        for match in declared_patterns(matcher.rule_set)
        if match.kind in ("exact", "suffix") and match.counted
    }
    for name, match in names.items():
        if name in host:
            yield f"  but      it only contains {name} ({match.service}): it does not end with it"
            return
    for name in difflib.get_close_matches(host[:MAX_NAME], names, n=1, cutoff=0.85):
        yield f"  but      it resembles {name} ({names[name].service})"
