"""The programs that a list can be written for, and what each can express."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from shadow_scan.governance.blocklist import Blocklist, Kind, Name, Neighbour
from shadow_scan.report.enforcement import detection, gateways, proxies, resolvers

_ALL: tuple[Kind, ...] = ("exact", "suffix", "under", "pattern")
_NAMES: tuple[Kind, ...] = ("exact", "suffix", "under")
_WHOLE: tuple[Kind, ...] = ("exact", "suffix")
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Target:
    """`kinds` it can hold; `spares`: it can let a name inside a blocked one through; `exact`: it
    can block a name without those under it."""

    name: str
    help: str
    write: Callable[[Blocklist, str], str]
    kinds: tuple[Kind, ...] = _ALL
    spares: bool = True
    exact: bool = True
    single: bool = False
    """It holds single names alone."""


TARGETS: dict[str, Target] = {
    target.name: target
    for target in (
        Target("domains", "plain names, a line each", gateways.domains, _WHOLE, False, False),
        Target("squid", "ACLs of Squid", proxies.squid),
        Target("pac", "proxy auto-configuration", proxies.pac),
        Target("rpz", "response policy zone of BIND, Unbound, PowerDNS", resolvers.rpz, _NAMES),
        Target("unbound", "local zones of Unbound", resolvers.unbound, _WHOLE),
        Target("dnsmasq", "dnsmasq, and Pi-hole's dnsmasq.d", resolvers.dnsmasq, _WHOLE),
        Target("pihole", "a list that Pi-hole subscribes to", resolvers.pihole, _WHOLE),
        Target("hosts", "a hosts file", resolvers.hosts, _WHOLE, single=True),
        Target("adguard", "AdGuard Home and browser blockers", resolvers.adguard),
        Target("paloalto-edl", "external dynamic list of URLs", gateways.palo_alto, _NAMES, False),
        Target("fortigate", "web filter of FortiGate", gateways.fortigate),
        Target("zscaler", "custom URL category", gateways.zscaler, _WHOLE, False),
        Target("cloudflare", "Zero Trust list (CSV)", gateways.cloudflare, _WHOLE, False, False),
        Target("sigma", "a detection rule over proxy logs", detection.sigma),
    )
}


def written(target: Target, given: Blocklist, rules: str) -> tuple[str, Blocklist]:
    """The text of the list, and what of it the target holds, with all that must be said about it.

    `rules` is the digest of the rules that the names come from.
    """
    held = _fitting(target, given)
    return target.write(held, rules[:12]), held


def _fitting(target: Target, given: Blocklist) -> Blocklist:
    held = [name for name in given.names if name.kind in target.kinds]
    notes = [*_left_out(target, [name for name in given.names if name.kind not in target.kinds])]
    spared = list(given.spared)
    if target.single:
        wide = [name for name in held if name.kind != "exact"]
        notes += [f"a hosts file holds single names: others under {_shown(wide)} stay open"] * bool(
            wide
        )
    elif not target.spares:
        held, more = _without_welcome(target, held, spared)
        notes += more
        spared = []
    if not target.exact:
        notes += _widened(target, [name for name in held if name.kind == "exact"])
    return Blocklist(tuple(held), tuple(spared), (*given.notes, *notes))


def _left_out(target: Target, names: list[Name]) -> Iterator[str]:
    if names:
        yield f"{target.name} cannot hold patterns; left out: {_shown(names)}"


def _without_welcome(
    target: Target, names: list[Name], spared: list[Neighbour]
) -> tuple[list[Name], list[str]]:
    notes = []
    for name in names:
        inside = [one for one in spared if one.inside == name]
        kind = sorted({one.name.service for one in inside if one.welcome})
        others = sorted({f"{one.name.text} ({one.name.service})" for one in inside})
        if kind:
            notes.append(f"{name.text} is left out: {target.name} makes no exceptions, and "
                         f"{', '.join(kind)} lies under it")  # fmt: skip
        elif others:
            notes.append(f"{name.text} also hits {', '.join(others[:_SHOWN])}: {target.name} makes "
                         "no exceptions")  # fmt: skip
    gone = {one.inside for one in spared if one.welcome}
    return [name for name in names if name not in gone], notes


def _widened(target: Target, names: list[Name]) -> Iterator[str]:
    if names:
        yield (
            f"where {target.name} are read as a name and all under it, those under "
            f"{_shown(names)} are hit as well"
        )


def _shown(names: list[Name]) -> str:
    listed = ", ".join(name.text for name in names[:_SHOWN])
    more = len(names) - _SHOWN
    return f"{listed} and {more} more" if more > 0 else listed
