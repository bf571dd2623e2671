"""Conversations that nothing was heard of for a while: all they are in a few hundred bytes.

As objects they would take two kilobytes each, and tens of thousands of them wait for a packet that
most often never comes.
"""

from __future__ import annotations

import pickle
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from shadow_scan.collectors.packets.conversations.conversation import Conversation
from shadow_scan.collectors.packets.conversations.recent import Recent
from shadow_scan.collectors.packets.layers.endpoints import Key

_HEAD = struct.Struct("<qq")
_OVERHEAD = 33
"""Bytes of an object of bytes beside those in it."""


@dataclass(slots=True)
class Resting:
    """Of one kind; the one that came first goes first. `most` bytes in all."""

    most: int
    packed: Recent[bytes] = field(init=False)

    def __post_init__(self) -> None:
        self.packed = Recent(self.most, _weight)

    def add(self, conversation: Conversation) -> None:
        head = _HEAD.pack(conversation.last_time, conversation.first_number)
        state = pickle.dumps(conversation.state(), pickle.HIGHEST_PROTOCOL)
        self.packed.put(conversation.key, head + state)

    def take(self, key: Key) -> Conversation | None:
        packed = self.packed.take(key)
        if packed is None:
            return None
        # What was written above, and never left this process.
        state = pickle.loads(memoryview(packed)[_HEAD.size :])  # noqa: S301
        return Conversation.restored(key, state)

    def leaving(self, before: int) -> Iterator[Conversation]:
        """The first ones that have to go: for room, or since their last packet is older than a
        time."""
        for key in self.packed.leaving(lambda packed: _HEAD.unpack_from(packed)[0] < before):
            found = self.take(key)
            if found is not None:
                yield found

    def first_numbers(self) -> Iterator[tuple[int, Key]]:
        """Numbers of the packets that they began with."""
        for key, packed in self.packed.kept.items():
            yield _HEAD.unpack_from(packed)[1], key


def _weight(packed: bytes) -> int:
    return len(packed) + _OVERHEAD
