"""Reads a `logformat` line: what stands between its codes, and what each code may write."""

from __future__ import annotations

import re
from typing import NamedTuple

CODES = {
    "ts": "seconds", "tu": "subseconds", "tl": "local_time", "tg": "local_time", "tr": "duration",
    ">a": "source_ip", ">A": "device_name", "un": "user_name", "ul": "user_name",
    "ue": "user_name", "ui": "user_name", "rm": "method", ">rm": "method", "ru": "url",
    ">ru": "url", ">rd": "host", ">rP": "port", ">rp": "path", ">Hs": "status", "<Hs": "other",
    "Ss": "result", ">st": "bytes_up", "<st": "bytes_down", "<a": "destination_ip", "ea": "group",
    "ssl::>sni": "server_name", "{user-agent}>h": "user_agent", "{referer}>h": "referrer",
}  # fmt: skip
"""Code -> what it is to us. `%st`, a sum of both ways, is no upload and is passed over."""

_CODE = re.compile(
    r"""%(?:(?P<percent>%)|(?P<encoding>["\[#/'])?-?(?P<width>0?\d*(?:\.\d+)?)"""
    r"(?P<argument>\{[^}]*\})?(?P<code>(?:ssl::|icap::|adapt::)?[<>]?[A-Za-z_]+(?:::[<>\w]+)?))"
)
_NUMBERS = {"seconds", "subseconds", "duration", "status", "bytes_up", "bytes_down", "port"}
NUMBER, WORD = r"(?:\d+|-\d*)", "[^ ]*"
PADDED = " *"
"""Before a number that blanks fill up."""


class Piece(NamedTuple):
    text: str
    """The pattern of what stands before a code."""
    body: str
    field: str | None = None
    """Our name of the code, at its first place."""


def pieces(codes: str) -> list[Piece]:
    found, fields, at = [], set[str](), 0
    for match in _CODE.finditer(codes):
        text, at = re.escape(codes[at : match.start()]), match.end()
        field = _field(match)
        body = _body(field, codes[at : at + 1], match)
        found.append(Piece(text, body, field if field not in fields else None))
        fields |= {field} if field else set()
    return [*found, Piece(re.escape(codes[at:].rstrip()), "")]


def _field(match: re.Match[str]) -> str | None:
    if match["percent"]:
        return None
    argument = (match["argument"] or "").lower()
    return CODES.get(f"{argument}{match['code']}") or CODES.get(match["code"])


def _body(field: str | None, follows: str, match: re.Match[str]) -> str:
    """What a code may write: up to the text that follows it."""
    if match["percent"]:
        return "%"
    padding = PADDED if match["width"] and not match["width"].startswith("0") else ""
    if field in _NUMBERS:
        return padding + NUMBER
    if follows in ("", " "):
        return padding + WORD
    return f"{padding}[^{re.escape(follows)}]*"
