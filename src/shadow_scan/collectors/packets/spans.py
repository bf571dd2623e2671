"""Per conversation and direction, what the segments of one block add up to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shadow_scan.collectors.packets.columns import Integers
from shadow_scan.collectors.packets.grouping import Groups
from shadow_scan.collectors.packets.network import TCP
from shadow_scan.collectors.packets.transport import ACK, SYN, Segments

_MODULUS = 1 << 32


@dataclass(slots=True)
class Spans:
    """Lists by `2 * group + direction` (1: against the group's first segment), and `syns` by group.

    `unbroken`: the direction's TCP payloads follow each other without a gap, a repetition or a
    change of order, from sequence number `first` on.
    """

    packets: list[int]
    volume: list[int]
    unbroken: list[bool]
    first: list[int]
    syns: list[int]


def spans_of(segments: Segments, groups: Groups) -> Spans:
    count = len(groups.keys)
    side = groups.of * 2 + groups.backward
    opening = (segments.flags & (SYN | ACK)) == SYN
    unbroken, first = _runs(segments, side, 2 * count)
    volume = np.bincount(side, weights=segments.length, minlength=2 * count)
    return Spans(
        packets=np.bincount(side, minlength=2 * count).tolist(),
        volume=volume.astype(np.int64).tolist(),
        unbroken=unbroken,
        first=first,
        syns=np.bincount(groups.of[opening], minlength=count).tolist(),
    )


def data_sequence(segments: Segments) -> Integers:
    """Where a segment's payload begins: a SYN takes a number of its own."""
    return (segments.sequence + ((segments.flags & SYN) > 0)) % _MODULUS


def _runs(segments: Segments, side: Integers, sides: int) -> tuple[list[bool], list[int]]:
    unbroken, first = np.ones(sides, bool), np.zeros(sides, np.int64)
    data = np.flatnonzero((segments.protocol == TCP) & (segments.length > 0))
    if not len(data):
        return unbroken.tolist(), first.tolist()
    data = data[np.argsort(side[data], kind="stable")]
    sides_of, begin = side[data], data_sequence(segments)[data]
    end = (begin + segments.length[data]) % _MODULUS
    fresh = np.concatenate([[True], sides_of[1:] != sides_of[:-1]])
    follows = fresh | np.concatenate([[True], begin[1:] == end[:-1]])
    heads = np.flatnonzero(fresh)
    unbroken[sides_of[heads]] = np.logical_and.reduceat(follows, heads)
    first[sides_of[heads]] = begin[heads]
    return unbroken.tolist(), first.tolist()
