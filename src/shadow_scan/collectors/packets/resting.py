"""Conversations that nothing was heard of for a while: all they are in a few hundred bytes.

As objects they would take two kilobytes each, and tens of thousands of them wait for a packet that
most often never comes.
"""

from __future__ import annotations

import pickle
import struct
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field

from shadow_scan.collectors.packets.conversation import Conversation
from shadow_scan.collectors.packets.endpoints import Key

_HEAD = struct.Struct("<qq")
_BESIDE = 250
"""Bytes that a table takes for an entry beside what is in it, about."""


@dataclass(slots=True)
class Resting:
    """The one that came first goes first. `most` bytes in all."""

    most: int
    _packed: OrderedDict[Key, bytes] = field(default_factory=OrderedDict)
    _size: int = 0

    def add(self, conversation: Conversation) -> None:
        head = _HEAD.pack(conversation.last_time, conversation.first_number)
        packed = head + pickle.dumps(conversation.state(), pickle.HIGHEST_PROTOCOL)
        self._packed[conversation.key] = packed
        self._size += len(packed) + _BESIDE

    def take(self, key: Key) -> Conversation | None:
        packed = self._packed.pop(key, None)
        return None if packed is None else self._restored(key, packed)

    def take_first(self) -> Conversation:
        return self._restored(*self._packed.popitem(last=False))

    def is_over(self, before: int) -> bool:
        """Whether the first one has to go: for room, or since its last packet is older than a
        time."""
        if self._size > self.most:
            return True
        return (
            bool(self._packed) and _HEAD.unpack_from(next(iter(self._packed.values())))[0] < before
        )

    def first_numbers(self) -> Iterator[tuple[int, Key]]:
        """Numbers of the packets that they began with."""
        for key, packed in self._packed.items():
            yield _HEAD.unpack_from(packed)[1], key

    def _restored(self, key: Key, packed: bytes) -> Conversation:
        self._size -= len(packed) + _BESIDE
        # What was written above, and never left this process.
        return Conversation.restored(key, pickle.loads(memoryview(packed)[_HEAD.size :]))  # noqa: S301
