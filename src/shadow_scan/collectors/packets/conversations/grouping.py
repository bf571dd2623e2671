"""Segments of a block gathered into conversations: both directions of one pair of endpoints."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from shadow_scan.collectors.packets.layers.columns import Integers, Mask, Words
from shadow_scan.collectors.packets.layers.endpoints import Key
from shadow_scan.collectors.packets.layers.transport import Segments

_ODD = [np.uint64(secrets.randbits(64) | 1) for _ in range(6)]
"""Factors of the hash that gathers; drawn anew in each process, so that nobody can aim at it."""
_PLACE = np.uint64((1 << 24) - 1)
"""Bits for a segment's place in its block; no block holds as many."""

_ENDPOINT = (
    *(("source_high", "destination_high"), ("source_low", "destination_low")),
    ("source_port", "destination_port"),
)
_WIDTHS = {4: ("", ">u4", ">u2"), 6: (">u8", ">u8", ">u2")}
"""Of an endpoint's columns in a key, by the version of IP."""


@dataclass(slots=True)
class Groups:
    """`of[i]` is the group of segment i; `backward[i]` whether the second endpoint of the group's
    key sent it. `order` sorts segments by group, in the order of the capture; group g's are
    `order[begins[g]:begins[g + 1]]`."""

    of: Integers
    backward: Mask
    order: Integers
    begins: Integers
    keys: list[Key]


def grouped(segments: Segments) -> Groups:
    first, group, order = _gathered(_mixed(segments))
    same, sound = _alike(segments, first[group])
    if not sound:
        first, group = _exactly(segments)
        order = stable_order(group, len(first))
        same, _ = _alike(segments, first[group])
    counts = np.bincount(group, minlength=len(first))
    begins = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
    heads = segments.chosen(first)
    by_second = _by_second(heads)
    backward = same == by_second[group]
    return Groups(group, backward, order, begins, keys_of(heads, turned=by_second))


def stable_order(numbers: Integers, below: int) -> Integers:
    """Places in the order of small numbers, equal ones as they come (short integers sort by
    counting, which is several times faster)."""
    narrow = numbers.astype(np.uint16) if below <= 1 << 16 else numbers
    return np.argsort(narrow, kind="stable")


def _gathered(mixed: Words) -> tuple[Integers, Integers, Integers]:
    """(first segment of each group, group of each segment, segments by group).

    One sort of plain numbers, hash above and place below, is several times faster than a stable
    one of places."""
    places = np.arange(len(mixed), dtype=np.uint64)
    ordered = np.sort((mixed & ~_PLACE) | places)
    order, hashes = (ordered & _PLACE).view(np.int64), ordered & ~_PLACE
    heads = np.ones(len(mixed), bool)
    heads[1:] = hashes[1:] != hashes[:-1]
    group = np.empty(len(mixed), np.int64)
    group[order] = np.cumsum(heads) - 1
    return order[heads], group, order


def _mixed(s: Segments) -> Words:
    """A hash that both directions share."""
    source = s.source_high * _ODD[0] + s.source_low * _ODD[1]
    source = (source ^ (source >> np.uint64(29))) * _ODD[2] + s.source_port.astype(np.uint64)
    target = s.destination_high * _ODD[0] + s.destination_low * _ODD[1]
    target = (target ^ (target >> np.uint64(29))) * _ODD[2] + s.destination_port.astype(np.uint64)
    low, high = np.minimum(source, target), np.maximum(source, target)
    joined = low * _ODD[3] + high * _ODD[4]
    kind = (s.protocol * 16 + s.version).astype(np.uint64)
    mixed: Words = (joined ^ (joined >> np.uint64(31))) * _ODD[5] + kind
    return mixed


def _alike(s: Segments, other: Integers) -> tuple[Mask, bool]:
    """Whether each segment goes the way of another one; and whether all others go the opposite
    way."""
    kind, ports = s.protocol * 16 + s.version, s.source_port << 16 | s.destination_port
    kinds, far_ports = kind[other], ports[other]
    low, far_low = s.source_low[other], s.destination_low[other]
    high, far_high = s.source_high[other], s.destination_high[other]
    alike = kind == kinds
    same = alike & (ports == far_ports) & (s.source_low == low) & (s.destination_low == far_low)
    same &= (s.source_high == high) & (s.destination_high == far_high)
    rest = np.flatnonzero(~same)
    opposite = alike[rest] & (
        ports[rest] == (far_ports[rest] & 0xFFFF) << 16 | far_ports[rest] >> 16
    )
    opposite &= (s.source_low[rest] == far_low[rest]) & (s.destination_low[rest] == low[rest])
    opposite &= (s.source_high[rest] == far_high[rest]) & (s.destination_high[rest] == high[rest])
    return same, bool(opposite.all())


def _exactly(s: Segments) -> tuple[Integers, Integers]:
    """Two conversations with one hash: gather by the keys themselves."""
    numbers: dict[Key, int] = {}
    first: list[int] = []
    group = np.empty(len(s.place), np.int64)
    for at, key in enumerate(keys_of(s, turned=_by_second(s))):
        if key not in numbers:
            numbers[key] = len(first)
            first.append(at)
        group[at] = numbers[key]
    return np.array(first, np.int64), group


def _by_second(s: Segments) -> Mask:
    """Whether the second endpoint of its key sent each."""
    second: Mask = s.source_port > s.destination_port
    for source, target in ((s.source_low, s.destination_low), (s.source_high, s.destination_high)):
        second = (source > target) | (second & (source == target))
    return second


def keys_of(s: Segments, *, turned: Mask) -> list[Key]:
    """The source comes first, or the destination where turned."""
    keys: list[Key] = [b""] * len(turned)
    for version, widths in _WIDTHS.items():
        places = np.flatnonzero(s.version == version)
        if len(places) == len(keys):
            return _packed(s, turned, widths)
        if len(places):
            found = _packed(s.chosen(places), turned[places], widths)
            for place, key in zip(places.tolist(), found, strict=True):
                keys[place] = key
    return keys


def _packed(s: Segments, turned: Mask, widths: Sequence[str]) -> list[Key]:
    first, second = [], []
    for (source, target), width in zip(_ENDPOINT, widths, strict=True):
        if width:
            sent, received = getattr(s, source), getattr(s, target)
            first.append(np.where(turned, received, sent).astype(width))
            second.append(np.where(turned, sent, received).astype(width))
    columns = [s.protocol.astype(np.uint8), *first, *second]
    table = np.hstack([column.view(np.uint8).reshape(len(turned), -1) for column in columns])
    raw, size = table.tobytes(), table.shape[1]
    return [raw[at : at + size] for at in range(0, len(raw), size)]
