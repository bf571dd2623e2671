"""The facts of a workspace, ready to be written: its settings, its key and its people."""

from __future__ import annotations

import os
from pathlib import Path

from shadow_scan.console import note
from shadow_scan.identity.keyfile import load_or_create_key
from shadow_scan.identity.people import People, read_people
from shadow_scan.identity.pseudonyms import Pseudonyms
from shadow_scan.identity.subnets import Subnets
from shadow_scan.settings import Settings, checked_zone, load_settings
from shadow_scan.store.facts import Facts
from shadow_scan.store.privacy import NamePolicy
from shadow_scan.workspace import Workspace


def facts_of(
    place: Workspace, people_file: Path | None, plain_users: bool | None, zone: str | None
) -> tuple[Facts, Settings, People | None]:
    """What a scan writes into. Raises UsageError for wrong settings, people files and keys."""
    changes: dict[str, object] = {}
    if plain_users is not None:
        changes["plain_users"] = plain_users
    if zone is not None:
        changes["time_zone"] = checked_zone(zone, "--tz")
    settings = load_settings(place.settings).model_copy(update=changes)
    people = None if people_file is None else read_people(people_file)
    if settings.plain_users:
        names = NamePolicy.plain_names()
    else:
        key = load_or_create_key(place.path, os.environ, warn=note)
        names = NamePolicy.pseudonymous(Pseudonyms(key))
    facts = Facts(place.facts, names, Subnets(settings.subnets))
    facts.prepare()
    return facts, settings, people
