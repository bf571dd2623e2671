"""JA4: a hello's shape in one word. A hint that tells browsers from scripts, never whose they are.

https://github.com/FoxIO-LLC/ja4/blob/main/technical_details/JA4.md
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

from shadow_scan.collectors.packets.names.hello import (
    ALPN,
    SERVER_NAME,
    SIGNATURES,
    VERSIONS,
    Hello,
)

_VERSION = {0x0304: "13", 0x0303: "12", 0x0302: "11", 0x0301: "10", 0x0300: "s3", 0x0002: "s2"}
_NOTHING = "000000000000"
_MANY, _LONG = 64, 1_024
"""No client has so many extensions, or such long lists: that is not worth remembering."""


def ja4(hello: Hello, transport: str) -> str:
    """`transport`: t for TCP, q for QUIC."""
    _, _, version, ciphers, extensions = hello
    of = extensions.get
    listed = ciphers, of(SIGNATURES, b""), of(VERSIONS, b""), of(ALPN, b"")
    usual = len(extensions) < _MANY and len(b"".join(listed)) < _LONG
    made = _remembered if usual else _fingerprint
    return made(transport, version, frozenset(extensions), *listed)


def _fingerprint(
    transport: str,
    version: int,
    extensions: frozenset[int],
    cipher_list: bytes,
    signature_list: bytes,
    versions: bytes,
    protocols: bytes,
) -> str:
    ciphers = sorted(f"{c:04x}" for c in _pairs(cipher_list) if not _is_grease(c))
    kinds = [kind for kind in extensions if not _is_grease(kind)]
    hashed = sorted(f"{kind:04x}" for kind in kinds if kind not in (SERVER_NAME, ALPN))
    signatures = _pairs(signature_list[2:])
    listed = ",".join(hashed)
    if signatures:
        listed += "_" + ",".join(f"{s:04x}" for s in signatures if not _is_grease(s))
    name = "d" if SERVER_NAME in extensions else "i"
    count = f"{min(len(ciphers), 99):02d}{min(len(kinds), 99):02d}"
    head = f"{transport}{_version(version, versions)}{name}{count}{_protocol(protocols)}"
    return f"{head}_{_digest(','.join(ciphers))}_{_digest(listed if hashed else '')}"


_remembered = lru_cache(1_024)(_fingerprint)
"""Clients have few shapes, and most hellos of a capture share them."""


def _version(version: int, listed: bytes) -> str:
    offered = [v for v in _pairs(listed[1:]) if not _is_grease(v)]
    return _VERSION.get(max(offered, default=version), "00")


def _protocol(value: bytes) -> str:
    """First and last character of the first ALPN value."""
    first = value[3 : 3 + value[2]] if len(value) > 3 else b""
    if not first:
        return "00"
    ends = bytes((first[0], first[-1]))
    return ends.decode() if ends.isalnum() else f"{first.hex()[0]}{first.hex()[-1]}"


def _pairs(raw: bytes) -> list[int]:
    return [raw[at] << 8 | raw[at + 1] for at in range(0, len(raw) - 1, 2)]


def _is_grease(value: int) -> bool:
    return value & 0x0F0F == 0x0A0A and value >> 8 == value & 0xFF


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12] if text else _NOTHING
