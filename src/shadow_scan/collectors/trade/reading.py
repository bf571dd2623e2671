"""The format of logs that no format knows: its statement is made from what their names say."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format, Header
from shadow_scan.collectors.syslog import RECEIVED, SURE_HEADER
from shadow_scan.collectors.trade.learning import PORTAL, TEXT, YEARLESS, Learned, learned
from shadow_scan.collectors.trade.tongues import ALLOWED, BLOCKED
from shadow_scan.collectors.trade.words import FIELDS

_LEARNED = "learned"
_NAMES = (*FIELDS, "asked", "moment", "day", "clock", "zone")
_ABSENT = (
    *("", "-", "--", "N/A", "n/a", "NA", "null", "NULL", "None", "none", "unknown", "Unknown"),
    *("(null)", "undefined", "not available", "Not Available"),
)


def _whole(name: str) -> str:
    return f"CAST(round(try_cast(replace(rtrim({name}, ','), ',', '') AS DOUBLE)) AS BIGINT)"


_UNSAID = "SELECT line_number, 'its columns have no names that say enough' AS rejected FROM lines"


def learn(lines: Sequence[str], before: Header) -> Header:
    return {**before, _LEARNED: learned(lines)}


def statement(header: Header) -> str:
    found = header.get(_LEARNED)
    if not isinstance(found, dict):
        return _UNSAID
    return fields.record(_fields(found), skipped=_skipped(found), rejected=_rejected(found),
                         let=_words(found), **_COLUMNS)  # fmt: skip


def _fields(found: Learned) -> str:
    """The fields of the log's shape; those that it does not name are NULL."""
    keys: Mapping[str, str] = found["keys"]
    missing = {name: "NULL::VARCHAR" for name in _NAMES if name not in keys}
    shape, between = found["shape"], found["delimiter"]
    if shape == "json":
        text = "substr(line, strpos(line, '{'))" if found["is_cut"] else "line"
        told = fields.members(keys, text=text, absent=_ABSENT, extra=missing)
        return fields.firsts(told, found.get("listed", []))
    if shape == "csv":
        places = fields.places(found["columns"], keys)
        return fields.cells(places, delimiter=between or ",", absent=_ABSENT, extra=missing)
    if shape == "cef":
        return fields.cef(keys, absent=_ABSENT, extra=missing)
    if shape == "leef":
        return fields.leef(keys, absent=_ABSENT, extra=missing)
    if found["commas"]:
        text, between = "replace(line, ', ', ',')", ","
        return fields.keyed(keys, text=text, between=between, absent=_ABSENT, extra=missing)
    # JSON within a value has such a sign, too: it is taken off where it parts the pairs alone.
    text = """replace(line, '": ', '" ')""" if found.get("colons") else "line"
    return fields.keyed(keys, text=text, between=between or " ", absent=_ABSENT, extra=missing)


def _skipped(found: Learned) -> dict[str, str]:
    speaks = _speaks(found)
    named = f"line = {fields.quoted(found['first'])} OR starts_with(line, '#')"
    above = ", ".join(map(fields.quoted, found["above"]))
    return {
        "a line above the table": f"line IN ({above})" if above else "false",
        "header line": named if found["shape"] == "csv" else "false",
        "no request (no name or address of a server)": f"{speaks} AND instant IS NOT NULL "
        "AND coalesce(question, name, server, directory) IS NULL",
    }


def _rejected(found: Learned) -> dict[str, str]:
    return {
        "another shape than that of the log": f"NOT {_speaks(found)}",
        "the time cannot be read": "instant IS NULL",
    }


_UNSIGNED = r"regexp_matches(line, '^[0-2](?:\.\d)?\|')"
"""'CEF: 0|' behind a header: its name was taken for a program's."""


def _speaks(found: Learned) -> str:
    """Whether a line is of the log's shape."""
    return {
        "json": "is_object",
        "csv": f"cells = {len(found['columns'])}",
        "cef": f"(contains(left(line, 400), 'CEF:') OR {_UNSIGNED})",
        "leef": f"(contains(left(line, 400), 'LEEF:') OR {_UNSIGNED})",
    }.get(found["shape"], "contains(line, '=')")


def _words(found: Learned) -> dict[str, str]:
    stamp = "coalesce(moment, concat_ws(' ', day, clock, zone))"
    return {
        "stamp": stamp if "day" in found["keys"] else "moment",
        "instant": _instant(found["form"]),
        "parts": "string_split(asked, ' ')",
        "method_said": "nullif(upper(coalesce(verb, parts[1])), 'UNKNOWN')",
        "address": "coalesce(url, CASE WHEN NOT starts_with(parts[2], '/') THEN parts[2] END)",
        "tunnel": "coalesce(method_said = 'CONNECT', false)",
        "name": """coalesce(CASE WHEN contains(address, '://') THEN url_authority(address) END,
            host, bare_authority(address))""",
        "verdict": "lower(did)",
        "answer": "try_cast(code AS INTEGER)",
        "asks": "question IS NOT NULL AND method_said IS NULL AND url IS NULL",
        # A flow of one direction, from the server's port to the client's.
        "returns": "coalesce(question, method_said, url, host) IS NULL AND "
        "is_answer(try_cast(origin AS INTEGER), try_cast(port AS INTEGER))",
    }


def _instant(form: str) -> str:
    if not form:
        return RECEIVED
    if form == YEARLESS:
        return "from_local(yearless_time(trim(stamp, ', ')))"
    if form == PORTAL:
        return "portal_time(trim(stamp))"
    if form == TEXT:
        return "text_time(trim(stamp, '[], '))"
    read = f"try_strptime(trim(stamp, '[], '), {fields.quoted(form)})"
    return f"timezone('UTC', {read})" if "%z" in form else f"from_local({read})"


_COLUMNS = {
    "event_time": "instant",
    "source_ip": """CASE WHEN returns THEN host_of(server)
        ELSE host_of(trim(split_part(client, ',', 1))) END""",
    "user_name": '"user"',
    # Collectors on Windows call the program that wrote an event its source.
    "device_name": "CASE WHEN NOT starts_with(device, 'Microsoft-Windows-') THEN device END",
    "department": "team",
    "authority": """CASE WHEN asks THEN question
        WHEN returns THEN ':' || origin
        ELSE coalesce(with_port(name, port), ':' || port) END""",
    "path": """CASE WHEN NOT tunnel THEN coalesce(directory,
        CASE WHEN contains(address, '/') THEN url_path(address)
             WHEN starts_with(parts[2], '/') THEN parts[2] END) END""",
    "destination_ip": """CASE WHEN returns THEN host_of(trim(split_part(client, ',', 1)))
        WHEN NOT asks THEN host_of(server) END""",
    "method": "method_said",
    "status": "CASE WHEN answer BETWEEN 100 AND 599 THEN answer END",
    "bytes_up": f"CASE WHEN returns THEN {_whole('received')} WHEN NOT asks "
    f"THEN {_whole('sent')} END",
    "bytes_down": f"CASE WHEN returns THEN {_whole('sent')} WHEN NOT asks "
    f"THEN {_whole('received')} END",
    "user_agent": "agent",
    "referrer": "CASE WHEN contains(referrer, '://') THEN referrer END",
    "action": f"""CASE WHEN answer = 407 THEN NULL
        WHEN regexp_matches(verdict, '(?:^|[^n])block|den[iy]|drop|reject|reset|prevent|forbid'
            || '|{BLOCKED}')
        THEN 'blocked'
        WHEN regexp_matches(verdict, '^(?:closed?|timeout|(?:client|server)-rst|teardown)$')
            OR regexp_matches(verdict,
            'allow|permit|accept|pass|observed|monitor|forward|bypass|^ok$|{ALLOWED}')
        THEN 'allowed' END""",
    "evidence": """CASE WHEN asks THEN 'resolved'
        WHEN NOT tunnel AND (method_said IS NOT NULL OR directory IS NOT NULL
            OR length(url_path(address)) > 1) THEN 'transacted' ELSE 'connected' END""",
}

COLUMN_NAMES = Format(
    name="column-names",
    title="A log that no format knows, by the names of its columns or keys alone",
    kind="network sensor",
    carries=(
        *("event_time", "source_ip", "user_name", "device_name", "department", "host", "port"),
        *("path", "destination_ip", "method", "status", "bytes_up", "bytes_down", "user_agent"),
        *("referrer_host", "action", "evidence"),
    ),
    # What a syslog header stands before is a record only behind it.
    recognise=re.compile(f"(?!{SURE_HEADER.pattern})"),
    reference="https://github.com/SigmaHQ/sigma-specification",
    sql=statement,
    learns=learn,
    zone="local",
    notes="what no name says for certain is left out, as bytes whose direction is the writer's",
    assumption="read by the names of its columns alone",
)
