"""Says, step by step, why a host or a request is a service, or why it is none."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from shadow_scan.rules.matcher import MAX_NAME, MAX_PATH, HostMatch, Matcher, declared_patterns
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
    asked = host[:MAX_NAME] + (path or "")[:MAX_PATH]
    found = matcher.match(host, path)
    if found is None:
        yield f"{asked}: no AI service of the rules"
        if path is not None and (paths := matcher.path_patterns(host)):
            yield f"  but      of this host rules name only {', '.join(paths)}"
        yield from _near_misses(matcher, host)
    else:
        yield f"{asked}: {_verdict(rules, found)}"
        yield f"  because  {host[:MAX_NAME]} {_HOW[found.kind]} {found.pattern}"
        yield f"  role     {found.role}: {_meaning(found)}"
        yield from _reasons(matcher, host, found)
        yield f"  rule     {found.rule}"
        if found.plan:
            yield f"  plan     {found.plan}: this host is used by that plan alone"
    if path is None and matcher.has_path_rules(host):
        yield "  note     paths decide on this host: ask with one, as HOST/PATH"
    yield (
        f"  rule set {rules.digest[:16]}, {len(rules.services)} services; "
        f"rules about work {rules.work_version}"
    )
    yield from (f"  overlay  {note}" for note in rules.overlay_notes)


def _verdict(rules: RuleSet, found: HostMatch) -> str:
    if found.counted:
        service = rules.services[str(found.service)]
        doubt = " (vendor unverified)" if service.is_unverified("vendor") else ""
        return f"{service.name} ({service.id}), by {service.vendor_name}{doubt}"
    names = {vendor.id: vendor.name for vendor in rules.vendors.values()}
    return f"a host of {names[found.vendor]}, and no use of a service by itself"


def _reasons(matcher: Matcher, host: str, found: HostMatch) -> Iterator[str]:
    """What turned the answer: a label that never counts, a path, or whom a host may join."""
    never = matcher.rule_set.never
    if found.kind == "suffix" and not (found.counted or found.beside):
        front = host.removesuffix(found.pattern).split(".")
        for label in [label for label in front if never.get(label) == found.role][:1]:
            yield f"  label    '{label}.' stands for {found.role}, on every vendor's hosts"
    if found.kind == "path" and (plain := matcher.host(host)):
        whose = plain.service if plain.counted else f"no use ({plain.role})"
        yield f"  else     {host} without this path is {whose}, by {plain.rule}"
    if found.beside:
        yield f"  joins    {', '.join(sorted(matcher.beside_services(found)))}"
    if found.service and matcher.rule_set.services[found.service].is_unverified("hosts"):
        yield "  doubt    no source could be named for the hosts of this service"


def _meaning(found: HostMatch) -> str:
    if found.counted:
        return "counts"
    if found.beside:
        return "counts only beside a service of the same vendor, within 30 minutes"
    return "never counts"


def _missed(host: str, name: str) -> str:
    if not host.endswith(name):
        return "it does not end with it"
    if host.endswith(f".{name}"):
        return "that name alone counts, not what stands under it"
    return "no dot stands before it, so it is another name"


def _near_misses(matcher: Matcher, host: str) -> Iterator[str]:
    """What a reader may have taken it for."""
    names = {
        match.pattern.removeprefix("="): match
        for match in declared_patterns(matcher.rule_set)
        if match.kind in ("exact", "suffix") and match.counted
    }
    for service in matcher.rule_set.services.values():
        if host in (service.id, service.name.lower()):
            own = [name for name, match in names.items() if match.service == service.id]
            such = f", such as {own[0]}" if own else ""
            yield f"  but      {service.name} is a service: ask for a host of it{such}"
            return
    for name in sorted((name for name in names if name in host), key=len, reverse=True)[:1]:
        yield f"  but      it only contains {name} ({names[name].service}): {_missed(host, name)}"
        return
    for name in difflib.get_close_matches(host[:MAX_NAME], names, n=1, cutoff=0.85):
        yield f"  but      it resembles {name} ({names[name].service})"
