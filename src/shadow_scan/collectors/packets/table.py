"""The conversations that are being followed, with an upper bound."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from shadow_scan.collectors.packets.conversation import Conversation
from shadow_scan.collectors.packets.grouping import Key, reversed_key

Order = OrderedDict[Conversation, None]
"""The least recently seen first."""
BOTH = 3
MAX_CONVERSATIONS = 20_000
"""Open ones; a conversation takes two kilobytes."""
MAX_CLOSED = MAX_ATTEMPTS = 10_000
_IDLE_TCP, _IDLE_UDP = 3_600_000_000, 600_000_000
"""Microseconds without a packet after which the same endpoints begin something new."""

_LINGERING = 120_000_000
"""Microseconds that a connection is kept once it is over: its last segments may come twice."""


@dataclass(slots=True)
class ConversationTable:
    """Those that carried data, and mere attempts apart from them, so that a flood of half-open
    connections drives out nothing else. The least recently seen goes first."""

    _open: dict[Key, Conversation] = field(default_factory=dict)
    _carrying: Order = field(default_factory=OrderedDict)
    _closed: Order = field(default_factory=OrderedDict)
    _attempts: Order = field(default_factory=OrderedDict)
    _now: int = 0
    """The time before which nothing will come any more."""

    def find(self, key: Key) -> tuple[Conversation | None, bool]:
        """(conversation, whether `key` names its endpoints the other way round)."""
        found = self._open.get(key)
        if found is not None:
            return found, False
        found = self._open.get(reversed_key(key))
        return found, found is not None

    def is_stale(self, conversation: Conversation, time: int) -> bool:
        idle = _IDLE_TCP if conversation.is_tcp else _IDLE_UDP
        return time - conversation.last_time > idle

    def keep(self, conversation: Conversation) -> None:
        """Enrol it, or say that it was seen again."""
        up, down = conversation.volume
        if not up and not down:
            order = self._attempts
        elif conversation.closing == BOTH:
            order = self._closed
        else:
            order = self._carrying
        if conversation in order:
            order.move_to_end(conversation)
            return
        if conversation.key in self._open:
            for other in (self._attempts, self._carrying, self._closed):
                other.pop(conversation, None)
        self._open[conversation.key] = conversation
        order[conversation] = None

    def remove(self, conversation: Conversation) -> None:
        self._open.pop(conversation.key, None)
        for order in (self._carrying, self._closed, self._attempts):
            order.pop(conversation, None)

    def over(self, time: int) -> list[Conversation]:
        """Those that are over, or too many, taken out. `time`: the earliest of what came last, so
        that one wrong clock ends nothing."""
        self._now = max(self._now, time)
        ended: list[Conversation] = []
        for order, most in (
            (self._closed, MAX_CLOSED),
            (self._carrying, MAX_CONVERSATIONS),
            (self._attempts, MAX_ATTEMPTS),
        ):
            while order and (len(order) > most or self._is_over(next(iter(order)))):
                ended.append(order.popitem(last=False)[0])
                self._open.pop(ended[-1].key, None)
        return ended

    def _is_over(self, conversation: Conversation) -> bool:
        if conversation.closing == BOTH:
            return self._now - conversation.last_time > _LINGERING
        return self.is_stale(conversation, self._now)

    def drain(self) -> list[Conversation]:
        """All of them, taken out, the last to begin first."""
        left = [*self._closed, *self._carrying, *self._attempts]
        for table in (self._open, self._closed, self._carrying, self._attempts):
            table.clear()
        return sorted(left, key=lambda conversation: -conversation.first_number)
