"""The truth comes from the visits; here the lines have their say, by a reader of their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from . import naive_reader
from .naive_reader import SHARED, Request

THIRTY_MINUTES = timedelta(minutes=30)
STRENGTH = ("resolved", "connected", "transacted")


@pytest.fixture(scope="module")
def requests(sample: Path) -> list[Request]:
    return naive_reader.requests(sample)


@pytest.fixture(scope="module")
def counted(requests: list[Request]) -> dict[str, list[Request]]:
    """Doors by service, blocked ones included."""
    services: dict[str, list[Request]] = defaultdict(list)
    for request in requests:
        if request.service:
            services[request.service].append(request)
    return services


@pytest.fixture(scope="module")
def beside(requests: list[Request]) -> dict[str, list[Request]]:
    """Shared hosts by the service of the same identity that is nearest in time."""
    services: dict[str, list[Request]] = defaultdict(list)
    for shared in (request for request in requests if request.host in SHARED):
        near = [
            (abs(door.begin - shared.begin), door.begin, door.service)
            for door in requests
            if door.who == shared.who and door.service and not door.blocked
        ]
        if near and min(near)[0] <= THIRTY_MINUTES:
            services[str(min(near)[2])].append(shared)
    return services


def _sum(sizes: Iterable[int | None]) -> int | None:
    known = [size for size in sizes if size is not None]
    return sum(known) if known else None


def _sessions(doors: list[Request]) -> int:
    count = 0
    for who in {door.who for door in doors}:
        latest = None
        for door in (door for door in doors if door.who == who):
            count += latest is None or door.begin - latest > THIRTY_MINUTES
            latest = door.end if latest is None else max(latest, door.end)
    return count


def _measures(doors: list[Request], helpers: list[Request]) -> dict[str, Any]:
    allowed = [door for door in doors if not door.blocked]
    used = sorted([*allowed, *helpers], key=lambda request: request.begin)
    form = "%Y-%m-%dT%H:%M:%S.%fZ"
    return {
        "users": len({door.who for door in allowed}),
        "events": len(used),
        "blocked": len(doors) - len(allowed),
        "first_time": used[0].begin.strftime(form) if used else None,
        "last_time": used[-1].begin.strftime(form) if used else None,
        "bytes_up": _sum(request.up for request in used),
        "bytes_down": _sum(request.down for request in used),
        "evidence": max((r.evidence for r in used), key=STRENGTH.index) if used else None,
    }


def test_the_lines_name_exactly_the_services_of_the_truth(
    counted: dict[str, list[Request]], truth: dict[str, Any]
) -> None:
    assert set(counted) == set(truth["services"])


def test_the_lines_bear_out_every_figure_of_every_service(
    counted: dict[str, list[Request]], beside: dict[str, list[Request]], truth: dict[str, Any]
) -> None:
    for service, said in truth["services"].items():
        found = _measures(counted[service], beside[service])
        found["sessions"] = _sessions([door for door in counted[service] if not door.blocked])
        assert found == {key: said[key] for key in found}, service


def test_the_lines_bear_out_every_figure_of_every_service_in_each_file(
    counted: dict[str, list[Request]], beside: dict[str, list[Request]], truth: dict[str, Any]
) -> None:
    for service, said in truth["services"].items():
        for file, figures in said["sources"].items():
            doors = [door for door in counted[service] if door.file == file]
            helpers = [shared for shared in beside[service] if shared.file == file]
            assert _measures(doors, helpers) == figures, (service, file)


def test_the_files_of_a_service_add_up_to_the_service(truth: dict[str, Any]) -> None:
    for service, said in truth["services"].items():
        for key in ("events", "blocked"):
            assert sum(part[key] for part in said["sources"].values()) == said[key], service


def test_every_allowed_connect_has_its_tunnel_or_its_requests_beside_it(sample: Path) -> None:
    for path in sorted((sample / "proxysg").iterdir()):
        rows = list(naive_reader.proxysg_rows(path))
        for row in rows:
            if (row["cs-method"], row["sc-status"]) != ("CONNECT", "200"):
                continue
            begin, end = naive_reader.proxysg_times(row)
            partners = [
                naive_reader.proxysg_times(other)[0]
                for other in rows
                if other["cs-method"] != "CONNECT"
                and (other["c-ip"], other["cs-host"]) == (row["c-ip"], row["cs-host"])
            ]
            assert any(begin <= at <= end + timedelta(seconds=1) for at in partners), row
