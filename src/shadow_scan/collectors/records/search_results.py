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
from shadow_scan.collectors.records.source import RecordSource, each_element

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
    return each_element(source, _END, _object, _is_begun, "results", outer)


def _is_begun(text: bytes) -> bool:
    return b"<result " in text


def _object(result: bytes) -> bytes:
    told: dict[str, str] = {}
    _, *parts = _FIELD.split(result)
    for name, field in zip(parts[::2], parts[1::2], strict=True):
        if found := _VALUE.search(field):
            value, _, _ = field[found.end() :].partition(b"</" + found[1] + b">")
            text = _TAG.sub(b"", value).decode(errors="replace")
            told.setdefault(name.decode(errors="replace"), html.unescape(text))
    return msgspec.json.encode(told) + b"\n"
