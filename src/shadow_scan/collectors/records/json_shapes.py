"""Whether a text is one JSON document, and where its records are; told by its first bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

_HAR = re.compile(rb'\s*\{\s*"log"\s*:\s*\{(?=.*?"(?:creator|entries|version)"\s*:)', re.DOTALL)
_NAMED_ROWS = {
    b"columns": b"rows|values",
    b"Columns": b"Rows",
    b"fields": b"rows",
    b"schema": b"datarows",
    b"meta": b"data",
}
_TABLES = re.compile(
    b"|".join(
        rb'"%b"\s*:\s*(\[[^\[\]]*\])\s*,[^\[\]]*?"(%b)"\s*:\s*\[\s*(?=\[)' % named
        for named in _NAMED_ROWS.items()
    )
)
"""What interfaces to queries answer: names of columns, then rows without (Log Analytics, Kusto,
Elasticsearch, OpenSearch, Splunk, ClickHouse)."""
_OF_GRAYLOG = "field: "
"""Before the names of its columns."""
_FRAMES = re.compile(rb'\s*\[\s*\{\s*"FrameType"')
_ASKED_FOR = re.compile(rb'"TableKind"\s*:\s*"PrimaryResult"')
"""Kusto answers with more tables than one was asked for."""
_LISTED_PAIRS = re.compile(rb'"(results)"\s*:\s*\[\s*(?=\[\s*\{\s*"field"\s*:)')
"""What CloudWatch answers to a query: of each row, names and values."""
_NEXT_TO_EACH_OTHER = re.compile(rb'\}(?=\{\s*")')
"""Objects as Firehose puts them into files, without line ends."""
_ARRAY = re.compile(rb"\s*\[\s*[{\]]")
_PRETTY = re.compile(rb"\s*\{\s*\n")
_KEYED = re.compile(
    rb'"(Records|records|Events|events|Event|value|data|logs|results|Results|queries|items|entries|hits|object|logEvents|messages|logRecords|values|dataRows)"'
    rb"\s*:\s*\[\s*(?:\{|\[\s*\"\d{10}(?:\d{9})?\")"
)
_ENVELOPES = frozenset(
    {b"Records", b"records", b"value", b"logEvents", b"hits", b"logRecords", b"values"}
)
"""What clouds put records in, also one envelope a line."""
_DEEP = frozenset({b"logRecords", b"values"})
"""Of OpenTelemetry and Loki."""
_PACKED = re.compile(
    rb'\s*\{(?:\s*"(?!logEvents)\w+"\s*:\s*(?:"[^"]*"|\[(?:\s*"[^"]*",?)*\s*\])\s*,){0,8}'
    rb'\s*"([Rr]ecords|logEvents)"\s*:\s*\[\s*\{'
)
_BURIED = frozenset({b"records", b"hits", b"results"})
"""Interfaces and their readers put more around these."""
_MAX_PREAMBLE = 4_096
_ASKED = 8
"""So many signs of a record's end are looked at."""
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
    if head.lstrip()[:1] not in (b"{", b"["):
        return None
    if (listed := _listed(head)) is not None:
        return listed
    if _ARRAY.match(head):
        return Shape(2)
    if head.lstrip()[:1] != b"{":
        return None
    keyed = _KEYED.search(head, 0, _MAX_PREAMBLE)
    if keyed is not None and (keyed[1] in _ENVELOPES or not _has_objects_as_lines(head)):
        depth = _depth(head[: keyed.start()])
        deepest = _DEEPEST if keyed[1] in _BURIED and not _has_objects_as_lines(head) else 2
        deepest = _DEEPEST if keyed[1] in _DEEP else deepest
        # Suricata has questions inside of a record.
        deepest = 1 if keyed[1] == b"queries" else deepest
        if 1 <= depth <= deepest:
            return Shape(depth + 2, keyed[1])
    return Shape(1) if _PRETTY.match(head) or _are_next_to_each_other(head) else None


def packed_shape(line: bytes) -> Shape | None:
    """The same of a line that is an envelope of many records, as queues carry them."""
    return Shape(3, told[1]) if (told := _PACKED.match(line)) else None


def _listed(head: bytes) -> Shape | None:
    """Records that are lists: of values below names of columns, or of names and values."""
    frames = _FRAMES.match(head)
    if frames is None and (head.lstrip()[:1] == b"[" or _has_objects_as_lines(head)):
        return None
    asked_for = _ASKED_FOR.search(head) if frames else None
    table = _TABLES.search(head, asked_for.end() if asked_for else 0)
    if table is not None:
        names, rows = (told for told in table.groups() if told is not None)
        return Shape(_depth(head[: table.end()]) + 1, rows, columns=_names(names))
    pairs = _LISTED_PAIRS.search(head, 0, _MAX_PREAMBLE)
    return pairs and Shape(_depth(head[: pairs.end()]) + 1, pairs[1])


def _are_next_to_each_other(head: bytes) -> bool:
    first = head.partition(b"\n")[0]
    signs = islice(_NEXT_TO_EACH_OTHER.finditer(first), _ASKED)
    return any(_depth(first[: at.end()]) == 0 for at in signs)


def _names(columns: bytes) -> tuple[str, ...]:
    text = columns.decode(errors="replace")
    objects = r'"(?:name|ColumnName)"\s*:\s*"([^"]+)"'
    names = re.findall(objects if "{" in text else r'"([^"]+)"', text)
    return tuple(name.removeprefix(_OF_GRAYLOG) for name in names)


def _has_objects_as_lines(head: bytes) -> bool:
    """Then an array inside of them is a part of a record, unless it is an envelope."""
    lines = [line.strip() for line in head.split(b"\n")[:3]]
    return len([line for line in lines if line]) > 1 and lines[0].endswith(b"}")


def _depth(text: bytes) -> int:
    bare = re.sub(rb'"(?:[^"\\]|\\.)*"', b"", text)
    opened = bare.count(b"{") + bare.count(b"[")
    return opened - bare.count(b"}") - bare.count(b"]")
