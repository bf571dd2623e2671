"""How much of streams is held while names are hunted: bounded for all conversations together."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from shadow_scan.collectors.packets.conversations.conversation import Conversation

MAX_HELD = 2 << 20


@dataclass(slots=True)
class HeldBytes:
    """A hello that never ends holds its begin for as long as its conversation goes on. Where many
    do so, the hunt that was looked at longest ago gives up."""

    most: int = MAX_HELD
    _held: OrderedDict[Conversation, int] = field(default_factory=OrderedDict)
    _total: int = 0

    def looked_at(self, conversation: Conversation) -> None:
        if conversation in self._held:
            self.forget(conversation)
        if not conversation.hunting:
            return
        held = self._held[conversation] = conversation.held
        self._total += held
        while self._total > self.most:
            oldest, held = self._held.popitem(last=False)
            self._total -= held
            oldest.end_hunt()

    def forget(self, conversation: Conversation) -> None:
        self._total -= self._held.pop(conversation, 0)
