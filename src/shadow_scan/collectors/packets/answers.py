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
    _looked: int = 0
    """When it was last seen to that what holds no more is forgotten."""

    def learn(self, client: bytes, address: bytes, host: str, time: int, seconds: int) -> None:
        end = time + max(_LEAST_SECONDS, min(seconds, _MOST_SECONDS)) * 1_000_000
        place = client, address
        before = self._told.pop(place, None)
        self._told[place] = _learned(before, host, time, end) if before else ((time, end, host),)
        if len(self._told) > _MAX_ADDRESSES or time > self._looked + _LATE:
            self._forget(time)

    def _forget(self, time: int) -> None:
        """The answers that were given longest ago, while they hold no more or are too many; a while
        is allowed for packets that come late."""
        self._looked = time
        while self._told:
            oldest = next(iter(self._told.values()))
            over = all(end + _LATE < time for _, end, _ in oldest)
            if len(self._told) <= _MAX_ADDRESSES and not over:
                return
            self._told.popitem(last=False)

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
    begin = min([b for b, until, name in before if name == host and until >= time] + [time])
    others = [told for told in before if told[2] != host or told[1] < time]
    return (*others[-_MAX_NAMES:], (begin, end, host))
