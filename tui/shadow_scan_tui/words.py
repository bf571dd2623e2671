"""Values as the screens write them: short, safe for a terminal, unknown as unknown."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.cells import cell_len, set_cell_size

from shadow_scan.console import visible
from shadow_scan_tui import pictures

_UNITS = ("B", "kB", "MB", "GB", "TB")
_TREND_WIDTH = 8
_DIRECTIONS = str.maketrans(
    dict.fromkeys((0x200E, 0x200F, 0x061C, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
)
_COLOURS = {
    "unreviewed": "warning", "under-review": "primary", "sanctioned": "success",
    "tolerated": "secondary", "unsanctioned": "error",
    "critical": "error", "high": "error", "medium": "warning",
}  # fmt: skip
_TIMES = ("time", "event_time", "first_time", "last_time")
_MARKS = {"critical": "!!", "high": "! ", "medium": "- ", "low": ". "}


def colour(value: Any, colours: Mapping[str, str]) -> str:
    """Of a word that means something, as a status. `colours`: a meaning, as `warning`, -> a
    colour."""
    return colours.get(_COLOURS.get(value, ""), "") if isinstance(value, str) else ""


def written(name: str, value: Any) -> tuple[str, bool]:
    """The text of a value, and whether it stands at the right."""
    if value is None:
        return "-", False
    if isinstance(value, bool):
        return ("yes" if value else "no"), False
    if isinstance(value, int | float):
        return _number(name, value), True
    if isinstance(value, list):
        if name == "trend":
            return pictures.trend(value, _TREND_WIDTH), False
        return short("; ".join(map(str, value))), False
    return _text(name, str(value)), False


def _number(name: str, value: int | float) -> str:
    if name.startswith("bytes_") or name == "largest":
        return size(int(value))
    if name.endswith("_share"):
        return f"{value:.0%}"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.4g}"


def _text(name: str, value: str) -> str:
    if value in pictures.STATUS:
        return f"{pictures.STATUS[value]} {value.replace('-', ' ')}"
    if name in ("severity", "risk") and value in _MARKS:
        return f"{_MARKS[value]}{value}"
    if name == "source_file":
        return short("/".join(Path(value).parts[-2:]))
    if name in _TIMES and len(value) == 27 and value.endswith("Z"):
        return f"{value[:10]} {value[11:19]}"
    return short(value)


def short(text: str) -> str:
    """Nothing that a terminal obeys, and nothing that turns the direction of a line: one row could
    look like another."""
    return visible(text[:4000].translate(_DIRECTIONS))


def cut(text: str, longest: int) -> str:
    """At most so many columns of a terminal; wide characters take two."""
    if len(text) * 2 <= longest or cell_len(text) <= longest:
        return text
    return set_cell_size(text, longest - 1) + "…"


def size(count: int) -> str:
    """4,100,000,000 -> '4.1 GB'."""
    amount, unit = float(count), _UNITS[0]
    for unit in _UNITS:
        if amount < 1000 or unit == _UNITS[-1]:
            break
        amount /= 1000
    return f"{count:,} B" if unit == "B" else f"{amount:.1f} {unit}"
