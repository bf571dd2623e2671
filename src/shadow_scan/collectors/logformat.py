"""Any Squid log, by its `logformat` line given as Squid writes it.

The line becomes one pattern and one statement; codes that say nothing of use are passed over, text
between codes must stand in the log as it stands in the line.
https://www.squid-cache.org/Doc/config/logformat/
"""

from __future__ import annotations

import re
from collections.abc import Iterator

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
    pattern, fields = _pattern(codes)
    if not fields & {"seconds", "local_time"}:
        raise _incomplete("no time (%ts or %tl)", text)
    if not fields & {"url", "host", "server_name"}:
        raise _incomplete("no address of a request (%ru, %>rd or %ssl::>sni)", text)
    return Format(
        name=name or text,
        title="Squid access.log by its logformat line",
        kind="proxy",
        carries=_carried(fields),
        recognise=re.compile(pattern),
        reference="https://www.squid-cache.org/Doc/config/logformat/",
        sql=_statement(pattern, fields),
        clock="end",
        zone="utc" if "seconds" in fields else "written",
        notes="carries what its logformat line names",
    )


def _incomplete(what: str, text: str) -> UsageError:
    remedy = f"give the whole line of squid.conf, as: --as '{RECOMMENDED[:40]}...'"
    return UsageError(f"this logformat has {what}", where=text[:100], remedy=remedy)


def _pattern(codes: str) -> tuple[str, set[str]]:
    """A pattern with our names as groups, each at its first place, and those names."""
    parts, fields, at = ["^"], set[str](), 0
    for match in _CODE.finditer(codes):
        parts.append(re.escape(codes[at : match.start()]))
        at = match.end()
        field = _field(match)
        body = _body(field, codes[at : at + 1], match)
        named = field and field not in fields
        parts.append(f"(?P<{field}>{body})" if named else f"(?:{body})")
        if field:
            fields.add(field)
    parts.append(re.escape(codes[at:].rstrip()))
    return "".join(parts), fields


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
        return padding + r"(?:-?\d+|-)"
    if follows in ("", " "):
        return padding + r"\S*"
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


def _statement(pattern: str, fields: set[str]) -> str:
    names = ", ".join(f"'{field}'" for field in _group_order(pattern))
    unnamed = re.sub(r"\(\?P<\w+>", "(", pattern).replace("'", "''")
    column = {
        field: f"dash_null(trim(f.{field}))" if field in fields else "NULL::VARCHAR"
        for field in set(_CODES.values())
    }
    seconds = f"{column['seconds']} || '.' || coalesce({column['subseconds']}, '0')"
    moment = f"timezone('UTC', try_strptime({column['local_time']}, '{_TIME_FORMAT}'))"
    return f"""
WITH cut AS (
    SELECT line_number, regexp_extract(line, '{unnamed}', [{names}]) AS f FROM lines
), field AS (
    SELECT line_number, f, coalesce(epoch_seconds({seconds}), {moment}) AS event_time,
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


def _group_order(pattern: str) -> Iterator[str]:
    yield from re.findall(r"\(\?P<(\w+)>", pattern)


AI = compiled(RECOMMENDED, "squid-ai")
