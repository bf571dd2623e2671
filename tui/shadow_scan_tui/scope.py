"""What all screens look through: one filter and one period."""

from __future__ import annotations

from dataclasses import dataclass, replace

from shadow_scan.filters import Filter, parse, words_of

PERIODS = ("", "28d", "14d", "7d", "1d")
"""The whole of the data, or its last so many days."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The words as they were typed, and a place in `PERIODS`."""

    words: str = ""
    period: int = 0
    typed_at: str = ""
    """The page on which the words were typed: there all of them hold."""

    def asked(self, more: str = "") -> Filter:
        """Raises UsageError for words that are no filter."""
        days = PERIODS[self.period]
        since = f"since:{days}" if days else ""
        return parse(self.words) & parse(f"{since} {more}")

    def at(self, page: str) -> Scope:
        """As it holds on a page inside another: words that chose a line by its totals, or by its
        text, would there mean something else. They hold where they were typed."""
        if not page or page == self.typed_at:
            return self
        return self.of_rows()

    def of_rows(self) -> Scope:
        """Without words about totals or text: whose use, and not which lines are shown of it."""
        kept = [word for word in words_of(self.words) if _narrows_rows(word)]
        return replace(self, words=" ".join(kept))

    def moved(self, by: int) -> Scope:
        """A longer (-1) or shorter (+1) period, as far as there are any."""
        return replace(self, period=min(max(self.period + by, 0), len(PERIODS) - 1))

    @property
    def period_words(self) -> str:
        days = PERIODS[self.period]
        if days == "1d":
            return "last day"
        return f"last {days[:-1]} days" if days else "all days"


def _narrows_rows(word: str) -> bool:
    return all(c.term is not None and c.term.place != "result" for c in parse(word).conditions)
