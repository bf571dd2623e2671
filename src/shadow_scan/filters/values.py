"""The values behind a term's colon: text, numbers, sizes and days."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from shadow_scan.errors import UsageError
from shadow_scan.filters.terms import UNKNOWN, Term

_SIZES = {
    "": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12,
    "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12,
    "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30, "tib": 1 << 40,
}  # fmt: skip
_SIZE = re.compile(r"(\d{1,15}(?:\.\d{1,6})?)\s*([a-z]*)")
_AGO = re.compile(r"(\d{1,4})([dw])")


@dataclass(frozen=True, slots=True)
class Ago:
    """The last so many days of the data: relative to its newest day, never to today's date, so
    that the same data gives the same answer."""

    days: int


Value = str | float | int | date | Ago | None


def read_value(term: Term, text: str, word: str) -> Value:
    """None for `unknown` where the value would be a number or a day. Raises UsageError."""
    if term.kind == "text":
        return text.lower()
    if text.lower() == UNKNOWN:
        return None
    if term.kind == "day":
        return _day(text, word)
    return _size(text, word) if term.kind == "bytes" else _number(text, word)


def _number(text: str, word: str) -> float:
    try:
        value = float(text.replace("_", ""))
    except ValueError:
        value = float("nan")
    if value - value != 0:
        raise UsageError(f"'{text[:40]}' is no number", where=f"filter: {word[:80]}")
    return int(value) if value.is_integer() else value


def _size(text: str, word: str) -> int:
    matched = _SIZE.fullmatch(text.lower())
    if matched is None or matched[2] not in _SIZES:
        remedy = "write a size as 500kB, 10MB or 1GiB"
        raise UsageError(f"'{text[:40]}' is no size", where=f"filter: {word[:80]}", remedy=remedy)
    return round(float(matched[1]) * _SIZES[matched[2]])


def _day(text: str, word: str) -> date | Ago:
    if ago := _AGO.fullmatch(text.lower()):
        return Ago(int(ago[1]) * (7 if ago[2] == "w" else 1))
    try:
        return date.fromisoformat(text)
    except ValueError:
        remedy = "write a day as 2026-09-01, or 14d for the last 14 days of the data"
        what = f"'{text[:40]}' is no day"
        raise UsageError(what, where=f"filter: {word[:80]}", remedy=remedy) from None
