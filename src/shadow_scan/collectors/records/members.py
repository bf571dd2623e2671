"""One member of a JSON record as a line, with the record's time where it has none itself."""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from itertools import product
from typing import Any

import msgspec

from shadow_scan.collectors.records.source import LINE_ENDS, MAX_RECORD
from shadow_scan.collectors.records.years import Yearless, with_year, with_year_of, yearless

MOMENTS = (
    *("@timestamp", "_time", "time", "timestamp", "Timestamp", "ts", "date", "TimeGenerated"),
    *("TimeGenerated [UTC]", "_messagetime"),
    *("__REALTIME_TIMESTAMP", "@timestamp_ms", "Time", "TimeCreated", "Date and Time", "EventTime"),
    *("timeCreated", "event_time", "eventTime", "datetime", "Date", "timeUnixNano"),
    *("ISODATE", "S_ISODATE", "UNIXTIME", "S_UNIXTIME", "DATE", "S_DATE"),
    *("timereported", "timegenerated", "R_ISODATE", "R_UNIXTIME", "R_DATE"),
)
_MOMENTS = frozenset(name.encode() for name in MOMENTS)
HOSTS = ("host", "hostname", "_HOSTNAME", "HOST", "sysloghost", "Computer")
"""Who wrote the line: a name, or an object that has one."""
_CLOCK = re.compile(
    rb"(?:(?<![\d:])|(?<=/[12]\d\d\d:))(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?!\d|:\S)"
    rb"|(?<![\d,])(?<!SEQ=)(?<!ACK=)1\d{9}(?:\d{3}){0,3}(?!\d)"
)
_SPEAKS = re.compile(rb"[:=]|\d\.\d| for ")
"""In records, and in no row of column names."""
_OF_JOURNAL = ("MESSAGE",)
_DIGITS_OF_SECONDS = 10
_AMERICAN = r"\d{1,2}/\d{1,2}/\d{4} \d{1,2}:\d\d:\d\d [AaPp][Mm]"
"""As Windows writes times into tables, on the clock of its place."""
_PORTAL = r"(\d{1,2})([/.])(\d{1,2})\2(\d{4}), (\d{1,2}:\d\d:\d\d)(\.\d{1,6})?( [AaPp][Mm])?"
"""As Azure's portal exports tables, in UTC, months first where hours are told by halves."""
_READER = r"[A-Z][a-z]{2} \d{1,2}, \d{4} @ \d\d:\d\d:\d\d\.\d{3}"
"""As Kibana exports tables, on the clock of whoever reads."""
_SYSLOG = r"[A-Z][a-z]{2} [ \d]?\d \d\d:\d\d:\d\d"
_GZIP = b"\x1f\x8b"
_SHORTEST = 40
"""Of base64: shorter than any record's."""
_NOTHING = (msgspec.MsgspecError, RecursionError, UnicodeError, ValueError, OverflowError)


@dataclass(frozen=True, slots=True)
class Member:
    path: str
    line_of: Callable[[bytes], bytes | None]
    """The line in a record; None where the record has none."""


def members(path: str, *, objects: bool) -> Iterator[Member]:
    """By a path ('event.original'), whose dots part objects or belong to a name; `objects`: what
    stands there may be a record of JSON, too."""
    first, *rest = path.split(".")
    for dots in product((False, True), repeat=len(rest)):
        names = [first]
        for is_dot, name in zip(dots, rest, strict=True):
            names[-1:] = [f"{names[-1]}.{name}"] if is_dot else [names[-1], name]
        yield Member(path, partial(_line_of, tuple(names), objects))


def encoded(path: str) -> Iterator[Member]:
    """The same, of texts in base64, packed or not."""
    for member in members(path, objects=False):
        yield Member(path, partial(_decoded, member.line_of))


def _decoded(line_of: Callable[[bytes], bytes | None], record: bytes) -> bytes | None:
    text = line_of(record)
    if text is None or len(text) < _SHORTEST:
        return None
    try:
        raw = base64.b64decode(text, validate=True)
        if raw.startswith(_GZIP):
            raw = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(raw, MAX_RECORD)
        return as_line(raw.decode())
    except (*_NOTHING, zlib.error):
        return None


def as_line(text: str) -> bytes:
    return text.encode().strip(b"\r\n").lstrip(b" ").translate(LINE_ENDS)


def with_time(line: bytes, moment: object, host: object = None) -> bytes:
    """A line that names no time with this one before it, as in syslog."""
    try:
        written = _written(moment)
    except _NOTHING:
        return line
    return line if written is None else f"{written} {_named(host)} ".encode() + line


def dated(line: Yearless, moment: object) -> bytes:
    """A line that names no year with that of this time."""
    try:
        written = _written(moment)
    except _NOTHING:
        return line.string
    return line.string if written is None else with_year(line, written.encode())


def wants_time(line: bytes) -> bool:
    return _lacks_time(line) and _SPEAKS.search(line) is not None


def _lacks_time(line: bytes) -> bool:
    return not _CLOCK.search(line) and line[:1] not in b"#{"


def _written(moment: object) -> str | None:
    """As ISO 8601; numbers are seconds, milli-, micro- or nanoseconds, as their digits say."""
    text = str(moment).strip()
    if re.match(r"\d{4}-\d\d-\d\d[T ]\d\d:", text):
        return text.replace(" ", "T", 1).replace(" ", "")
    if re.fullmatch(_AMERICAN, text):
        return datetime.strptime(text.upper(), "%m/%d/%Y %I:%M:%S %p").isoformat()
    if of_portal := re.fullmatch(_PORTAL, text):
        first, _, second, year, clock, rest, half = of_portal.groups()
        day, month = (second, first) if half else (first, second)
        form = "%Y-%m-%d %I:%M:%S %p" if half else "%Y-%m-%d %H:%M:%S"
        told = datetime.strptime(f"{year}-{month}-{day} {clock}{(half or '').upper()}", form)
        return f"{told.isoformat()}{rest or ''}Z"
    if re.fullmatch(_READER, text):
        return datetime.strptime(text, "%b %d, %Y @ %H:%M:%S.%f").isoformat()
    if re.fullmatch(_SYSLOG, text):
        return text
    if not re.fullmatch(r"\d{9,19}(?:\.\d+)?", text):
        return None
    digits = len(text.partition(".")[0])
    thousands = max(0, (digits - _DIGITS_OF_SECONDS + 2) // 3)
    seconds = float(text) / 1000**thousands
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def _named(host: object) -> str:
    name = host.get("name", host.get("hostname")) if isinstance(host, dict) else host
    return name if isinstance(name, str) and re.fullmatch(r"[\w.:-]{1,255}", name) else "-"


@cache
def _decoder(names: tuple[str, ...], beside: tuple[str, ...] = ()) -> Callable[[bytes], Any]:
    """Decodes the levels down to a member, and what stands beside them."""
    kind: Any = msgspec.Raw
    for name in reversed(names):
        others = [given for given in beside if given != name]
        rename = {"member": name, **{f"beside{n}": given for n, given in enumerate(others)}}
        kinds = [(at, kind if at == "member" else Any, None) for at in rename]
        level = msgspec.defstruct("Level", kinds, rename=rename)
        kind = level | None
    return msgspec.json.Decoder(level).decode


def _line_of(names: tuple[str, ...], objects: bool, record: bytes) -> bytes | None:
    try:
        line = _text(_decoder(names)(record), len(names), objects)
        # A journal has no rows of column names.
        wants = _lacks_time if names == _OF_JOURNAL else wants_time
        if line is not None and (found := yearless(line)):
            return with_year_of(found, record, _MOMENTS)
        if line is None or not wants(line):
            return line
        told = (_beside(names, given, record) for given in (MOMENTS, HOSTS))
        return with_time(line, *told)
    except _NOTHING:
        return None


def _beside(names: tuple[str, ...], wanted: tuple[str, ...], record: bytes) -> object:
    """What stands beside a member or around it under one of these names, the innermost first."""
    level, found = _decoder(names, wanted)(record), None
    for _ in names:
        given = (getattr(level, at) for at in level.__struct_fields__ if at != "member")
        told = [value for value in given if value]
        # One that says its year goes before one that does not.
        told.sort(key=lambda value: re.fullmatch(_SYSLOG, str(value)) is not None)
        found = told[0] if told else found
        level = level.member
    return found


def _single(raw: bytes) -> bytes:
    """The first of each member, where all are lists, as Elasticsearch answers `fields`."""
    if b"[" not in raw:
        return raw
    try:
        listed = msgspec.json.decode(raw, type=dict[str, list[msgspec.Raw]])
    except _NOTHING:
        return raw
    return msgspec.json.encode({name: told[0] for name, told in listed.items() if told})


def _text(level: Any, depth: int, objects: bool) -> bytes | None:
    for _ in range(depth):
        if level is None:
            return None
        level = level.member
    raw = b"" if level is None else bytes(level)
    if raw[:1] == b"[":
        raw = bytes(msgspec.json.decode(raw, type=list[msgspec.Raw])[0])
    if objects and raw[:1] == b"{":
        return _single(raw).translate(LINE_ENDS)
    return as_line(msgspec.json.decode(raw, type=str)) if raw[:1] == b'"' else None
