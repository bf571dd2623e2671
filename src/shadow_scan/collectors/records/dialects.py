"""JSON as others write it, brought to the shape that products write: types of MongoDB around
values, times as PowerShell writes them, Azure's properties as a text, commas behind objects that
were copied out of an array, rows below names (ClickHouse)."""

from __future__ import annotations

import re
from functools import partial

import msgspec

from shadow_scan.collectors.lines.unwrap import ByteSource
from shadow_scan.collectors.records.source import RecordSource, each_line

_TYPED = re.compile(
    rb'\{ ?"\$(?:date|oid|uuid|number\w{3,10})" ?: ?("(?:[^"\\]|\\.)*"|-?[\d.]+) ?\}'
)
_IS_TYPED = re.compile(rb'\{.*: ?\{ ?"\$(?:date|oid|number\w{3,10})" ?:')
_TEXTUAL = re.compile(rb'"properties" ?: ?("\{(?:[^"\\]|\\.)*\}")')
_OF_AZURE = re.compile(
    rb'\{(?=.*"category" ?: ?"(?:AZFW|AzureFirewall|NetworkAccess|AdvancedHunting))'
)
_DATED = re.compile(rb'"\\?/Date\((-?\d{10,16})(?:[+-]\d{4})?\)\\?/"')
_NAMES = re.compile(rb'\["\w+"(?:, ?"[\w. ]+"){2,}\]\r?')
_NOTHING = (msgspec.MsgspecError, RecursionError, UnicodeError)


def without(source: ByteSource) -> ByteSource:
    """The source itself, or its records as products write them."""
    first, _, rest = source.peek().partition(b"\n")
    if _IS_TYPED.match(first):
        return RecordSource(source, "JSON", partial(each_line, source, _plain))
    if _OF_AZURE.match(first) and _TEXTUAL.search(first):
        return RecordSource(source, "JSON", partial(each_line, source, _opened))
    if first[:1] == b"{" and _DATED.search(first):
        return RecordSource(source, "JSON", partial(each_line, source, partial(_DATED.sub, rb"\1")))
    if first[:1] == b"{" and first.rstrip().endswith(b"},"):
        return RecordSource(source, "JSON", partial(each_line, source, _apart))
    if _NAMES.fullmatch(first) and rest[:1] == b"[":
        return RecordSource(source, "JSON", partial(each_line, source, _Rows(first).object_of))
    return source


def _plain(record: bytes) -> bytes:
    # A time may be a number in its own type within.
    return _TYPED.sub(rb"\1", _TYPED.sub(rb"\1", record))


def _apart(record: bytes) -> bytes:
    return record.rstrip().removesuffix(b",")


def _opened(record: bytes) -> bytes:
    return _TEXTUAL.sub(_object, record, count=1)


def _object(found: re.Match[bytes]) -> bytes:
    try:
        return b'"properties":' + msgspec.json.decode(found[1], type=str).encode()
    except _NOTHING:
        return found[0]


class _Rows:
    """Rows that are lists, below their names and, at times, those of types."""

    def __init__(self, names: bytes) -> None:
        self._first = names
        self._names = msgspec.json.decode(names, type=list[str])

    def object_of(self, line: bytes) -> bytes:
        if line == self._first:
            return b""
        try:
            cells = msgspec.json.decode(line, type=list[msgspec.Raw])
        except _NOTHING:
            return line
        if len(cells) != len(self._names):
            return line
        return msgspec.json.encode(dict(zip(self._names, cells, strict=True)))
