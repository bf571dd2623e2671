"""Who talks with whom, as one row of bytes that both directions of a conversation share."""

from __future__ import annotations

Key = bytes
"""Protocol (a byte), then two endpoints, the lower one first: address (4 or 16 bytes), port (2)."""
Ends = tuple[bytes, int, bytes, int]
"""(address, port, address, port)."""


def endpoint(address: bytes, port: int) -> bytes:
    return address + port.to_bytes(2, "big")


def key_of(protocol: int, one: bytes, other: bytes) -> Key:
    """Out of two endpoints, in either order."""
    both = one + other if one <= other else other + one
    return bytes((protocol,)) + both


def ends_of(key: Key) -> Ends:
    middle = (len(key) + 1) // 2
    return (
        *(key[1 : middle - 2], key[middle - 2] << 8 | key[middle - 1]),
        *(key[middle:-2], key[-2] << 8 | key[-1]),
    )


def turned(ends: Ends) -> Ends:
    return (*ends[2:], *ends[:2])
