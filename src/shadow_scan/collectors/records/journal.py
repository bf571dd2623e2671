"""What `journalctl -o export` writes (and what collects journals over the network): records of
fields, each of which has a line, or, where its text has line ends, the count of its bytes.

Each record becomes a line of JSON, as `journalctl -o json` would have written it, with the fields
that anybody needs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from shadow_scan.collectors.records.source import CHUNK, MAX_RECORD, RecordSource
from shadow_scan.collectors.unwrap import ByteSource

_BEGINS = re.compile(rb"__CURSOR=s=[0-9a-f]{1,64};\S*\n__REALTIME_TIMESTAMP=\d+\n")
_KEPT = frozenset(
    {b"MESSAGE", b"__REALTIME_TIMESTAMP", b"_HOSTNAME", b"SYSLOG_IDENTIFIER", b"_TRANSPORT"}
)
_SIZE_BYTES = 8
_encode = msgspec.json.Encoder().encode

Fields = dict[str, str]


def is_exported(head: bytes) -> bool:
    return _BEGINS.match(head) is not None


def records(source: ByteSource, outer: RecordSource) -> Iterator[bytes]:
    rest = b""
    while chunk := source.read(CHUNK):
        found, rest = _parted(rest + chunk)
        outer.compressed_bytes = source.compressed_bytes
        if found:
            yield b"".join(_encode(fields) + b"\n" for fields in found)
        if len(rest) > MAX_RECORD:
            outer.damage = "a record without an end"
            return
    if rest.strip():
        # The last record may lack the blank line that ends the others.
        found, left = _parted(rest + b"\n")
        yield b"".join(_encode(fields) + b"\n" for fields in found)
        if left.strip():
            outer.damage = "the last record is cut"
    outer.damage = source.damage or outer.damage


def _parted(data: bytes) -> tuple[list[Fields], bytes]:
    """The whole records, and what is behind them."""
    found: list[Fields] = []
    at = 0
    while told := _record(data, at):
        fields, at = told
        found += [fields] if fields else []
    return found, data[at:]


def _record(data: bytes, at: int) -> tuple[Fields, int] | None:
    """The record that begins here and where it ends; None where it is not all there."""
    fields: Fields = {}
    while (end := data.find(b"\n", at)) >= 0:
        if end == at:
            return fields, end + 1
        name, sign, value = data[at:end].partition(b"=")
        if not sign:
            begin = end + 1 + _SIZE_BYTES
            end = begin + int.from_bytes(data[end + 1 : begin], "little")
            if end >= len(data):
                return None
            value = data[begin:end]
        if name in _KEPT:
            fields[name.decode()] = value.decode(errors="replace")
        at = end + 1
    return None
