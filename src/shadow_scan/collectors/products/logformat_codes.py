"""Reads a `logformat` line: what stands between its codes, and what each code may write."""

from __future__ import annotations

import re
from typing import NamedTuple

from shadow_scan.errors import UsageError

CODES = {
    "ts": "seconds", "tu": "subseconds", "tS": "start", "tl": "local_time", "tg": "utc_time",
    "tr": "duration", ">a": "source_ip", ">A": "device_name", "un": "user_name",
    "ul": "user_name", "ue": "user_name", "ui": "user_name", "rm": "method", ">rm": "method",
    "ru": "url", ">ru": "url", ">rd": "host", ">rP": "port", ">rp": "path", "rp": "path",
    ">Hs": "status", "<Hs": "other", "Ss": "result", ">st": "bytes_up", "<st": "bytes_down",
    "<a": "destination_ip", "ea": "group", "ssl::>sni": "server_name", "tls::>sni": "server_name",
    "{user-agent}>h": "user_agent", "{referer}>h": "referrer", "{host}>h": "host_header",
    "{x-forwarded-for}>h": "forwarded",
}  # fmt: skip
"""Code -> what it is to us. `%st`, a sum of both ways, is no upload and is passed over."""
TIMES = ("seconds", "start", "written_time", "local_time", "utc_time")
"""The fields that say when, the best one first; a zone of its own makes a `written_time`."""

_CODE = re.compile(
    r"""%(?:(?P<percent>%)|(?P<encoding>["\[#/'])?(?P<left>-?)(?P<width>0?\d*(?:\.\d+)?)
    (?P<argument>\{[^}]*\})?(?:http::)?(?P<code>(?:ssl|tls|icap|adapt)::[<>\w]+
    |[<>]?(?:t[sulgSr]|u[nlei]|r[mudPpvs]|[Hbs]s|st|sh|S[sh]|mt|l[ap]|ha|pt|tt|e[at]|dt|sn)
    |[<>][aApPhv](?!\w)|[<>]?[A-Za-z_]+(?:::[<>\w]+)?)(?P<behind>\{[^}]*\})?)""",
    re.VERBOSE,
)
_NUMBERS = {"seconds", "subseconds", "duration", "status", "bytes_up", "bytes_down", "port"}
_ONE_WORD = {"Ss", "Sh"}
NUMBER, WORD = r"(?:\d+|-\d*)", "[^ ]*"
MILLISECONDS = r"\d{1,3}"
"""Where no zeros fill them up."""
PADDED = " *"
"""Before a number that blanks fill up, or behind what stands at the left of its place."""
IN_QUOTES = r'(?:[^"\\]|\\.)*'
_AS_IN_A_SHELL = rf'(?:"{IN_QUOTES}"|[^" ][^ ]*|)'
ESCAPED = {IN_QUOTES, _AS_IN_A_SHELL}
"""Bodies in which a backslash stands before quotes, and before itself."""
_MANY_WORDS = r'[^"]*?'
"""A name of several words: Squid leaves the blanks in it."""
_SPECS = {"local_time": "%d/%b/%Y:%H:%M:%S %z", "utc_time": "%d/%b/%Y:%H:%M:%S"}
_ALIASES = {"%T": "%H:%M:%S", "%F": "%Y-%m-%d", "%D": "%m/%d/%y", "%R": "%H:%M", "%h": "%b"}
_DIRECTIVES = {
    **dict.fromkeys(["%Y"], r"\d{4}"), **dict.fromkeys(["%a", "%A", "%b", "%B", "%p"], "[A-Za-z]+"),
    **dict.fromkeys(["%y", "%m", "%d", "%H", "%I", "%M", "%S"], r"\d\d"), "%j": r"\d{3}",
    "%z": r"[+-]\d{4}", "%%": "%",
}  # fmt: skip
"""Of strftime(3), those that say the same in any language of the server."""


class Piece(NamedTuple):
    text: str
    """The pattern of what stands before a code."""
    body: str
    field: str | None = None
    """Our name of the code, at its first place."""
    spec: str = ""
    """How a time is written, for strptime."""
    loose: str = ""
    """What it may write in a line that fits no other way."""


def pieces(codes: str) -> list[Piece]:
    found, fields, at, quoting = [], set[str](), 0, ""
    for match in _CODE.finditer(codes):
        between = codes[at : match.start()]
        text, at, quoting = re.escape(between), match.end(), _quoting(quoting, between)
        piece = _piece(text, match, codes[at : at + 1], match["encoding"] or quoting)
        again = piece.field in fields
        found.append(piece._replace(field=None, loose="") if again else piece)
        fields |= {piece.field} if piece.field else set()
    return [*found, Piece(re.escape(codes[at:].rstrip()), "")]


def _quoting(quoting: str, text: str) -> str:
    """How values are written behind a text: quotes and brackets in it set that, as in Squid."""
    for sign in text:
        if sign == '"' and quoting != "[":
            quoting = "" if quoting else '"'
        elif sign in "[]" and quoting != '"':
            quoting = "[" if sign == "[" else ""
    return quoting


def _piece(text: str, match: re.Match[str], follows: str, quoting: str) -> Piece:
    if match["percent"]:
        return Piece(text, "%")
    argument = (match["argument"] or match["behind"] or "").lower()
    field = CODES.get(f"{argument}{match['code']}") or CODES.get(match["code"])
    if field in _SPECS:
        return _time(text, field, (match["argument"] or match["behind"] or "")[1:-1])
    body, loose = _body(field, follows, match, quoting), ""
    if field == "user_name" and body == WORD:
        loose = _MANY_WORDS
    return Piece(text, _padded(body, match), field, loose=loose)


def _time(text: str, field: str, given: str) -> Piece:
    spec = re.sub("%.", lambda found: _ALIASES.get(found[0], found[0]), given or _SPECS[field])
    parts = re.split("(%.)", spec)
    if unknown := [part for part in parts[1::2] if part not in _DIRECTIVES]:
        raise UsageError(
            f"this logformat writes times with {unknown[0]}, which is not read",
            where=f"%{{{given}}}",
            remedy="write times with %ts.%03tu, and read what was written before without --as",
        )
    if spec == "%z":
        return Piece(text, _DIRECTIVES[spec], "offset")
    body = "".join(_DIRECTIVES.get(part, re.escape(part)) for part in parts)
    return Piece(text, body, "written_time" if "%z" in spec else field, spec)


def _body(field: str | None, follows: str, match: re.Match[str], quoting: str) -> str:
    """What a code may write: up to the text that follows it."""
    if field == "start":
        return r"\d+(?:\.\d+)?"
    if field == "subseconds" and not match["width"].startswith("0"):
        return MILLISECONDS
    if field in _NUMBERS:
        return NUMBER
    if quoting == "/":
        return _AS_IN_A_SHELL
    if quoting == '"' and follows in ('"', ""):
        return IN_QUOTES
    if quoting == "'" and not follows:
        return ".*"
    if follows in ("", " "):
        return WORD
    return f"[^{' ' if match['code'] in _ONE_WORD else ''}{re.escape(follows)}]*"


def _padded(body: str, match: re.Match[str]) -> str:
    if not match["width"] or match["width"].startswith(("0", ".")):
        return body
    return body + PADDED if match["left"] else PADDED + body
