"""What is remembered by a key of bytes, bounded in bytes: the oldest goes first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

V = TypeVar("V")

_FOR_A_KEY = 33 + 48
"""Bytes that a table takes for an entry beside the key's own and its value, about."""


@dataclass(slots=True)
class Recent(Generic[V]):
    """A dictionary in the order in which things were put in. Where its first entries were taken
    out, it finds the next one slowly: so they leave many at a time."""

    most: int
    weight: Callable[[V], int]
    """Bytes of a value, about."""
    kept: dict[bytes, V] = field(default_factory=dict)
    _size: int = 0

    def put(self, key: bytes, value: V) -> None:
        """`key` must not be there."""
        self.kept[key] = value
        self._size += len(key) + _FOR_A_KEY + self.weight(value)

    def take(self, key: bytes) -> V | None:
        value = self.kept.pop(key, None)
        if value is not None:
            self._size -= len(key) + _FOR_A_KEY + self.weight(value)
        return value

    def outgrown(self) -> bool:
        return self._size > self.most

    def leaving(self, is_over: Callable[[V], bool]) -> list[bytes]:
        """Keys of the oldest entries, while they are over or too many. All of these are to be
        taken."""
        found: list[bytes] = []
        # A little more than has to, where there is no room: the next one shall have some.
        surplus = self._size - self.most * 15 // 16 if self.outgrown() else 0
        for key, value in self.kept.items():
            if surplus <= 0 and not is_over(value):
                break
            surplus -= len(key) + _FOR_A_KEY + self.weight(value)
            found.append(key)
        return found
