"""What was wrong in a file, by line: every problem is counted, the first few are kept.

Must not quote the file's values: a problem may be printed where names may not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

EXAMPLES: Final = 50


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that was wrong; `line` counts from 1, 0 is the file as a whole."""

    line: int
    reason: str


@dataclass(slots=True)
class Problems:
    """All problems of one file: `counts` by reason, and the first `EXAMPLES` of each reason."""

    _counts: Counter[str] = field(default_factory=Counter)
    _examples: list[Problem] = field(default_factory=list)

    def add(self, line: int, reason: str) -> None:
        """Count one; `reason` comes from a small set of sentences, never from the file."""
        self._counts[reason] += 1
        if self._counts[reason] <= EXAMPLES:
            self._examples.append(Problem(line, reason))

    @property
    def counts(self) -> Mapping[str, int]:
        """How often each reason was met."""
        return MappingProxyType(self._counts)

    @property
    def examples(self) -> tuple[Problem, ...]:
        """The first of each reason, by line."""
        return tuple(sorted(self._examples))

    def extend(self, other: Problems) -> None:
        """Take over the counts and examples of another file."""
        for problem in other._examples:
            if self._counts[problem.reason] < EXAMPLES:
                self._examples.append(problem)
        self._counts.update(other._counts)

    def __len__(self) -> int:
        return self._counts.total()
