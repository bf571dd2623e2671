"""Addresses that clients were told, so that a connection without a name can still have one.

A name holds for one client and one address, from the answer on, and only while it is the one name
that the client was told for that address: with two, nothing is said. Memory is bounded.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

_MAX_ADDRESSES = 50_000
_MAX_NAMES = 4
_LEAST_SECONDS, _MOST_SECONDS = 600, 86_400
"""Programs keep an address longer than its record says, but not for days."""
_LATE = 60_000_000

DECOYS = frozenset({"cloudflare-ech.com"})
"""Public names of encrypted hellos that are known; others are learned from HTTPS records.
Source: the HTTPS records that the provider publishes."""

Told = tuple[int, int, str]
"""(begin and end in microseconds, name)."""


@dataclass(slots=True)
class KnownAddresses:
    _told: OrderedDict[tuple[bytes, bytes], tuple[Told, ...]] = field(default_factory=OrderedDict)
    _decoys: set[str] = field(default_factory=lambda: set(DECOYS))

    def learn(self, client: bytes, address: bytes, host: str, time: int, seconds: int) -> None:
        end = time + max(_LEAST_SECONDS, min(seconds, _MOST_SECONDS)) * 1_000_000
        before = self._told.pop((client, address), ())
        self._told[client, address] = _learned(before, host, time, end)
        while len(self._told) > _MAX_ADDRESSES or self._is_over(time):
            self._told.popitem(last=False)

    def _is_over(self, time: int) -> bool:
        """Whether the answers that were given longest ago hold no more; a while is allowed for
        packets that come late."""
        return all(end + _LATE < time for _, end, _ in next(iter(self._told.values())))

    def learn_decoy(self, host: str) -> None:
        if len(self._decoys) < _MAX_ADDRESSES:
            self._decoys.add(host)

    def names_between(
        self, one: bytes, other: bytes, time: int
    ) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
        """Names under which either end knew the other one when a connection began: the first the
        second, the second the first. None for the usual case that neither did."""
        forth, back = self._told.get((one, other)), self._told.get((other, one))
        if forth is None and back is None:
            return None
        return _known_at(forth or (), time), _known_at(back or (), time)

    def is_decoy(self, host: str) -> bool:
        """Whether an encrypted hello's outer name is known to stand for others."""
        return host in self._decoys


def _known_at(told: tuple[Told, ...], time: int) -> tuple[str, ...]:
    """A name may lead to an address more than once: it counts once."""
    hosts = [host for begin, end, host in told if begin <= time <= end]
    return tuple(dict.fromkeys(hosts)) if len(hosts) > 1 else tuple(hosts)


def _learned(before: tuple[Told, ...], host: str, time: int, end: int) -> tuple[Told, ...]:
    if not before:
        return ((time, end, host),)
    begin = min([b for b, until, name in before if name == host and until >= time] + [time])
    others = [told for told in before if told[2] != host or told[1] < time]
    return (*others[-_MAX_NAMES:], (begin, end, host))
