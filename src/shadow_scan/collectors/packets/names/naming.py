"""What a client's first bytes say of whom it talks to: TLS, HTTP, and what may stand before them.

Before the hello may stand a PROXY header (of a load balancer), a CONNECT, a SOCKS greeting, or a
plain dialogue that asks for TLS (STARTTLS and its kin).
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from shadow_scan.collectors.packets.conversations.tuples import maker
from shadow_scan.collectors.packets.names.hello import Hello
from shadow_scan.collectors.packets.names.hostnames import host_name
from shadow_scan.collectors.packets.names.http import may_be_request, read_request
from shadow_scan.collectors.packets.names.ja4 import ja4
from shadow_scan.collectors.packets.names.tls import read_hello
from shadow_scan.collectors.packets.names.upgrades import MAX_DIALOGUE, behind_request

Origin = Literal["tls", "quic", "http", "connect", "socks"]

_PROXY_2 = b"\r\n\r\n\0\r\nQUIT\n"
_UPGRADE = re.compile(
    rb"(?:^|\n)(?:\S{1,64} )?(?:STARTTLS|STLS|AUTH TLS|AUTH SSL|AUTH TLS-C)[ \t]*\r?\n"
    rb"|<(?:\w{1,20}:)?starttls[^>]{0,200}(?:/>|></(?:\w{1,20}:)?starttls>)",
    re.IGNORECASE,
)
"""SMTP and IMAP, POP3, FTP; XMPP."""
_TEXT = re.compile(rb"[\x20-\x7e\t\r\n]+")
_MARKUP = re.compile(rb"[\x20-\x7e\x80-\xff\t\r\n]+")


class Name(NamedTuple):
    host: str | None
    origin: Origin
    port: int | None = None
    agent: str | None = None
    encrypted: bool = False
    """The hello has an encrypted one within, or what looks like it."""
    client: str | None = None
    """The JA4 of the hello: what kind of program asks."""


class Reading(NamedTuple):
    """`name` so far; `more`: further bytes may give a name, or a better one."""

    name: Name | None
    more: bool


_name, _reading = maker(Name), maker(Reading)
NOTHING = Reading(None, more=False)
MORE = Reading(None, more=True)


def read_client(data: bytes) -> Reading:
    """From the begin of a client's stream."""
    return _tls(data) if data[:1] == b"\x16" else _read(data, depth=0)


def _read(data: bytes, depth: int) -> Reading:
    if not data:
        return MORE
    if data[0] == 0x16:
        return _tls(data)
    if depth > 3:
        return NOTHING
    behind = _behind_proxy_header(data)
    if behind is not None:
        return _read(data[behind:], depth + 1) if behind <= len(data) else MORE
    if may_be_request(data):
        return _http(data, depth)
    if data[0] in (4, 5):
        return _socks(data, depth)
    return _upgraded(data)


def name_of(hello: Hello, origin: Origin) -> Name:
    kind = ja4(hello, "q" if origin == "quic" else "t")
    return _name((hello.host, origin, None, None, hello.encrypted, kind))


def _tls(data: bytes) -> Reading:
    hello, more = read_hello(data)
    if hello is None:
        return MORE if more else NOTHING
    return _reading((name_of(hello, "tls"), False))


def _http(data: bytes, depth: int) -> Reading:
    head, more = read_request(data)
    if head is None:
        return MORE if more else _upgraded(data)
    if head.method != "CONNECT":
        return Reading(Name(head.host, "http", head.port, head.agent), more=False)
    target = Name(head.host, "connect", head.port, head.agent)
    return _within(target, data[head.size :], depth)


def _within(tunnel: Name, inner: bytes, depth: int) -> Reading:
    """The name that the client asked a proxy for, unless the hello inside the tunnel has one."""
    if not inner:
        return Reading(tunnel, more=True)
    found = _read(inner, depth + 1)
    name = found.name
    if name is None or name.host is None or (name.encrypted and tunnel.host is not None):
        return Reading(tunnel._replace(client=name.client if name else None), found.more)
    agent = name.agent or tunnel.agent
    return Reading(name._replace(port=tunnel.port, agent=agent), found.more)


def _behind_proxy_header(data: bytes) -> int | None:
    """Offset behind a PROXY header (past the data while it is incomplete); None: there is none."""
    if data.startswith(_PROXY_2[: len(data)]) and data[0] == 13:
        if len(data) < 16:
            return len(data) + 1
        return 16 + int.from_bytes(data[14:16], "big")
    if data.startswith(b"PROXY "[: len(data)]) and data[0] == 80:
        end = data.find(b"\r\n", 0, 108)
        if end >= 0:
            return end + 2 if len(data) >= 6 else None
        return len(data) + 1 if len(data) < 108 else None
    return None


def _socks(data: bytes, depth: int) -> Reading:
    """SOCKS 5 (RFC 1928) and 4a: the client names the target itself."""
    at = _behind_greeting(data) if data[0] == 5 else 0
    if at is None:
        return MORE
    request = data[at:]
    if data[0] == 5:
        if len(request) < 7:
            return MORE if request[:2] in (b"", b"\5", b"\5\1") else NOTHING
        if request[:3] != b"\5\1\0" or request[3] not in (1, 3, 4):
            return NOTHING
        size = {1: 10, 3: 7 + request[4], 4: 22}[request[3]]
        host = host_name(request[5 : 5 + request[4]]) if request[3] == 3 else None
        if len(request) < size:
            return MORE
        port = int.from_bytes(request[size - 2 : size], "big")
        return _within(Name(host, "socks", port), request[size:], depth)
    return _socks_4(data, depth)


def _behind_greeting(data: bytes) -> int | None:
    if len(data) < 2 or len(data) < 2 + data[1]:
        return None
    at = 2 + data[1]
    if data[at : at + 1] == b"\1":
        # A user and a password (RFC 1929): passed over, never kept.
        if len(data) < at + 2 or len(data) < at + 3 + data[at + 1]:
            return None
        user = at + 2 + data[at + 1]
        at = user + 1 + data[user]
    return at if at <= len(data) else None


def _socks_4(data: bytes, depth: int) -> Reading:
    if data[1:2] not in (b"", b"\1"):
        return NOTHING
    end = data.find(b"\0", 8)
    if len(data) < 9 or end < 0:
        return MORE if len(data) < 300 else NOTHING
    host, port = None, int.from_bytes(data[2:4], "big")
    if data[4:7] == b"\0\0\0" and data[7]:
        last = data.find(b"\0", end + 1)
        if last < 0:
            return MORE if len(data) < 600 else NOTHING
        host, end = host_name(data[end + 1 : last]), last
    return _within(Name(host, "socks", port), data[end + 1 :], depth)


def _upgraded(data: bytes) -> Reading:
    """A dialogue that changes to TLS midway."""
    behind = behind_request(data)
    if behind is not None:
        return _tls(behind) if behind else MORE
    printable = (_MARKUP if data[:1] == b"<" else _TEXT).match(data)
    if printable is None:
        return NOTHING
    for found in _UPGRADE.finditer(data, 0, MAX_DIALOGUE):
        rest = data[found.end() :]
        if not rest:
            return MORE
        if rest[0] == 0x16:
            return _tls(rest)
    return MORE if len(data) < MAX_DIALOGUE and printable.end() == len(data) else NOTHING
