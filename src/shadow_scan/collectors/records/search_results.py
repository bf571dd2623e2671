"""Results of a search as Splunk exports them in XML: of each result, its fields as an object.

Nothing of the XML is interpreted but where a result and its values begin and end, and the signs
that stand for others in a text.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import msgspec

from shadow_scan.collectors.lines.unwrap import ByteSource
from shadow_scan.collectors.records.source import CHUNK, RecordSource

_MAX_RESULT = 4 << 20
_END = b"</result>"
_BEGINS = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?<results[ >]")
_FIELD = re.compile(rb"<field k=[\"']([^\"'<>]+)[\"']>")
_VALUE = re.compile(rb"<(text|v)\b[^<>]*>")
_TAG = re.compile(rb"<[^<>]*>")
"""Around the words that were searched for."""


def are_in(head: bytes) -> bool:
    """Whether these are results of a search."""
    return _BEGINS.match(head) is not None and b"<field" in head


def records(source: ByteSource, outer: RecordSource) -> Iterator[bytes]:
    rest, count = b"", 0
    while len(rest) <= _MAX_RESULT and (chunk := source.read(CHUNK)):
        *whole, rest = (rest + chunk).split(_END)
        outer.compressed_bytes = source.compressed_bytes
        count += len(whole)
        if whole:
            yield b"".join(map(_object, whole))
    if source.damage:
        outer.damage = source.damage
    elif b"<result " in rest:
        outer.damage = f"the XML ends early or is damaged after {count:,} results"


def _object(result: bytes) -> bytes:
    told: dict[str, str] = {}
    _, *parts = _FIELD.split(result)
    for name, field in zip(parts[::2], parts[1::2], strict=True):
        if found := _VALUE.search(field):
            value, _, _ = field[found.end() :].partition(b"</" + found[1] + b">")
            text = _TAG.sub(b"", value).decode(errors="replace")
            told.setdefault(name.decode(errors="replace"), html.unescape(text))
    return msgspec.json.encode(told) + b"\n"
