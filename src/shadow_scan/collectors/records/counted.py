"""Syslog as it comes over TCP where each record stands behind the count of its bytes, and no line
end between them (RFC 6587, section 3.4.1), or where a zero ends each (section 3.4.2, GELF): each
record as a line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shadow_scan.collectors.lines.unwrap import ByteSource
from shadow_scan.collectors.records.source import LINE_ENDS, RecordSource, chunks
from shadow_scan.vocabulary import some

_COUNT = re.compile(rb"([1-9]\d{0,5}) (?=<\d{1,3}>)")
_LONGEST_COUNT = len(b"123456 <191>")
_ZERO_ENDED = re.compile(rb"[<{][^\0\n]+\n?\0(?:[<{]|\Z)")
_ZEROS = bytes.maketrans(b"\r\n\0", b"  \n")


def are_in(head: bytes) -> bool:
    """Whether one record's count leads to the next one's, with no line end on the way."""
    first = _COUNT.match(head)
    if first is None:
        return False
    end = first.end() + int(first[1])
    return _COUNT.match(head, end) is not None and b"\n" not in head[:end]


def are_ended_by_zeros(head: bytes) -> bool:
    return _ZERO_ENDED.match(head) is not None


def zero_ended_records(source: ByteSource, outer: RecordSource) -> Iterator[bytes]:
    for chunk in chunks(source, outer):
        yield chunk.translate(_ZEROS)
    outer.damage = source.damage or outer.damage


def records(source: ByteSource, outer: RecordSource) -> Iterator[bytes]:
    rest, count = b"", 0
    for chunk in chunks(source, outer):
        found, rest = _parted(rest + chunk)
        count += len(found)
        yield b"".join(record.translate(LINE_ENDS) + b"\n" for record in found)
        if len(rest) >= _LONGEST_COUNT and _COUNT.match(rest) is None:
            outer.damage = (
                f"after {some(count, 'record')} none stands behind the count of its bytes"
            )
            break
    if told := _COUNT.match(rest):
        # What is cut is no record yet: the next reading may have all of it, and begins with this.
        yield rest[told.end() :].translate(LINE_ENDS)
    outer.damage = source.damage or outer.damage


def _parted(data: bytes) -> tuple[list[bytes], bytes]:
    """The whole records, and what is behind them."""
    found: list[bytes] = []
    at = 0
    while told := _COUNT.match(data, at):
        end = told.end() + int(told[1])
        if end > len(data):
            break
        found.append(data[told.end() : end])
        at = end
    return found, data[at:]
