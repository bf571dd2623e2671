"""Two versions of the rules over one archive: what the second adds, removes, renames, changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shadow_scan.analysis.changes import COLUMNS, change_rows, databases
from shadow_scan.analysis.changes import KINDS as DERIVED_KINDS
from shadow_scan.bundled import bundled
from shadow_scan.errors import UsageError
from shadow_scan.findings.evaluate import evaluated
from shadow_scan.findings.matches import Match
from shadow_scan.findings.standing import fill_rulings
from shadow_scan.governance import rulings
from shadow_scan.governance.opening import ledger_of
from shadow_scan.rules.loader import load_rules
from shadow_scan.rules.matcher import Matcher
from shadow_scan.rules.policies import Policies, load_policies
from shadow_scan.store.answers import prepare
from shadow_scan.store.database import opened
from shadow_scan.vocabulary import Table, some
from shadow_scan.workspace import Workspace

FINDING = "finding"
KINDS = (*DERIVED_KINDS, FINDING)


@dataclass(frozen=True, slots=True)
class Version:
    rules: Matcher
    policies: Policies


def version_of(place: Workspace, folder: Path | None = None) -> Version:
    """The rules of a folder. One with a `shared.toml` is a whole version, under the workspace's own
    rules; any other stands for the own rules; without one it is what holds now."""
    if folder is not None and not folder.is_dir():
        remedy = "a folder as `rules/` of a checkout, or as `rules/` of a workspace"
        raise UsageError("no folder of rules", where=str(folder), remedy=remedy)
    whole = folder is not None and (folder / "shared.toml").exists()
    shipped = folder if folder is not None and whole else bundled("rules")
    own = folder if folder is not None and not whole else place.rules
    return Version(Matcher(load_rules(shipped, own)), load_policies(shipped, own))


def changes(
    place: Workspace, before: Version, after: Version, kinds: Sequence[str] = KINDS
) -> Table:
    """Every change of those kinds as a row, services first. Raises UsageError where nothing was
    scanned, LockedError while a scan writes."""
    if not place.facts.exists():
        remedy = "run `shadow-scan scan PATH` first"
        raise UsageError("no logs have been read yet", where=str(place.path), remedy=remedy)
    with databases(place, before.rules, after.rules) as (old, new):
        found = change_rows(old, new, kinds)
        if FINDING in kinds:
            there = _findings(place, old, before.policies)
            found += _finding_rows(there, _findings(place, new, after.policies))
    return Table(COLUMNS, found)


def _findings(place: Workspace, database: Path, policies: Policies) -> dict[str, Match]:
    """What the policies find in those tables, under what people have ruled until today."""
    day = rulings.today()
    history = ledger_of(place).read()
    decided = [
        one for one in rulings.ruled(history.entries, day) if one.state in ("in force", "lapsed")
    ]
    with opened(database, read_only=True) as connection:
        prepare(connection)
        fill_rulings(connection, [one for one in decided if one.state == "in force"])
        return {match.finding: match for match in evaluated(connection, policies, decided, day)}


def _finding_rows(
    before: Mapping[str, Match], after: Mapping[str, Match]
) -> Iterator[tuple[Any, ...]]:
    come = {name: match for name, match in after.items() if name not in before}
    gone = {name: match for name, match in before.items() if name not in after}
    renamed = dict(_renamed(gone, come))
    for name in sorted(come.keys() - renamed.values()):
        yield _row("added", name, None, come[name])
    for name in sorted(before.keys() & after.keys()):
        if _told(before[name]) != _told(after[name]):
            yield _row("changed", name, before[name], after[name])
    for name in sorted(gone.keys() - renamed.keys()):
        yield _row("removed", name, gone[name], None)
    for old, new in sorted(renamed.items()):
        yield _row("renamed", new, gone[old], come[new])


def _renamed(gone: Mapping[str, Match], come: Mapping[str, Match]) -> Iterator[tuple[str, str]]:
    """The same policy, team and numbers under another service."""
    free = {(m.policy, m.team, m.numbers): name for name, m in sorted(come.items())}
    for name, match in sorted(gone.items()):
        if new := free.pop((match.policy, match.team, match.numbers), None):
            yield name, new


def _row(change: str, name: str, before: Match | None, after: Match | None) -> tuple[Any, ...]:
    one = after or before
    users, events = (one.users, one.events) if one else (0, 0)
    told = (_told(match) if match else None for match in (before, after))
    return (FINDING, change, name, None, *told, users, events)


def _told(match: Match) -> str:
    subject = match.service or match.host
    parts = (match.policy, subject, match.team, match.severity, some(match.users, "user"),
             some(match.events, "event"))  # fmt: skip
    return ", ".join(part for part in parts if part)
