"""Flows that Azure's networks write into a storage account or an event hub: texts in lists, deep in
records of groups and rules. What comes out is a flow a line, as it stands there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shadow_scan.collectors.lines.unwrap import ByteSource
from shadow_scan.collectors.records.source import RecordSource, chunks

_MARK = b'"flowTuples"'
_FLOW = re.compile(rb'"(\d{10}(?:\d{3})?,[\da-fA-F.:]{2,45},[^"\\]{8,300})"')
_LONGEST = 400
_RECORDS = re.compile(rb"\s*(?:\[\s*)?\{")


def are_in(head: bytes) -> bool:
    return _MARK in head and _RECORDS.match(head) is not None


def records(source: ByteSource, outer: RecordSource) -> Iterator[bytes]:
    rest, count = b"", 0
    for chunk in chunks(source, outer):
        text = rest + chunk
        found = list(_FLOW.finditer(text))
        count += len(found)
        yield b"".join(flow[1] + b"\n" for flow in found)
        rest = text[max(found[-1].end() if found else 0, len(text) - _LONGEST) :]
    if source.damage:
        outer.damage = source.damage
    elif not rest.rstrip().endswith((b"}", b"]")):
        outer.damage = f"the JSON ends early after {count:,} flows"
