"""What all pages share: the desk where questions are answered, the filter, and what was written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from shadow_scan.filters import parse, spelled_nearly
from shadow_scan.governance.entries import Decision
from shadow_scan_tui.keymap import Keys
from shadow_scan_tui.loading import Asking, Desk
from shadow_scan_tui.scope import Scope


@dataclass
class Look:
    desk: Desk
    keys: Keys = field(default_factory=Keys)
    scope: Scope = field(default_factory=Scope)
    values: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Term -> the values that the data has, for completion."""
    colours: Mapping[str, str] = field(default_factory=dict)
    """Meaning, as `warning`, -> a colour of the theme."""
    written: int = 0
    """How much was written to ledger and rules since the start: pages ask again after it."""
    decided: list[Decision] = field(default_factory=list)
    """The rulings of this sitting that have not been taken back."""
    drafts: dict[tuple[str, ...], dict[str, str]] = field(default_factory=dict)
    """What was typed into a ruling that was not recorded."""

    def narrow(self, words: str, page: str = "") -> None:
        self.scope = Scope(words.strip(), self.scope.period, page)

    def nearest(self, words: str) -> str | None:
        """A value that the data has, near to one that was asked for."""
        return spelled_nearly(parse(words), self.values)


def ask_values(asking: Asking) -> dict[str, tuple[str, ...]]:
    """What completion knows of the data."""
    services = asking.beside("services").records()
    teams = asking.beside("teams").records()
    tasks = asking.beside("tasks").records()
    return {
        "service": tuple(record["service"] for record in services),
        "vendor": tuple(dict.fromkeys(str(record["vendor"]) for record in services)),
        "category": tuple(dict.fromkeys(str(record["category"]) for record in services)),
        "team": tuple(record["team"] for record in teams),
        "task": tuple(record["task"] for record in tasks),
    }
