"""Pictures made of characters, and what stands for each of them where there is only ASCII."""

from __future__ import annotations

import textwrap
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
_HELD = "\u00a0"
_LEVELS = "▁▂▃▄▅▆▇█"
_SHADES = "░▒▓█"
_PLAIN = dict(
    zip(
        "○◐●◇✕" + _LEVELS + "░▒▓" + "…·×–→←↑↓▸▾“”≥≤•",
        "o~+=x" + "_.-=+*%#" + ".:#" + '~.x-><^v>v""><*',
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


FULL, PARTIAL, NONE, LOST = "█", "▒", "·", "✕"
"""Of a day: records, silent hours, no record, and none though such days have some."""


def strip(days: Sequence[str], width: int) -> str:
    """A day each, or several where there are more than `width`: then what is worst of them."""
    parts = min(width, len(days))
    edges = [round(at * len(days) / parts) for at in range(parts + 1)] if parts else [0]
    return "".join(_worst(days[a:b]) for a, b in pairwise(edges))


def _worst(days: Sequence[str]) -> str:
    if LOST in days:
        return LOST
    return days[0] if len(set(days)) == 1 else PARTIAL


def square(cells: Sequence[Sequence[tuple[str, Sequence[str]]]], width: int) -> list[str]:
    """Two by two cells in a frame of `width`: each a title, and two lines of names where there are
    any."""
    inner = (width - 3) // 2
    lines = ["┌" + "─" * inner + "┬" + "─" * inner + "┐"]
    for at, row in enumerate(cells):
        if at:
            lines.append("├" + "─" * inner + "┼" + "─" * inner + "┤")
        room = 2 if any(names for _, names in row) else 0
        texts = [
            [f"{title}: {len(names)}", *_flowing(names, inner - 2, room)] for title, names in row
        ]
        for left, right in zip(*texts, strict=True):
            lines.append(f"│ {left.ljust(inner - 2)} │ {right.ljust(inner - 2)} │")
    return [*lines, "└" + "─" * inner + "┴" + "─" * inner + "┘"]


def _flowing(names: Sequence[str], width: int, lines: int) -> list[str]:
    """As many whole names as so many lines have room for, and how many more there are."""
    whole = [name[: width - 2].replace(" ", _HELD) for name in names]
    for kept in range(min(len(names), lines * width // 3), -1, -1):
        left = len(names) - kept
        words = ", ".join(whole[:kept]) + (f" and {left} more" if left else "")
        wrapped = textwrap.wrap(words.strip(), width)
        if len(wrapped) <= lines:
            break
    shown = [line.replace(_HELD, " ") for line in wrapped[:lines]]
    return shown + [""] * (lines - len(shown))


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
