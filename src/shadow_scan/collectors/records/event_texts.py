"""Events of the Windows event log as people see them, a text of many lines each, one a line: of
Splunk's own input, of `wevtutil /f:text` and of `Get-WinEvent | Format-List`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from shadow_scan.collectors.lines.unwrap import ByteSource
from shadow_scan.collectors.records.source import MAX_RECORD, RecordSource, chunks

_BEGINS = (
    re.compile(rb"^\d\d/\d\d/\d{4} \d\d:\d\d:\d\d(?:\.\d{1,6})? [AP]M\r?\n(?=LogName=)", re.M),
    re.compile(rb"^Event\[\d+\]:?\r?\n(?= +Log Name: )", re.M),
)
_PROPERTY = re.compile(rb"^([A-Z]\w+) +: ")
_PROVIDER = re.compile(rb"^ProviderName +: ", re.M)
"""Which every list of an event's properties has."""


def begin_of(head: bytes) -> re.Pattern[bytes] | None:
    """How each of the events begins; None where it is none of these."""
    text = head.lstrip()
    found = next((begin for begin in _BEGINS if begin.match(text)), None)
    first = None if found else _PROPERTY.match(text)
    if first is None or _PROVIDER.search(text) is None:
        return found
    return re.compile(rb"^" + first[1] + rb" +: ", re.M)


def records(source: ByteSource, begin: re.Pattern[bytes], outer: RecordSource) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks(source, outer):
        rest += chunk
        begins = [found.start() for found in begin.finditer(rest)]
        ends = begins[1:]
        yield b"".join(_line(rest[at:end]) for at, end in zip(begins, ends, strict=False))
        rest = rest[begins[-1] :] if begins else rest
        if len(rest) > MAX_RECORD:
            outer.damage = "an event without an end"
            return
    if begin.match(rest):
        yield _line(rest)
    outer.damage = source.damage or outer.damage


def _line(event: bytes) -> bytes:
    named = partial(_PROPERTY.sub, rb"\1: ")
    return b" ".join(named(part).strip() for part in event.splitlines() if part.strip()) + b"\n"
