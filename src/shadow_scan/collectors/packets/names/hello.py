"""The ClientHello of TLS: the name that a client asks for, and what kind of client it is.

RFC 8446 section 4.1.2; server names: RFC 6066; encrypted hellos: RFC 9849 (extension 0xfe0d).
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from shadow_scan.collectors.packets.conversations.tuples import maker
from shadow_scan.collectors.packets.names.hostnames import host_name

CLIENT_HELLO = 1
MAX_HELLO = 65_536
SERVER_NAME, SIGNATURES, ALPN, VERSIONS, ENCRYPTED = 0, 13, 16, 43, 0xFE0D


_HEAD = struct.Struct(">HH").unpack_from
_TWO = struct.Struct(">H").unpack_from


class Hello(NamedTuple):
    host: str | None
    encrypted: bool
    """A second, encrypted hello lies within, or random bytes that look like one (browsers send
    those to every server): `host` may be a decoy."""
    version: int
    ciphers: bytes
    extensions: dict[int, bytes]


_hello = maker(Hello)


def parse_hello(body: bytes) -> Hello | None:
    """A whole ClientHello, behind its handshake header; None where it is none."""
    try:
        return _parsed(body)
    except (IndexError, struct.error):
        return None


def _parsed(body: bytes) -> Hello | None:
    session = body[34]
    if session > 32:
        return None
    begin = 37 + session
    length = body[begin - 2] << 8 | body[begin - 1]
    end = begin + length
    at = end + 1 + body[end]
    if length & 1 or at > len(body):
        return None
    extensions = _extensions(body, at)
    if extensions is None:
        return None
    host = _server_name(extensions[SERVER_NAME]) if SERVER_NAME in extensions else None
    encrypted = ENCRYPTED in extensions and extensions[ENCRYPTED][:1] == b"\0"
    version = body[0] << 8 | body[1]
    return _hello((host, encrypted, version, body[begin:end], extensions))


def _extensions(body: bytes, at: int) -> dict[int, bytes] | None:
    """None where lengths disagree or an extension stands twice: no client says that."""
    if at == len(body):
        return {}
    end = at + 2 + _TWO(body, at)[0]
    if end != len(body):
        return None
    found: dict[int, bytes] = {}
    at += 2
    while at < end:
        kind, length = _HEAD(body, at)
        begin = at + 4
        at = begin + length
        if at > end or kind in found:
            return None
        found[kind] = body[begin:at]
    return found


def _server_name(value: bytes) -> str | None:
    """The one host name of the list; anything but a well-formed list is no name."""
    if len(value) < 5 or (value[0] << 8 | value[1]) != len(value) - 2 or value[2] != 0:
        return None
    length = value[3] << 8 | value[4]
    return host_name(value[5:]) if length == len(value) - 5 else None
