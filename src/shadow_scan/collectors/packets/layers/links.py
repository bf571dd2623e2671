"""Where the network layer begins: link headers, as far as their type is known.

Types: https://www.tcpdump.org/linktypes.html
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from shadow_scan.collectors.packets.layers.columns import ByteColumns, Integers, Mask

NULL, ETHERNET, PPP, PPP_SERIAL, PPPOE, RAW, LOOP = 0, 1, 9, 50, 51, 101, 108
COOKED, COOKED_2, IPV4, IPV6, C_HDLC = 113, 276, 228, 229, 104
_RAW = (12, 14, RAW, IPV4, IPV6)
"""12 and 14 are what some systems' libpcap wrote for raw IP."""
_TAGS = (0x8100, 0x88A8, 0x9100)
_SECURITY_GROUP, _SECURITY_GROUP_BYTES = 0x8909, 8
_MOST_LENGTH = 1500
"""A type that is no higher is a length (IEEE 802.3): the type may stand behind a SNAP header."""
_SNAP, _SNAP_BYTES = 0xAAAA, 8
_IP4, _IP6, _PPPOE_SESSION, _MPLS = 0x0800, 0x86DD, 0x8864, 0x8847
_PPP_IP4, _PPP_IP6 = 0x0021, 0x0057
_MAX_TAGS = 8
NOWHERE = -1

Located = Integers
"""Offset of each packet's IP header; NOWHERE where it carries none."""


def network_starts(read: ByteColumns, links: Integers, starts: Integers, ends: Integers) -> Located:
    """Offsets of the IP headers, for packets of any mixture of known link types."""
    first = int(links[0]) if len(links) else ETHERNET
    if (links == first).all():
        return _of_one_type(first, read, starts, ends)
    located = np.full(len(starts), NOWHERE, np.int64)
    for link in np.unique(links).tolist():
        chosen = links == link
        located[chosen] = _of_one_type(link, read, starts[chosen], ends[chosen])
    return located


def is_known(link: int) -> bool:
    return link in _READERS


def ethernet(read: ByteColumns, starts: Integers, ends: Integers) -> Located:
    return _behind_type(read, starts + 12, ends)


def _of_one_type(link: int, read: ByteColumns, starts: Integers, ends: Integers) -> Located:
    reader = _READERS.get(link)
    if reader is None:
        return np.full(len(starts), NOWHERE, np.int64)
    return reader(read, starts, ends)


def _behind_type(read: ByteColumns, at: Integers, ends: Integers) -> Located:
    """From the offset of an EtherType: past VLAN tags, MPLS labels and PPPoE to IP."""
    kind = _u16(read, at, ends)
    direct = (kind == _IP4) | (kind == _IP6)
    if direct.all():
        return at + 2
    at = at.copy()
    for _ in range(_MAX_TAGS):
        size = _tag_bytes(read, kind, at, ends)
        tagged = size > 0
        if not tagged.any():
            break
        at += size
        kind[tagged] = _u16(read, at[tagged], ends[tagged])
    located = np.where((kind == _IP4) | (kind == _IP6), at + 2, NOWHERE)
    _descend(located, kind == _PPPOE_SESSION, at, lambda a, e: _pppoe(read, a + 2, e), ends)
    _descend(located, kind == _MPLS, at, lambda a, e: mpls(read, a + 2, e), ends)
    return located


def _tag_bytes(read: ByteColumns, kind: Integers, at: Integers, ends: Integers) -> Integers:
    """From a type that stands before another one to that; 0 where it stands before none."""
    size = np.where(_tagged(kind), 4, 0)
    size[kind == _SECURITY_GROUP] = _SECURITY_GROUP_BYTES
    short = np.flatnonzero(kind <= _MOST_LENGTH)
    if len(short):
        snap = _u16(read, at[short] + 2, ends[short]) == _SNAP
        size[short[snap]] = _SNAP_BYTES
    return size


def _tagged(kind: Integers) -> Mask:
    tagged: Mask = (kind == _TAGS[0]) | (kind == _TAGS[1]) | (kind == _TAGS[2])
    return tagged


def _descend(
    located: Located,
    chosen: Mask,
    at: Integers,
    reader: Callable[[Integers, Integers], Located],
    ends: Integers,
) -> None:
    if chosen.any():
        located[chosen] = reader(at[chosen], ends[chosen])


def _pppoe(read: ByteColumns, at: Integers, ends: Integers) -> Located:
    return _ppp(read, at + 6, ends)


def _ppp(read: ByteColumns, at: Integers, ends: Integers) -> Located:
    """The protocol field, behind the address and control bytes of a serial line if they stand."""
    at = at + np.where(_u16(read, at, ends) == 0xFF03, 2, 0)
    kind = _u16(read, at, ends)
    short = (kind >> 8 == _PPP_IP4) | (kind >> 8 == _PPP_IP6)
    whole = (kind == _PPP_IP4) | (kind == _PPP_IP6)
    return np.where(whole, at + 2, np.where(short, at + 1, NOWHERE))


def mpls(read: ByteColumns, at: Integers, ends: Integers) -> Located:
    at = at.copy()
    for _ in range(_MAX_TAGS):
        more = (at + 4 < ends) & (read.u8(np.minimum(at + 2, ends)) & 1 == 0)
        if not more.any():
            break
        at[more] += 4
    return np.where(at + 4 < ends, at + 4, NOWHERE)


def _cooked(read: ByteColumns, starts: Integers, ends: Integers) -> Located:
    return _behind_type(read, starts + 14, ends)


def _cooked_2(read: ByteColumns, starts: Integers, ends: Integers) -> Located:
    """The type stands first, the address behind it; tags follow the header."""
    kind = _u16(read, starts, ends)
    located = np.where((kind == _IP4) | (kind == _IP6), starts + 20, NOWHERE)
    tagged = _tagged(kind)
    _descend(located, tagged, starts, lambda a, e: _behind_type(read, a + 22, e), ends)
    return located


def _raw(read: ByteColumns, starts: Integers, ends: Integers) -> Located:
    return starts


def _loopback(read: ByteColumns, starts: Integers, ends: Integers) -> Located:
    """Four bytes of address family, in the order of the machine that wrote them."""
    return np.where(starts + 4 < ends, starts + 4, NOWHERE)


def _hdlc(read: ByteColumns, starts: Integers, ends: Integers) -> Located:
    return _behind_type(read, starts + 2, ends)


def _u16(read: ByteColumns, at: Integers, ends: Integers) -> Integers:
    return np.where(at + 2 <= ends, read.u16(np.minimum(at, ends)), 0)


_READERS: dict[int, Callable[[ByteColumns, Integers, Integers], Located]] = {
    NULL: _loopback,
    LOOP: _loopback,
    ETHERNET: ethernet,
    PPP: _ppp,
    PPP_SERIAL: _ppp,
    PPPOE: _pppoe,
    COOKED: _cooked,
    COOKED_2: _cooked_2,
    C_HDLC: _hdlc,
    **dict.fromkeys(_RAW, _raw),
}
