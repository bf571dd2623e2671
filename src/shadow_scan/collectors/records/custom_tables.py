"""Rows of Log Analytics' custom tables, whose columns have a letter for their type behind the names
that products write (`Domain_s`, `Timestamp_t`); in those of W3C's logs hyphens are gone, too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from shadow_scan.collectors.lines.unwrap import ByteSource
from shadow_scan.collectors.records.source import MAX_RECORD, RecordSource, chunks, each_line

# What is empty of two columns for one name is left under its own.
_MEMBER = re.compile(rb'"(\w+?)_[sdtbg]"(?=\s*:\s*(?!""|null))')
_COLUMN = re.compile(rb'(?<=[,"])(\w+?)_[sdtbg](?=(?: \[\w+\])?"?(?:,|\r?$))')
_EXTENDED = re.compile(rb"(?:x|c|s|cs|sc|rs|sr)_\w+|time_taken")
_TIME = b"TimeGenerated"
_FEWEST = 3


def is_row(head: bytes) -> bool:
    """Whether a record, or a row of names, is of such a table."""
    line = head.partition(b"\n")[0]
    named = _MEMBER if line[:1] == b"{" else _COLUMN
    return _TIME in line and len(named.findall(line)) >= _FEWEST


def is_known_bare(head: bytes) -> bool:
    """Whether what is in the old table of all resources is known by bare names alone."""
    return b'"AZFW' in head or b",AZFW" in head


def renamed(source: ByteSource) -> ByteSource:
    """The same rows under the names that products write."""
    if source.peek(1) == b"{":
        return RecordSource(source, "JSON", partial(each_line, source, _members))
    return RecordSource(source, "CSV", partial(_columns, source))


def _members(record: bytes) -> bytes:
    return _MEMBER.sub(_named, record)


def _columns(source: ByteSource, outer: RecordSource) -> Iterator[bytes]:
    head = b""
    pieces = chunks(source, outer)
    for chunk in pieces:
        head += chunk
        if b"\n" in head or len(head) > MAX_RECORD:
            break
    names, end, rest = head.partition(b"\n")
    yield _COLUMN.sub(_bare, names) + end + rest
    yield from pieces
    outer.damage = source.damage or outer.damage


def _bare(found: re.Match[bytes]) -> bytes:
    name = found[1]
    return name.replace(b"_", b"-") if _EXTENDED.fullmatch(name) else name


def _named(found: re.Match[bytes]) -> bytes:
    return b'"' + _bare(found) + b'"'
