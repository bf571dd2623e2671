"""Reads the words of a filter: `team:legal -task:code bytes_up:>1MB "contract draft"`.

Words are parted by blanks, values by commas; `-` or `!` in front turns a term round; quotes hold
blanks together, and stand for one in them where they are doubled; a word without a term is looked
for in the text of a line.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from shadow_scan.errors import UsageError
from shadow_scan.filters.terms import TERMS, UNKNOWN, Term, nearest
from shadow_scan.filters.values import Value, read_value

_QUOTED = r'"(?:[^"]|"")*(?:"|$)'
_WORD = re.compile(rf'(?:[^\s"]|{_QUOTED})+')
_VALUE = re.compile(rf'(?:[^,"]|{_QUOTED})+')
_INNER = re.compile(r'"((?:[^"]|"")*)(?:"|$)')
_OPERATOR = re.compile(r"(>=|<=|>|<|=)?(.*)", re.DOTALL)
_NOT = ("-", "!")
_MAX_CHARACTERS = 2_000
_MAX_VALUES = 100
_NEAR = 0.5
"""Of what is spelled alike, as `difflib` measures it."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One word of a filter; `term` is None for a word that is searched for."""

    term: Term | None
    operator: str
    values: tuple[Value, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    conditions: tuple[Condition, ...] = ()
    text: str = ""

    def __bool__(self) -> bool:
        return bool(self.conditions)

    def names(self, term: str) -> bool:
        return any(c.term is not None and c.term.name == term for c in self.conditions)

    def where(self, common: Mapping[str, str]) -> Filter | None:
        """What is left to ask where everything has these values for these terms, since nobody said
        anything of them: without the words that hold of everything. None where one holds of
        nothing."""
        held = [(condition, _holds(condition, common)) for condition in self.conditions]
        if any(holds is False for _, holds in held):
            return None
        return Filter(tuple(condition for condition, holds in held if holds is None), self.text)

    def __and__(self, other: Filter) -> Filter:
        text = f"{self.text} {other.text}".strip()
        return Filter(self.conditions + other.conditions, text)


def _holds(condition: Condition, common: Mapping[str, str]) -> bool | None:
    """None: that hangs on the rows."""
    if condition.term is None or condition.term.name not in common:
        return None
    fitting = {_fits(value, common[condition.term.name]) for value in condition.values}
    if True not in fitting and None in fitting:
        return None
    return (True in fitting) != condition.negated


def _fits(value: Value, common: str) -> bool | None:
    if isinstance(value, int | float):
        return False  # there is no number
    if not isinstance(value, str) or "*" in value or value == UNKNOWN:
        return None
    return value == common


def words_of(text: str) -> list[str]:
    """The words of a line, each a filter of its own; quotes hold blanks together."""
    return _WORD.findall(text)


def parse(given: str | Sequence[str]) -> Filter:
    """The filter that a line, or the words of a command line, say.

    Raises UsageError that names the first bad word, and the nearest term or value.
    """
    text = (given if isinstance(given, str) else " ".join(map(_quoted, given))).strip()
    if len(text) > _MAX_CHARACTERS:
        raise UsageError(f"a filter of more than {_MAX_CHARACTERS:,} characters", where="filter")
    return Filter(tuple(_condition(word) for word in _WORD.findall(text)), text)


def as_argument(word: str) -> str:
    """`-team:legal` as a command line takes it: a dash would make an option of it."""
    name, colon, _ = word[1:].partition(":")
    is_term = colon and word.startswith("-") and name.lower() in TERMS
    return f"!{word[1:]}" if is_term else word


def _quoted(argument: str) -> str:
    """A shell took the quotes away: `team:Customer Care` came as one argument."""
    if '"' in argument or not re.search(r"\s", argument):
        return argument
    name, colon, value = argument.partition(":")
    is_term = colon and name.lstrip("-!") in TERMS and ":" not in value
    return f'{name}:"{value}"' if is_term else argument


def _condition(word: str) -> Condition:
    negated = word.startswith(_NOT) and len(word) > 1
    bare = word[1:] if negated else word
    name, colon, rest = bare.partition(":")
    if not colon or '"' in name:
        return Condition(None, "=", (_unquoted(bare).lower(),), negated)
    term = TERMS.get(name.lower())
    if term is None:
        remedy = nearest(name, list(TERMS)) + f"terms are {', '.join(TERMS)}"
        raise UsageError(f"no term '{name[:40]}'", where=f"filter: {word[:80]}", remedy=remedy)
    operator, values = _operands(term, rest, word)
    return Condition(term, operator, values, negated)


def _operands(term: Term, rest: str, word: str) -> tuple[str, tuple[Value, ...]]:
    matched = _OPERATOR.fullmatch(rest)
    operator, listed = (matched[1] or "=", matched[2]) if matched else ("=", rest)
    if term.kind == "text" and operator != "=":
        remedy = f"write {term.name}:{listed or 'value'}"
        raise UsageError(
            f"'{operator}' is for numbers", where=f"filter: {word[:80]}", remedy=remedy
        )
    texts = [text for text in _split(listed) if text]
    if not texts or len(texts) > _MAX_VALUES or (operator != "=" and len(texts) > 1):
        what = "a value is missing" if not texts else "too many values"
        raise UsageError(what, where=f"filter: {word[:80]}", remedy=f"{term.name}: {term.help}")
    return operator, tuple(_checked(term, text, word) for text in texts)


def _split(listed: str) -> Iterable[str]:
    return map(_unquoted, _VALUE.findall(listed))


def quoted(value: str) -> str:
    """A value as a filter takes it, whatever signs it has."""
    doubled = value.replace('"', '""')
    return f'"{doubled}"'


def as_value(value: str) -> str:
    """The same without quotes, where it needs none."""
    return quoted(value) if any(sign in value for sign in ' ,"') else value


def spelled_nearly(asked: Filter, values: Mapping[str, Sequence[str]]) -> str | None:
    """A word of the filter with a value that there is, where it names one that there is not.
    `values`: term -> what there is of it."""
    for condition in asked.conditions:
        term = condition.term.name if condition.term else ""
        known = {value.lower(): value for value in values.get(term, ())}
        for value in (str(value) for value in condition.values if str(value) not in known):
            if near := difflib.get_close_matches(value, known, n=1, cutoff=_NEAR):
                return f"{term}:{as_value(known[near[0]])}"
    return None


def _unquoted(text: str) -> str:
    return _INNER.sub(lambda found: found[1].replace('""', '"'), text)


def _checked(term: Term, text: str, word: str) -> Value:
    value = read_value(term, text, word)
    allowed = (*term.words, UNKNOWN)
    if term.words and value is not None and "*" not in str(value) and value not in allowed:
        remedy = nearest(str(value), term.words) + f"{term.name} is {', '.join(term.words)}"
        what = f"{term.name} is never '{text[:40]}'"
        raise UsageError(what, where=f"filter: {word[:80]}", remedy=remedy)
    return value
