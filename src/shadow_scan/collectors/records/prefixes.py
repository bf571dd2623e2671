"""What collectors write before a record of JSON: a time (CloudWatch's files), a time and a tag
(fluentd, Cloud Foundry), or a number, a tag and a time (Fluent Bit's standard output, its records
like Ruby's), or which of Zeek's logs it is of (as a tag, or as the name of an object around it).
And headers of `journalctl` that syslog does not write: months in other languages, a
day of the week and a zone, seconds since 1970. And the blank that browsers put before AM and PM,
and the numbers of lines that a search found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache, partial
from importlib import resources
from itertools import pairwise

from shadow_scan.collectors.lines.unwrap import ByteSource
from shadow_scan.collectors.records import templates
from shadow_scan.collectors.records.members import MOMENTS
from shadow_scan.collectors.records.source import RecordSource, each_line

_DATED = re.compile(
    rb" {0,4}(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[^ \t]{0,15}(?: [+-]\d{4})?)"
    rb"(?: | \[[A-Z][\w./-]{1,200}\] (?:OUT|ERR) |\t[\w.-]{1,200}\t)(?=\{\")"
)
_NUMBERED = re.compile(rb"\[\d+\] [^ ]{1,200}: \[\[?(\d{9,10}\.\d+)(?:, \{[^}]*\}\])?, (?=\{)")
_FOLLOWED = re.compile(rb"[a-z0-9][a-z0-9.]*-[a-z0-9.-]{1,250} [a-z0-9][a-z0-9-]{0,62} (?=\{\")")
"""A pod and its container, where the logs of many are followed."""
_OF_ZEEK = re.compile(rb'(?:\[zeek\.(\w{1,40})\] |\{ ?"(\w{1,40})" ?: ?)(?=\{ ?"ts" ?:)')
# journalctl writes months in the language of whoever calls it.
_MONTHS = {
    b"Jan": "jan janv ene gen",
    b"Feb": "feb févr fev",
    b"Mar": "mar mär märz mars mrt",
    b"Apr": "apr avr avril abr",
    b"May": "may mai mei mag",
    b"Jun": "jun juin giu",
    b"Jul": "jul juil lug",
    b"Aug": "aug août ago",
    b"Sep": "sep sept set",
    b"Oct": "oct okt ott out",
    b"Nov": "nov",
    b"Dec": "dec déc dez dic",
}
_MONTH_OF = {word.encode(): month for month, words in _MONTHS.items() for word in words.split()}
_LONGEST_FIRST = sorted(_MONTH_OF, key=len, reverse=True)
_SPOKEN = b"|".join(_LONGEST_FIRST)
_TRANSLATED = re.compile(
    rb"(?:<\d{1,3}>)?((?i:" + _SPOKEN + rb"))\.? {1,2}(\d{1,2}) (?=\d\d:\d\d:\d\d )"
)
# `-o short-full` and `-o short-unix`.
_TAG = rb"[\w.-]+ [\w./()@-]+(?:\[\d*\])?: "
_TAGGED = rb"(?=" + _TAG + rb")"
_FULL = re.compile(
    rb"[^\s\d]{2,9} (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d{1,6})?) "
    rb"([A-Z]{2,5}|[+-]\d\d(?:\d\d)?) " + _TAGGED
)
_UNIT = re.compile(rb"([\w.-]+ [\w-]+)(?:@[\w.-]+)?\.service(?=\[\d+\]: )")
"""`-o with-unit` names what was started where syslog names the program."""
# `-o short-monotonic` and `short-delta`: since the machine started, which tells no time.
_UPTIME = re.compile(rb"\[ *\d+\.\d{6}(?: <[ \d.]*>| {4,})?\] " + _TAG)
_UNIX = re.compile(
    rb"(\d{10}(?:\.\d{1,9})?) (?:<\d{1,3}>)?(?:[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d )?"
    + _TAGGED
)
"""Or what a relay wrote before the header that it got, whose time has no year."""
_COMPACT = re.compile(rb"((?:19|20)\d\d)([01]\d)([0-3]\d)([0-2]\d)([0-5]\d)([0-5]\d) +(?=[A-Za-z])")
"""As rsyslog writes a time for a database."""
_COUNTED = re.compile(rb"(\d{1,9}):(?![0-9A-Fa-f]{0,4}:)(?=\S)")
"""What `grep -n` writes: no clock, and no address of IPv6."""
_NARROW = re.compile(rb"(?<=\d)\xe2\x80\xaf(?=[AaPp][Mm]\b)")
_MARKED = re.compile(rb"(?:\x1e|data: ?)(?=\{\")|(?:id|event|retry)?: ?[\w.-]{0,100}\r?$")
"""Of JSON in sequence (RFC 7464) and of events that a server sends: `json-seq`, `json-sse`."""
_MARK = re.compile(rb"^(?:\x1e|data: ?)\{\"", re.M)
_CONSUMED = re.compile(
    rb"key:\[[^\]]*\], properties:\[[^\]]*\], content:(?=\S)|-{3,} got message -{3,}\r?$"
)
"""Of Pulsar's console."""
_MOMENT = re.compile(f'"(?:{"|".join(map(re.escape, MOMENTS))})" ?:'.encode())
_ARROW = re.compile(rb'("(?:[^"\\]|\\.)*")=>')


def without(source: ByteSource) -> ByteSource:
    """The source itself, or its records without what stands before them."""
    head = source.peek(4_096)
    # `journalctl` tells first where its journal begins.
    first = next((line for line in head.split(b"\n") if line[:3] != b"-- "), b"")
    if any(before.match(first) for before in (_DATED, _NUMBERED, _OF_ZEEK, _FOLLOWED)):
        return RecordSource(source, "JSON", partial(each_line, source, _bare))
    if _MARKED.match(first) and _MARK.search(head):
        unmarked = partial(_MARKED.sub, b"", count=1)
        return RecordSource(source, "JSON", partial(each_line, source, unmarked))
    if _CONSUMED.match(first):
        unmarked = partial(_CONSUMED.sub, b"", count=1)
        return RecordSource(source, "text", partial(each_line, source, unmarked))
    if any(header.match(first) for header in (_FULL, _UNIX, _COMPACT, _UPTIME)):
        return RecordSource(source, "text", partial(each_line, source, _of_syslog))
    if templates.are_shown(head):
        return templates.shown(source)
    if templates.is_header(first):
        return RecordSource(source, "text", partial(each_line, source, templates.as_syslog))
    if templates.is_cookie(first):
        bare = partial(templates.without_cookie, moment=_MOMENT)
        return RecordSource(source, "JSON", partial(each_line, source, bare))
    if _NARROW.search(head):
        return RecordSource(source, "text", partial(each_line, source, partial(_NARROW.sub, b" ")))
    if _are_counted(head.split(b"\n")):
        return RecordSource(
            source, "text", partial(each_line, source, partial(_COUNTED.sub, b"", count=1))
        )
    if any(_is_foreign(line) for line in head.split(b"\n")):
        return RecordSource(source, "text", partial(each_line, source, _english))
    return source


def _are_counted(lines: Sequence[bytes]) -> bool:
    """Whether the lines, the last of which may be cut, have ascending numbers before them."""
    told = [_COUNTED.match(line) for line in lines if line.strip()]
    if len(told) < 2 or not all(told[:-1]):
        return False
    numbers = [int(at[1]) for at in told if at]
    return len(numbers) > 1 and all(a < b for a, b in pairwise(numbers))


def _is_foreign(line: bytes) -> bool:
    told = _TRANSLATED.match(line)
    return told is not None and told[1] not in _MONTHS


def _english(line: bytes) -> bytes:
    """The line with its month as syslog writes it."""
    told = _TRANSLATED.match(line)
    if told is None:
        return line
    month = _MONTH_OF.get(told[1].lower()) or _MONTH_OF[told[1].decode().lower().encode()]
    return line[: told.start(1)] + month + b" %2s " % told[2] + line[told.end() :]


@cache
def _offsets() -> dict[str, str]:
    """What a zone's letters mean, as the statements of formats have it."""
    text = resources.files("shadow_scan.collectors").joinpath("macros.sql").read_text("utf-8")
    table = text.partition("MACRO zone_offset(")[2].partition(";")[0]
    return dict(re.findall(r"WHEN '(\w+)' THEN '([^']+)'", table))


def _of_syslog(line: bytes) -> bytes:
    """The line with its time as syslog writes it."""
    if full := _FULL.match(line):
        zone = _offsets().get(full[3].decode(), "") if full[3].isalpha() else full[3].decode()
        rest = _UNIT.sub(rb"\1", line[full.end() :], count=1)
        return full[1] + b"T" + full[2] + zone.encode() + b" " + rest
    if unix := _UNIX.match(line):
        moment = datetime.fromtimestamp(float(unix[1]), UTC).isoformat()
        return moment.encode() + b" " + line[unix.end() :]
    if uptime := _UPTIME.match(line):
        return line[uptime.end() :]
    if compact := _COMPACT.match(line):
        return b"%b-%b-%bT%b:%b:%b " % compact.groups() + line[compact.end() :]
    return line


def _bare(line: bytes) -> bytes:
    if dated := _DATED.match(line):
        record = line[dated.end() :]
        # The time is of the record, where it has none itself.
        return record if _MOMENT.search(record) else b'{"time":"%s",%s' % (dated[1], record[1:])
    if numbered := _NUMBERED.match(line):
        record = _ARROW.sub(rb"\1:", line[numbered.end() :].rstrip().removesuffix(b"]"))
        moment = datetime.fromtimestamp(float(numbered[1]), UTC).isoformat()
        return b'{"time":"' + moment.encode() + b'",' + record[1:]
    if told := _OF_ZEEK.match(line):
        record = line[told.end() + 1 :].rstrip()
        named = b'{"_path":"%s",' % (told[1] or told[2])
        return named + (record if told[1] else record.removesuffix(b"}"))
    return _FOLLOWED.sub(b"", line, count=1) if _FOLLOWED.match(line) else line
