"""What collectors write before a record of JSON: a time (CloudWatch's files), a time and a tag
(fluentd), or a number, a tag and a time (Fluent Bit's standard output, its records like Ruby's)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial

from shadow_scan.collectors.records.source import RecordSource
from shadow_scan.collectors.unwrap import ByteSource

_CHUNK = 1 << 20
_MAX_RECORD = 8 << 20
_DATED = re.compile(
    rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[^ \t]{0,15}(?: [+-]\d{4})?"
    rb"(?: |\t[\w.-]{1,200}\t)(?=\{\")"
)
_NUMBERED = re.compile(rb"\[\d+\] [^ ]{1,200}: \[\[?(\d{9,10}\.\d+)(?:, \{[^}]*\}\])?, (?=\{)")
_ARROW = re.compile(rb'("(?:[^"\\]|\\.)*")=>')


def without(source: ByteSource) -> ByteSource:
    """The source itself, or its records without what stands before them."""
    first = source.peek(4_096).partition(b"\n")[0]
    if _DATED.match(first) or _NUMBERED.match(first):
        return RecordSource(source, "JSON", partial(_lines, source))
    return source


def _lines(source: ByteSource, outer: RecordSource) -> Iterator[bytes]:
    rest = b""
    while chunk := source.read(_CHUNK):
        outer.compressed_bytes = source.compressed_bytes
        *whole, rest = (rest + chunk).split(b"\n")
        if whole:
            yield b"".join(_bare(line) + b"\n" for line in whole)
        if len(rest) > _MAX_RECORD:
            yield rest
            rest = b""
    if rest:
        yield _bare(rest) + b"\n"
    outer.damage = source.damage or outer.damage


def _bare(line: bytes) -> bytes:
    if dated := _DATED.match(line):
        return line[dated.end() :]
    if numbered := _NUMBERED.match(line):
        record = _ARROW.sub(rb"\1:", line[numbered.end() :].rstrip().removesuffix(b"]"))
        moment = datetime.fromtimestamp(float(numbered[1]), UTC).isoformat()
        return b'{"time":"' + moment.encode() + b'",' + record[1:]
    return line
