"""Any Squid log, by its `logformat` line given as Squid writes it.

The line becomes one pattern and one statement; codes that say nothing of use are passed over, text
between codes must stand in the log as it stands in the line.
https://www.squid-cache.org/Doc/config/logformat/
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from shadow_scan.collectors.format import Format
from shadow_scan.errors import UsageError

_CODES = {
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
_TIME_FORMAT = "%d/%b/%Y:%H:%M:%S %z"
_PREFIX = "logformat "
_NUMBER, _WORD = r"(?:\d+|-\d*)", r"\S*"
_PARTS = re.compile(r"\\?[^\w\\-]")
_MOST_GROUPS = 4
"""A pattern in which every letter tells where it stands is matched ten times as fast, by RE2, if it
has no more groups: so each line is read several times, for a few fields each."""

RECOMMENDED = (
    'logformat ai %ts.%03tu %6tr %>a %Ss/%03>Hs %<st %>st %rm %ru %[un %Sh/%<a %mt "%{Referer}>h" '
    '"%{User-Agent}>h"'
)
"""What to hand to a company that can choose: with upload bytes, agent and referrer. More may follow
on the line, such as `%ssl::>sni`, which only a Squid built with OpenSSL knows."""


def is_logformat(text: str) -> bool:
    return text.startswith(_PREFIX) or bool(re.search(r"%[^ ]*(?:ts|tl|tg|>a|ru)\b", text))


def compiled(text: str, name: str | None = None) -> Format:
    """The format of a `logformat NAME CODES` line (or of its codes alone).

    Raises UsageError when it has no time, or nothing that says where a request went.
    """
    codes = text.removeprefix(_PREFIX).partition(" ")[2] if text.startswith(_PREFIX) else text
    pieces = _pieces(codes)
    fields = {piece.field for piece in pieces if piece.field}
    if not fields & {"seconds", "local_time"}:
        raise _incomplete("no time (%ts or %tl)", text)
    if not fields & {"url", "host", "server_name"}:
        raise _incomplete("no address of a request (%ru, %>rd or %ssl::>sni)", text)
    return Format(
        name=name or text,
        title="Squid access.log by its logformat line",
        kind="proxy",
        carries=_carried(fields),
        recognise=re.compile("^" + "".join(piece.text + piece.body for piece in pieces)),
        reference="https://www.squid-cache.org/Doc/config/logformat/",
        sql=_statement(pieces),
        clock="end",
        zone="utc" if "seconds" in fields else "written",
        notes="carries what its logformat line names",
    )


def _incomplete(what: str, text: str) -> UsageError:
    remedy = f"give the whole line of squid.conf, as: --as '{RECOMMENDED[:40]}...'"
    return UsageError(f"this logformat has {what}", where=text[:100], remedy=remedy)


class _Piece(NamedTuple):
    text: str
    """The pattern of what stands before a code."""
    body: str
    field: str | None = None
    """Our name of the code, at its first place."""


def _pieces(codes: str) -> list[_Piece]:
    pieces, fields, at = [], set[str](), 0
    for match in _CODE.finditer(codes):
        text, at = re.escape(codes[at : match.start()]), match.end()
        field = _field(match)
        body = _body(field, codes[at : at + 1], match)
        pieces.append(_Piece(text, body, field if field not in fields else None))
        fields |= {field} if field else set()
    return [*pieces, _Piece(re.escape(codes[at:].rstrip()), "")]


def _field(match: re.Match[str]) -> str | None:
    if match["percent"]:
        return None
    argument = (match["argument"] or "").lower()
    return _CODES.get(f"{argument}{match['code']}") or _CODES.get(match["code"])


def _body(field: str | None, follows: str, match: re.Match[str]) -> str:
    """What a code may write: up to the text that follows it."""
    if match["percent"]:
        return "%"
    padding = " *" if match["width"] and not match["width"].startswith("0") else ""
    if field in _NUMBERS:
        return padding + _NUMBER
    if follows in ("", " "):
        return padding + _WORD
    return f"{padding}[^{re.escape(follows)}]*"


def _carried(fields: set[str]) -> tuple[str, ...]:
    always = ("event_time", "evidence", "host")
    given = {
        "duration": "duration_ms", "url": "path", "result": "action", "referrer": "referrer_host",
        "group": "department",
    }  # fmt: skip
    plain = ("source_ip", "device_name", "user_name", "method", "path", "status", "bytes_up",
             "bytes_down", "destination_ip", "user_agent", "port")  # fmt: skip
    found = {given.get(field, field) for field in fields if field in given or field in plain}
    return (*always, *sorted(found), *(("port",) if "url" in fields else ()))


def _steps(fields: Sequence[str]) -> list[list[str]]:
    """Fields that are found at once. The time comes with the last, which is found only in a line
    that fits as a whole."""
    time = next(field for field in ("seconds", "local_time") if field in fields)
    others = [field for field in fields if field != time]
    steps = [others[at : at + _MOST_GROUPS] for at in range(0, len(others), _MOST_GROUPS)] or [[]]
    return [
        *steps[:-1],
        *([[*steps[-1], time]] if len(steps[-1]) < _MOST_GROUPS else [steps[-1], [time]]),
    ]


def _extracted(pieces: Sequence[_Piece], wanted: Sequence[str]) -> str:
    """A struct of the wanted fields."""
    names = [piece.field for piece in pieces if piece.field in wanted]
    bodies = (f"({piece.body})" if piece.field in wanted else piece.body for piece in pieces)
    pattern = "".join(piece.text + body for piece, body in zip(pieces, bodies, strict=True))
    listed = ", ".join(f"'{name}'" for name in names)
    return "regexp_extract(line, '^{}', [{}])".format(pattern.replace("'", "''"), listed)


def _needed(pieces: Sequence[_Piece], wanted: Sequence[str]) -> Sequence[_Piece]:
    """Those up to the last wanted field, where no code may write what stands between codes."""
    last = max(at for at, piece in enumerate(pieces) if piece.field in wanted)
    if not all(_PARTS.match(piece.text) for piece in pieces[1 : last + 2]):
        return pieces
    return [*pieces[: last + 1], _Piece(pieces[last + 1].text, "")]


def _statement(pieces: Sequence[_Piece]) -> str:
    steps = _steps([piece.field for piece in pieces if piece.field])
    needed = [*(_needed(pieces, step) for step in steps[:-1]), pieces]
    found = ", ".join(
        f"{_extracted(some, step)} AS f{at}"
        for at, (some, step) in enumerate(zip(needed, steps, strict=True))
    )
    column = dict.fromkeys(_CODES.values(), "NULL::VARCHAR")
    for at, step in enumerate(steps):
        column |= {field: f"f{at}.{field}" for field in step}
    column |= {
        piece.field: f"dash_null({column[piece.field]})"
        if piece.body in (_NUMBER, _WORD)
        else f"dash_null(trim({column[piece.field]}))"
        for piece in pieces
        if piece.field
    }
    seconds = f"{column['seconds']} || '.' || coalesce({column['subseconds']}, '0')"
    moment = f"timezone('UTC', try_strptime({column['local_time']}, '{_TIME_FORMAT}'))"
    return f"""
WITH cut AS (
    SELECT line_number, {found} FROM lines
), field AS (
    SELECT *, coalesce(epoch_seconds({seconds}), {moment}) AS event_time,
        {column["method"]} = 'CONNECT' AS tunnel, {column["url"]} AS url,
        try_cast({column["status"]} AS INTEGER) AS code, {column["result"]} AS result
    FROM cut
)
SELECT line_number,
    CASE WHEN event_time IS NULL THEN 'not a line of this logformat' END AS rejected,
    event_time,
    try_cast({column["duration"]} AS BIGINT) AS duration_ms,
    {column["source_ip"]} AS source_ip, {column["device_name"]} AS device_name,
    squid_user({column["user_name"]}) AS user_name, {column["group"]} AS department,
    CASE WHEN starts_with(url, 'error:') THEN NULL ELSE coalesce(
        {column["host"]} || coalesce(':' || {column["port"]}, ''),
        CASE WHEN tunnel THEN url ELSE url_authority(url) END, {column["server_name"]}) END
        AS authority,
    CASE WHEN NOT coalesce(tunnel, false) AND NOT coalesce(starts_with(url, 'error:'), false)
         THEN coalesce({column["path"]}, url_path(url)) END AS path,
    {column["destination_ip"]} AS destination_ip, {column["method"]} AS method,
    nullif(code, 0) AS status,
    try_cast({column["bytes_up"]} AS BIGINT) AS bytes_up,
    try_cast({column["bytes_down"]} AS BIGINT) AS bytes_down,
    {column["user_agent"]} AS user_agent, {column["referrer"]} AS referrer,
    squid_action(result, code) AS action,
    CASE WHEN coalesce(tunnel, false) THEN 'connected' ELSE 'transacted' END AS evidence
FROM field
"""


AI = compiled(RECOMMENDED, "squid-ai")
