"""The name behind a pseudonym: recomputed from the people file and the key, and never stored.

Who asked, when and why goes into the ledger before anything is shown.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from shadow_scan.console import note
from shadow_scan.errors import UsageError
from shadow_scan.governance.decisions import text
from shadow_scan.governance.entries import Reveal
from shadow_scan.governance.opening import ledger_of
from shadow_scan.identity.keyfile import load_or_create_key
from shadow_scan.identity.people import People, Person, read_people
from shadow_scan.identity.pseudonyms import Pseudonyms
from shadow_scan.store.database import opened
from shadow_scan.store.meta import keeps_plain_names, said
from shadow_scan.workspace import Workspace

_PSEUDONYM = re.compile(r"[ud]-[0-9a-f]{10}")


@dataclass(frozen=True, slots=True)
class Revealed:
    name: str
    team: str | None
    same_file: bool
    """Whether the people file is the one that the workspace was filled with."""


def reveal(
    place: Workspace, pseudonym: str, reason: str, people_file: Path | None = None
) -> Revealed:
    """`people_file`: without it, the one that was last scanned with.

    Raises UsageError where nothing can be revealed, InputError where the ledger cannot be written:
    then no name is shown.
    """
    said = text(reason, "--reason")
    if said is None:
        remedy = 'say why: --reason "..."'
        raise UsageError("a reason is missing", where="--reason", remedy=remedy)
    wanted = pseudonym.strip().lower()
    if not _PSEUDONYM.fullmatch(wanted):
        remedy = "name a person or device, as u-0123456789; addresses are in no people file"
        raise UsageError("that is no pseudonym that can be revealed", where="reveal", remedy=remedy)
    known = _facts(place)
    file = people_file or _remembered_file(known)
    people = read_people(file)
    pseudonyms = Pseudonyms(load_or_create_key(place.path, os.environ, warn=note))
    found = dict(_names(people, pseudonyms)).get(wanted)
    ledger_of(place).append(Reveal(pseudonym=wanted, reason=said, found=found is not None))
    if found is None:
        remedy = "name the people file that this workspace was filled with"
        raise UsageError("nobody in this people file has it", where=str(file), remedy=remedy)
    name, person = found
    return Revealed(name, person.team, known.get("people_digest") == people.digest)


def _remembered_file(known: dict[str, str]) -> Path:
    if "people_file" not in known:
        remedy = "name it: --people staff.csv"
        raise UsageError("this workspace was filled without a people file", remedy=remedy)
    return Path(known["people_file"])


def _facts(place: Workspace) -> dict[str, str]:
    if not place.facts.exists():
        remedy = "run `shadow-scan scan PATH` first"
        raise UsageError("no logs have been read yet", where=str(place.path), remedy=remedy)
    with opened(place.facts, read_only=True) as connection:
        known = said(connection)
    if keeps_plain_names(known):
        what = "this workspace keeps names as they are: there is nothing to reveal"
        raise UsageError(what, where=str(place.path))
    return known


def _names(people: People, pseudonyms: Pseudonyms) -> Iterator[tuple[str, tuple[str, Person]]]:
    for alias, user in people.aliases.items():
        yield pseudonyms.user(alias), (user, people.by_user[user])
    for user, person in people.by_user.items():
        yield pseudonyms.user(user), (user, person)
    for device, person in people.by_device.items():
        yield pseudonyms.device(device), (device, person)
