"""Which host names a ruling is about, for lists that other programs enforce.

Only hosts on which a service itself is used are listed: upload, CDN and sign-in hosts, which others
share, never are. What a list would hit besides is spared where possible, and always said.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from shadow_scan.governance.rulings import Ruled
from shadow_scan.rules.matcher import HostMatch, declared_patterns
from shadow_scan.rules.models import COUNTED
from shadow_scan.rules.patterns import glob_expression
from shadow_scan.rules.ruleset import RuleSet

Kind = Literal["exact", "suffix", "under", "pattern"]
"""`suffix`: the name and all under it; `under`: only those; `pattern`: a regular expression."""

_WELCOME = frozenset({"sanctioned", "tolerated"})
_NEIGHBOURLY = frozenset({"upload", "cdn", "shared", "signin"})


@dataclass(frozen=True, slots=True, order=True)
class Name:
    """`text` is a bare host name, or for a pattern the expression over whole names."""

    text: str
    kind: Kind
    service: str

    def holds(self, host: str) -> bool:
        if self.kind == "pattern":
            return re.fullmatch(self.text, host) is not None
        below = host.endswith(f".{self.text}")
        return (self.kind != "exact" and below) or (self.kind != "under" and host == self.text)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A name inside one that is blocked, which belongs to somebody else."""

    name: Name
    inside: Name
    welcome: bool
    """It is sanctioned or tolerated, or shared with such a service."""


@dataclass(frozen=True, slots=True)
class Blocklist:
    names: tuple[Name, ...]
    spared: tuple[Neighbour, ...]
    """What an exception must let through."""
    notes: tuple[str, ...]
    """What is left out, and what is hit besides, a line each."""


def blocklist(
    rules: RuleSet, held: Iterable[Ruled], statuses: Collection[str] = ("unsanctioned",)
) -> Blocklist:
    """The names of all services that have one of these statuses for everybody."""
    rulings = list(held)
    everywhere = {
        r.decision.service: r.status for r in rulings if r.decision.scope[1:] == (None, None)
    }
    blocked = {s for s in rules.services if everywhere.get(s, "unreviewed") in statuses}
    welcome = {service for service, status in everywhere.items() if status in _WELCOME}
    declared = list(declared_patterns(rules))
    notes = [*_scoped_notes(rulings, blocked, statuses)]
    notes += [
        f"{service} is {status}, and no rule knows it any more: it has no names in the list"
        for service, status in sorted(everywhere.items())
        if status in statuses and service not in rules.services
    ]
    wanted = [m for m in declared if m.service in blocked and m.role in COUNTED]
    names = [name for match in wanted for name in _named(match)]
    notes += _path_notes(wanted, names)
    kept, more = _without_shared(names, declared, blocked, welcome)
    spared = tuple(sorted(set(_neighbours(kept, declared, blocked, welcome)),
                          key=lambda n: n.name))  # fmt: skip
    return Blocklist(_minimal(kept), spared, (*notes, *more))


def _scoped_notes(
    rulings: Sequence[Ruled], blocked: Collection[str], statuses: Collection[str]
) -> Iterator[str]:
    for decision in (one.decision for one in rulings):
        scope = " and ".join(
            filter(None, (decision.team, decision.plan and f"plan {decision.plan}"))
        )
        listed = decision.status in statuses
        if scope and decision.service in blocked and decision.status in _WELCOME and not listed:
            yield f"{decision.service} is {decision.status} for {scope}, and blocked there too"
        if scope and decision.service not in blocked and listed:
            yield (f"{decision.service} is {decision.status} for {scope} alone, and not listed: "
                   "a list of hosts knows no teams and plans")  # fmt: skip


def _named(match: HostMatch) -> Iterator[Name]:
    text, service = match.pattern, str(match.service)
    if match.kind == "exact":
        yield Name(text[1:], "exact", service)
    elif match.kind == "suffix":
        yield Name(text, "suffix", service)
    elif match.kind == "regex":
        yield Name(text[3:].removeprefix("^").removesuffix("$"), "pattern", service)
    elif match.kind == "wildcard":
        below = text.removeprefix("*.")
        if "*" not in below:
            yield Name(below, "under", service)
        else:
            yield Name(glob_expression(text, within_label=True), "pattern", service)


def _path_notes(wanted: Sequence[HostMatch], names: Sequence[Name]) -> Iterator[str]:
    for match in wanted:
        host = match.pattern.removeprefix("=").partition("/")[0]
        inside = any(name.holds(host) for name in names if name.service == match.service)
        if match.kind == "path" and not inside:
            yield (f"{match.service}: {match.pattern} is left out: it is a part of {host}, and a "
                   "list of hosts would block all of it")  # fmt: skip


def _without_shared(
    names: Sequence[Name],
    declared: Sequence[HostMatch],
    blocked: Collection[str],
    welcome: Collection[str],
) -> tuple[list[Name], list[str]]:
    """Names less those on which a welcome service lives too, under paths of its own."""
    kept, notes = [], []
    for name in names:
        others = {
            str(match.service)
            for match in declared
            if match.kind == "path" and match.counted and match.service not in blocked
            and name.holds(match.pattern.removeprefix("=").partition("/")[0])
        }  # fmt: skip
        kind = others & set(welcome)
        if kind:
            notes.append(
                f"{name.text} ({name.service}) is left out: {_listed(kind)} lives there too"
            )
            continue
        kept.append(name)
        if others:
            notes.append(
                f"{name.text} ({name.service}) also hits {_listed(others)}, on the same host"
            )
    return kept, notes


def _neighbours(
    names: Sequence[Name],
    declared: Sequence[HostMatch],
    blocked: Collection[str],
    welcome: Collection[str],
) -> Iterator[Neighbour]:
    friends = {match.vendor for match in declared if match.service in welcome}
    wide = [name for name in names if name.kind in ("suffix", "under")]
    for match in declared:
        ours = match.service in blocked
        counts = match.counted or match.role in _NEIGHBOURLY
        if ours or not counts or match.kind not in ("exact", "suffix"):
            continue
        host = match.pattern.removeprefix("=")
        kind: Kind = "exact" if match.kind == "exact" else "suffix"
        for inside in wide:
            if inside.holds(host) and host != inside.text:
                good = match.service in welcome or (not match.service and match.vendor in friends)
                yield Neighbour(Name(host, kind, match.service or match.vendor), inside, good)


def _minimal(names: Iterable[Name]) -> tuple[Name, ...]:
    """Without names that another one holds already: some programs refuse those."""
    distinct = sorted(set(names))
    wide = {name.text for name in distinct if name.kind == "suffix"}
    return tuple(
        name
        for name in distinct
        if name.kind == "pattern"
        or not any(parent in wide for parent in _parents(name.text, name.kind != "suffix"))
    )


def _parents(name: str, itself: bool) -> Iterator[str]:
    labels = name.split(".")
    return (".".join(labels[at:]) for at in range(0 if itself else 1, len(labels)))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
