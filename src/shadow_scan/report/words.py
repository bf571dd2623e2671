"""Values as people read them: sizes, shares, days, lists; unknown is a dash, never zero."""

from __future__ import annotations

from typing import Any, Final

_SHARES: Final = ("return_rate", "spread", "persistence")
_BYTES: Final = ("bytes_up", "bytes_down", "largest")
UNKNOWN: Final = "\u2013"
_STEPS: Final = ("B", "kB", "MB", "GB", "TB", "PB")


def size(amount: int | None) -> str:
    """Decimal units: 1,500,000 is 1.5 MB."""
    if amount is None:
        return UNKNOWN
    value, step = float(amount), 0
    while abs(value) >= 999.5 and step < len(_STEPS) - 1:
        value, step = value / 1000, step + 1
    return (
        f"{value:.0f} {_STEPS[step]}"
        if step == 0 or value >= 99.5
        else f"{value:.1f} {_STEPS[step]}"
    )


def shown(column: str, value: Any) -> str:
    if value is None or value == []:
        return UNKNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    if column in _BYTES and isinstance(value, int):
        return size(value)
    if isinstance(value, int):
        return f"{value:,}"
    if column in _SHARES and isinstance(value, float):
        return f"{value:.0%}"
    if isinstance(value, float):
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    if isinstance(value, list | tuple):
        return "; ".join(map(str, value))
    text = str(value)
    return text[:10] if len(text) == 27 and text.endswith("Z") else text


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
