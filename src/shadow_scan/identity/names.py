"""Reduce every spelling of a user, address, device or host to one key.

The public door of the name rules: `user_key`, `address_key`, `device_key`, `host_key`, `mac_key`.
Must not know people or teams, must never raise, and takes bounded time for any value.
"""

from __future__ import annotations

import re
import urllib.parse
from dataclasses import dataclass
from typing import Final

from shadow_scan.identity.accounts import NOBODY, SERVICE_DOMAINS, UserKind, kind_of
from shadow_scan.identity.addresses import (
    address_key,
    canonical_address,
    device_key,
    mac_key,
)
from shadow_scan.identity.hosts import host_key
from shadow_scan.identity.text import INTAKE, fold_lower

__all__ = ["UserKind", "UserName", "address_key", "device_key", "host_key", "mac_key", "user_key"]

USER_LIMIT: Final = 256
_PLAIN: Final = re.compile(
    r"(?:([a-z][a-z0-9.-]*)\\{1,2})?([a-z][a-z0-9_.-]{0,253}[a-z0-9])(?:@[a-z0-9.-]+)?"
)
_ADDRESS_LIKE: Final = re.compile(r"\[?[0-9a-f:.]{2,45}(?:%[^\]]*)?\]?(?:[:#][0-9]{1,5})?")
_FORWARDED: Final = re.compile(r"x-(?:fwd|forwarded)-for:\s*([^,\s]*).*")
_TELLING: Final = re.compile(r"[^\W_]")
"""A letter or a digit: signs alone name nobody."""
_SCHEME: Final = re.compile("(?:smtp|mailto|sip|upn):")
_PERCENT: Final = re.compile("%[0-9a-f]{2}")
_DIRECTORY: Final = re.compile(r"(?:ldaps?|gc|winnt):/+")
_NAME_PART: Final = re.compile(r"(?:^|[,;+/])\s*([a-z][a-z0-9.]*)\s*\\?=((?:\\.|[^,;+\\])*)")
_IS_DISTINGUISHED: Final = re.compile(r"(?:cn|uid|ou|o|dc|samaccountname|userid)\s*\\?=")
_PREFERRED: Final = ("samaccountname", "uid", "userid", "cn")
_HEX_PAIRS: Final = re.compile(r"(?:\\[0-9a-f]{2})+")
_ESCAPED: Final = re.compile(r"\\([^0-9a-z])")
_THREE_DIGITS: Final = re.compile("[0-9]{3}")
_ENDS: Final = " \"'`,;"


@dataclass(frozen=True, slots=True)
class UserName:
    """One user name without domain or realm; `key` is None exactly when `kind` is `unknown`.

    `is_program`: no person asked, but a service or a machine by its own account (`HOST$`). Of a
    name that looks like a machine's nobody knows: logs write it where nobody signed in.
    """

    key: str | None
    kind: UserKind
    is_program: bool = False


_NOBODY_KNOWN: Final = UserName(None, "unknown")


def user_key(raw: str) -> UserName:
    """The lower-case key and the kind of what a log holds in its user column.

    Handles `CORP\\jdoe`, `jdoe@corp.example`, `"CORP\\jdoe@REALM"`, percent-encoding (Squid),
    distinguished names (RFC 4514), `LDAP://… /Jane Doe`, `Jane Doe (jane.doe@corp.example)`,
    `LAST FIRST (CORP0025465)`, `HOST$`, `host/…`, addresses and the accounts of the system itself.
    Of a machine the key equals `device_key`. Controls are removed; the first 2048 characters count
    and the key has at most 256. The key of a key is the key itself.
    """
    plain = _PLAIN.fullmatch(raw.lower())
    if plain and plain[1] not in SERVICE_DOMAINS:
        kind = kind_of(plain[2])
        if kind == "person":
            return UserName(plain[2], kind)
    return _reduce(raw)


def _reduce(raw: str) -> UserName:
    """Peel one layer at a time until nothing changes; each layer makes the text shorter."""
    text = fold_lower(raw).strip(_ENDS)
    hint: UserKind | None = None
    for _ in range(INTAKE):
        peeled, found = _peel(text)
        hint = found or hint
        peeled = fold_lower(peeled).strip(_ENDS)
        if peeled == text:
            if len(text) <= USER_LIMIT:
                break
            peeled = text[:USER_LIMIT].strip(_ENDS)
        text = peeled
    return _named(text, hint)


def _named(text: str, hint: UserKind | None) -> UserName:
    if text in NOBODY or not _TELLING.search(text):
        return _NOBODY_KNOWN
    if _ADDRESS_LIKE.fullmatch(text) and address_key(text):
        return UserName(text, "address")
    kind = kind_of(text)
    if hint and kind == "person":
        kind = hint
    return UserName(text, kind, is_program=hint is not None or kind == "service")


def _peel(text: str) -> tuple[str, UserKind | None]:
    """The text without its outermost layer, and the kind if that layer tells it."""
    if text in NOBODY:
        return text, None
    plain = canonical_address(text) if _ADDRESS_LIKE.fullmatch(text) else None
    plain = plain or (None if text.isalnum() else mac_key(text))
    if plain:
        return plain, None
    forwarded = _FORWARDED.fullmatch(text)
    if forwarded:
        return forwarded[1], None
    if _PERCENT.search(text):
        return _unquote(text), None
    if _SCHEME.match(text):
        return text.partition(":")[2], None
    if _DIRECTORY.match(text):
        return text.rpartition("/")[2], None
    if _IS_DISTINGUISHED.match(text):
        return _common_name(text), None
    if text.endswith((")", ">")):
        inner = _account_in_brackets(text)
        if inner != text:
            return inner, None
    return _peel_domain(text)


def _peel_domain(text: str) -> tuple[str, UserKind | None]:
    if "\\" in text:
        domain, _, name = text.rpartition("\\")
        return name, "service" if domain.strip("\\ ") in SERVICE_DOMAINS else None
    if "@" in text:
        return text.partition("@")[0], None
    if text.startswith("host/"):
        return device_key(text[5:]) or "", "machine"
    if text.endswith("$"):
        return device_key(text) or "", "machine"
    return text, None


def _unquote(text: str) -> str:
    raw = urllib.parse.unquote_to_bytes(text)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _common_name(text: str) -> str:
    """The account in a distinguished name; empty when it names a unit and nobody in it."""
    parts: dict[str, str] = {}
    for part in _NAME_PART.finditer(text):
        parts.setdefault(part[1], part[2].strip())
    value = next((parts[name] for name in _PREFERRED if parts.get(name)), "")
    return _ESCAPED.sub(r"\1", _HEX_PAIRS.sub(_from_hex, value))


def _from_hex(match: re.Match[str]) -> str:
    return bytes.fromhex(match[0].replace("\\", "")).decode("utf-8", "replace")


def _account_in_brackets(text: str) -> str:
    """`Jane Doe (jdoe)` is jdoe, but `Jane Doe (Sales)` stays whole.

    What stands in brackets counts as the account when it is a mail address, has a domain, three
    digits in a row, or part of the name before it. Otherwise a remark in brackets would make one
    person out of everybody who carries it.
    """
    opening = max(text.rfind("("), text.rfind("<"))
    if opening < 0:
        return text
    outer, inner = text[:opening].strip(_ENDS), text[opening + 1 : -1].strip(_ENDS)
    if not outer or not inner:
        return outer or inner
    if " " in inner and "@" not in inner:
        return text
    if "@" in inner or "\\" in inner or _THREE_DIGITS.search(inner):
        return inner
    words = (word.strip(",.") for word in outer.split(" "))
    return inner if any(len(word) > 2 and word in inner for word in words) else text
