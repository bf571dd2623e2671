"""Capture files of every kind, written apart from what reads them."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence

Stamped = tuple[int, bytes]
"""(microseconds since 1970, frame)."""
BEGIN = 1_767_225_600_000_000
"""2026-01-01 00:00 UTC."""


def pcap(
    frames: Iterable[Stamped],
    *,
    link: int = 1,
    order: str = "<",
    nano: bool = False,
    snap: int = 262_144,
    modified: bool = False,
) -> bytes:
    magic = 0xA1B2CD34 if modified else 0xA1B23C4D if nano else 0xA1B2C3D4
    parts = [struct.pack(f"{order}IHHiIII", magic, 2, 4, 0, 0, snap, link)]
    for time, frame in frames:
        fraction = time % 1_000_000 * (1000 if nano else 1)
        kept = frame[:snap]
        parts.append(
            struct.pack(f"{order}IIII", time // 1_000_000, fraction, len(kept), len(frame))
        )
        parts += [bytes(8) if modified else b"", kept]
    return b"".join(parts)


def block(kind: int, body: bytes, order: str = "<") -> bytes:
    body += bytes(-len(body) % 4)
    size = len(body) + 12
    return struct.pack(f"{order}II", kind, size) + body + struct.pack(f"{order}I", size)


def section(order: str = "<") -> bytes:
    return block(0x0A0D0D0A, struct.pack(f"{order}IHHq", 0x1A2B3C4D, 1, 0, -1), order)


def option(code: int, value: bytes, order: str = "<") -> bytes:
    return struct.pack(f"{order}HH", code, len(value)) + value + bytes(-len(value) % 4)


def interface(
    link: int = 1,
    order: str = "<",
    *,
    snap: int = 0,
    resolution: int | None = None,
    offset: int | None = None,
) -> bytes:
    options = b""
    if resolution is not None:
        options += option(9, bytes([resolution]), order)
    if offset is not None:
        options += option(14, struct.pack(f"{order}q", offset), order)
    options += option(0, b"", order) if options else b""
    return block(1, struct.pack(f"{order}HHI", link, 0, snap) + options, order)


def enhanced(ticks: int, frame: bytes, number: int = 0, order: str = "<") -> bytes:
    head = struct.pack(
        f"{order}IIIII", number, ticks >> 32, ticks & 0xFFFFFFFF, len(frame), len(frame)
    )
    return block(6, head + frame, order)


def pcapng(frames: Sequence[Stamped], *, link: int = 1, order: str = "<") -> bytes:
    parts = [section(order), interface(link, order)]
    parts += [enhanced(time, frame, 0, order) for time, frame in frames]
    return b"".join(parts)
