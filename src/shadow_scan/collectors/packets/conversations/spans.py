"""Per conversation and direction, what the segments of one block add up to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shadow_scan.collectors.packets.conversations.grouping import Groups, stable_order
from shadow_scan.collectors.packets.layers.columns import Integers
from shadow_scan.collectors.packets.layers.network import TCP
from shadow_scan.collectors.packets.layers.transport import ACK, FIN, RST, SYN, Segments

_MODULUS = 1 << 32


@dataclass(slots=True)
class Spans:
    """Lists by `2 * group + direction` (1: what the second endpoint sent); `syns` and `resets`
    by group.

    `runs[begins[side]:begins[side + 1]]` are the direction's TCP payloads as (sequence number,
    bytes), those that follow each other without a gap or a repetition taken together.
    """

    packets: list[int]
    volume: list[int]
    runs: list[tuple[int, int]]
    begins: list[int]
    fins: list[int]
    syns: list[int]
    resets: list[int]


def spans_of(segments: Segments, groups: Groups) -> Spans:
    count = len(groups.keys)
    side = groups.of * 2 + groups.backward
    opening = (segments.flags & (SYN | ACK)) == SYN
    fins, resets = (segments.flags & FIN) > 0, (segments.flags & RST) > 0
    runs, begins = _runs(segments, side, 2 * count)
    volume = np.bincount(side, weights=segments.length, minlength=2 * count)
    return Spans(
        packets=np.bincount(side, minlength=2 * count).tolist(),
        volume=volume.astype(np.int64).tolist(),
        runs=runs,
        begins=begins,
        fins=np.bincount(side[fins], minlength=2 * count).tolist(),
        syns=np.bincount(groups.of[opening], minlength=count).tolist(),
        resets=np.bincount(groups.of[resets], minlength=count).tolist(),
    )


def data_sequence(segments: Segments) -> Integers:
    """Where a segment's payload begins: a SYN takes a number of its own."""
    return (segments.sequence + ((segments.flags & SYN) > 0)) % _MODULUS


def _runs(
    segments: Segments, side: Integers, sides: int
) -> tuple[list[tuple[int, int]], list[int]]:
    data = np.flatnonzero((segments.protocol == TCP) & (segments.length > 0))
    if not len(data):
        return [], [0] * (sides + 1)
    data = data[stable_order(side[data], sides)]
    sides_of, begin = side[data], data_sequence(segments)[data]
    length = segments.length[data]
    end = (begin + length) % _MODULUS
    heads = np.ones(len(data), bool)
    heads[1:] = (sides_of[1:] != sides_of[:-1]) | (begin[1:] != end[:-1])
    at = np.flatnonzero(heads)
    runs = zip(begin[at].tolist(), np.add.reduceat(length, at).tolist(), strict=True)
    counts = np.bincount(sides_of[at], minlength=sides)
    return list(runs), [0, *np.cumsum(counts).tolist()]
