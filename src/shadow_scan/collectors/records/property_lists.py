"""Records as PowerShell lists them, a property a line (`Format-List`), as lines of JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from shadow_scan.collectors.lines.unwrap import ByteSource
from shadow_scan.collectors.records.source import MAX_RECORD, RecordSource, chunks

_NAME = re.compile(r"[A-Za-z@][\w .\[\]-]*")
_LISTED = re.compile(rb"\s*(?:[A-Za-z@][\w .\[\]-]* : .*\r?\n|[A-Za-z@][\w .\[\]-]* :\r?\n){4}")
_FEWEST = 4


def are_in(head: bytes) -> bool:
    """Whether the first lines are names, each with blanks up to a colon below the last one's."""
    if not _LISTED.match(head):
        return False
    colons = {line.find(b" : ") for line in head.lstrip().splitlines()[:_FEWEST] if b" : " in line}
    return len(colons) == 1


def records(source: ByteSource, outer: RecordSource) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks(source, outer):
        *whole, rest = re.split(rb"\n\r?\n", rest + chunk)
        yield b"".join(map(_line, whole))
        if len(rest) > MAX_RECORD:
            yield _line(rest)
            rest = b""
    yield _line(rest)
    outer.damage = source.damage or outer.damage


def _line(record: bytes) -> bytes:
    told: dict[str, list[str]] = {}
    name = ""
    for line in record.decode(errors="replace").splitlines():
        before, colon, value = line.partition(":")
        if colon and _NAME.fullmatch(before):
            name = before.rstrip()
            told[name] = [value.strip()]
        elif name:
            # What is too long goes on below, behind blanks.
            told[name].append(line.strip())
    whole = {name: "".join(parts) for name, parts in told.items()}
    return msgspec.json.encode(whole) + b"\n" if whole else b""
