"""Pictures made of characters, and what stands for each of them where there is only ASCII."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

STATUS = {
    "unreviewed": "○",
    "under-review": "◐",
    "sanctioned": "●",
    "tolerated": "◇",
    "unsanctioned": "✕",
}
_LEVELS = "▁▂▃▄▅▆▇█"
_SHADES = "░▒▓█"
_PLAIN = dict(
    zip(
        "○◐●◇✕" + _LEVELS + "░▒▓" + "…·×–→←↑↓▸▾“”≥≤",
        "o~+=x" + "_.-=+*%#" + ".:#" + '~.x-><^v>v""><',
        strict=True,
    )
)


def trend(values: Sequence[int | float], width: int) -> str:
    """A line of at most `width` characters; a dot where there was nothing at all."""
    if not values:
        return ""
    parts = min(width, len(values))
    edges = [round(at * len(values) / parts) for at in range(parts + 1)]
    sums = [sum(values[a:b]) for a, b in pairwise(edges)]
    most = max(sums) or 1
    top = len(_LEVELS) - 1
    return "".join("·" if not s else _LEVELS[round(top * s / most)] for s in sums)


def bar(share: float, width: int) -> str:
    """As long as the share of `width`; something wherever there is something."""
    full = round(min(max(share, 0.0), 1.0) * width)
    return "█" * (full or (1 if share > 0 else 0))


def shade(share: float) -> str:
    """One of four shades; a blank for nothing."""
    if share <= 0:
        return " "
    return _SHADES[min(int(share * len(_SHADES)), len(_SHADES) - 1)]


def _plain(character: str) -> str:
    known = _PLAIN.get(character)
    if known is not None:
        return known
    code = ord(character)
    if 0x2580 <= code < 0x25A0:
        return "#"
    if not 0x2500 <= code < 0x2580:
        return character
    name = unicodedata.name(character)
    if "VERTICAL" in name and "HORIZONTAL" not in name and "AND" not in name:
        return "|"
    return "-" if name.endswith("HORIZONTAL") or "DASH HORIZONTAL" in name else "+"


_TRANSLATION = {
    code: _plain(chr(code))
    for code in (*range(0x2500, 0x25A0), *(ord(character) for character in _PLAIN))
}


def plain(text: str) -> str:
    """The text with ASCII for every character that our pictures and frames are made of."""
    return text if text.isascii() else text.translate(_TRANSLATION)


class PlainFilter(LineFilter):
    """The last step before the terminal: whatever draws a frame, it comes out in ASCII."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [Segment(plain(text), style, control) for text, style, control in segments]
