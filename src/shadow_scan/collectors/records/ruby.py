"""Records as Logstash shows them (its codec `rubydebug`), each as a line of JSON.

A member stands on a line of its own (`"name" => value`), times without quotes, elements of a list
behind their place. Only these signs are exchanged; what does not become JSON is rejected as a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from shadow_scan.collectors.lines.unwrap import ByteSource
from shadow_scan.collectors.records.source import LINE_ENDS, MAX_RECORD, RecordSource, chunks

_BEGINS = re.compile(rb'\s*\{\s*\n\s*"(?:[^"\\\n]|\\.)*" => ')
_END = re.compile(rb"^\}\r?\n", re.MULTILINE)
_MEMBER = re.compile(
    rb'^(\s*"(?:[^"\\]|\\.)*") => (?:(\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-][\d:]+))|(nil))?',
    re.MULTILINE,
)
_PLACE = re.compile(rb"^(\s*)\[\d+\] ", re.MULTILINE)


def is_shown(head: bytes) -> bool:
    return _BEGINS.match(head) is not None


def records(source: ByteSource, outer: RecordSource) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks(source, outer):
        *whole, rest = _END.split(rest + chunk)
        yield b"".join(_line(record + b"}") for record in whole)
        if len(rest) > MAX_RECORD:
            yield rest.translate(LINE_ENDS)
            rest = b""
    if rest.strip():
        yield _line(rest)
    outer.damage = source.damage or outer.damage


def _line(record: bytes) -> bytes:
    as_json = _MEMBER.sub(_member, _PLACE.sub(rb"\1", record))
    return as_json.translate(LINE_ENDS).strip() + b"\n"


def _member(found: re.Match[bytes]) -> bytes:
    name, moment, nothing = found.groups()
    if moment:
        return name + b': "' + moment + b'"'
    return name + (b": null" if nothing else b": ")
