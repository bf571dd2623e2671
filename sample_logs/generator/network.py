"""Where hosts live in this story: always an address from a range that is kept for documentation.

198.51.100.0/24 and 203.0.113.0/24 (RFC 5737), 2001:db8::/32 (RFC 3849). A host keeps its address.
"""

from __future__ import annotations

import zlib

from .model import Visit
from .period import clock


def address_of(host: str) -> str:
    """The IPv4 address of a host."""
    number = zlib.crc32(host.encode())
    network = ("198.51.100", "203.0.113")[number % 2]
    return f"{network}.{number // 2 % 250 + 2}"


def address6_of(host: str) -> str:
    """The IPv6 address of a host."""
    number = zlib.crc32(host.encode())
    return f"2001:db8:{number >> 16:x}::{number & 0xFFFF | 1:x}"


def client_port(visit: Visit) -> int:
    """The port that the visitor's machine happened to use."""
    return 49_152 + (visit.begin // 1_000 + zlib.crc32(visit.host.encode())) % 16_000


def user_agent(visit: Visit) -> str:
    """The browser of the visitor's machine; a machine keeps its browser."""
    version = 139 + clock(visit.begin).day // 21
    system = ("Windows NT 10.0; Win64; x64", "Macintosh; Intel Mac OS X 10_15_7")
    chosen = system[zlib.crc32(visit.identity.name.encode()) % 2]
    return f"Mozilla/5.0 ({chosen}) Chrome/{version}.0"
