"""One spelling for each IP address, MAC address and device name.

Must not look anything up: no DNS, no vendor table, no guess about who is behind an address.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Final

from shadow_scan.identity.text import fold_lower

_DEVICE_LIMIT: Final = 253
_ADDRESS_LIMIT: Final = 128
_UNSPECIFIED: Final = frozenset({"0.0.0.0", "::"})  # noqa: S104
_OCTET: Final = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_CANONICAL_IPV4: Final = re.compile(rf"{_OCTET}(?:\.{_OCTET}){{3}}")
IPV4_SIGNS: Final = "0123456789."
"""Of which all of an IPv4 address is, and no host name but an odd one."""
_BRACKETED: Final = re.compile(r"\[([^\[\]]*)\](?:[:#][0-9]{1,5})?")
_PORT: Final = re.compile(r"[:#][0-9]{1,5}\Z")
_MAC: Final = re.compile(
    r"(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}|(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}|[0-9a-f]{12}"
)
_SEPARATORS: Final = re.compile("[:.-]")
_ENDS: Final = "\"'$. "
_DOMAIN_NAME: Final = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?")
_NUMBERS: Final = re.compile(r"[0-9]*\.[0-9.]*")
_NO_DEVICE: Final = frozenset(
    {"", "*", "-", "unknown", "n/a", "(null)", "null", "none", "localhost", "(empty)"}
)
_NO_MAC: Final = frozenset({"000000000000", "ffffffffffff"})


def address_key(raw: str) -> str | None:
    """The canonical text of an IP address (RFC 5952 for IPv6), or None when it is none.

    A port, brackets and a zone id are dropped; an IPv4 address mapped into IPv6 (RFC 4291, 2.5.5.2)
    becomes the IPv4 address. The unspecified addresses `0.0.0.0` and `::` name nobody: None. Octets
    with leading zeros are ambiguous (decimal or octal) and are None too.
    """
    text = canonical_address(raw)
    return None if text in _UNSPECIFIED else text


def canonical_address(raw: str) -> str | None:
    """As `address_key`, but the unspecified addresses are addresses too."""
    if _CANONICAL_IPV4.fullmatch(raw):
        return raw
    if len(raw) > _ADDRESS_LIMIT or not raw.isascii():
        return None
    text = raw.strip(" \t\r\n\"'")
    bracketed = _BRACKETED.fullmatch(text)
    if bracketed:
        text = bracketed[1]
    elif text.count(":") <= 1 or "#" in text:
        text = _PORT.sub("", text)
    text = text.partition("%")[0]
    if ":" not in text and text.strip(IPV4_SIGNS):
        return None  # as most host names: to raise an error takes ten times as long
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)


def mac_key(raw: str) -> str | None:
    """`aa:bb:cc:dd:ee:ff` from any usual form of a 48-bit MAC address, or None.

    Forms: colons, hyphens, Cisco's `aabb.ccdd.eeff`, twelve bare digits (Windows DHCP). The zero
    and the broadcast address name no device.
    """
    text = raw.strip(" \t\r\n\"'").lower()
    if not _MAC.fullmatch(text):
        return None
    digits = _SEPARATORS.sub("", text)
    if digits in _NO_MAC:
        return None
    return ":".join(digits[at : at + 2] for at in range(0, 12, 2))


def device_key(raw: str) -> str | None:
    """A device's name in lower case without domain, or its MAC address, or None.

    `LT-00412.corp.example`, `CORP\\LT-00412$` and `lt-00412` are one device. Null markers
    (`*`, `-`), addresses and `localhost`, which is everybody's name, are None. At most 253
    characters; controls are removed.
    """
    text = fold_lower(raw, _DEVICE_LIMIT).strip(_ENDS).rpartition("\\")[2].strip(_ENDS)
    mac = mac_key(text)
    if mac:
        return mac
    if text in _NO_DEVICE or _NUMBERS.fullmatch(text) or address_key(text):
        return None
    label = text.partition(".")[0] if _DOMAIN_NAME.fullmatch(text) else text
    if _MAC.fullmatch(label):
        return mac_key(label)
    return None if label in _NO_DEVICE else label
