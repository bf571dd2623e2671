"""Who talks with whom, as one row of bytes that both directions of a conversation share."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

Key = bytes
"""Protocol (a byte), then two endpoints, the lower one first: address (4 or 16 bytes), port (2)."""
Ends = tuple[bytes, int, bytes, int]
"""(address, port, address, port)."""

_SHAPES: dict[int, Callable[[Key], Any]] = {
    13: struct.Struct(">x4sH4sH").unpack,
    37: struct.Struct(">x16sH16sH").unpack,
}


def endpoint(address: bytes, port: int) -> bytes:
    return address + port.to_bytes(2, "big")


def key_of(protocol: int, one: bytes, other: bytes) -> Key:
    """Out of two endpoints, in either order."""
    both = one + other if one <= other else other + one
    return bytes((protocol,)) + both


def ends_of(key: Key) -> Ends:
    ends: Ends = _SHAPES[len(key)](key)
    return ends


def turned(ends: Ends) -> Ends:
    return (*ends[2:], *ends[:2])
