"""Keyed pseudonyms for users, devices and addresses.

Must not read or write a file; `keyfile` does. The same key gives the same pseudonyms for ever, and
without the key neither the name nor a test of a guessed name can be had from them.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

from shadow_scan.errors import UsageError
from shadow_scan.identity.text import fold_lower

KEY_BYTES: Final = 32
"""The least length of a key: as long as the digest, as RFC 2104, section 3, asks for."""

DIGITS: Final = 10


class Pseudonyms:
    """HMAC-SHA256 of a kind and a name, cut to ten hex digits.

    Ten digits are 40 bits: by the birthday bound two of n names share one with a chance of about
    n² / 2^41, that is 1 in 22,000 for 10,000 names, 1 in 220 for 100,000, and about 37 % for a
    million. The three kinds are kept apart, so the user `7` and the device `7` have nothing in
    common.
    Case and Unicode form do not matter; a name is otherwise taken as it is (`names` makes keys).
    """

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        if len(key) < KEY_BYTES:
            raise UsageError(
                f"The key for pseudonyms has {len(key)} bytes; it needs at least {KEY_BYTES}.",
                remedy="Make one with: openssl rand -hex 32",
            )
        self._key = key

    def user(self, key: str) -> str:
        """`u-` and ten hex digits."""
        return self._pseudonym("u", key)

    def device(self, key: str) -> str:
        """`d-` and ten hex digits."""
        return self._pseudonym("d", key)

    def address(self, key: str) -> str:
        """`a-` and ten hex digits."""
        return self._pseudonym("a", key)

    def _pseudonym(self, kind: str, name: str) -> str:
        message = f"shadow-scan pseudonym\0{kind}\0{fold_lower(name)}"
        return f"{kind}-{hmac.digest(self._key, message.encode(), hashlib.sha256).hex()[:DIGITS]}"

    def __repr__(self) -> str:
        return "Pseudonyms(key=…)"


def fingerprint(key: bytes) -> str:
    """Sixteen hex digits by which a workspace knows its key again; the key cannot be had back."""
    return hmac.digest(key, b"shadow-scan key fingerprint", hashlib.sha256).hex()[:16]
