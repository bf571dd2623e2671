"""The fields that every lease format has: times, device identity, escapes.

Must not know any file's layout.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from shadow_scan.identity.addresses import device_key, mac_key

MICROSECONDS: Final = 1_000_000
LATEST_SECOND: Final = 4_102_444_800
"""1 January 2100: a lease time beyond it is a damaged or hostile number."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SHARED_NAMES: Final = frozenset(
    {
        "android", "chromebook", "desktop", "device", "espressif", "galaxy", "host", "ipad",
        "iphone", "laptop", "linux", "mac", "macbook", "macbook-air", "macbook-pro", "pc",
        "raspberrypi", "tablet", "ubuntu", "watch", "windows", "wlan0",
    }
)  # fmt: skip
"""Names that devices give themselves out of the box: many have them, so none is known by them."""

_DUID_TYPES_WITH_MAC: Final = {1: 8, 3: 4}
_OCTAL: Final = re.compile(r"\\([0-3][0-7]{2}|.)", re.DOTALL)


def epoch_us(seconds: int) -> int | None:
    """Microseconds from whole seconds since 1970; None outside 1970 to 2100."""
    return seconds * MICROSECONDS if 0 <= seconds <= LATEST_SECOND else None


def instant_us(when: datetime) -> int | None:
    """Microseconds since 1970 of a time with a zone; None outside 1970 to 2100."""
    since = when - _EPOCH
    return epoch_us(since.days * 86_400 + since.seconds)


def number(text: str) -> int | None:
    """A plain decimal number of at most 12 digits, or None."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 12 else None


@lru_cache(1 << 14)  # a lease is renewed many times
def holder(name: str, hardware: str, duid: bytes = b"") -> tuple[str | None, str | None]:
    """(device, mac) of a lease: the name if it tells the device apart, else the MAC address."""
    mac = mac_key(hardware) or mac_of_duid(duid)
    device = device_key(name)
    if device is None or device in _SHARED_NAMES or mac_key(device):
        return mac, mac
    return device, mac


def mac_of_duid(duid: bytes) -> str | None:
    """The MAC address in a DHCP unique identifier of type 1 or 3 over Ethernet (RFC 8415, 11)."""
    start = _DUID_TYPES_WITH_MAC.get(int.from_bytes(duid[:2], "big"))
    if start is None or duid[2:4] != b"\0\1" or len(duid) != start + 6:
        return None
    return mac_key(duid[start:].hex())


def hex_bytes(text: str) -> bytes:
    """The bytes of a hex string, with or without colons; empty when it is none."""
    try:
        return bytes.fromhex(text.replace(":", "").replace("-", ""))
    except ValueError:
        return b""


def unescape_octal(text: str) -> bytes:
    """The bytes of a quoted string of dhcpd, in which `\\ooo` is an octal byte."""

    def byte(match: re.Match[str]) -> str:
        return chr(int(match[1], 8)) if len(match[1]) == 3 else match[1]

    return _OCTAL.sub(byte, text).encode("latin-1", "replace")
