"""Wanted keys, found among all words before signs by their length and their bytes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from shadow_scan.collectors.columns.slices import WORD_BYTES, Integers, Texts, Words

_SLOT_BITS = 12
_LENGTHS = np.uint64(0xA0761D6478BD642F)
_BESIDE = np.array([8 * (WORD_BYTES - size) for size in range(WORD_BYTES)] + [0], np.uint64)
"""Bits of eight bytes that stand before a key of so many."""
_MAX_LAYER = 100
"""Keys in one table: few enough for a factor that keeps all of them apart."""


@dataclass(frozen=True, slots=True)
class _Layer:
    """Keys of which no two have one length and the same last eight bytes."""

    numbers: Integers
    length: Integers
    endings: tuple[Words, ...]
    """Eight bytes each of every key, from its end."""
    slots: Integers
    """Place of the key whose hash it is, or -1."""
    mix: np.uint64

    @classmethod
    def of(cls, keys: Sequence[tuple[int, bytes]]) -> _Layer:
        names = [name for _, name in keys]
        length = np.array([len(name) for name in names])
        longest = max(map(len, names))
        endings = tuple(_endings(names, behind) for behind in range(0, longest, WORD_BYTES))
        slots, mix = _table(endings[0], length)
        return cls(np.array([number for number, _ in keys]), length, endings, slots, mix)

    def found(self, texts: Texts, sign: Integers, length: Integers) -> Integers:
        words = _ending(texts.words[sign], length)
        place = self.slots.take(_hash(words, length, self.mix))
        found = (self.endings[0].take(place) == words) & (self.length.take(place) == length)
        found &= place >= 0
        for part, endings in enumerate(self.endings[1:], 1):
            behind = part * WORD_BYTES
            at = np.flatnonzero(found & (length > behind))
            rest = _ending(texts.words[sign.take(at) - behind], length.take(at) - behind)
            found[at] = endings.take(place.take(at)) == rest
        numbers: Integers = (self.numbers.take(place) + 1) * found - 1
        return numbers


@dataclass(frozen=True, slots=True)
class Keys:
    width: int
    """Values of a row."""
    layers: tuple[_Layer, ...]
    rounds: tuple[Integers, ...]
    """Place of each key's value, or -1; values of a later round stand over those of an earlier."""

    @classmethod
    def of(cls, wanted: Sequence[str]) -> Keys:
        """`wanted`: for each place a key, or 'key|other', of which the first one counts."""
        claims = [
            (rank, key.encode(), place)
            for place, keys in enumerate(wanted)
            for rank, key in enumerate(keys.split("|"))
        ]
        number = {key: n for n, key in enumerate(dict.fromkeys(key for _, key, _ in claims))}
        return cls(len(wanted), _layers(number), _rounds(claims, number))

    def found(self, texts: Texts, sign: Integers, length: Integers) -> Integers:
        """Numbers of the keys that end at these signs; -1 for a key that nobody wants."""
        numbers = self.layers[0].found(texts, sign, length)
        for layer in self.layers[1:]:
            more = layer.found(texts, sign, length)
            numbers = np.where(more >= 0, more, numbers)
        return numbers


def _layers(number: dict[bytes, int]) -> tuple[_Layer, ...]:
    alike: dict[tuple[int, bytes], int] = defaultdict(int)
    layers: dict[int, list[tuple[int, bytes]]] = defaultdict(list)
    for key, n in number.items():
        ending = (len(key), key[-WORD_BYTES:])
        layers[max(alike[ending], n // _MAX_LAYER)].append((n, key))
        alike[ending] = max(alike[ending], n // _MAX_LAYER) + 1
    return tuple(_Layer.of(keys) for keys in layers.values())


def _rounds(claims: list[tuple[int, bytes, int]], number: dict[bytes, int]) -> tuple[Integers, ...]:
    """By falling rank; a key that is wanted in two places comes in two rounds."""
    rounds: list[tuple[int, dict[int, int]]] = []
    for rank, key, place in sorted(claims, key=lambda claim: -claim[0]):
        n = number[key]
        free = next((taken for of, taken in rounds if of == rank and n not in taken), None)
        if free is None:
            rounds.append((rank, free := {}))
        free[n] = place
    return tuple(np.array([taken.get(n, -1) for n in range(len(number))]) for _, taken in rounds)


def _endings(names: Sequence[bytes], behind: int) -> Words:
    parts = [name[: max(len(name) - behind, 0)][-WORD_BYTES:] for name in names]
    return np.array([int.from_bytes(part, "little") for part in parts], np.uint64)


def _ending(words: Words, length: Integers) -> Words:
    """The last bytes of keys, without what stands before a key of fewer than eight."""
    return words >> _BESIDE.take(np.minimum(length, WORD_BYTES))


def _hash(words: Words, length: Integers, mix: np.uint64) -> Integers:
    mixed = (words ^ length.view(np.uint64) * _LENGTHS) * mix
    return (mixed >> np.uint64(64 - _SLOT_BITS)).view(np.int64)


def _table(words: Words, length: Integers) -> tuple[Integers, np.uint64]:
    """A table in which no two keys share a slot, and the factor that makes it so."""
    draw = np.random.default_rng(len(words))
    while True:
        mix = draw.integers(1 << 62, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
        hashed = _hash(words, length, mix)
        if len(np.unique(hashed)) == len(words):
            slots = np.full(1 << _SLOT_BITS, -1)
            slots[hashed] = np.arange(len(words))
            return slots, mix
