"""Lines of a log that a collector put into records of its own: a member of JSON or a column of CSV.

Elastic keeps the line in `event.original` or `message`, Splunk in `_raw`, container runtimes in
`log`, Graylog in `full_message`, and so on. What comes out are the lines as the product wrote them,
one a record; a record without such a member stays as it is, and is rejected as a line. Where the
line has no time, the record's own stands before it, as syslog would put it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice

from shadow_scan.collectors.lines.unwrap import ByteSource
from shadow_scan.collectors.records import custom_tables, dialects, prefixes
from shadow_scan.collectors.records.json_shapes import packed_shape
from shadow_scan.collectors.records.members import (
    MOMENTS,
    Member,
    as_line,
    dated,
    encoded,
    members,
    wants_time,
    with_time,
)
from shadow_scan.collectors.records.source import MAX_RECORD, RecordSource, chunks, texts
from shadow_scan.collectors.records.years import yearless
from shadow_scan.vocabulary import some

_SAMPLE = 40
_CSV_HEAD = 4_096
_BATCH = 1_000

_LINE_IN = (
    *("event.original", "_source.event.original", "fields.event.original"),
    *("_raw", "result._raw", "map._raw", "@rawstring", "full_log", "_source.full_log"),
    *("raw_log", "rawLog"),
    *("full_message", "message.full_message", "message.message", "_source.message"),
    *("fields.message", "jsonPayload.message", "message", "textPayload", "short_message"),
    *("log", "MESSAGE", "line", "msg", "body.stringValue", "body", "payload", "raw", "original"),
    *("SyslogMessage", "RawData", "data", "value", "text", "raw_event", "RawEvent", "rawEvent"),
    "rawevent",
    *("content.message", "UTF8(payload)", "utf8_payload", "Payload", "@message", "LogMessage"),
    *("Line", "properties.log", "properties.message", "properties.msg"),
    *("Message", "RenderedDescription", "raw_data", "rawMessage", "raw_message", "event_message"),
    *("event", "Body", "Value", "Data", "Content", "attributes.message", "CloudTrailEvent"),
)
_OBJECT_IN = (
    *("event", "_source", "result", "json", "value", "jsonPayload", "message", "record", "payload"),
    *("data", "body", "log", "fields", "suricata.eve", "attributes.ocsf", "ocsf", "detail", "info"),
)
"""Where the record may be an object itself."""
_ENCODED_IN = ("message.data", "kinesis.data", "data", "body", "Body", "payload", "value", "log")
"""Where queues and archives keep lines in base64."""
_ACTION = re.compile(rb'\{ ?"(?:index|create)" ?: ?\{(?: ?"_\w+" ?: ?"[^"]*",?)* ?\} ?\}\r?$', re.M)
"""What stands before each document of a bulk request: no record, and blank as a line."""
_ONE_NAME = re.compile(rb'"?\w+"?\r?\n"')
"""The name of a table's only column, above a quoted cell."""
_OF_WINDOWS = re.compile(rb"[,\t]\"?Microsoft-Windows-")
"""Windows' event viewer names no column, in whatever language, over the events' messages, which
stand behind the others."""
_READ_AS_THEY_ARE = {("log", "coredns"): b'"time"', ("MESSAGE", "systemd-resolved"): b'"MESSAGE"'}
"""These formats read the records of some collector themselves, where they have such a member."""
_WHOLE = ("sysmon",)
"""Of these a record says more than the message in it."""


@dataclass(frozen=True, slots=True)
class _Table:
    """A table, parted by commas or tabs, of which one column holds the lines; without a header
    there is one column."""

    line: int
    moment: int | None
    headed: bool = True
    delimiter: str = ","

    def line_of(self, row: Sequence[str]) -> bytes:
        line = as_line(row[self.line] if self.line < len(row) else "")
        if self.moment is None or self.moment >= len(row):
            return line
        if found := yearless(line):
            return dated(found, row[self.moment])
        if not wants_time(line):
            return line
        return with_time(line, row[self.moment])


def enveloped(source: ByteSource) -> ByteSource:
    """The source itself, or the lines inside of its records."""
    source = dialects.without(prefixes.without(source))
    head = source.peek()
    if custom_tables.is_row(head) and (custom_tables.is_known_bare(head) or not _is_known(head)):
        source = custom_tables.renamed(source)
        head = source.peek()
    if head.lstrip()[:1] == b"{":
        found = _member_of(head)
        if found is None:
            return source
        return _within_lines(RecordSource(source, "JSON", partial(_lines, source, found)))
    table = _table_of(head)
    if table is None:
        return source
    lines = RecordSource(source, "CSV", partial(_rows, source, table))
    # A column may hold records of JSON around the lines.
    return enveloped(_opened(lines)) if lines.peek().lstrip()[:1] == b"{" else lines


def _within_lines(lines: RecordSource) -> ByteSource:
    """The lines, or what is in those that are envelopes of records themselves."""
    inner = _opened(lines)
    return lines if inner is lines else enveloped(inner)


def _opened(lines: ByteSource) -> ByteSource:
    shape = packed_shape(lines.peek())
    if shape is None:
        return lines
    from shadow_scan.collectors.records import json_documents

    return RecordSource(lines, "JSON", partial(json_documents.records, lines, shape))


def _is_known(head: bytes) -> bool:
    return _recognised(head.split(b"\n")[:_SAMPLE]) is not None


def _member_of(head: bytes) -> Member | None:
    lines = [line for line in head.split(b"\n") if line[:1] == b"{"]
    whole = lines[:-1] if len(lines) > 1 and not head.endswith(b"\n") else lines
    # Many a program tells of its start first, at length.
    whole = whole if len(whole) <= _SAMPLE else whole[: _SAMPLE // 2] + whole[-_SAMPLE // 2 :]
    documents = Member("", lambda record: record) if _ACTION.match(head) else None
    members = list(_members(head))
    known = next((k for m in members if (k := _innermost(m, whole)) is not None), documents)
    if known is None and members and whole and _recognised(whole, by_names=True) is None:
        return next((m for m in members if _speaks(m, whole, by_names=True)), None)
    return known


def _innermost(outer: Member, lines: Sequence[bytes]) -> Member | None:
    """Where the lines stand: in this member, or in one of the record that stands in it."""
    inner = [text for line in lines if (text := outer.line_of(line))]
    if inner and all(text[:1] == b"{" for text in inner):
        for found in _members(b"\n".join(inner)):
            if _speaks(found, inner):
                return Member(outer.path, partial(_within, outer, found))
    return outer if _speaks(outer, lines) else None


def _within(outer: Member, found: Member, record: bytes) -> bytes | None:
    text = outer.line_of(record)
    line = None if text is None else found.line_of(text)
    return text if line is None else line


def _speaks(found: Member, lines: Sequence[bytes], *, by_names: bool = False) -> bool:
    """Whether the lines of a known format stand in a member, or lines whose keys say enough."""
    inner = [text for line in lines if (text := found.line_of(line))]
    if inner and _carries(inner[0]):
        return True
    name = _recognised(inner, by_names=by_names) if inner else None
    if name is None:
        return False
    if name in _WHOLE and inner[0][:1] != b"{" and _recognised(lines, by_names=by_names) == name:
        return False
    own = _READ_AS_THEY_ARE.get((found.path, name))
    return own is None or own not in lines[0]


def _carries(line: bytes) -> bool:
    """Whether a line is an envelope of records that are known, or of lines that are."""
    shape = packed_shape(line)
    if shape is None:
        return False
    from shadow_scan.collectors.records import json_documents

    packed = json_documents.Splitter(shape).feed(line)
    known = bool(packed) and _recognised(packed[:_SAMPLE]) is not None
    return known or bool(packed and _member_of(b"".join(record + b"\n" for record in packed)))


def _members(head: bytes) -> Iterator[Member]:
    """Those of which the last name stands in the head at all."""
    asked = [(path, False) for path in _LINE_IN] + [(path, True) for path in _OBJECT_IN]
    for path, objects in asked:
        if f'{path.rpartition(".")[2]}"'.encode() in head:
            yield from members(path, objects=objects)
    for path in _ENCODED_IN:
        if f'{path.rpartition(".")[2]}"'.encode() in head:
            yield from encoded(path)


def _recognised(lines: Sequence[bytes], *, by_names: bool = False) -> str | None:
    # Reads all formats: most logs have no such members, and shall not load them.
    from shadow_scan.collectors.formats import recognise, recognised

    texts = [line.decode(errors="replace") for line in lines]
    found = recognised(texts) if by_names else recognise(texts)
    return None if found is None else found.name


def _lines(source: ByteSource, found: Member, outer: RecordSource) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks(source, outer):
        *whole, rest = (rest + chunk).split(b"\n")
        yield b"".join(_told(found, line) + b"\n" for line in whole)
        if len(rest) > MAX_RECORD:
            yield rest
            rest = b""
    if rest and (line := found.line_of(rest)) is not None:
        yield line + b"\n"
    elif rest.strip():
        outer.damage = "the last record is cut"
    outer.damage = source.damage or outer.damage


def _told(found: Member, record: bytes) -> bytes:
    if _ACTION.match(record):
        return b""
    line = found.line_of(record)
    return record if line is None else line


def _table_of(head: bytes) -> _Table | None:
    first = head[:_CSV_HEAD].partition(b"\n")[0]
    delimiter = "\t" if b"\t" in first and b"," not in first else ","
    names = [name.strip(' "\r') for name in first.decode(errors="replace").split(delimiter)]
    columns = [names.index(path) for path in _LINE_IN if path in names]
    if _OF_WINDOWS.search(head, 0, 2 * _CSV_HEAD):
        columns.append(len(names))
    moments = [names.index(moment) for moment in MOMENTS if moment in names]
    moment = moments[0] if moments else None
    tables = [_Table(column, moment, delimiter=delimiter) for column in columns]
    may_be = tables or first.startswith(b'"') or _ONE_NAME.match(head)
    rows = _sampled(head, delimiter) if may_be else []
    if not tables and rows and all(len(row) == 1 for row in rows):
        tables = [_Table(0, None, headed=_ONE_NAME.match(head) is not None)]
    return next((table for table in tables if _holds_lines(table, rows)), None)


def _holds_lines(table: _Table, rows: Sequence[Sequence[str]]) -> bool:
    inner = [line for row in rows[table.headed :] if (line := table.line_of(row))]
    return bool(inner) and (_recognised(inner) is not None or _carries(inner[0]))


def _sampled(head: bytes, delimiter: str) -> list[list[str]]:
    """Rows of the head, the first one, too."""
    lines = head.decode(errors="replace").splitlines(keepends=True)
    whole = lines if len(lines) == 1 or lines[-1].endswith("\n") else lines[:-1]
    try:
        return list(islice(csv.reader(whole, delimiter=delimiter), _SAMPLE))
    except csv.Error:
        return []


def _rows(source: ByteSource, table: _Table, outer: RecordSource) -> Iterator[bytes]:
    rows = _unbroken(csv.reader(texts(source, outer), delimiter=table.delimiter), outer)
    if table.headed:
        next(rows, None)
    while batch := list(islice(rows, _BATCH)):
        yield b"".join(table.line_of(row) + b"\n" for row in batch)
    outer.damage = source.damage or outer.damage


def _unbroken(rows: Iterator[list[str]], outer: RecordSource) -> Iterator[list[str]]:
    count = -1  # the first row is the header
    try:
        for row in rows:
            count += 1
            yield row
    except csv.Error as error:
        outer.damage = f"the CSV is damaged after {some(count, 'record')} ({error})"
