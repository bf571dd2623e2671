"""What `journalctl -o export` writes (and what collects journals over the network): records of
fields, each of which has a line, or, where its text has line ends, the count of its bytes. And what
`journalctl -o verbose` writes: a line with the place in the journal, then fields behind blanks.

Each record becomes a line of JSON, as `journalctl -o json` would have written it, with the fields
that anybody needs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec

from shadow_scan.collectors.lines.unwrap import ByteSource
from shadow_scan.collectors.records.source import MAX_RECORD, RecordSource, chunks

_BEGINS = re.compile(rb"__CURSOR=s=[0-9a-f]{1,64};\S*\n__REALTIME_TIMESTAMP=\d+\n")
_KEPT = frozenset(
    {b"MESSAGE", b"__REALTIME_TIMESTAMP", b"_HOSTNAME", b"SYSLOG_IDENTIFIER", b"_TRANSPORT"}
)
_SIZE_BYTES = 8
# The time that people read stands first, in whatever language and zone; the place has it, too.
_PLACE = re.compile(
    rb"[^\[\n]{0,80}\[s=[0-9a-f]{1,32};i=[0-9a-f]+;b=[0-9a-f]+;m=[0-9a-f]+;t=([0-9a-f]{1,15});"
    rb"x=[0-9a-f]+\]\r?$"
)
_FIELD = re.compile(rb"    ([A-Z_][A-Z0-9_]*)=")
_LONG = re.compile(rb"\[\d[\d.]*[KMG]?B? blob data\]")
"""Instead of what is no text, or too long for a terminal."""
_OF_ITS_OWN = b"-- "
"""What `journalctl` says itself: where a journal or a boot of the machine begins."""
_encode = msgspec.json.Encoder().encode

Fields = dict[str, str]


def is_exported(head: bytes) -> bool:
    return _BEGINS.match(head) is not None


def records(source: ByteSource, outer: RecordSource) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks(source, outer):
        found, rest = _parted(rest + chunk)
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


def is_verbose(head: bytes) -> bool:
    told = [line for line in head.split(b"\n") if not line.startswith(_OF_ITS_OWN)]
    return len(told) > 1 and bool(_PLACE.match(told[0]) and _FIELD.match(told[1]))


def verbose_records(source: ByteSource, outer: RecordSource) -> Iterator[bytes]:
    record, rest = _Verbose(), b""
    for chunk in chunks(source, outer):
        *whole, rest = (rest + chunk).split(b"\n")
        yield b"".join(map(record.told, whole))
        if max(len(rest), record.size) > MAX_RECORD:
            outer.damage = "a record without an end"
            return
    yield (record.told(rest) if rest else b"") + record.ended()
    outer.damage = source.damage or outer.damage


@dataclass(slots=True)
class _Verbose:
    """The record so far: the lines of each of its fields, the field that goes on, and the bytes."""

    fields: dict[str, list[str]] = field(default_factory=dict)
    name: str = ""
    size: int = 0

    def told(self, line: bytes) -> bytes:
        """What is whole by a line: the record before it, and itself where it is no part of one."""
        line = line.rstrip(b"\r")
        if line[:1] == b" " or not line:
            self._goes_on(line)
            return b""
        before = self.ended()
        if place := _PLACE.match(line):
            self.fields = {"__REALTIME_TIMESTAMP": [str(int(place[1], 16))]}
            return before
        return before if line.startswith(_OF_ITS_OWN) else before + line + b"\n"

    def _goes_on(self, line: bytes) -> None:
        self.size += len(line) + 1
        if begun := _FIELD.match(line):
            self.name, value = begun[1].decode(), line[begun.end() :]
            if begun[1] in _KEPT and not _LONG.fullmatch(value):
                self.fields[self.name] = [value.decode(errors="replace")]
        elif self.name in self.fields:
            # The next line of a text stands below its begin.
            self.fields[self.name].append(line[len(self.name) + 5 :].decode(errors="replace"))

    def ended(self) -> bytes:
        fields, self.fields, self.name, self.size = self.fields, {}, "", 0
        told = {name: "\n".join(lines) for name, lines in fields.items()}
        return _encode(told) + b"\n" if told else b""


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
