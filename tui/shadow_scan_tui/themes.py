"""Two themes of our own; widgets name meanings ($warning, $error, $success), never colours."""

from __future__ import annotations

from textual.theme import Theme

NIGHT = Theme(
    name="shadow-night",
    primary="#5fa8d3",
    secondary="#8a9ba8",
    accent="#e0a458",
    warning="#e0a458",
    error="#e07a5f",
    success="#81b29a",
    background="#14181c",
    surface="#1b2126",
    panel="#242c33",
    dark=True,
)
DAY = Theme(
    name="shadow-day",
    primary="#1f6390",
    secondary="#4f5f6b",
    accent="#9a5b13",
    warning="#9a5b13",
    error="#a83a20",
    success="#2f6b4f",
    background="#f7f7f4",
    surface="#efefea",
    panel="#e2e2dc",
    dark=False,
)
