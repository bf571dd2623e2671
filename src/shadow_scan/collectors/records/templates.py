"""Headers in words of one's own, as syslog-ng and rsyslog write them where a template says how.

Moment, host and program are those of any syslog; besides them stand facility, level, the relay's
address, brackets or a zone, or all of them are parted by tabs or bars. Each becomes the header that
syslog itself would have written. And rsyslog's own format for the search of errors, of which each
record has eight lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from shadow_scan.collectors.lines.unwrap import ByteSource
from shadow_scan.collectors.records.source import MAX_RECORD, RecordSource, chunks

_DATE = rb"\d{4}(?:-\d\d-\d\d|/\d\d/\d\d)"
_CLOCK = rb"\d\d:\d\d:\d\d(?:[.,]\d{1,9})?"
_MOMENT = (
    rb"(?P<open>\[?)(?:(?P<date>" + _DATE + rb")[T ](?P<clock>" + _CLOCK + rb")"
    rb"(?P<gap> ?)(?P<zone>Z|[+-]\d\d:?\d\d|)|(?P<stamp>[A-Z][a-z]{2} [ \d]\d " + _CLOCK + rb"))\]?"
)
_LEVEL = rb"(?:emerg|panic|alert|crit|err(?:or)?|warn(?:ing)?|notice|info|debug)"
_FACILITY = rb"(?:kern|user|mail|daemon|auth(?:priv)?|syslog|lpr|news|uucp|cron|ftp|local[0-7])"
_SAID = rb"\[?(?:" + _FACILITY + rb"(?:\." + _LEVEL + rb")?|" + _LEVEL + rb")\]? "
_RELAY = rb"\d{1,3}(?:\.\d{1,3}){3} "
_HOST = rb"(?P<host>[\w.-]+) "
_TAG = rb"(?P<tag>[A-Za-z(][\w./()-]*(?:\[\d*\])?:)(?= |$)"
_KNOWN = re.compile(rb"(?:(?:local\d|daemon|user)\.[a-z]{3,8} )?")
"""Behind the host, as AIX and Solaris have it: headers with no other word are syslog's own."""
_WORDS = re.compile(
    rb"(?:<\d{1,3}>)?(?P<first>" + _FACILITY + rb"\." + _LEVEL + rb": )?"
    + _MOMENT + rb" (?P<before>(?:" + _SAID + rb"|" + _RELAY + rb"){0,3})"
    + _HOST + rb"(?P<after>(?:" + _SAID + rb"){0,2})" + _TAG
)  # fmt: skip
_CELLS = re.compile(
    _MOMENT + rb"(?P<sign>[\t|])(?P<host>[\w.-]+)(?P=sign)" + _FACILITY + rb"(?P=sign)" + _LEVEL
    + rb"(?P=sign)(?P<tag>[A-Za-z(][\w./()-]*(?:\[\d*\])?):?(?P=sign)(?:(?P<pid>\d*)(?P=sign))?"
)  # fmt: skip
_COOKIE = re.compile(rb'(?:<\d{1,3}>)?(?:(?P<stamp>\S.{14,40}?) \S+ \S+: ?)?@cee: ?(?=\{ ?")')
_HAS_LINE = re.compile(rb'"(?:MESSAGE|msg|message)" ?:')
_SHOWN = b"Debug line with all properties:\n"
_PROPERTY = re.compile(
    rb"(?:FROMHOST: .*HOSTNAME: '(?P<host>[^']*)', PRI: |syslogtag '(?P<tag>[^']*)', "
    rb"|TIMESTAMP: '(?P<stamp>[^']*)', |msg: '(?P<message>.*)'\r?$)"
)


def is_header(line: bytes) -> bool:
    """Whether a line begins as a template has it, and nobody else."""
    if _CELLS.match(line):
        return True
    told = _WORDS.match(line)
    return told is not None and bool(
        told["first"] or told["open"] or told["before"]
        or not _KNOWN.fullmatch(told["after"])
        or (told["gap"] and told["zone"]) or (told["date"] and b"/" in told["date"])
    )  # fmt: skip


def as_syslog(line: bytes) -> bytes:
    """The line behind the header that syslog would have written."""
    told = _WORDS.match(line) or _CELLS.match(line)
    if told is None:
        return line
    if told["stamp"]:
        moment = told["stamp"]
    else:
        moment = told["date"].replace(b"/", b"-") + b"T" + told["clock"] + told["zone"]
    given = told.groupdict()
    if "sign" in given:
        number = b"[" + given["pid"] + b"]" if given["pid"] else b""
        tag = told["tag"] + number + b": "
        return moment + b" " + told["host"] + b" " + tag + line[told.end() :].lstrip(b" ")
    return moment + b" " + told["host"] + b" " + told["tag"] + line[told.end() :]


def is_cookie(line: bytes) -> bool:
    told = _COOKIE.match(line)
    return told is not None and _HAS_LINE.search(line, told.end()) is not None


def without_cookie(line: bytes, moment: re.Pattern[bytes]) -> bytes:
    """The record behind `@cee:`; with the header's time, where it has none of its own."""
    told = _COOKIE.match(line)
    if told is None:
        return line
    record = line[told.end() :]
    if told["stamp"] is None or moment.search(record):
        return record
    return b'{"time":"' + told["stamp"] + b'",' + record[1:]


def are_shown(head: bytes) -> bool:
    return head.startswith(_SHOWN)


def shown(source: ByteSource) -> RecordSource:
    return RecordSource(source, "text", partial(_shown, source))


def _shown(source: ByteSource, outer: RecordSource) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks(source, outer):
        *whole, rest = (rest + chunk).split(_SHOWN)
        yield b"".join(_record(text) for text in whole if text.strip())
        if len(rest) > MAX_RECORD:
            outer.damage = "a record without an end"
            return
    if rest.strip():
        yield _record(rest)
    outer.damage = source.damage or outer.damage


def _record(text: bytes) -> bytes:
    """One line; what has not all of its properties stays as it is, its lines behind each other."""
    given: dict[str, bytes] = {}
    for line in text.split(b"\n"):
        if told := _PROPERTY.match(line):
            given |= {name: value for name, value in told.groupdict().items() if value is not None}
    if len(given) < len(_PROPERTY.groupindex):
        return text.replace(b"\r", b" ").replace(b"\n", b" ") + b"\n"
    header = b" ".join((given["stamp"], given["host"], given["tag"]))
    gap = b"" if given["message"][:1] == b" " else b" "
    return header + gap + given["message"] + b"\n"
