"""The team of an address by the longest matching prefix of a table in the settings.

The weakest evidence that there is. Must not look an address up.
"""

from __future__ import annotations

import ipaddress
import re
from bisect import bisect_right
from collections.abc import Callable, Mapping
from typing import Final

from shadow_scan.errors import UsageError
from shadow_scan.identity.addresses import address_key
from shadow_scan.identity.text import label

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_Begin = Callable[[int, str | None], None]

_SHOWN: Final = 10
_MAPPED_BITS: Final = 96
_SHORT_IPV4: Final = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,3}){0,2})\.?(?:/([0-9]{1,2}))?")


class Subnets:
    """Networks (`10.1.0.0/16`, `2001:db8::/32`, single addresses) and their teams.

    All mistakes are reported at once in one UsageError. A lookup is one binary search: the nested
    networks are laid out as ranges that do not overlap.
    """

    __slots__ = ("_ranges",)

    def __init__(self, mapping: Mapping[str, str], setting: str = "subnets") -> None:
        """`setting`: which one says so, for who has to mend it."""
        teams = _validated(mapping, setting)
        self._ranges = {
            version: _flatten({net: team for net, team in teams.items() if net.version == version})
            for version in (4, 6)
        }

    def team(self, address: str) -> str | None:
        """The team of the smallest network that holds the address; None for none."""
        key = address_key(address)
        if key is None:
            return None
        parsed = ipaddress.ip_address(key)
        starts, teams = self._ranges[parsed.version]
        at = bisect_right(starts, int(parsed)) - 1
        return teams[at] if at >= 0 else None

    def __len__(self) -> int:
        return sum(len(starts) for starts, _ in self._ranges.values())


def _flatten(networks: Mapping[Network, str]) -> tuple[list[int], list[str | None]]:
    """Range starts in order, and the team from each start on (None: nobody's)."""
    starts: list[int] = []
    teams: list[str | None] = []

    def begin(start: int, team: str | None) -> None:
        if starts and starts[-1] == start:
            teams[-1] = team
        else:
            starts.append(start)
            teams.append(team)

    around: list[tuple[int, str]] = []
    for network in sorted(networks, key=lambda net: (int(net.network_address), net.prefixlen)):
        first, last = int(network.network_address), int(network.broadcast_address)
        _close(around, first, begin)
        begin(first, networks[network])
        around.append((last, networks[network]))
    _close(around, 1 << 128, begin)
    return starts, teams


def _close(around: list[tuple[int, str]], first: int, begin: _Begin) -> None:
    """Leave the networks that end before `first`; what lies around them goes on."""
    while around and around[-1][0] < first:
        end, _ = around.pop()
        begin(end + 1, around[-1][1] if around else None)


def _validated(mapping: Mapping[str, str], setting: str) -> dict[Network, str]:
    teams: dict[Network, str] = {}
    spelled: dict[Network, str] = {}
    problems: list[str] = []
    for text, raw_team in mapping.items():
        network, problem = _network(text)
        team = label(raw_team)
        if network is None:
            problems.append(problem)
        elif team is None:
            problems.append(f"{_shown(text)}: the team is empty")
        elif network in teams:
            problems.append(f"{_shown(text)}: the same network as {_shown(spelled[network])}")
        else:
            teams[network], spelled[network] = team, text
    if problems:
        raise _refusal(problems, setting)
    return teams


def _network(text: str) -> tuple[Network | None, str]:
    try:
        return _unmapped(ipaddress.ip_network(text.strip())), ""
    except ValueError:
        return None, f"{_shown(text)}: {_hint(text.strip())}"


def _unmapped(network: Network) -> Network:
    """IPv4 networks written as mapped IPv6 are IPv4: addresses are reduced the same way."""
    mapped = getattr(network.network_address, "ipv4_mapped", None)
    if mapped is None or network.prefixlen < _MAPPED_BITS:
        return network
    return ipaddress.IPv4Network((mapped, network.prefixlen - _MAPPED_BITS))


def _hint(text: str) -> str:
    try:
        return f"has bits set after its prefix; did you mean {ipaddress.ip_network(text, False)}?"
    except ValueError:
        pass
    short = _SHORT_IPV4.fullmatch(text)
    if short:
        octets = short[1].split(".")
        padded = ".".join((octets + ["0"] * 3)[:4])
        try:
            nearest = ipaddress.ip_network(f"{padded}/{short[2] or 8 * len(octets)}", False)
        except ValueError:
            return "is no network"
        return f"is no network; did you mean {nearest}?"
    host, _, prefix = text.partition("/")
    key = address_key(host)
    if key is None or not prefix:
        return "is no network; write it like 10.1.0.0/16 or 2001:db8::/32"
    bits = ipaddress.ip_address(key).max_prefixlen
    return f"the prefix must be a number from 0 to {bits}"


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:60] + "…")


def _refusal(problems: list[str], setting: str) -> UsageError:
    more = len(problems) - _SHOWN
    listed = "; ".join(problems[:_SHOWN]) + (f"; and {more} more" if more > 0 else "")
    count = "One network is" if len(problems) == 1 else f"{len(problems)} networks are"
    return UsageError(
        f"{count} wrong in the {setting}: {listed}",
        where=f"settings, {setting}",
        remedy="Correct these entries; nothing was read.",
    )
