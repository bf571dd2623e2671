"""Packets made by hand: headers, hellos, lookups; written apart from what reads them."""

from __future__ import annotations

import ipaddress
import struct
from collections.abc import Iterable, Sequence

import pytest
from aioquic._buffer import Buffer
from aioquic.quic import crypto
from aioquic.quic.crypto import CryptoPair
from aioquic.quic.packet import QuicPacketType, encode_long_header_first_byte

DRAFT_SALTS = {
    0xFF00001B: "c3eef712c72ebb5a11a7d2432bb46365bef9f502",
    0xFF00001D: "afbfec289993d24c9e9786f19c6111e04390a899",
    0xFF000020: "afbfec289993d24c9e9786f19c6111e04390a899",
}
"""aioquic knows final versions only; tshark is the judge of these (see test_tshark.py)."""

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16


def packed(address: str) -> bytes:
    return ipaddress.ip_address(address).packed


def ip(
    source: str,
    target: str,
    protocol: int,
    payload: bytes,
    *,
    identity: int = 0,
    fragment: int = 0,
    more: bool = False,
    options: bytes = b"",
    total: int | None = None,
) -> bytes:
    """IPv4 or IPv6 by the addresses. `fragment` in bytes; `options`: of IPv4."""
    if ":" in source:
        head = struct.pack(">IHBB", 6 << 28, len(payload), protocol, 64)
        return head + packed(source) + packed(target) + payload
    size = 20 + len(options)
    total = size + len(payload) if total is None else total
    flags = fragment // 8 | (0x2000 if more else 0)
    first = 0x40 | size // 4
    head = struct.pack(">BBHHHBBH", first, 0, total, identity, flags, 64, protocol, 0)
    return head + packed(source) + packed(target) + options + payload


def tcp(
    ports: tuple[int, int], sequence: int, flags: int, payload: bytes = b"", *, options: bytes = b""
) -> bytes:
    offset = (20 + len(options)) // 4 << 4
    head = struct.pack(">HHIIBBHHH", *ports, sequence % 2**32, 1, offset, flags, 65_535, 0, 0)
    return head + options + payload


def udp(ports: tuple[int, int], payload: bytes) -> bytes:
    return struct.pack(">HHHH", *ports, 8 + len(payload), 0) + payload


def ethernet(packet: bytes, *, tags: Sequence[int] = (), kind: int | None = None) -> bytes:
    kind = kind or (0x86DD if packet[0] >> 4 == 6 else 0x0800)
    marks = b"".join(
        struct.pack(">HH", 0x88A8 if at < len(tags) - 1 else 0x8100, tag)
        for at, tag in enumerate(tags)
    )
    return b"\2\0\0\0\0\1\2\0\0\0\0\2" + marks + struct.pack(">H", kind) + packet


def extension(kind: int, value: bytes) -> bytes:
    return struct.pack(">HH", kind, len(value)) + value


def server_name(host: str) -> bytes:
    name = host.encode()
    return extension(0, struct.pack(">HBH", len(name) + 3, 0, len(name)) + name)


def hello(
    host: str | None,
    *,
    padding: int = 0,
    encrypted: bool = False,
    alpn: Sequence[bytes] = (b"h2", b"http/1.1"),
    more: bytes = b"",
    random: bytes = bytes(range(32)),
) -> bytes:
    """A ClientHello with its handshake header; `padding` makes it as long as browsers' are."""
    protocols = b"".join(bytes([len(name)]) + name for name in alpn)
    extensions = extension(0x1A1A, b"")
    extensions += extension(10, b"\0\4\0\x1d\0\x17") + extension(43, b"\4\3\4\3\3")
    extensions += extension(13, b"\0\x08\4\3\x08\4\4\1\5\1")
    if protocols:
        extensions += extension(16, struct.pack(">H", len(protocols)) + protocols)
    if padding:
        extensions += extension(
            51, struct.pack(">HHH", padding + 4, 0x11EC, padding) + b"k" * padding
        )
    if encrypted:
        extensions += extension(
            0xFE0D, b"\0\0\1\0\1\x07" + b"\0\x20" + b"e" * 32 + b"\0\x90" + b"p" * 144
        )
    if host is not None:
        extensions += server_name(host)
    extensions += more
    ciphers = struct.pack(">6H", 10, 0x2A2A, 0x1301, 0x1302, 0xC02B, 0xC02F)
    body = b"\3\3" + random + b"\x20" + b"s" * 32 + ciphers + b"\1\0"
    body += struct.pack(">H", len(extensions)) + extensions
    return b"\1" + len(body).to_bytes(3, "big") + body


def records(handshake: bytes, size: int = 16_384) -> bytes:
    """TLS records of at most `size` bytes."""
    return b"".join(
        b"\x16\3\1" + struct.pack(">H", len(part)) + part
        for part in (handshake[at : at + size] for at in range(0, len(handshake), size))
    )


def dns_name(host: str | bytes) -> bytes:
    raw = host.encode() if isinstance(host, str) else host
    return b"".join(bytes([len(label)]) + label for label in raw.split(b".")) + b"\0"


def dns_query(identity: int, host: str | bytes, kind: int = 1) -> bytes:
    head = struct.pack(">HHHHHH", identity, 0x0100, 1, 0, 0, 0)
    return head + dns_name(host) + struct.pack(">HH", kind, 1)


def dns_answer(
    identity: int,
    host: str,
    addresses: Iterable[str] = (),
    *,
    alias: str | None = None,
    kind: int = 1,
    more: bytes = b"",
    count: int = 0,
    seconds: int = 300,
) -> bytes:
    """`alias`: a CNAME on the way; `more`: `count` further records as they stand on the wire."""
    owner, body = b"\xc0\x0c", b""
    if alias:
        body += owner + struct.pack(">HHIH", 5, 1, seconds, len(dns_name(alias))) + dns_name(alias)
        owner, count = dns_name(alias), count + 1
    for address in addresses:
        raw = packed(address)
        body += owner + struct.pack(">HHIH", 1 if len(raw) == 4 else 28, 1, seconds, len(raw)) + raw
        count += 1
    head = struct.pack(">HHHHHH", identity, 0x8180, 1, count, 0, 0)
    return head + dns_name(host) + struct.pack(">HH", kind, 1) + body + more


def crypto_frame(offset: int, data: bytes) -> bytes:
    frame = Buffer(capacity=len(data) + 32)
    frame.push_uint_var(6)
    frame.push_uint_var(offset)
    frame.push_uint_var(len(data))
    frame.push_bytes(data)
    return bytes(frame.data)


def initial(
    keys_of: bytes,
    destination: bytes,
    number: int,
    frames: bytes,
    *,
    version: int = 1,
    token: bytes = b"",
    is_client: bool = True,
    size: int = 1200,
) -> bytes:
    """An Initial packet as aioquic seals it; `keys_of` is the connection id that gives the keys."""
    frames = frames.ljust(size - 60 - len(token), b"\0")
    kind = encode_long_header_first_byte(version, QuicPacketType.INITIAL, 1)
    head = Buffer(capacity=512)
    head.push_uint8(kind)
    head.push_uint32(version)
    for part in (destination, b"source12"):
        head.push_uint8(len(part))
        head.push_bytes(part)
    head.push_uint_var(len(token))
    head.push_bytes(token)
    head.push_uint16((len(frames) + 2 + 16) | 0x4000)
    head.push_uint16(number)
    pair = CryptoPair()
    with pytest.MonkeyPatch.context() as patch:
        if salt := DRAFT_SALTS.get(version):
            patch.setattr(crypto, "INITIAL_SALT_VERSION_1", bytes.fromhex(salt))
        pair.setup_initial(keys_of, is_client=is_client, version=version)
    return bytes(pair.encrypt_packet(bytes(head.data), frames, number))
