"""IP and what it carries, for a whole block at once: addresses, ports, payloads.

Tunnels (IP in IP, GRE, ERSPAN, VXLAN, Geneve) are opened, a few deep; what is counted is what is
inside. Fragments behind the first have no ports and are handed on apart.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from shadow_scan.collectors.packets.layers.columns import (
    ByteColumns,
    Columns,
    Integers,
    Mask,
    Words,
    bits,
)
from shadow_scan.collectors.packets.layers.links import NOWHERE, ethernet, mpls

TCP, UDP = 6, 17
_IP_IN_IP, _IP6_IN_IP, _GRE = 4, 41, 47
_FRAGMENT, _AUTHENTICATION = 44, 51
_EXTENSIONS = np.zeros(256, bool)
_EXTENSIONS[[0, 43, 60, _FRAGMENT, _AUTHENTICATION, 135]] = True
_MAX_EXTENSIONS = 8
_MAX_DEPTH = 4
_VXLAN_PORTS, _VXLAN_GPE, _GENEVE = (4789, 8472), 4790, 6081
_BRIDGED, _ERSPAN, _ERSPAN_3, _LABELLED = 0x6558, 0x88BE, 0x22EB, 0x8847
_IP4, _IP6 = 0x0800, 0x86DD
_LOW = np.uint64(0xFFFFFFFF)


@dataclass(slots=True)
class Packets(Columns):
    """IP packets, one row each: `place` is the packet's place in its block, `source` and
    `destination` are the two halves of an address (high is 0 in IPv4)."""

    place: Integers
    version: Integers
    protocol: Integers
    source_high: Words
    source_low: Words
    destination_high: Words
    destination_low: Words
    at: Integers
    """Offset of what follows IP."""
    wire_end: Integers
    """Where the packet ended on the wire, which may be behind what was captured."""
    end: Integers
    """Where its captured bytes end."""
    fragment: Integers
    """Offset of a fragment in its packet, in bytes; 0 for the first and for whole packets."""
    more: Mask
    identity: Integers
    """What fragments of one packet share."""

    def put(self, places: Integers, others: Packets) -> None:
        """Others in place of those at places."""
        for name in Packets.__slots__:
            getattr(self, name)[places] = getattr(others, name)


@dataclass(slots=True)
class Network:
    """The IP packets of a block, innermost ones; and how many packets gave none."""

    packets: Packets
    without_ip: int
    malformed: Integers
    """Places of packets whose IP header cannot be."""


def read_network(
    read: ByteColumns, located: Integers, ends: Integers, wire_ends: Integers
) -> Network:
    """`located`: offsets of IP headers (or NOWHERE); `ends`: of captured bytes."""
    place = np.flatnonzero(located != NOWHERE)
    without_ip, malformed, found = len(located) - len(place), [], []
    at, end, wire = located[place], ends[place], wire_ends[place]
    for depth in range(_MAX_DEPTH + 1):
        packets, wrong = _headers(read, place, at, end, wire)
        malformed.append(wrong)
        inner = _tunnelled(read, packets) if depth < _MAX_DEPTH else None
        if inner is None:
            found.append(packets)
            break
        inside = inner != NOWHERE
        found.append(packets.chosen(~inside))
        opened = packets.chosen(inside)
        place, at, end, wire = opened.place, inner[inside], opened.end, opened.wire_end
    return Network(_in_order(found), without_ip, np.concatenate(malformed))


def _in_order(found: list[Packets]) -> Packets:
    if len(found) == 1:
        return found[0]
    names = Packets.__slots__
    joined = {name: np.concatenate([getattr(part, name) for part in found]) for name in names}
    order = np.argsort(joined["place"], kind="stable")
    return Packets(**{name: column[order] for name, column in joined.items()})


def _headers(
    read: ByteColumns, place: Integers, at: Integers, end: Integers, wire: Integers
) -> tuple[Packets, Integers]:
    words = read.words(np.minimum(at, end), 5)
    version = bits(words[0], 60, 4)
    six = np.flatnonzero((version == 6) & (at + 40 <= end))
    packets, sound = _version_4(words, place, at, end, wire)
    sound &= (version == 4) & (at + 20 <= end)
    if len(six):
        found = _version_6(words[:, six], place[six], at[six], end[six], wire[six])
        _skip_extensions(read, found)
        packets.put(six, found)
        sound[six] = True
    return packets.chosen(sound), place[~sound]


def _version_4(
    words: Words, place: Integers, at: Integers, end: Integers, wire: Integers
) -> tuple[Packets, Mask]:
    """The packets as if all were of version 4, and which of them can be."""
    first, second, third = words[0], words[1], words[2]
    header = bits(first, 56, 4) * 4
    total, flags = bits(first, 32, 16), bits(first, 0, 16)
    behind, wire_end = at + header, at + total
    if not total.all():
        # Offloading network cards leave the length of large packets at zero.
        wire_end = np.where(total == 0, np.maximum(wire, behind), wire_end)
    zero = np.zeros(len(at), np.uint64)
    packets = Packets(
        *(place, np.full(len(at), 4), bits(second, 48, 8), zero, second & _LOW, zero.copy()),
        *(third >> np.uint64(32), behind, wire_end, np.minimum(end, wire_end)),
        *((flags & 0x1FFF) * 8, (flags & 0x2000) > 0, bits(first, 16, 16)),
    )
    return packets, (header >= 20) & (wire_end >= behind)


def _version_6(
    words: Words, place: Integers, at: Integers, end: Integers, wire: Integers
) -> Packets:
    length, behind = bits(words[0], 16, 16), at + 40
    wire_end = np.where(length == 0, np.maximum(wire, behind), behind + length)
    return Packets(
        *(place, np.full(len(at), 6), bits(words[0], 8, 8), words[1], words[2], words[3]),
        *(words[4], behind, wire_end, np.minimum(end, wire_end)),
        *(np.zeros(len(at), np.int64), np.zeros(len(at), bool), np.zeros(len(at), np.int64)),
    )


def _skip_extensions(read: ByteColumns, packets: Packets) -> None:
    for _ in range(_MAX_EXTENSIONS):
        # A later fragment begins in the middle of something: nothing in it is a header.
        heads = _EXTENSIONS[packets.protocol] & (packets.fragment == 0)
        heads &= packets.at + 8 <= packets.end
        if not heads.any():
            return
        at, kind = packets.at[heads], packets.protocol[heads]
        length, fragment = read.u8(at + 1), kind == _FRAGMENT
        size = np.where(kind == _AUTHENTICATION, (length + 2) * 4, (length + 1) * 8)
        flags = np.where(fragment, read.u16(at + 2), 0)
        packets.fragment[heads] = flags & 0xFFF8
        packets.more[heads] |= (flags & 1) > 0
        packets.identity[heads] = np.where(fragment, read.u32(at + 4), packets.identity[heads])
        packets.protocol[heads] = read.u8(at)
        packets.at[heads] = at + np.where(fragment, 8, size)


def _tunnelled(read: ByteColumns, packets: Packets) -> Integers | None:
    """Offset of the IP header inside each packet that is a tunnel's; NOWHERE for others. None where
    nothing can be a tunnel's."""
    may_be = np.flatnonzero(packets.protocol != TCP)
    if not len(may_be):
        return None
    part = packets.chosen(may_be)
    inner = np.full(len(may_be), NOWHERE, np.int64)
    first = (part.fragment == 0) & (part.at + 20 <= part.end)
    direct = first & _either(part.protocol, (_IP_IN_IP, _IP6_IN_IP))
    inner[direct] = part.at[direct]
    _open(inner, first & (part.protocol == _GRE), part, lambda at, end: _gre(read, at, end))
    datagram = first & (part.protocol == UDP)
    port = np.where(datagram, read.u16(np.minimum(part.at + 2, part.end)), 0)
    _open(inner, _either(port, _VXLAN_PORTS), part, lambda at, end: _vxlan(read, at, end))
    _open(inner, port == _VXLAN_GPE, part, lambda at, end: _vxlan_gpe(read, at, end))
    _open(inner, port == _GENEVE, part, lambda at, end: _geneve(read, at, end))
    if not (inner != NOWHERE).any():
        return None
    everywhere = np.full(len(packets.place), NOWHERE, np.int64)
    everywhere[may_be] = inner
    return everywhere


def _either(values: Integers, pair: tuple[int, int]) -> Mask:
    either: Mask = (values == pair[0]) | (values == pair[1])
    return either


def _open(
    inner: Integers,
    chosen: Mask,
    packets: Packets,
    reader: Callable[[Integers, Integers], Integers],
) -> None:
    if chosen.any():
        inner[chosen] = reader(packets.at[chosen], packets.end[chosen])


def _gre(read: ByteColumns, at: Integers, end: Integers) -> Integers:
    flags, kind = read.u16(at), read.u16(at + 2)
    optional = sum(((flags & bit) > 0) * 4 for bit in (0x8000, 0x2000, 0x1000))
    inside = at + 4 + optional
    # ERSPAN: with a sequence number there is a header of its own, in version 3 a longer one.
    mirrored = _either(kind, (_ERSPAN, _ERSPAN_3))
    inside = inside + np.where(
        mirrored & ((flags & 0x1000) > 0), np.where(kind == _ERSPAN, 8, 12), 0
    )
    bridged = mirrored | (kind == _BRIDGED)
    plain = (flags & 0x4007) == 0
    direct = np.where(_either(kind, (_IP4, _IP6)), inside, NOWHERE)
    labelled = kind == _LABELLED
    if labelled.any():
        direct = np.where(labelled, mpls(read, np.minimum(inside, end), end), direct)
    inside = np.where(bridged, ethernet(read, np.minimum(inside, end), end), direct)
    return np.where(plain, inside, NOWHERE)


def _vxlan(read: ByteColumns, at: Integers, end: Integers) -> Integers:
    valid = (at + 16 <= end) & (read.u8(np.minimum(at + 8, end)) == 0x08)
    return np.where(valid, ethernet(read, np.minimum(at + 16, end), end), NOWHERE)


def _vxlan_gpe(read: ByteColumns, at: Integers, end: Integers) -> Integers:
    valid = (at + 16 <= end) & (read.u8(np.minimum(at + 8, end)) & 0x0C == 0x0C)
    kind, inside = read.u8(np.minimum(at + 11, end)), np.minimum(at + 16, end)
    direct = np.where(_either(kind, (1, 2)), inside, NOWHERE)
    return np.where(valid, np.where(kind == 3, ethernet(read, inside, end), direct), NOWHERE)


def _geneve(read: ByteColumns, at: Integers, end: Integers) -> Integers:
    valid, kind = at + 16 <= end, read.u16(np.minimum(at + 10, end))
    options = (read.u8(np.minimum(at + 8, end)) & 0x3F) * 4
    inside = np.minimum(at + 16 + options, end)
    direct = np.where(_either(kind, (_IP4, _IP6)), inside, NOWHERE)
    return np.where(valid, np.where(kind == _BRIDGED, ethernet(read, inside, end), direct), NOWHERE)
