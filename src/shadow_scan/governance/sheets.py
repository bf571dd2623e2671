"""Reads the small tables that people keep beside the logs: licences, prices, budgets, answers.

Every wrong line is named at once; a name of a person is never quoted.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from shadow_scan.console import note
from shadow_scan.errors import UsageError
from shadow_scan.identity.problems import Problems
from shadow_scan.identity.table import Row, Table, read_table
from shadow_scan.identity.text import fold
from shadow_scan.rules.ruleset import RuleSet

_MOST_SHOWN: Final = 20
_AMOUNT: Final = re.compile(r"[€$£]?\s*(\d{1,3}(?:[ ,']\d{3})+|\d+)(\.\d+)?\s*(?:%|[A-Z]{3})?")

_MONTH: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])")

Synonyms = Mapping[str, tuple[str, ...]]

SERVICE: Final = ("service", "tool", "product", "app", "application", "software")
TEAM: Final = ("team", "department", "dept", "abteilung", "equipe", "costcentre", "costcenter")
USER: Final = ("user", "username", "login", "email", "mail", "userprincipalname", "upn", "person")
UNTIL: Final = ("until", "end", "ends", "enddate", "expires", "expiry", "renewal", "validuntil")
CURRENCY: Final = ("currency", "wahrung", "devise")


@dataclass(slots=True)
class Sheet:
    """A table and what was wrong in it: `errors` stop it, `notes` are said and counted."""

    table: Table
    services: Mapping[str, str]
    """Every accepted word for a service, in lower case -> its id."""
    errors: list[str] = field(default_factory=list)
    notes: Problems = field(default_factory=Problems)

    @classmethod
    def opened(
        cls,
        path: Path,
        synonyms: Synonyms,
        required: Sequence[Sequence[str]],
        example: str,
        services: Mapping[str, str],
    ) -> Sheet:
        return cls(read_table(path, synonyms, required, example), services)

    def rows(self) -> Iterator[Row]:
        """The rows that hold anything; empty ones, and what is longer than the header, are left
        out and counted."""
        for row in self.table.lines():
            if not row.says_something:
                self.notes.add(row.line, "an empty row; it is left out")
            elif any(cell.strip() for cell in row.cells[self.table.width :]):
                self.notes.add(row.line, "more cells than the header has; the line is left out")
            else:
                yield row

    def text(self, row: Row, name: str) -> str | None:
        """The first cell of that meaning that holds anything, without controls."""
        cells = (row.cells[at] for at in self.table.columns[name] if at < len(row.cells))
        return next((text for cell in cells if (text := fold(cell, 200))), None)

    def amount(self, row: Row, name: str) -> float | None:
        text = self.text(row, name)
        found = _AMOUNT.fullmatch(text) if text else None
        if text and found is None:
            self.wrong(row, f"{name} '{text[:40]}' is no amount (write 1200 or 1200.50)")
        return float(re.sub(r"\D", "", found[1]) + (found[2] or "")) if found else None

    def whole(self, row: Row, name: str) -> int | None:
        amount = self.amount(row, name)
        return None if amount is None else int(amount)

    def day(self, row: Row, name: str) -> date | None:
        text = self.text(row, name)
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            self.wrong(row, f"{name} '{text}' is no day (write 2026-12-31)")
            return None

    def month(self, row: Row, name: str) -> date | None:
        """A day, or the first one of a month."""
        text = self.text(row, name) or ""
        return date.fromisoformat(f"{text}-01") if _MONTH.fullmatch(text) else self.day(row, name)

    def service(self, row: Row) -> str | None:
        """The id of the service, by its id or its name; an unknown one is an error."""
        text = self.text(row, "service")
        if text is None:
            self.wrong(row, "no service")
            return None
        if (known := self.services.get(text.lower())) is not None:
            return known
        near = difflib.get_close_matches(text.lower(), list(self.services), n=1)
        more = f"; did you mean '{self.services[near[0]]}'?" if near else ""
        self.wrong(row, f"unknown service '{text[:60]}'{more}")
        return None

    def wrong(self, row: Row, what: str) -> None:
        self.errors.append(f"line {row.line}: {what}")

    def finish(self, remedy: str) -> None:
        """Say the notes; raise UsageError that names every error."""
        first = {problem.reason: problem.line for problem in reversed(self.notes.examples)}
        for reason, count in self.notes.counts.items():
            times = f" ({count:,} times)" if count > 1 else ""
            note(f"note: {self.table.path}:{first[reason]}: {reason}{times}")
        if self.errors:
            self.refuse(remedy)

    def refuse(self, remedy: str) -> None:
        """Raise UsageError that names every error."""
        more = len(self.errors) - _MOST_SHOWN
        details = [*self.errors[:_MOST_SHOWN], *([f"and {more} more"] if more > 0 else [])]
        what = f"{len(self.errors)} lines of the table are wrong"
        what = "a line of the table is wrong" if len(self.errors) == 1 else what
        raise UsageError(what, where=str(self.table.path), remedy=remedy, details=details)


def service_words(services: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Ids and names, in lower case, of services (id, name); an id wins over a name."""
    known = dict(services)
    return {name.lower(): known_id for known_id, name in known.items()} | {
        one: one for one in known
    }


def words_of(rules: RuleSet) -> dict[str, str]:
    return service_words((service.id, service.name) for service in rules.services.values())
