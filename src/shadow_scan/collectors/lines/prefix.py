"""The digest of all bytes of a log so far, such that one can go on with it later.

A chain: SHA-256 of a block, begun with the value of the blocks before it. Where a block begins,
that value is all one needs; a file that grew is read from a block or two before its old end.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

BLOCK_BYTES = 4 << 20


@dataclass(frozen=True, slots=True)
class Milestone:
    """A place where a block begins, and the value of all before it."""

    offset: int
    value: str


@dataclass(slots=True)
class Prefix:
    length: int = 0
    milestone: Milestone | None = None
    """The begin of the block before this one: between it and here lies more than a block."""
    _begin: Milestone | None = None
    _hash: hashlib._Hash = field(default_factory=hashlib.sha256)
    _left: int = field(default_factory=lambda: BLOCK_BYTES)

    @classmethod
    def behind(cls, milestone: Milestone) -> Prefix:
        started = hashlib.sha256(bytes.fromhex(milestone.value))
        return cls(milestone.offset, None, milestone, started)

    def add(self, data: bytes) -> None:
        rest = memoryview(data)
        while len(rest):
            if not self._left:
                self._next_block()
            part = rest[: self._left]
            self._hash.update(part)
            self.length += len(part)
            self._left -= len(part)
            rest = rest[len(part) :]

    def value(self) -> str:
        return self._hash.hexdigest()

    def _next_block(self) -> None:
        self.milestone, self._begin = self._begin, Milestone(self.length, self.value())
        self._hash, self._left = hashlib.sha256(self._hash.digest()), BLOCK_BYTES
