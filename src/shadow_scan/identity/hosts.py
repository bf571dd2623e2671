"""One spelling for each host name: lower case, ASCII, no trailing dot, no port.

Must not decide what a host is; a name that breaks the rules of DNS keeps a printable form, so that
nobody hides behind a broken name.
"""

from __future__ import annotations

import re
from typing import Final

import idna

from shadow_scan.identity.addresses import address_key

HOST_LIMIT: Final = 253
"""The longest name in DNS, in characters without the trailing dot (RFC 1035, 2.3.4)."""

_INTAKE: Final = 512
_ROUNDS: Final = 8
_NULL: Final = frozenset({"", "-", "(empty)", "(null)"})
_LDH: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?")
_PORT: Final = re.compile(r"([^:]+):[0-9]{1,5}")
_CONTROLS: Final = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_UNPRINTABLE: Final = re.compile(r"[^!-~]")


def host_key(raw: str) -> str | None:
    """The name in lower case: letters, digits, hyphens, dots; underscores as DNS carries them.

    Names outside ASCII go through UTS 46 (non-transitional, as browsers do), label by label, so
    that `_dmarc.bücher.example` keeps its underscore. What IDNA refuses (emoji) gets the Punycode
    that is on the wire. Other characters are percent-encoded; controls are removed. A literal
    address comes back as `address_key` spells it. None: empty, `-`, or longer than 253 characters.
    """
    lowered = raw.lower()
    if _LDH.fullmatch(lowered) and len(lowered) <= HOST_LIMIT:
        return lowered
    if len(raw) > _INTAKE:
        return None
    return _settle(raw)


def _settle(raw: str) -> str | None:
    """Rewrite until nothing changes: a full-width colon, say, only shows as a port afterwards."""
    name: str | None = raw
    for _ in range(_ROUNDS):
        rewritten = _rewrite(name) if name is not None else None
        if rewritten == name:
            return name
        name = rewritten
    return name


def _rewrite(raw: str) -> str | None:
    text = _CONTROLS.sub("", raw).strip().lower()
    address = address_key(text) if ":" in text or text.startswith("[") else None
    if address:
        return address
    text = text.rstrip(".")
    with_port = _PORT.fullmatch(text)
    text = with_port[1].rstrip(".") if with_port else text
    if not text.isascii():
        text = ".".join(_ascii_label(label) for label in _mapped(text).split("."))
    text = _UNPRINTABLE.sub(_percent, text).lower()
    return None if text in _NULL or len(text) > HOST_LIMIT else text


def _mapped(text: str) -> str:
    try:
        return idna.uts46_remap(text, std3_rules=False, transitional=False)
    except idna.IDNAError:
        return text


def _ascii_label(label: str) -> str:
    if label.isascii():
        return label
    try:
        return idna.alabel(label).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        return _punycode(label)


def _punycode(label: str) -> str:
    """The wire form of a label that IDNA 2008 refuses but UTS 46 lets pass; else the label."""
    wire = "xn--" + label.encode("punycode").decode("ascii")
    return wire if len(wire) <= 63 and _LDH.fullmatch(wire) else label


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02x}" for byte in match[0].encode("utf-8", "surrogatepass"))
