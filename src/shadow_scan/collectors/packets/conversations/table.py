"""The conversations that are being followed, with an upper bound in bytes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import itemgetter

from shadow_scan.collectors.packets.conversations.conversation import Conversation
from shadow_scan.collectors.packets.conversations.holding import HeldBytes
from shadow_scan.collectors.packets.conversations.resting import Resting
from shadow_scan.collectors.packets.layers.endpoints import Key

BOTH = 3
MAX_ACTIVE = 2_048
"""Those that were seen last are at hand."""
_CARRYING, _UDP, _CLOSED, _ATTEMPTS, _HUNTING = range(5)
_MIB = 1 << 20
ROOM_FOR_ATTEMPTS = 1 * _MIB
_ROOM = (4 * _MIB, 2 * _MIB, 2 * _MIB, ROOM_FOR_ATTEMPTS, 1 * _MIB)
"""Bytes for each kind that rests; an ordinary conversation takes less than four hundred."""
_IDLE_TCP, _IDLE_UDP = 3_600_000_000, 600_000_000
"""Microseconds without a packet after which the same endpoints begin something new."""
_LINGERING = 120_000_000
"""Microseconds that a connection is kept once it is over: its last segments may come twice."""
_IDLE = (_IDLE_TCP, _IDLE_UDP, _LINGERING, _IDLE_TCP, _IDLE_TCP)
_MOST_HELD = 4_096
"""The begin of a hello may rest, which is all that clients send at once; more hunts no longer."""


@dataclass(slots=True)
class ConversationTable:
    """Those that carried data, closed ones and mere attempts rest apart from each other, so that a
    flood of half-open connections drives out nothing else. The least recently seen goes first."""

    held: HeldBytes = field(default_factory=HeldBytes)
    _active: OrderedDict[Key, Conversation] = field(default_factory=OrderedDict)
    _resting: tuple[Resting, ...] = field(default_factory=lambda: tuple(map(Resting, _ROOM)))
    _now: int = 0
    """The time before which nothing will come any more."""

    def find(self, key: Key) -> Conversation | None:
        """It is to be kept, or removed, by who asked for it."""
        found = self._active.get(key)
        if found is None:
            for resting in self._resting:
                if key in resting.packed.kept:
                    return resting.take(key)
        return found

    def is_stale(self, conversation: Conversation, time: int) -> bool:
        idle = _IDLE_TCP if conversation.is_tcp else _IDLE_UDP
        return time - conversation.last_time > idle

    def keep(self, conversation: Conversation) -> None:
        """Enrol it, or say that it was seen again."""
        self._active[conversation.key] = conversation
        self._active.move_to_end(conversation.key)

    def remove(self, conversation: Conversation) -> None:
        self._active.pop(conversation.key, None)

    def over(self, time: int) -> Iterator[Conversation]:
        """Those that are over, or too many, taken out. `time`: the earliest of what came last, so
        that one wrong clock ends nothing."""
        self._now = max(self._now, time)
        yield from self._put_to_rest()
        for given_up in self._resting[_HUNTING].leaving(self._now - _IDLE_TCP):
            given_up.end_hunt()
            self._rest(given_up)
        for resting, idle in zip(self._resting, _IDLE, strict=True):
            yield from resting.leaving(self._now - idle)

    def _put_to_rest(self) -> Iterator[Conversation]:
        """Those that are over by now need not."""
        active = self._active
        while active:
            first = next(iter(active.values()))
            lingers = self._now - first.last_time <= _LINGERING
            if lingers and len(active) <= MAX_ACTIVE:
                return
            del active[first.key]
            if not lingers and _kind(first) == _CLOSED:
                yield first
            else:
                self._rest(first)

    def _rest(self, conversation: Conversation) -> None:
        self.held.forget(conversation)
        if conversation.held > _MOST_HELD:
            conversation.end_hunt()
        self._resting[_kind(conversation)].add(conversation)

    def drained(self) -> Iterator[Conversation]:
        """All of them, taken out, in the order of their begin."""
        while self._active:
            self._rest(self._active.popitem(last=False)[1])
        numbers = [(*first, kind) for kind in self._resting for first in kind.first_numbers()]
        for _, key, resting in sorted(numbers, key=itemgetter(0)):
            found = resting.take(key)
            if found is not None:
                yield found


def _kind(conversation: Conversation) -> int:
    if not any(conversation.volume):
        return _ATTEMPTS
    if conversation.held:
        return _HUNTING
    if conversation.closing == BOTH:
        return _CLOSED
    return _CARRYING if conversation.is_tcp else _UDP
