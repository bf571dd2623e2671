"""Which service a host name is: dictionary look-ups, however large the catalogue.

Order: exact name, longest suffix at label borders, wildcard, pattern; then the path rules of that
host, of which the longest literal beginning wins. What never counts goes before a suffix that
holds it. Names come in lower case without a trailing dot.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from shadow_scan.rules.models import BESIDE, COUNTED, Role
from shadow_scan.rules.patterns import HostPatterns, Kind, ends_of, glob_regex, kind_of
from shadow_scan.rules.ruleset import RuleSet

MAX_NAME = 253
MAX_PATH = 4096
"""Characters of a path that rules look at; no rule is about anything further on."""
_AGENT_CARDS = frozenset({".well-known", "agent-card.json", "agent.json"})
"""Names of files by which agents find each other (a2a-protocol.org, agent discovery): kept."""


@dataclass(frozen=True, slots=True)
class HostMatch:
    """What a rule says of a host. `service` is None for hosts that a vendor's products share."""

    service: str | None
    vendor: str
    role: Role
    pattern: str
    kind: Kind
    rule: str
    """File and product, as `vendors/openai.toml#chatgpt`."""
    plan: str | None = None
    """The plan that this host tells; None where it tells none."""

    @property
    def counted(self) -> bool:
        return self.role in COUNTED and self.service is not None

    @property
    def beside(self) -> bool:
        return self.role in BESIDE


def declared_patterns(rules: RuleSet) -> Iterator[HostMatch]:
    """Every pattern of every file, as the match that it would give."""
    for file, vendor in rules.vendors.items():
        for role, pattern in vendor.hosts.patterns():
            rule = f"{file}#{vendor.id}"
            yield HostMatch(None, vendor.id, role, pattern, kind_of(pattern), rule)
        for product in vendor.products:
            plans = {host: plan for plan, hosts in product.plan_hosts.items() for host in hosts}
            for role, pattern in product.hosts.patterns():
                rule, plan = f"{file}#{product.id}", plans.get(pattern)
                kind = kind_of(pattern)
                yield HostMatch(product.id, vendor.id, role, pattern, kind, rule, plan)


def _tenant_patterns(rules: RuleSet) -> Iterator[str]:
    for service in rules.services.values():
        yield from service.product.tenant_hosts


class Matcher:
    """Compiled rules. Any text is a safe question; what is no name is no service."""

    def __init__(self, rule_set: RuleSet) -> None:
        self.rule_set = rule_set
        self._exact: dict[str, HostMatch] = {}
        self._suffix: dict[str, HostMatch] = {}
        self._patterns: HostPatterns[HostMatch] = HostPatterns()
        self._exceptions: dict[str, list[tuple[re.Pattern[str], HostMatch]]] = {}
        self._tenants = frozenset(_tenant_patterns(rule_set))
        self._paths: dict[str, list[_PathRule]] = {}
        self._path_globs: list[tuple[re.Pattern[str], _PathRule]] = []
        self._path_ends: tuple[str, ...] = ()
        declared = list(declared_patterns(rule_set))
        self.ends = ends_of(match.pattern for match in declared)
        """Of every host of which a rule speaks, or of whose paths."""
        for match in declared:
            self._add(match)
        for entry in self._patterns:
            self._except(*entry)
        self.kept_segments = frozenset(self._literal_segments()) | _AGENT_CARDS

    def host(self, name: str) -> HostMatch | None:
        """The rule for a name alone; None where none speaks of it, or only of its paths."""
        if not name or len(name) > MAX_NAME:
            return None
        return self._exact.get(name) or self._by_suffix(name) or self._patterns.of(name)

    def match(self, host: str, path: str | None) -> HostMatch | None:
        """The rule for a request; a path rule of the host goes before what its name says."""
        if path is not None:
            rules = self._path_rules(host)
            fitting = [rule for rule in rules if rule.regex.fullmatch(path[:MAX_PATH])]
            if fitting:
                return max(fitting, key=lambda rule: rule.weight).match
        return self.host(host)

    def has_path_rules(self, host: str) -> bool:
        """True where a path can change the answer for this host."""
        return bool(self._path_rules(host))

    def path_patterns(self, host: str | None = None) -> list[str]:
        """The path rules of a host, or of all hosts, as their files have them."""
        if host is not None:
            return [rule.match.pattern for rule in self._path_rules(host)]
        named = [rule for rules in self._paths.values() for rule in rules]
        return [rule.match.pattern for rule in (*named, *(rule for _, rule in self._path_globs))]

    def beside_services(self, match: HostMatch) -> frozenset[str]:
        """The services that an upload, CDN or shared host may join: those of its vendor."""
        if not match.beside:
            return frozenset()
        services = self.rule_set.services.values()
        return frozenset(entry.id for entry in services if entry.vendor == match.vendor)

    def _by_suffix(self, name: str) -> HostMatch | None:
        at = 0
        while True:
            if (found := self._suffix.get(name[at:])) is not None:
                excepted = self._exceptions.get(found.pattern, ())
                exceptions = (match for regex, match in excepted if regex.fullmatch(name))
                return next(exceptions, None) or self._never(name[:at], found)
            at = name.find(".", at) + 1
            if not at:
                return None

    def _never(self, front: str, found: HostMatch) -> HostMatch:
        """`docs.`, `auth.` and their like under a counted name are no use of the service."""
        never = self.rule_set.never
        if found.counted and found.pattern not in self._tenants:
            for label in front.split(".")[:-1]:
                if label in never:
                    return replace(found, role=never[label], plan=None)
        return found

    def _except(self, regex: re.Pattern[str], match: HostMatch) -> None:
        """A wildcard that does not count stands before the counting suffixes that hold it."""
        labels = match.pattern.rpartition("*")[2].split(".")[1:]
        if match.kind == "wildcard" and not match.counted:
            for at in range(len(labels)):
                suffix = ".".join(labels[at:])
                if suffix in self._suffix:
                    self._exceptions.setdefault(suffix, []).append((regex, match))

    def _path_rules(self, host: str) -> list[_PathRule]:
        if len(host) > MAX_NAME:
            return []
        named = self._paths.get(host, [])
        if not host.endswith(self._path_ends):
            return named
        return named + [rule for regex, rule in self._path_globs if regex.fullmatch(host)]

    def _add(self, match: HostMatch) -> None:
        pattern = match.pattern
        if match.kind == "exact":
            self._exact[pattern[1:]] = match
        elif match.kind == "suffix":
            self._suffix[pattern] = match
        elif match.kind in ("regex", "wildcard"):
            self._patterns.add(pattern, match)
        else:
            host, _, path = pattern.partition("/")
            weight = (len(path.partition("*")[0]), len(path.replace("*", "")))
            rule = _PathRule(glob_regex("/" + path), weight, match)
            if "*" in host:
                self._path_globs.append((glob_regex(host, within_label=True), rule))
                self._path_ends += (host.rpartition("*")[2],)
            else:
                self._paths.setdefault(host.removeprefix("="), []).append(rule)

    def _literal_segments(self) -> Iterator[str]:
        """Words of paths that rules name: they are stored as they are, whatever they look like."""
        for pattern in self.path_patterns():
            for segment in pattern.split("/")[1:]:
                if segment and "*" not in segment:
                    yield segment
        yield from self.rule_set.candidates.path_segments()
        yield from self.rule_set.work.path_segments()


@dataclass(frozen=True, slots=True)
class _PathRule:
    regex: re.Pattern[str]
    weight: tuple[int, int]
    """Characters before the first '*', then all literal ones."""
    match: HostMatch
