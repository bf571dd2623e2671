"""Whether a text is one JSON document, and where its records are; told by its first bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass

_HAR = re.compile(rb'\s*\{\s*"log"\s*:\s*\{(?=.*?"(?:creator|entries|version)"\s*:)', re.DOTALL)
_TABLES = re.compile(
    rb'\s*\{\s*"tables"\s*:\s*\[\s*\{[^\[\]]*"columns"\s*:\s*(\[[^\[\]]*\])\s*,\s*"rows"\s*:\s*\['
)
"""What Log Analytics answers to a query: names of columns, then rows without."""
_ARRAY = re.compile(rb"\s*\[\s*[{\]]")
_PRETTY = re.compile(rb"\s*\{\s*\n")
_KEYED = re.compile(
    rb'"(Records|records|Events|events|value|data|logs|results|Results|queries|items|entries|hits|logEvents|messages|logRecords|values)"'
    rb"\s*:\s*\[\s*(?:\{|\[\s*\"\d{10}(?:\d{9})?\")"
)
_ENVELOPES = frozenset(
    {b"Records", b"records", b"value", b"logEvents", b"hits", b"logRecords", b"values"}
)
"""What clouds put records in, also one envelope a line."""
_DEEP = frozenset({b"logRecords", b"values"})
"""Of OpenTelemetry and Loki."""
_MAX_PREAMBLE = 4_096
_DEEPEST = 6
"""So many levels an answer of an interface may put around its records."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Where the records are: objects that open at this depth, in the arrays of this key."""

    depth: int
    key: bytes | None = None
    is_har: bool = False
    columns: tuple[str, ...] = ()
    """Names of the cells, where records are arrays."""


def shape_of(head: bytes) -> Shape | None:
    """None when the text has lines: one object a line, or no JSON at all."""
    if _HAR.match(head):
        return Shape(4, b"entries", is_har=True)
    if tables := _TABLES.match(head):
        return Shape(5, b"rows", columns=_names(tables[1]))
    if _ARRAY.match(head):
        return Shape(2)
    if head.lstrip()[:1] != b"{":
        return None
    keyed = _KEYED.search(head, 0, _MAX_PREAMBLE)
    if keyed is not None and (keyed[1] in _ENVELOPES or not _has_objects_as_lines(head)):
        depth = _depth(head[: keyed.start()])
        deepest = _DEEPEST if keyed[1] == b"records" and not _has_objects_as_lines(head) else 2
        deepest = _DEEPEST if keyed[1] in _DEEP else deepest
        # Suricata has questions inside of a record.
        deepest = 1 if keyed[1] == b"queries" else deepest
        if 1 <= depth <= deepest:
            return Shape(depth + 2, keyed[1])
    return Shape(1) if _PRETTY.match(head) else None


def _names(columns: bytes) -> tuple[str, ...]:
    return tuple(
        re.findall(r'"(?:name|ColumnName)"\s*:\s*"([^"]+)"', columns.decode(errors="replace"))
    )


def _has_objects_as_lines(head: bytes) -> bool:
    """Then an array inside of them is a part of a record, unless it is an envelope."""
    lines = [line.strip() for line in head.split(b"\n")[:3]]
    return len([line for line in lines if line]) > 1 and lines[0].endswith(b"}")


def _depth(text: bytes) -> int:
    bare = re.sub(rb'"(?:[^"\\]|\\.)*"', b"", text)
    opened = bare.count(b"{") + bare.count(b"[")
    return opened - bare.count(b"}") - bare.count(b"]")
