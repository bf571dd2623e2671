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

DECOYS = frozenset({"cloudflare-ech.com"})
"""Public names of encrypted hellos that are known; others are learned from HTTPS records.
Source: the HTTPS records that the provider publishes."""

Told = tuple[int, int, str]
"""(begin and end in microseconds, name)."""


@dataclass(slots=True)
class KnownAddresses:
    _told: OrderedDict[tuple[bytes, bytes], list[Told]] = field(default_factory=OrderedDict)
    _decoys: set[str] = field(default_factory=lambda: set(DECOYS))

    def learn(self, client: bytes, address: bytes, host: str, time: int, seconds: int) -> None:
        lasting = max(_LEAST_SECONDS, min(seconds, _MOST_SECONDS)) * 1_000_000
        before = self._told.pop((client, address), [])
        begin = min([b for b, end, name in before if name == host and end >= time] + [time])
        told = [entry for entry in before if entry[2] != host or entry[1] < time]
        self._told[client, address] = [*told[-_MAX_NAMES:], (begin, time + lasting, host)]
        if len(self._told) > _MAX_ADDRESSES:
            self._told.popitem(last=False)

    def learn_decoy(self, host: str) -> None:
        if len(self._decoys) < _MAX_ADDRESSES:
            self._decoys.add(host)

    def names(self, client: bytes, address: bytes, time: int) -> frozenset[str]:
        """Names under which the client knew the address when a connection began."""
        told = self._told.get((client, address), ())
        return frozenset(host for begin, end, host in told if begin <= time <= end)

    def names_between(
        self, one: bytes, other: bytes, time: int
    ) -> tuple[frozenset[str], frozenset[str]] | None:
        """What either end knew the other one as; None for the usual case that neither did."""
        if (one, other) not in self._told and (other, one) not in self._told:
            return None
        return self.names(one, other, time), self.names(other, one, time)

    def is_decoy(self, host: str) -> bool:
        """Whether an encrypted hello's outer name is known to stand for others."""
        return host in self._decoys
