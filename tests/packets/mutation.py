"""Spoils bytes as damage and malice do: flips, cuts, repeats, borders of numbers."""

from __future__ import annotations

import random

_BORDERS = (b"\0", b"\xff", b"\xff\xff", b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff", b"\x80\0")


def spoiled(data: bytes, dice: random.Random, changes: int = 0) -> bytes:
    """`data` with so many changes (a few, if none are asked for); never the same bytes."""
    result = bytearray(data)
    for _ in range(changes or dice.randrange(1, 6)):
        at = dice.randrange(len(result) + 1)
        end = min(len(result), at + dice.randrange(1, 40))
        kind = dice.randrange(6)
        if kind == 0 and at < len(result):
            result[at] ^= 1 << dice.randrange(8)
        elif kind == 1 and at < len(result):
            result[at] = dice.randrange(256)
        elif kind == 2:
            border = dice.choice(_BORDERS)
            result[at : at + len(border)] = border
        elif kind == 3:
            del result[at:end]
        elif kind == 4:
            result[at:at] = result[at:end] or b"\0"
        else:
            result = result[: max(at, 1)]
    return bytes(result) if bytes(result) != data else bytes(result) + b"\1"
