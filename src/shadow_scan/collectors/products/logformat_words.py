"""The words of a line by its `logformat`, where blanks part its codes: it is read by columns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shadow_scan.collectors.columns.words import Ordinary, by_words
from shadow_scan.collectors.fields import quoted
from shadow_scan.collectors.products.logformat_codes import (
    IN_QUOTES,
    NUMBER,
    PADDED,
    WORD,
    Piece,
)

_COLUMNS = {"duration": "duration_ms", "bytes_up": "bytes_up", "bytes_down": "bytes_down"}
_SECONDS, _MILLISECONDS = NUMBER, rf"{NUMBER}\.{NUMBER}"
_AFTER_MILLISECONDS = 15
"""The place behind a time of ten digits, a point, three digits and a blank."""
_NUMBER = (
    f"CASE WHEN regexp_full_match({{0}}, '{NUMBER}') THEN try_cast({{0}} AS BIGINT) ELSE -1 END"
)
"""Of a text; what is none is left to the statement, as numbers below zero are."""


@dataclass(frozen=True, slots=True)
class _Word:
    pieces: Sequence[Piece]

    @property
    def written(self) -> str:
        return "".join(piece.text + piece.body for piece in self.pieces)

    @property
    def is_quoted(self) -> bool:
        return self.written[:1] == self.written[-1:] == '"' and len(self.written) > 1

    @property
    def pattern(self) -> str:
        return self.written[1:-1] if self.is_quoted else self.written

    @property
    def fields(self) -> list[str]:
        return [piece.field for piece in self.pieces if piece.field]

    def values(self, name: str) -> dict[str, str]:
        """Each of its fields, out of the word under that name."""
        bodies = {piece.field: piece.body for piece in self.pieces if piece.field}
        groups = "".join(
            f"{piece.text}({piece.body})" if piece.field else piece.text + piece.body
            for piece in self.pieces
        ).strip('"')
        whole = len(bodies) == 1 and self.pattern in bodies.values()
        found = {
            field: name if whole else f"regexp_extract({name}, {quoted(f'^{groups}$')}, {place})"
            for place, field in enumerate(bodies, 1)
        }
        is_plain = {field: body in (NUMBER, WORD) for field, body in bodies.items()}
        return {
            field: f"dash_null({value})" if is_plain[field] else f"dash_null(trim({value}))"
            for field, value in found.items()
        }


def ordinary(pieces: Sequence[Piece], made: Mapping[str, str]) -> Ordinary | None:
    """`made` are the columns over `{fields}`. Lines begin with a time in seconds, and end with what
    they quote: of others nothing tells where a word ends."""
    time, *others = map(_Word, _parted(pieces))
    if not _are_words(time, others):
        return None
    names = [_name(word, at) for at, word in enumerate(others)]
    numbers = {name: _NUMBER.format(name) for name in names if name in _COLUMNS.values()}
    told = {name: word for name, word in zip(names, others, strict=True) if name not in numbers}
    word_of = {field: name for name, word in told.items() for field in word.fields}
    fields = {
        field: value for name, word in told.items() for field, value in word.values(name).items()
    }
    left = {column: value for column, value in made.items() if column not in numbers}
    left.pop("event_time")
    values = by_words(left, word_of, fields)
    for name, word in told.items():
        if word.pattern not in (WORD, IN_QUOTES):
            wrong = f"NOT regexp_full_match({name}, {quoted(word.pattern)})"
            own = values.setdefault((name,), {})
            own["rejected"] = f"CASE WHEN {wrong} THEN 'not a line of this logformat' END"
    last = sum(word.is_quoted for word in others)
    return Ordinary(
        words=("event_time", *names),
        values=values,
        numbers=numbers,
        nothing="-",
        quoted=last > 0,
        last_quoted=last,
        padding=_AFTER_MILLISECONDS if others[0].pattern.startswith(PADDED) else None,
    )


def _are_words(time: _Word, others: Sequence[_Word]) -> bool:
    first, *further = others or [time]
    in_quotes = [word.is_quoted for word in others]
    return (
        bool(others)
        and "seconds" in time.fields
        and time.pattern in (_SECONDS, _MILLISECONDS)
        and (not first.pattern.startswith(PADDED) or _name(first, 0) in _COLUMNS.values())
        and (not first.pattern.startswith(PADDED) or time.pattern == _MILLISECONDS)
        and not any(PADDED in word.pattern for word in further)
        and not first.pattern.endswith(PADDED)
        and in_quotes == sorted(in_quotes)
        and all(word.pattern and '"' not in word.pattern.replace(IN_QUOTES, "") for word in others)
    )


def _name(word: _Word, at: int) -> str:
    if len(word.fields) == 1 and word.pattern.removeprefix(PADDED) == NUMBER:
        return _COLUMNS.get(word.fields[0], f"word_{at}")
    return f"word_{at}"


def _parted(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """The pieces of each word."""
    found: list[list[Piece]] = [[]]
    for piece in pieces:
        *ends, begin = piece.text.split(re.escape(" "))
        for end in ends:
            found[-1].append(Piece(end, ""))
            found.append([])
        found[-1].append(piece._replace(text=begin))
    return found
