"""Chance that falls the same way on every machine and every Python.

Only ``Random.random`` is drawn from: it is the one method whose sequence the Python documentation
promises to keep for a seed (https://docs.python.org/3/library/random.html#notes-on-reproducibility).
Everything here is built on it with additions and multiplications, which no C library rounds its
own way. Each piece of the story throws dice of its own name, so that a change in one place moves
nothing elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import TypeVar

SEED = "northwind-instruments-2026"

Face = TypeVar("Face")


class Dice:
    """Dice for one named purpose, such as ``Dice("day", "ines.tollvar", 3)``."""

    def __init__(self, *purpose: object) -> None:
        self._random = Random("/".join([SEED, *map(str, purpose)]))

    def chance(self, probability: float) -> bool:
        """True in ``probability`` of the throws (0.0 to 1.0)."""
        return self._random.random() < probability

    def between(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both included, all equally likely."""
        return low + int(self._random.random() * (high - low + 1))

    def skewed(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``: mostly small, now and then large."""
        draw = self._random.random()
        return low + int((high - low) * draw * draw * draw)

    def pick(self, faces: Sequence[Face]) -> Face:
        """One of ``faces``, all equally likely."""
        return faces[int(self._random.random() * len(faces))]

    def weighted(self, weights: Mapping[Face, int]) -> Face:
        """One key of ``weights``, as likely as its weight says."""
        mark = self._random.random() * sum(weights.values())
        for face, weight in weights.items():
            mark -= weight
            if mark < 0:
                return face
        return next(reversed(list(weights)))

    def some(self, weights: Mapping[Face, int], count: int) -> list[Face]:
        """Up to ``count`` different keys of ``weights``, the likely ones first to be drawn."""
        left = dict(weights)
        drawn: list[Face] = []
        while left and len(drawn) < count:
            face = self.weighted(left)
            drawn.append(face)
            del left[face]
        return drawn

    def hexadecimal(self, digits: int) -> str:
        """A run of hexadecimal digits."""
        return "".join(self.pick("0123456789abcdef") for _ in range(digits))

    def letters(self, count: int) -> str:
        """A run of letters and digits, as Zeek's connection ids have them."""
        alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
        return "".join(self.pick(alphabet) for _ in range(count))
