"""Addresses that clients were told, so that a connection without a name can still have one.

A name holds for one client and one address, from the answer on, and only while it is the one name
that the client was told for that address: with two, nothing is said. Memory is bounded.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from shadow_scan.collectors.packets.conversations.recent import Recent

_ROOM = 6 << 20
"""Bytes for what clients were told: some twenty-five thousand addresses."""
_ROOM_FOR_DECOYS = 1 << 20
_MAX_NAMES = 4
_FOR_A_NAME = 144
"""Bytes beside those of the name itself."""
_LEAST_SECONDS, _MOST_SECONDS = 600, 86_400
"""Programs keep an address longer than its record says, but not for days."""
_LATE = 60_000_000

DECOYS = frozenset({"cloudflare-ech.com"})
"""Public names of encrypted hellos that are known; others are learned from HTTPS records.
Source: the HTTPS records that the provider publishes."""

Told = tuple[Any, ...]
"""Begin and end in microseconds, name; begin, end, name; and so on."""


@dataclass(slots=True)
class KnownAddresses:
    _told: Recent[Told] = field(default_factory=lambda: Recent(_ROOM, _weight))
    """By client and address."""
    _decoys: set[str] = field(default_factory=lambda: set(DECOYS))
    _decoy_bytes: int = 0
    _looked: int = 0
    """When it was last seen to that what holds no more is forgotten."""

    def learn(self, client: bytes, address: bytes, host: str, time: int, seconds: int) -> None:
        if len(client) != len(address):
            # A client connects by the version of IP that it has; it asks by any.
            return
        end = time + max(_LEAST_SECONDS, min(seconds, _MOST_SECONDS)) * 1_000_000
        place = client + address
        before = self._told.take(place)
        self._told.put(place, _learned(before, host, time, end) if before else (time, end, host))
        if self._told.outgrown() or time > self._looked + _LATE:
            self._forget(time)

    def _forget(self, time: int) -> None:
        """The answers that were given longest ago, while they hold no more or are too many; a while
        is allowed for packets that come late."""
        self._looked = time
        over = self._told.leaving(lambda told: max(told[1::3]) + _LATE < time)
        for place in over:
            self._told.take(place)

    def learn_decoy(self, host: str) -> None:
        if host not in self._decoys and self._decoy_bytes < _ROOM_FOR_DECOYS:
            self._decoys.add(host)
            self._decoy_bytes += len(host) + _FOR_A_NAME

    def names_between(
        self, one: bytes, other: bytes, time: int
    ) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
        """Names under which either end knew the other one when a connection began: the first the
        second, the second the first. None for the usual case that neither did."""
        told = self._told.kept
        forth, back = told.get(one + other), told.get(other + one)
        if forth is None and back is None:
            return None
        return _known_at(forth or (), time), _known_at(back or (), time)

    def is_decoy(self, host: str) -> bool:
        """Whether an encrypted hello's outer name is known to stand for others."""
        return host in self._decoys


def _weight(told: Told) -> int:
    if len(told) == 3:
        return _FOR_A_NAME + len(told[2])
    return len(told) // 3 * _FOR_A_NAME + sum(map(len, told[2::3]))


def _known_at(told: Told, time: int) -> tuple[str, ...]:
    """A name may lead to an address more than once: it counts once."""
    if len(told) == 3:
        begin, end, host = told
        return (host,) if begin <= time <= end else ()
    hosts: dict[str, None] = {}
    for at in range(0, len(told), 3):
        if told[at] <= time <= told[at + 1]:
            hosts[told[at + 2]] = None
    return tuple(hosts)


def _learned(before: Told, host: str, time: int, end: int) -> Told:
    others: Told = ()
    begin = time
    for at in range(0, len(before), 3):
        if before[at + 2] != host or before[at + 1] < time:
            others += before[at : at + 3]
        elif before[at] < begin:
            begin = before[at]
    return (*others[-3 * _MAX_NAMES :], begin, end, host)
