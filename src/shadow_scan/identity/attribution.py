"""Which team an event belongs to, and by which evidence.

Order of trust: the person whom the log names, the department that the log itself carries, the owner
of the device, the subnet. Must not decide who somebody is; it takes keys and answers with a team.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from shadow_scan.identity.people import People, Person
from shadow_scan.identity.subnets import Subnets
from shadow_scan.identity.text import label

KnownBy = Literal["people", "department", "device", "subnet"]


@dataclass(frozen=True, slots=True)
class Attribution:
    """`known_by` says where `team` comes from and is None exactly when `team` is.

    `function` and `site` come from the person, else from the owner of the device.
    """

    team: str | None
    function: str | None
    site: str | None
    known_by: KnownBy | None


def attribute(
    user: str | None,
    department: str | None,
    device: str | None,
    address: str | None,
    people: People,
    subnets: Subnets,
) -> Attribution:
    """The team of one distinct combination; `user` and `device` are keys, `department` is raw.

    A person without a team, or with two, does not stop the search: weaker evidence may still tell,
    and `known_by` then says so.
    """
    person = people.person(user) if user else None
    owner = people.by_device.get(device) if device else None
    team, known_by = _team(person, department, owner, address, people, subnets)
    return Attribution(team, _function(person, owner), _site(person, owner), known_by)


def _team(
    person: Person | None,
    department: str | None,
    owner: Person | None,
    address: str | None,
    people: People,
    subnets: Subnets,
) -> tuple[str | None, KnownBy | None]:
    if person and person.team:
        return person.team, "people"
    named = label(department) if department else None
    if named:
        return people.team_spelling(named), "department"
    if owner and owner.team:
        return owner.team, "device"
    placed = subnets.team(address) if address else None
    return (people.team_spelling(placed), "subnet") if placed else (None, None)


def _function(person: Person | None, owner: Person | None) -> str | None:
    return next((who.function for who in (person, owner) if who and who.function), None)


def _site(person: Person | None, owner: Person | None) -> str | None:
    return next((who.site for who in (person, owner) if who and who.site), None)
