"""Any Squid log, by its `logformat` line given as Squid writes it.

The line becomes one pattern and one statement; codes that say nothing of use are passed over, text
between codes must stand in the log as it stands in the line.
https://www.squid-cache.org/Doc/config/logformat/
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from shadow_scan.collectors.format import Format
from shadow_scan.collectors.products.logformat_codes import CODES, NUMBER, WORD, Piece
from shadow_scan.collectors.products.logformat_codes import pieces as pieces_of
from shadow_scan.collectors.products.logformat_words import ordinary
from shadow_scan.collectors.words import inlined
from shadow_scan.errors import UsageError

_TIME_FORMAT = "%d/%b/%Y:%H:%M:%S %z"
_PREFIX = "logformat "
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
    pieces = pieces_of(codes)
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
        ordinary=ordinary(pieces, inlined(_MADE, _SHARED)),
        clock="end",
        zone="utc" if "seconds" in fields else "written",
        notes="carries what its logformat line names",
    )


def _incomplete(what: str, text: str) -> UsageError:
    remedy = f"give the whole line of squid.conf, as: --as '{RECOMMENDED[:40]}...'"
    return UsageError(f"this logformat has {what}", where=text[:100], remedy=remedy)


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


def _extracted(pieces: Sequence[Piece], wanted: Sequence[str]) -> str:
    """A struct of the wanted fields."""
    names = [piece.field for piece in pieces if piece.field in wanted]
    bodies = (f"({piece.body})" if piece.field in wanted else piece.body for piece in pieces)
    pattern = "".join(piece.text + body for piece, body in zip(pieces, bodies, strict=True))
    listed = ", ".join(f"'{name}'" for name in names)
    return "regexp_extract(line, '^{}', [{}])".format(pattern.replace("'", "''"), listed)


def _needed(pieces: Sequence[Piece], wanted: Sequence[str]) -> Sequence[Piece]:
    """Those up to the last wanted field, where no code may write what stands between codes."""
    last = max(at for at, piece in enumerate(pieces) if piece.field in wanted)
    if not all(_PARTS.match(piece.text) for piece in pieces[1 : last + 2]):
        return pieces
    return [*pieces[: last + 1], Piece(pieces[last + 1].text, "")]


def _statement(pieces: Sequence[Piece]) -> str:
    steps = _steps([piece.field for piece in pieces if piece.field])
    needed = [*(_needed(pieces, step) for step in steps[:-1]), pieces]
    found = ", ".join(
        f"{_extracted(some, step)} AS f{at}"
        for at, (some, step) in enumerate(zip(needed, steps, strict=True))
    )
    column = dict.fromkeys(CODES.values(), "NULL::VARCHAR")
    for at, step in enumerate(steps):
        column |= {field: f"f{at}.{field}" for field in step}
    column |= {
        piece.field: f"dash_null({column[piece.field]})"
        if piece.body in (NUMBER, WORD)
        else f"dash_null(trim({column[piece.field]}))"
        for piece in pieces
        if piece.field
    }
    shared = {name: value.format(**column) for name, value in _SHARED.items()}
    column |= {name: name for name in _SHARED}
    made = {name: value.format(**column) for name, value in _MADE.items()}
    return f"""
WITH cut AS (
    SELECT line_number, {found} FROM lines
), field AS (
    SELECT *, {", ".join(f"{value} AS {name}" for name, value in shared.items())} FROM cut
)
SELECT line_number,
    CASE WHEN moment IS NULL THEN 'not a line of this logformat' END AS rejected,
    {", ".join(f"{value} AS {name}" for name, value in made.items())}
FROM field
"""


# What is made of the fields, whichever way they are found.
_SHARED = {
    "moment": f"""coalesce(epoch_seconds({{seconds}} || '.' || coalesce({{subseconds}}, '0')),
        timezone('UTC', try_strptime({{local_time}}, '{_TIME_FORMAT}')))""",
    "tunnel": "({method} = 'CONNECT')",
    "code": "try_cast({status} AS INTEGER)",
}
_MADE = {
    "event_time": "{moment}",
    "duration_ms": "try_cast({duration} AS BIGINT)",
    "source_ip": "{source_ip}",
    "device_name": "{device_name}",
    "user_name": "squid_user({user_name})",
    "department": "{group}",
    "authority": """CASE WHEN NOT coalesce(starts_with({url}, 'error:'), false) THEN coalesce(
        {host} || coalesce(':' || {port}, ''),
        CASE WHEN {tunnel} THEN {url} ELSE url_authority({url}) END, {server_name}) END""",
    "path": """CASE WHEN NOT coalesce({tunnel}, false)
        AND NOT coalesce(starts_with({url}, 'error:'), false)
        THEN coalesce({path}, url_path({url})) END""",
    "destination_ip": "{destination_ip}",
    "method": "{method}",
    "status": "nullif({code}, 0)",
    "bytes_up": "try_cast({bytes_up} AS BIGINT)",
    "bytes_down": "try_cast({bytes_down} AS BIGINT)",
    "user_agent": "{user_agent}",
    "referrer": "{referrer}",
    "action": "squid_action({result}, {code})",
    "evidence": "CASE WHEN coalesce({tunnel}, false) THEN 'connected' ELSE 'transacted' END",
}


AI = compiled(RECOMMENDED, "squid-ai")
