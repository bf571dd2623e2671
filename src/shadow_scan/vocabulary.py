"""Words and shapes that command line, reports and screens share. Imports nothing heavy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Activity(StrEnum):
    """`people` means interactive; `all` never changes when the rules for activity do."""

    PEOPLE = "people"
    ALL = "all"
    INTERACTIVE = "interactive"
    BACKGROUND = "background"
    AUTOMATED = "automated"


class Listing(StrEnum):
    SERVICES = "services"
    USERS = "users"
    TEAMS = "teams"
    TASKS = "tasks"
    MATRIX = "matrix"
    SESSIONS = "sessions"
    SOURCES = "sources"
    COVERAGE = "coverage"
    CANDIDATES = "candidates"
    FINDINGS = "findings"
    USAGE = "usage"


class Severity(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class OutputFormat(StrEnum):
    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    MARKDOWN = "markdown"


class PacketReader(StrEnum):
    """Who dissects a capture: shadow-scan itself, or pyshark with tshark."""

    OWN = "own"
    PYSHARK = "pyshark"


@dataclass(frozen=True, slots=True)
class Table:
    """Columns and rows of plain values: text, int, float, bool, None, or a list of text.

    Times are text already, in UTC as the contract writes them."""

    columns: tuple[str, ...]
    rows: Sequence[tuple[Any, ...]]

    def records(self) -> list[dict[str, Any]]:
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def some(count: int, one: str, many: str = "") -> str:
    """1, 'service' -> '1 service'; 2 -> '2 services'."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
