"""Rows of records with structures as CSV: OCSF's classes, whose cells hold them as Athena writes
them (`{ip=10.20.30.44, port=443}`) or as JSON, or whose columns are named by paths; and Azure's,
with JSON for properties. Each row becomes an object, as producers write it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

import msgspec

from shadow_scan.collectors.lines.unwrap import ByteSource
from shadow_scan.collectors.records.source import RecordSource, texts

_CLASS = re.compile(
    rb"(?=[^\n{]*\bclass_uid\b)[^\n{]*"
    rb"(?:\b(?:src_endpoint|dst_endpoint|query|device)\.[a-z][^\n{]*\n|\n[^\n]*\{(?:\w+=|\"\"))"
    rb'|(?=[^\n{]*\bcategory\b)(?=[^\n{]*\bproperties\b)[^\n{]*\n[^\n]*"\{""'
)
_JSON = ('{"', '[{"', '["')
_NEXT = re.compile(r", (?=\w+=)")
_BATCH = 1_000
_DEEPEST = 12


def are_in(head: bytes) -> bool:
    """Whether these are such rows below a row of names."""
    return _CLASS.match(head) is not None


def records(source: ByteSource, outer: RecordSource) -> Iterator[bytes]:
    rows = csv.reader(texts(source, outer))
    try:
        names = next(rows, [])
        while batch := list(islice(rows, _BATCH)):
            yield b"".join(_line(names, row) for row in batch)
    except csv.Error as error:
        outer.damage = f"the table is damaged ({error})"
    outer.damage = source.damage or outer.damage


def _line(names: list[str], row: list[str]) -> bytes:
    told = {name: value(cell) for name, cell in zip(names, row, strict=False) if cell}
    return msgspec.json.encode(told) + b"\n"


def value(text: str, depth: int = 0) -> Any:
    """Structures as objects, lists as lists; any other text, and what is too deep, as it is."""
    if text == "null":
        return None
    if text.startswith(_JSON):
        return _decoded(text)
    if depth < _DEEPEST and text[:1] == "{" and text[-1:] == "}":
        members = (member.partition("=") for member in _members(text[1:-1]))
        return {name: value(told, depth + 1) for name, _, told in members if name}
    if depth < _DEEPEST and text[:1] == "[" and text[-1:] == "]":
        return [value(member, depth + 1) for member in _members(text[1:-1], elements=True)]
    return text


def _decoded(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return text


def _members(text: str, *, elements: bool = False) -> Iterator[str]:
    """What commas part outside of all brackets; in structures, only before a name."""
    depth = begin = 0
    for at, sign in enumerate(text):
        depth += (sign in "{[") - (sign in "}]")
        if depth == 0 and sign == "," and (elements or _NEXT.match(text, at)):
            yield text[begin:at].strip()
            begin = at + 1
    if text[begin:].strip():
        yield text[begin:].strip()
