"""Any Squid log, by its `logformat` line given as Squid writes it.

The line becomes one pattern and one statement; codes that say nothing of use are passed over, text
between codes must stand in the log as it stands in the line.
https://www.squid-cache.org/Doc/config/logformat/
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from shadow_scan.collectors.columns.words import inlined
from shadow_scan.collectors.format import Format, Zone
from shadow_scan.collectors.products.logformat_codes import (
    CODES,
    ESCAPED,
    MILLISECONDS,
    NUMBER,
    TIMES,
    WORD,
    Piece,
)
from shadow_scan.collectors.products.logformat_codes import pieces as pieces_of
from shadow_scan.collectors.products.logformat_words import ordinary
from shadow_scan.errors import UsageError

_LINE = re.compile(r"\s*logformat\s+\S+\s+(.*)", re.DOTALL)
_CONTINUED = re.compile(r"\\\n\s*")
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
    return bool(_LINE.match(text) or re.search(r"%[^ ]*(?:ts|tl|tg|tS|>a|ru)\b", text))


def compiled(text: str, name: str | None = None) -> Format:
    """The format of a `logformat NAME CODES` line (or of its codes alone).

    Raises UsageError when it has no time, or nothing that says where a request went.
    """
    line = _LINE.match(text)
    pieces = pieces_of(_CONTINUED.sub(" ", line[1] if line else text))
    fields = {piece.field for piece in pieces if piece.field}
    if not fields & {*TIMES}:
        raise _incomplete("no time (%ts or %tl)", text)
    if not fields & {"url", "host", "server_name", "host_header"}:
        raise _incomplete("no address of a request (%ru, %>rd or %ssl::>sni)", text)
    return Format(
        name=name or text,
        title="Squid access.log by its logformat line",
        kind="proxy",
        carries=_carried(fields),
        recognise=re.compile("^" + "".join(p.text + (p.loose or p.body) for p in pieces)),
        reference="https://www.squid-cache.org/Doc/config/logformat/",
        # Who chose a format of ours may let more codes follow.
        sql=_statement(pieces, "" if name else " *$"),
        ordinary=ordinary(pieces, inlined(_MADE, _shared(pieces))),
        clock="begin" if _time_of(fields) == "start" else "end",
        zone=_ZONES.get(_time_of(fields), "utc"),
        notes="carries what its logformat line names",
    )


def _incomplete(what: str, text: str) -> UsageError:
    remedy = f"give the whole line of squid.conf, as: --as '{RECOMMENDED[:40]}...'"
    return UsageError(f"this logformat has {what}", where=text[:100], remedy=remedy)


def _carried(fields: set[str]) -> tuple[str, ...]:
    always = ("event_time", "evidence", "host")
    given = {
        "duration": "duration_ms", "url": "path", "result": "action", "referrer": "referrer_host",
        "group": "department", "forwarded": "source_ip",
    }  # fmt: skip
    plain = ("source_ip", "device_name", "user_name", "method", "path", "status", "bytes_up",
             "bytes_down", "destination_ip", "user_agent", "port")  # fmt: skip
    found = {given.get(field, field) for field in fields if field in given or field in plain}
    return (*always, *sorted(found), *(("port",) if "url" in fields else ()))


def _time_of(fields: Collection[str]) -> str:
    return next(field for field in TIMES if field in fields)


def _steps(fields: Sequence[str]) -> list[list[str]]:
    """Fields that are found at once. The time comes with the last, which is found only in a line
    that fits as a whole."""
    time = _time_of(fields)
    others = [field for field in fields if field != time]
    steps = [others[at : at + _MOST_GROUPS] for at in range(0, len(others), _MOST_GROUPS)] or [[]]
    return [
        *steps[:-1],
        *([[*steps[-1], time]] if len(steps[-1]) < _MOST_GROUPS else [steps[-1], [time]]),
    ]


def _extracted(pieces: Sequence[Piece], wanted: Sequence[str], end: str) -> str:
    """A struct of the wanted fields."""
    names = [piece.field for piece in pieces if piece.field in wanted]
    bodies = (f"({piece.body})" if piece.field in wanted else piece.body for piece in pieces)
    pattern = "".join(piece.text + body for piece, body in zip(pieces, bodies, strict=True))
    listed = ", ".join(f"'{name}'" for name in names)
    return "regexp_extract(line, '^{}', [{}])".format((pattern + end).replace("'", "''"), listed)


def _needed(pieces: Sequence[Piece], wanted: Sequence[str]) -> Sequence[Piece]:
    """Those up to the last wanted field, where no code may write what stands between codes."""
    last = max(at for at, piece in enumerate(pieces) if piece.field in wanted)
    if not all(_PARTS.match(piece.text) for piece in pieces[1 : last + 2]):
        return pieces
    return [*pieces[: last + 1], Piece(pieces[last + 1].text, "")]


def _found(pieces: Sequence[Piece], steps: Sequence[Sequence[str]], end: str) -> str:
    """Each step's struct; once more, with names of several words, for a line that did not fit."""
    needed = [*(_needed(pieces, step) for step in steps[:-1]), pieces]
    ends = [*("" if some is not pieces else end for some in needed[:-1]), end]
    strict = [_extracted(*given) for given in zip(needed, steps, ends, strict=True)]
    if not any(piece.loose for piece in pieces):
        return ", ".join(f"{one} AS f{at}" for at, one in enumerate(strict))
    loose = [piece._replace(body=piece.loose or piece.body) for piece in pieces]
    fits = f"{strict[-1]}.{_time_of(steps[-1])} <> ''"
    return ", ".join(
        f"CASE WHEN {fits} THEN {one} ELSE {_extracted(loose, step, end)} END AS f{at}"
        for at, (one, step) in enumerate(zip(strict, steps, strict=True))
    )


def _value(piece: Piece, column: str) -> str:
    if piece.body in (NUMBER, WORD):
        return f"dash_null({column})"
    if piece.body.endswith(MILLISECONDS):
        return f"lpad(trim({column}), 3, '0')"
    if piece.body not in ESCAPED:
        return f"dash_null(trim({column}))"
    # In a shell's words quotes stand around blanks.
    bare = f"regexp_replace({column}, '^\"(.*)\"$', '\\1')"
    return f"""dash_null(trim(CASE WHEN contains({column}, '\\') OR contains({column}, '"')
        THEN regexp_replace({bare}, '\\\\(["\\\\])', '\\1', 'g') ELSE {column} END))"""


def _statement(pieces: Sequence[Piece], end: str) -> str:
    steps = _steps([piece.field for piece in pieces if piece.field])
    column = dict.fromkeys((*CODES.values(), *TIMES, "offset"), "NULL::VARCHAR")
    for at, step in enumerate(steps):
        column |= {field: f"f{at}.{field}" for field in step}
    column |= {piece.field: _value(piece, column[piece.field]) for piece in pieces if piece.field}
    shared = {name: value.format(**column) for name, value in _shared(pieces).items()}
    column |= {name: name for name in shared}
    made = {name: value.format(**column) for name, value in _MADE.items()}
    return f"""
WITH cut AS (
    SELECT line_number, {_found(pieces, steps, end)} FROM lines
), field AS (
    SELECT *, {", ".join(f"{value} AS {name}" for name, value in shared.items())} FROM cut
)
SELECT line_number,
    CASE WHEN moment IS NULL THEN 'not a line of this logformat' END AS rejected,
    {", ".join(f"{value} AS {name}" for name, value in made.items())}
FROM field
"""


_ZONES: Mapping[str, Zone] = {"written_time": "written", "local_time": "local"}
_SECONDS = "epoch_seconds({seconds} || '.' || coalesce({subseconds}, '0'))"


def _shared(pieces: Sequence[Piece]) -> dict[str, str]:
    """What several columns are made of."""
    specs = {piece.field: piece.spec for piece in pieces if piece.field}
    time = _time_of(specs)
    spec, text = specs[time].replace("'", "''"), f"{{{time}}}"
    if "offset" in specs and time == "local_time":
        time, spec, text = "written_time", f"{spec} %z", f"{text} || ' ' || {{offset}}"
    parsed = f"try_strptime({text}, '{spec}')"
    moment = {
        "seconds": _SECONDS,
        "start": "epoch_seconds({start})",
        "written_time": f"timezone('UTC', {parsed})",
        "local_time": f"from_local({parsed})",
        "utc_time": parsed,
    }[time]
    return {"moment": moment, **_TESTS}


# What is made of the fields, whichever way they are found.
_TESTS = {
    "tunnel": "({method} = 'CONNECT')",
    "code": "try_cast({status} AS INTEGER)",
}
_MADE = {
    "event_time": "{moment}",
    "duration_ms": "try_cast({duration} AS BIGINT)",
    "source_ip": "first_forwarded({forwarded}, {source_ip})",
    "device_name": "{device_name}",
    "user_name": "squid_user({user_name})",
    "department": "{group}",
    "authority": """CASE WHEN NOT coalesce(starts_with({url}, 'error:'), false) THEN coalesce(
        {host} || coalesce(':' || {port}, ''),
        CASE WHEN {tunnel} THEN {url} ELSE url_authority({url}) END,
        {host_header}, {server_name}) END""",
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
