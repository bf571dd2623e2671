"""Whose team: the order of trust, and what the answer rests on."""

from __future__ import annotations

from pathlib import Path

import pytest

from shadow_scan.identity.attribution import Attribution, attribute
from shadow_scan.identity.people import People, read_people
from shadow_scan.identity.subnets import Subnets

SUBNETS = Subnets({"10.9.0.0/16": "Lab", "10.8.0.0/16": "SALES"})


@pytest.fixture
def people(tmp_path: Path) -> People:
    path = tmp_path / "people.csv"
    path.write_text(
        "user,mail,team,function,device,site\n"
        "jdoe,jane.doe@corp.example,Sales,sales-marketing,LT-1,Paris\n"
        "amy,,A,,,\namy,,B,,,\n"
    )
    return read_people(path)


@pytest.mark.parametrize(
    ("user", "department", "device", "address", "team", "known_by"),
    [
        ("jdoe", "Legal", "lt-1", "10.9.0.1", "Sales", "people"),
        ("jane.doe", None, None, None, "Sales", "people"),
        ("stranger", "Legal", "lt-1", "10.9.0.1", "Legal", "department"),
        ("stranger", "sales", None, None, "Sales", "department"),
        ("stranger", "None", "lt-1", "10.9.0.1", "Sales", "device"),
        (None, None, "lt-1", None, "Sales", "device"),
        (None, "-", "lt-2", "10.9.0.1", "Lab", "subnet"),
        (None, None, None, "10.8.0.1", "Sales", "subnet"),
        ("amy", None, None, "10.9.0.1", "Lab", "subnet"),
        ("amy", None, None, None, None, None),
        (None, None, None, None, None, None),
    ],
)
def test_the_order_of_trust(
    people: People,
    user: str | None,
    department: str | None,
    device: str | None,
    address: str | None,
    team: str | None,
    known_by: str | None,
) -> None:
    found = attribute(user, department, device, address, people, SUBNETS)
    assert (found.team, found.known_by) == (team, known_by)


def test_function_and_site_come_from_the_person(people: People) -> None:
    found = attribute("jdoe", None, None, None, people, SUBNETS)
    assert found == Attribution("Sales", "sales-marketing", "Paris", "people")


def test_without_people_and_subnets_nobody_is_attributed() -> None:
    found = attribute("jdoe", None, "lt-1", "10.9.0.1", People(), Subnets({}))
    assert found == Attribution(None, None, None, None)
