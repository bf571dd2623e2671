"""QUIC's first packets, which anybody on the way may open: the ClientHello is inside.

Keys come from the connection id that the client chose; a packet that does not authenticate under
them is not a client's Initial. RFC 9001 section 5, RFC 9369 (version 2), drafts 23 to 34.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shadow_scan.collectors.packets.conversations.tuples import maker
from shadow_scan.collectors.packets.names.derivation import Secret, label
from shadow_scan.collectors.packets.names.hello import CLIENT_HELLO, MAX_HELLO, Hello, parse_hello

VERSION_1, VERSION_2 = 0x00000001, 0x6B3343CF
_SALT_1 = bytes.fromhex("38762cf7f55934b34d179ae6a4c80cadccbb7f0a")
_SALT_2 = bytes.fromhex("0dede3def700a6db819381be6e269dcbf9bd2ed9")
_SALT_29 = bytes.fromhex("afbfec289993d24c9e9786f19c6111e04390a899")
_SALT_23 = bytes.fromhex("c3eef712c72ebb5a11a7d2432bb46365bef9f502")
_SALTS = {
    VERSION_1: Secret(_SALT_1),
    VERSION_2: Secret(_SALT_2),
    **dict.fromkeys(range(0xFF000017, 0xFF00001D), Secret(_SALT_23)),
    **dict.fromkeys(range(0xFF00001D, 0xFF000021), Secret(_SALT_29)),
    **dict.fromkeys((0xFF000021, 0xFF000022), Secret(_SALT_1)),
}
_CLIENT = label(b"client in", 32)
_LABELS = tuple(
    label(b"quic " + word, size) for word, size in ((b"iv", 12), (b"key", 16), (b"hp", 16))
)
_LABELS_2 = tuple(
    label(b"quicv2 " + word, size) for word, size in ((b"iv", 12), (b"key", 16), (b"hp", 16))
)
_MAX_KEYS, _MAX_TRIES, _MAX_PARTS = 4, 24, 64
_MAX_CONNECTION_ID = 20
_BLOCK_ALONE = modes.ECB()  # noqa: S305
"""Single blocks under a key of its own: that is how RFC 9001 section 5.4.3 masks headers."""
_VERSION = struct.Struct(">I").unpack_from


class _Keys(NamedTuple):
    protection: CipherContext
    seal: AESGCM
    vector: int


_Origin = tuple[int, bytes]
"""Version and connection id: what keys are made of."""
_Parts = dict[int, bytes]
"""The handshake's stream under one set of keys, by its offsets: parts come shuffled."""
_BEGIN = bytes([CLIENT_HELLO])
_FOR_A_PART = 150
"""Bytes that the least part takes."""


@dataclass(slots=True)
class QuicClient:
    """One conversation's Initials. `hello` once it is complete; `spent` when none will come."""

    hello: Hello | None = None
    spent: bool = False
    _streams: dict[_Origin, _Parts] = field(default_factory=dict)
    _tries: int = 0

    @property
    def held(self) -> int:
        streams = self._streams.values()
        return sum(len(part) + _FOR_A_PART for parts in streams for part in parts.values())

    def add(self, datagram: bytes) -> None:
        """Look at a client's datagram, which may hold several packets."""
        at = 0
        while self.hello is None and not self.spent:
            header = _long_header(datagram, at)
            if header is None:
                return
            if header.initial:
                self._open(datagram, header)
            at = header.end

    def _open(self, datagram: bytes, header: _Header) -> None:
        self._tries += 1
        if self._tries > _MAX_TRIES:
            self.spent = True
            return
        for origin in self._candidates(header):
            plain = _decrypted(datagram, header, _keys(*origin))
            if plain is not None:
                self._read_frames(plain, self._streams[origin])
                return

    def _candidates(self, header: _Header) -> list[_Origin]:
        """Keys of the id on the packet; of those before, since a client takes its server's id once
        it knows it and keeps its keys."""
        streams, own = self._streams, (header.version, header.destination)
        if own not in streams and len(streams) < _MAX_KEYS:
            streams[own] = {}
        if len(streams) == 1:
            return list(streams)
        for connection in {connection for _, connection in streams}:
            other = (header.version, connection)
            if other not in streams and len(streams) < _MAX_KEYS:
                streams[other] = {}
        same = [origin for origin in streams if origin[0] == header.version]
        return sorted(same, key=lambda origin: origin != own)

    def _read_frames(self, plain: bytes, parts: _Parts) -> None:
        frames = _crypto_frames(plain)
        if len(frames) == 1 and not parts and self._reads_whole(*frames[0]):
            return
        for offset, part in frames:
            if len(part) > len(parts.get(offset, b"")):
                parts[offset] = part
        if len(parts) > _MAX_PARTS:
            self.spent = True
            return
        begin = parts.get(0, b"")
        if len(begin) < 4:
            begin = _joined(parts)
        size = int.from_bytes(begin[1:4], "big") + 4
        if len(begin) < 4:
            return
        if begin[0] != CLIENT_HELLO or size > MAX_HELLO + 4:
            self.spent = True
        elif size <= sum(map(len, parts.values())) and len(body := _joined(parts)) >= size:
            self.hello = parse_hello(body[4:size])
            self.spent = self.hello is None

    def _reads_whole(self, offset: int, part: bytes) -> bool:
        """A hello that lies in one frame, as short ones do."""
        whole = (
            not offset and part[:1] == _BEGIN and int.from_bytes(part[1:4], "big") == len(part) - 4
        )
        if whole:
            self.hello = parse_hello(part[4:])
            self.spent = self.hello is None
        return whole


class _Header(NamedTuple):
    version: int
    initial: bool
    destination: bytes
    begin: int
    number_at: int
    end: int


_header = maker(_Header)


def may_be_quic(payload: bytes) -> bool:
    """A long header of a version that can be opened."""
    return len(payload) > 20 and payload[0] & 0x80 > 0 and _VERSION(payload, 1)[0] in _SALTS


def _long_header(data: bytes, at: int) -> _Header | None:
    """A long header with a length (Initial, 0-RTT, Handshake); None for any other packet."""
    begin = at
    if len(data) < at + 7 or not data[at] & 0x80:
        return None
    (version,), kind = _VERSION(data, at + 1), data[at] >> 4 & 3
    if version not in _SALTS:
        return None
    if version == VERSION_2:
        kind = (kind - 1) % 4
    size = data[at + 5]
    destination, at = data[at + 6 : at + 6 + size], at + 6 + size
    if size > _MAX_CONNECTION_ID or at >= len(data) or kind == 3:
        return None
    at += 1 + data[at]
    if kind == 0:
        token, at = _number(data, at)
        at += token
    length, at = _number(data, at)
    end = at + length
    if length < 20 or end > len(data):
        return None
    return _header((version, kind == 0, destination, begin, at, end))


def _number(data: bytes, at: int) -> tuple[int, int]:
    """A variable-length integer and the offset behind it; past the end it is 0."""
    if at >= len(data):
        return 0, at
    first = data[at]
    if first < 0x40:
        return first, at + 1
    if first < 0x80 and at + 1 < len(data):
        return (first & 0x3F) << 8 | data[at + 1], at + 2
    size = 1 << (first >> 6)
    return int.from_bytes(data[at : at + size], "big") & (1 << 8 * size - 2) - 1, at + size


@lru_cache(256)
def _keys(version: int, connection: bytes) -> _Keys:
    client = Secret(Secret(_SALTS[version].mixed(connection)).mixed(_CLIENT))
    vector, key, mask = _LABELS_2 if version == VERSION_2 else _LABELS
    protection = Cipher(algorithms.AES(client.mixed(mask)[:16]), _BLOCK_ALONE)
    number = int.from_bytes(client.mixed(vector)[:12], "big")
    return _Keys(protection.encryptor(), AESGCM(client.mixed(key)[:16]), number)


def _decrypted(data: bytes, header: _Header, keys: _Keys) -> bytes | None:
    at = header.number_at
    if header.end < at + 20:
        return None
    mask = keys.protection.update(data[at + 4 : at + 20])
    first = data[header.begin] ^ (mask[0] & 0x0F)
    size = (first & 3) + 1
    raw = int.from_bytes(data[at : at + size], "big") ^ int.from_bytes(mask[1 : 1 + size], "big")
    unmasked = bytearray(data[header.begin : at + size])
    unmasked[0], unmasked[-size:] = first, raw.to_bytes(size, "big")
    # A client's first packets have small numbers: what is sent is the whole number.
    nonce = (keys.vector ^ raw).to_bytes(12, "big")
    try:
        return keys.seal.decrypt(nonce, memoryview(data)[at + size : header.end], unmasked)
    except InvalidTag:
        return None


def _crypto_frames(plain: bytes) -> list[tuple[int, bytes]]:
    """(offset, data) of CRYPTO frames; reading ends at a frame that no Initial may hold."""
    found, at, end = [], 0, len(plain)
    while at < end:
        kind = plain[at]
        if kind == 6:
            offset, at = _number(plain, at + 1)
            length, at = _number(plain, at)
            if at + length > end or offset > MAX_HELLO:
                break
            found.append((offset, plain[at : at + length]))
            at += length
        elif not kind:
            at = end - len(plain[at:].lstrip(b"\0"))
        elif kind == 1:
            at += 1
        elif kind in (2, 3):
            at = _behind_ack(plain, at)
        else:
            break
    return found


def _behind_ack(plain: bytes, at: int) -> int:
    counts = plain[at] == 3
    _, at = _number(plain, at + 1)
    _, at = _number(plain, at)
    ranges, at = _number(plain, at)
    _, at = _number(plain, at)
    for _ in range(2 * ranges + 3 * counts):
        if at >= len(plain):
            break
        _, at = _number(plain, at)
    return at


def _joined(parts: dict[int, bytes]) -> bytes:
    """What is there without a gap."""
    body = b""
    for offset, part in sorted(parts.items()):
        if offset > len(body):
            break
        if offset + len(part) > len(body):
            body += part[len(body) - offset :]
    return body
