"""The conversations that are being followed, with an upper bound."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from shadow_scan.collectors.packets.conversation import Conversation
from shadow_scan.collectors.packets.grouping import Key, reversed_key

MAX_CONVERSATIONS = 50_000
MAX_ATTEMPTS = 20_000
_IDLE_TCP, _IDLE_UDP = 3_600_000_000, 600_000_000
"""Microseconds without a packet after which the same endpoints begin something new."""


@dataclass(slots=True)
class ConversationTable:
    """Those that carried data, and mere attempts apart from them, so that a flood of half-open
    connections drives out nothing else. The least recently seen goes first."""

    _open: dict[Key, Conversation] = field(default_factory=dict)
    _carrying: OrderedDict[Conversation, None] = field(default_factory=OrderedDict)
    _attempts: OrderedDict[Conversation, None] = field(default_factory=OrderedDict)

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
        self._open[conversation.key] = conversation
        if not any(conversation.volume):
            self._attempts[conversation] = None
            self._attempts.move_to_end(conversation)
        elif conversation in self._carrying:
            self._carrying.move_to_end(conversation)
        else:
            self._attempts.pop(conversation, None)
            self._carrying[conversation] = None

    def remove(self, conversation: Conversation) -> None:
        self._open.pop(conversation.key, None)
        self._carrying.pop(conversation, None)
        self._attempts.pop(conversation, None)

    def overflow(self) -> list[Conversation]:
        """Those that are too many, taken out."""
        ended = []
        for table, most in ((self._carrying, MAX_CONVERSATIONS), (self._attempts, MAX_ATTEMPTS)):
            while len(table) > most:
                ended.append(table.popitem(last=False)[0])
                self._open.pop(ended[-1].key, None)
        return ended

    def drain(self) -> list[Conversation]:
        """All of them, taken out, in the order of their first packets."""
        left = [*self._carrying, *self._attempts]
        self._open.clear()
        self._carrying.clear()
        self._attempts.clear()
        return sorted(left, key=lambda conversation: conversation.first_number)
