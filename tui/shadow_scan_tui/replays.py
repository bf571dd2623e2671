"""What a decision would touch, as lines to read; nothing is decided by it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from shadow_scan_tui.loading import Asking
from shadow_scan_tui.scope import PERIODS
from shadow_scan_tui.words import written

if TYPE_CHECKING:
    from shadow_scan.procurement.replay import Plan


@dataclass(frozen=True, slots=True)
class Thought:
    """A decision that is thought of, as it was typed: teams with commas between."""

    way: str
    """`rule out`, `license` or `consolidate`."""
    services: tuple[str, ...]
    into: str = ""
    only: str = ""
    spared: str = ""

    @property
    def words(self) -> str:
        names = ", ".join(self.services)
        what = {
            "rule out": f"{names} were ruled out",
            "license": f"{names} were licensed",
            "consolidate": f"{names} were replaced by {self.into.strip()}",
        }[self.way]
        whom = f" for {self.only.strip()}" if self.only.strip() else ""
        return f"{what}{whom}" + (f", not for {self.spared.strip()}" if self.spared.strip() else "")


def replay_lines(asking: Asking, thought: Thought) -> list[str]:
    """Who, how much and what money it would touch, within the period of the screens."""
    from shadow_scan.procurement.replay import replay

    supplies, plan = asking.supplies, _plan(asking, thought)
    table, notes = asking.aside(lambda: replay(supplies, plan))
    lines = [f"If {thought.words}. Nothing is decided by this.", ""]
    for record in table.records():
        told = [
            f"{key.replace('_', ' ')} {written(key, value)[0]}"
            for key, value in record.items()
            if value not in (None, "", []) and key != "kind"
        ]
        lines.append(f"{record['kind']:<9} {'   '.join(told)}")
    if not any(record["users"] for record in table.records()):
        lines.append("Nobody was seen using it in this period.")
    return [*lines, "", *(f"note: {note}" for note in notes)]


def _plan(asking: Asking, thought: Thought) -> Plan:
    """Raises UsageError for a service or team that nobody knows, with the nearest one."""
    from shadow_scan.governance.decisions import known_service
    from shadow_scan.procurement.replay import Plan, teams_to_name

    names = {one.id: one.name for one in asking.desk.matcher.rule_set.services.values()}
    days, newest = PERIODS[asking.scope.period], asking.span().newest
    teams = asking.aside(lambda: teams_to_name(asking.supplies))
    into = known_service(thought.into, names) if thought.way == "consolidate" else None
    return Plan(
        services=thought.services,
        into=thought.services[0] if thought.way == "license" else into,
        only=_teams(thought.only, teams),
        spared=_teams(thought.spared, teams),
        since=newest - timedelta(int(days[:-1]) - 1) if days and newest else None,
        licensing=thought.way == "license",
    )


def _teams(words: str, known: list[str]) -> tuple[str, ...]:
    from shadow_scan.governance.decisions import known_team

    found = [known_team(word, known) for word in words.split(",") if word.strip()]
    return tuple(team for team in found if team is not None)
