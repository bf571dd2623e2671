"""Values as the screens write them: short, safe for a terminal, unknown as unknown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.text import Text

from shadow_scan.console import visible

_STATUS = {
    "unreviewed": "○",
    "under-review": "◐",
    "sanctioned": "●",
    "tolerated": "◇",
    "unsanctioned": "✕",
}
_UNITS = ("B", "kB", "MB", "GB", "TB")
_LONGEST = 60
_DIRECTIONS = frozenset(map(chr, (0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))))


def cell(name: str, value: Any) -> Text:
    """One cell of a table, without markup, at most sixty characters."""
    if value is None:
        return Text("-", justify="right" if name in _NUMBERS else "left")
    if name == "status" and value in _STATUS:
        return Text(f"{_STATUS[value]} {value.replace('-', ' ')}")
    if name.startswith("bytes_"):
        return Text(size(value), justify="right")
    if isinstance(value, int):
        return Text(f"{value:,}", justify="right")
    if name == "source_file":
        return Text(short("/".join(Path(str(value)).parts[-2:])))
    return Text(short(str(value)))


_NUMBERS = ("bytes_up", "bytes_down", "users", "people", "events", "sessions")


def short(text: str) -> str:
    clean = _without_direction(visible(text))
    if len(clean) == 27 and clean.endswith("Z"):
        return f"{clean[:10]} {clean[11:16]}"
    return clean if len(clean) <= _LONGEST else clean[: _LONGEST - 1] + "…"


def _without_direction(text: str) -> str:
    """Characters that turn the direction of a line could make one row look like another."""
    return "".join(
        c
        for c in text
        if c not in "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    )


def size(count: int) -> str:
    """4,100,000,000 -> '4.1 GB'."""
    amount, unit = float(count), _UNITS[0]
    for unit in _UNITS:
        if amount < 1000 or unit == _UNITS[-1]:
            break
        amount /= 1000
    return f"{count:,} B" if unit == "B" else f"{amount:.1f} {unit}"
