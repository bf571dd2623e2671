"""Statements over JSON without the members that no line has.

A product's member has had many names: DuckDB plans a look at each for each block, and takes it for
each line. What a statement was made of stands in it as a comment before the part that is made anew
here; the statement as it is written reads all names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

_MANY_NAMES = 100
"""Looking at the names that lines have costs as much as taking so many that they do not have."""
_MARKED = re.compile(r"/\*members (.*?)\*/.*?/\*members\*/", re.DOTALL)
_STEP = re.compile(r"(?<!\\)\.")


def marked(statement: str, document: str, wanted: Mapping[str, str], **others: object) -> str:
    """A statement over members (`wanted`: field -> 'path|other path') of `document`, SQL over
    `line`, with what it was made of where that pays."""
    if sum(len(paths.split("|")) for paths in wanted.values()) < _MANY_NAMES:
        return statement
    made_of = json.dumps([document, dict(wanted), others])
    made_of = made_of.replace("*", "\\u002a")  # so that nothing ends the comment
    return f"/*members {made_of}*/{statement}/*members*/"


@dataclass(frozen=True, slots=True)
class Narrow:
    """A statement that may be narrowed."""

    statement: str
    document: str
    """SQL over `line`: the text of the object whose members are read."""
    wanted: Mapping[str, str]
    others: Mapping[str, Any]

    @property
    def names(self) -> frozenset[str]:
        """All members that it reads."""
        return frozenset(_first(path) for of in self.wanted.values() for path in of.split("|"))

    def without(self, missing: AbstractSet[str], made_of: Callable[..., str]) -> str:
        """The statement without some of its names."""

        def kept(paths: str) -> str:
            return "|".join(path for path in paths.split("|") if _first(path) not in missing)

        wanted = {field: kept(paths) for field, paths in self.wanted.items()}
        if not any(wanted.values()):
            return self.statement
        anew = made_of(wanted, **self.others)
        return _MARKED.sub(lambda _: anew, self.statement, count=1)


def narrow(statement: str) -> Narrow | None:
    found = _MARKED.search(statement)
    return Narrow(statement, *json.loads(found[1])) if found else None


def _first(path: str) -> str:
    return _STEP.split(path, maxsplit=1)[0].replace("\\.", ".")
