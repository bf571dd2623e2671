"""The facts of a workspace, ready to be written: its settings, its key and its people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from shadow_scan.console import complain, note
from shadow_scan.errors import StorageError
from shadow_scan.identity.subnets import Subnets
from shadow_scan.settings import Settings, checked_zone, load_settings
from shadow_scan.store.facts import Facts
from shadow_scan.store.privacy import NamePolicy
from shadow_scan.store.rewriting import finish_rewriting
from shadow_scan.workspace import Workspace

if TYPE_CHECKING:
    from shadow_scan.identity.problems import Problems


def facts_of(
    place: Workspace, plain_users: bool | None, zone: str | None
) -> tuple[Facts, Settings]:
    """What a scan writes into. Raises UsageError for wrong settings and keys."""
    settings = load_settings(place.settings)
    if plain_users is not None:
        settings = replace(settings, plain_users=plain_users)
    if zone is not None:
        settings = replace(settings, time_zone=checked_zone(zone, "--tz"))
    names = NamePolicy.of(place, settings)
    relays = Subnets(dict.fromkeys(settings.relays, "relay"), "relays")
    facts = Facts(place.facts, names, Subnets(settings.subnets), relays)
    told = facts.prepare()
    try:
        finish_rewriting(place.facts, told)
    except StorageError as problem:  # A scan of little may find the room that a copy does not.
        complain(problem)
    return facts, settings


def remember_identities(
    facts: Facts, people_file: Path | None, lease_files: Sequence[Path], zone: str | None
) -> None:
    """Read the people file and the leases into the facts; what was wrong in them is said.

    Raises UsageError for a file that cannot be read; nothing of it is remembered then.
    """
    if people_file is None and not lease_files:
        return
    from shadow_scan.identity.leases import read_leases
    from shadow_scan.identity.people import read_people

    people = None if people_file is None else read_people(people_file)
    server_zone = ZoneInfo(zone) if zone else None
    leases = [(file, read_leases(file, tz=server_zone)) for file in lease_files]
    if people is not None and people_file is not None:
        facts.replace_people(people, people_file)
        _say(people_file, people.problems)
    leases.sort(key=lambda told: told[0].stat().st_mtime_ns)  # what was told last holds
    for file, entries in leases:
        facts.add_leases(entries)
        _say(file, entries.problems)


def _say(file: Path, problems: Problems) -> None:
    first = {problem.reason: problem.line for problem in reversed(problems.examples)}
    for reason, count in problems.counts.items():
        more = f" ({count:,} times)" if count > 1 else ""
        note(f"note: {file}:{first[reason]}: {reason}{more}")
