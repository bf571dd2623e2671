"""Host patterns by themselves: of which kind one is, and what makes one that can never work.

Knows no rule set; whether patterns fit together is for lint to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Generic, Literal, TypeVar

T = TypeVar("T")
Kind = Literal["exact", "suffix", "wildcard", "regex", "path"]

_NAME = re.compile(r"=?[a-z0-9_*-]+(\.[a-z0-9_*-]+)+")
_REPEATED_REPEAT = re.compile(r"[+*}]\)?[^()]*\)\s*([+*{])")
_MAX_STARS = 6
_LITERAL_END = re.compile(r"(?:.*[)\]}+*?])?((?:\\\.|[a-z0-9-])+)\$?", re.DOTALL)
"""Letters behind all that may stand for several, up to the end."""
NO_NAME = r"[^\s\S]"
"""Fits nothing."""


def kind_of(pattern: str) -> Kind:
    if pattern.startswith("re:"):
        return "regex"
    if "/" in pattern:
        return "path"
    if pattern.startswith("="):
        return "exact"
    return "wildcard" if "*" in pattern else "suffix"


def glob_regex(glob: str, *, within_label: bool = False) -> re.Pattern[str]:
    """'*' stands for anything; in host names for one or more characters of any label."""
    return re.compile(glob_expression(glob, within_label=within_label), re.DOTALL)


def glob_expression(glob: str, *, within_label: bool = False) -> str:
    """The text of that pattern, for one that holds several."""
    star = "[a-z0-9_.-]+" if within_label else ".*"
    return star.join(re.escape(part) for part in glob.split("*"))


class HostPatterns(Generic[T]):
    """Values by wildcard, in their order, and then by regex. A log has ten thousand names, of which
    next to none ends as one of the wildcards does: the others are asked for none of them."""

    def __init__(self) -> None:
        self._wildcards: list[tuple[re.Pattern[str], T]] = []
        self._regexes: list[tuple[re.Pattern[str], T]] = []
        self._ends: tuple[str, ...] = ()

    def add(self, pattern: str, value: T) -> None:
        if kind_of(pattern) == "regex":
            self._regexes.append((re.compile(pattern[3:]), value))
        else:
            self._wildcards.append((glob_regex(pattern, within_label=True), value))
            self._ends += (pattern.rpartition("*")[2],)

    def of(self, name: str) -> T | None:
        if name.endswith(self._ends):
            for regex, value in self._wildcards:
                if regex.fullmatch(name):
                    return value
        return next((value for regex, value in self._regexes if regex.fullmatch(name)), None)

    def __iter__(self) -> Iterator[tuple[re.Pattern[str], T]]:
        return chain(self._wildcards, self._regexes)


@dataclass(frozen=True, slots=True)
class HostEnds:
    """How every name ends that some patterns may fit. A log may have a million names, of which next
    to none does: a database leaves the others out before anyone is asked."""

    names: frozenset[str]
    """Two labels."""
    tails: tuple[str, ...]
    """What is less than that; nothing at all fits every name."""

    @property
    def expression(self) -> str:
        """A regular expression for the end of a name, of `tails` alone."""
        if "" in self.tails:
            return ""  # DuckDB finds '(?:)$' in no text of a column
        return f"(?:{'|'.join(map(re.escape, self.tails))})$" if self.tails else NO_NAME


def ends_of(patterns: Iterable[str]) -> HostEnds:
    """Of patterns of any kind, with paths or without."""
    names, tails = set[str](), set[str]()
    for tail in map(_tail_of, patterns):
        whole = tail.partition(".")[2]  # what stands before the first '.' may be part of a label
        if "." in whole:
            names.add(".".join(whole.rsplit(".", 2)[-2:]))
        else:
            tails.add(tail)
    return HostEnds(frozenset(names), tuple(sorted(tails)))


def _tail_of(pattern: str) -> str:
    """What every name ends with that fits, a '.' before it or not."""
    if kind_of(pattern) == "regex":
        found = None if "|" in pattern else _LITERAL_END.fullmatch(pattern.removeprefix("re:"))
        return found[1].replace("\\.", ".") if found else ""
    host = pattern.partition("/")[0].removeprefix("=")
    if "*" in host:
        return host.rpartition("*")[2]
    return f".{host}" if "." in host else host


def pattern_problems(pattern: str) -> Iterator[str]:
    """What is wrong with one pattern, each as the end of a sentence that begins with it."""
    if pattern.startswith("re:"):
        yield from _regex_problems(pattern[3:])
        return
    name, _, path = pattern.partition("/")
    if "?" in pattern:
        yield "can never match: query strings are not stored"
    elif not _NAME.fullmatch(name):
        yield f"is no host pattern{_meant(pattern)}"
    elif pattern.startswith("=") and "*" in name:
        yield "cannot be exact and hold a '*'"
    if max(name.count("*"), path.count("*")) > _MAX_STARS:
        yield f"holds more than {_MAX_STARS} '*'"


def _regex_problems(expression: str) -> Iterator[str]:
    try:
        re.compile(expression)
    except (re.error, RecursionError, OverflowError) as error:
        yield f"is no pattern: {error}"
        return
    if _REPEATED_REPEAT.search(expression):
        yield "repeats what is repeated already, which may take for ever"


def _meant(pattern: str) -> str:
    """The pattern that somebody who pasted an address or a capital letter had in mind."""
    bare = pattern.strip().lower().rpartition("://")[2].rstrip("/").rstrip(".")
    name, slash, path = bare.partition("/")
    name = re.sub(r":\d+$", "", name)
    near = name + slash + path
    return f"; did you mean '{near}'?" if _NAME.fullmatch(name) and near != pattern else ""
