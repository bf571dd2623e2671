"""How a format declares its ordinary lines: as many words in each, and what is made of them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_NAMED = re.compile(r"\{(\w+)\}")

Made = Mapping[str, str]
"""Column of an event -> SQL. What has anything as `rejected` is not ordinary."""


@dataclass(frozen=True, slots=True)
class Ordinary:
    """Such lines are read by columns (`ordinary.py`), into the events that the statement makes."""

    words: tuple[str, ...]
    """In their order. `event_time` is in seconds since 1970, with a fraction."""
    values: Mapping[tuple[str, ...], Made]
    """Words -> the columns that are made of them."""
    numbers: Made = field(default_factory=dict)
    """Words that are columns already, whole numbers as a rule, and what is made of any text."""
    nothing: str | None = None
    """What stands for no number; None: without all of its numbers a line is none."""
    delimiter: str = " "
    quoted: bool = False
    """Whether words may stand in quotes, so as to hold the delimiter."""
    last_quoted: int = 0
    """How many words stand in quotes: those that end each line, if it is not 0, and no others."""
    padding: int | None = None
    """The place in a line (from 0) from which up to five blanks may fill up a number."""

    @property
    def wanted(self) -> set[str]:
        """The words of which something is made."""
        given = {"event_time"} & {*self.words}
        return given.union(self.numbers, itertools.chain(*self.values))


def inlined(made: Made, shared: Made) -> dict[str, str]:
    """Templates over fields alone, out of such as name what they share, too."""
    fields = {name: f"{{{name}}}" for one in made.values() for name in _NAMED.findall(one)}
    fields |= {name: f"{{{name}}}" for one in shared.values() for name in _NAMED.findall(one)}
    fields |= {name: value.format(**fields) for name, value in shared.items()}
    return {column: template.format(**fields) for column, template in made.items()}


def by_words(
    templates: Made, words: Mapping[str, str], fields: Mapping[str, str] | None = None
) -> dict[tuple[str, ...], dict[str, str]]:
    """Columns by the words of which they are made. A template names `{fields}`; `words` says which
    word holds a field, and what no word holds is NULL. `fields` are those that are not a word as it
    stands, in SQL."""
    given = {field: f"dash_null({word})" for field, word in words.items()} | dict(fields or {})
    found: dict[tuple[str, ...], dict[str, str]] = {}
    constant: dict[str, str] = {}
    for column, template in templates.items():
        named = dict.fromkeys(_NAMED.findall(template))
        value = template.format_map({name: given.get(name, "NULL::VARCHAR") for name in named})
        used = tuple(sorted({words[name] for name in named if name in words}))
        (found.setdefault(used, {}) if used else constant)[column] = value
    first = next(iter(found), None)
    return {} if first is None else {**found, first: {**found[first], **constant}}
