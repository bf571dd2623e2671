"""A report before it has a form: sections of sentences, figures, charts and tables.

Plain values alone; nothing in it depends on the moment or the machine, so that the same input and
rules give the same digest.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from shadow_scan.vocabulary import Table


class _Block(msgspec.Struct, frozen=True, tag=lambda name: name.lower()):
    """One piece of a section; the tag `type` names it in JSON."""


class Sentence(_Block, frozen=True):
    text: str
    about: str = ""
    """What it speaks of, in a word; `note` for what stands small below."""


class Figure(msgspec.Struct, frozen=True):
    label: str
    value: str
    note: str = ""


class Figures(_Block, frozen=True):
    items: tuple[Figure, ...]


class Bar(msgspec.Struct, frozen=True):
    """`low` and `high` make it a range around the value; the shown text may say more."""

    label: str
    value: float
    shown: str
    low: float | None = None
    high: float | None = None


class Bars(_Block, frozen=True):
    title: str
    bars: tuple[Bar, ...]


class Columns(_Block, frozen=True):
    """One column a period, in order."""

    title: str
    bars: tuple[Bar, ...]


class Grid(_Block, frozen=True):
    """A table; `shown` are the words for its columns."""

    title: str
    columns: tuple[str, ...]
    shown: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    left_out: int = 0


class Opening(_Block, frozen=True):
    """A figure that opens: its line, and the table behind it."""

    title: str
    inner: Grid
    sentences: tuple[Sentence, ...] = ()


Block = Sentence | Figures | Bars | Columns | Grid | Opening


class Section(msgspec.Struct, frozen=True):
    id: str
    title: str
    blocks: tuple[Block, ...]


class Assumption(msgspec.Struct, frozen=True):
    name: str
    value: str | float | int | None
    unit: str
    given: bool
    """Whether the organisation wrote it; else it is our default."""


class Document(msgspec.Struct, frozen=True):
    kind: str
    title: str
    subtitle: str
    sections: tuple[Section, ...]
    rules: str
    """Digest of the rules, in full."""
    inputs: tuple[tuple[str, str | None], ...]
    """(file, SHA-256 of what was read of it, None for nothing)."""
    assumptions: tuple[Assumption, ...] = ()
    purchases: tuple[dict[str, Any], ...] = ()
    """For the calculation in a spreadsheet: what each candidate's cost is made of."""

    @property
    def digest(self) -> str:
        """SHA-256 of all that the report says, less what hangs on the machine: the folder in which
        the logs lie, and the ids of sessions, which come of the key. So the same input and rules
        give the same digest anywhere."""
        said = msgspec.json.encode(self).decode()
        said = _anywhere(said, (file for file, _ in self.inputs))
        return hashlib.sha256(_SESSION.sub("s-", said).encode()).hexdigest()


_SESSION = re.compile(r"\bs-[0-9a-f]{12}\b")


def within(files: Iterable[str]) -> dict[str, str]:
    """File -> its path from the innermost folder that holds them all; the longest first."""
    found = sorted(filter(os.path.isabs, files), key=len, reverse=True)
    folder = os.path.commonpath([os.path.dirname(file) for file in found]) if found else ""
    return {file: os.path.relpath(file, folder) for file in found}


def _anywhere(said: str, files: Iterable[str]) -> str:
    """The text with files as they are called within their folder, wherever it is."""
    for file, part in within(files).items():
        said = said.replace(_as_json(file), _as_json(part))
    return said


def _as_json(text: str) -> str:
    return msgspec.json.encode(text).decode()[1:-1]


def grid(
    table: Table, title: str, columns: Sequence[tuple[str, str]], most: int | None = None
) -> Grid:
    """Some columns of a listing under words for people, without those that hold nothing; `most`
    rows, and how many are left out."""
    kept = table.rows if most is None else table.rows[:most]
    places = {name: table.columns.index(name) for name, _ in columns}
    filled = [
        (name, word)
        for name, word in columns
        if not kept or any(row[places[name]] not in (None, "", []) for row in kept)
    ]
    names = tuple(name for name, _ in filled)
    words = tuple(word for _, word in filled)
    rows = tuple(tuple(row[places[name]] for name in names) for row in kept)
    return Grid(title, names, words, rows, len(table.rows) - len(rows))


def note(text: str) -> Sentence:
    return Sentence(text, "note")


def bars(table: Table, title: str, label: str, value: str, most: int, unit: str = "") -> Bars:
    named, valued = table.columns.index(label), table.columns.index(value)
    return Bars(
        title,
        tuple(
            Bar(str(row[named]), float(row[valued]), f"{row[valued]:,}{unit}")
            for row in table.rows[:most]
            if row[valued]
        ),
    )
