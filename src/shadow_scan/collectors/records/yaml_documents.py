"""Entries of Google's logs as its command prints them, and messages of dnstap as BIND's does, one
YAML document each, as lines of JSON.

Only what that command writes is read: mappings and lists by their indentation, words with or
without quotes, texts of several lines. What is no such document is rejected as a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from shadow_scan.collectors.lines.unwrap import ByteSource
from shadow_scan.collectors.records.source import LINE_ENDS, MAX_RECORD, RecordSource, chunks

_OF_ENTRIES = frozenset(
    {b"insertId", b"logName", b"timestamp", b"receiveTimestamp", b"httpRequest", b"jsonPayload"}
)
_FEWEST = 3
_OF_DNSTAP = re.compile(rb"\s*type: MESSAGE\r?\n")
_NAME = re.compile(rb"^(\w+):(?=[ \r\n])", re.MULTILINE)
_BEGIN = re.compile(rb"^---[ \t]*\r?\n", re.MULTILINE)
_MEMBER = re.compile(r"""(?:'((?:[^']|'')*)'|"((?:[^"\\]|\\.)*)"|([\w./@$-][^:'"]*)):(?: +(.*))?""")
_TEXT = re.compile(r"[|>][+-]?\d?")
_DEEPEST = 40
_LONGEST = 65_536


def are_in(head: bytes) -> bool:
    first = next((part for part in _BEGIN.split(head[:_LONGEST], maxsplit=2) if part.strip()), b"")
    entry = len(_OF_ENTRIES.intersection(_NAME.findall(first))) >= _FEWEST
    return entry or _OF_DNSTAP.match(first) is not None


def records(source: ByteSource, outer: RecordSource) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks(source, outer):
        *whole, rest = _BEGIN.split(rest + chunk)
        yield b"".join(_line(document) for document in whole)
        if len(rest) > MAX_RECORD:
            yield rest.translate(LINE_ENDS) + b"\n"
            rest = b""
    yield _line(rest)
    outer.damage = source.damage or outer.damage


def _line(document: bytes) -> bytes:
    if not document.strip():
        return b""
    try:
        told = _Document(document.decode()).value()
    except (ValueError, UnicodeError):
        return document.translate(LINE_ENDS).strip() + b"\n"
    return msgspec.json.encode(told).translate(LINE_ENDS) + b"\n"


@dataclass(slots=True)
class _Line:
    blanks: int
    text: str


class _Document:
    """Raises ValueError for what is no document of the command's."""

    def __init__(self, text: str) -> None:
        bare = ((line, line.lstrip(" ")) for line in text.splitlines())
        self._lines = [_Line(len(line) - len(text), text) for line, text in bare if text]
        self._at = 0

    def value(self) -> Any:
        told = self._block(0, 0)
        if self._at < len(self._lines):
            raise ValueError("a line out of place")
        return told

    def _block(self, blanks: int, depth: int) -> Any:
        if depth > _DEEPEST:
            raise ValueError("too deep")
        return (
            self._list(blanks, depth)
            if self._lines[self._at].text.startswith("-")
            else self._mapping(blanks, depth)
        )

    def _stands_at(self, blanks: int) -> bool:
        return self._at < len(self._lines) and self._lines[self._at].blanks == blanks

    def _mapping(self, blanks: int, depth: int) -> dict[str, Any]:
        told: dict[str, Any] = {}
        while self._stands_at(blanks) and not self._lines[self._at].text.startswith("- "):
            member = _MEMBER.fullmatch(self._lines[self._at].text)
            if member is None:
                raise ValueError("no member")
            self._at += 1
            name = next(part for part in member.groups() if part is not None)
            told[name] = self._member(member[4] or "", blanks, depth)
        return told

    def _member(self, text: str, blanks: int, depth: int) -> Any:
        if _TEXT.fullmatch(text):
            return self._continued("", blanks)
        if text:
            return _word(self._continued(text, blanks))
        if self._at < len(self._lines):
            following = self._lines[self._at]
            is_list = following.blanks == blanks and following.text.startswith("- ")
            if following.blanks > blanks or is_list:
                return self._block(following.blanks, depth + 1)
        return None

    def _continued(self, text: str, blanks: int) -> str:
        """A text with the lines below it that stand further in."""
        parts = [text] if text else []
        while self._at < len(self._lines) and self._lines[self._at].blanks > blanks:
            parts.append(self._lines[self._at].text)
            self._at += 1
        return " ".join(parts)

    def _list(self, blanks: int, depth: int) -> list[Any]:
        told: list[Any] = []
        while self._stands_at(blanks) and self._lines[self._at].text.startswith("- "):
            line = self._lines[self._at]
            inner = line.text[2:].lstrip(" ")
            if _MEMBER.fullmatch(inner) is None:
                self._at += 1
                told.append(_word(self._continued(inner, blanks)))
                continue
            self._lines[self._at] = _Line(blanks + len(line.text) - len(inner), inner)
            told.append(self._block(self._lines[self._at].blanks, depth + 1))
        return told


def _word(text: str) -> Any:
    if text[:1] == "'" and text[-1:] == "'":
        return text[1:-1].replace("''", "'")
    if text[:1] == '"' and text[-1:] == '"':
        return msgspec.json.decode(text)
    return {"null": None, "~": None, "{}": {}, "[]": []}.get(text, text)
