"""The same people's same visits, seen by a proxy, a sensor and a name server, are counted once."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from shadow_scan.commands.scan import ScanRequest, run_scan
from shadow_scan.listings.queries import listing
from shadow_scan.store.database import opened, rows
from shadow_scan.vocabulary import Activity, Listing
from shadow_scan.workspace import Workspace
from tests.conftest import ROOT

sys.path.insert(0, str(ROOT / "sample_logs"))

from generator import proxysg, resolvers, sample, squid, zeek  # type: ignore[import-not-found]
from generator.model import Channel, Fate, Recorder  # type: ignore[import-not-found]

SAME = ("users", "teams", "sessions", "bytes_up", "bytes_down", "evidence", "blocked")
CLOCK_SKEW = 700_000
LOOKUP_BEFORE = 200_000
"""Microseconds."""
PROXY = "10.20.9.5"


def connections(visits: Iterable[Any]) -> list[Any]:
    """What a sensor on the wire sees of visits: one connection for all requests inside it."""
    opened_ones: dict[tuple[str, str], list[Any]] = {}
    seen = []
    for visit in visits:
        if visit.fate is not Fate.ALLOWED:
            continue
        if visit.channel is Channel.INSIDE:
            opened_ones.setdefault((visit.connection, visit.host), []).append(visit)
        else:
            seen.append(visit)
    for inside in opened_ones.values():
        first = min(inside, key=lambda visit: visit.begin)
        seen.append(
            replace(
                first,
                channel=Channel.TUNNEL,
                duration=max(visit.end for visit in inside) - first.begin,
                bytes_up=sum(visit.bytes_up for visit in inside),
                bytes_down=sum(visit.bytes_down for visit in inside),
            )
        )
    return [replace(visit, begin=visit.begin + CLOCK_SKEW) for visit in seen]


def lookups(visits: Iterable[Any]) -> list[Any]:
    return [
        replace(
            visit,
            channel=Channel.LOOKUP,
            begin=visit.begin - LOOKUP_BEFORE,
            duration=0,
            identity=replace(visit.identity, recorder=Recorder.BIND),
        )
        for visit in visits
    ]


@pytest.fixture
def company(
    tmp_path: Path, compiled_rules: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., dict[str, dict[str, Any]]]:
    """Scans logs into a workspace of their own; the services, by their id."""
    monkeypatch.setenv("SHADOW_SCAN_KEY_FILE", str(tmp_path / "keys" / "test.key"))

    def services(name: str, *groups: list[Any]) -> dict[str, dict[str, Any]]:
        folder, place = tmp_path / f"{name}-logs", Workspace(tmp_path / name)
        for file in (file for group in groups for file in group):
            file.write(folder)
        place.create()
        shutil.copytree(compiled_rules, place.cache)
        place.settings.write_text(f'relays = ["{PROXY}"]\n')
        run_scan(place, ScanRequest([str(folder)], people=ROOT / "sample_logs" / "people.csv"))
        found = listing(place, Listing.SERVICES, Activity.ALL).records()
        return {row["service"]: row for row in found}

    return services


def of(recorder: Any) -> list[Any]:
    return [visit for visit in sample.all_visits() if visit.identity.recorder is recorder]


def three_witnesses(visits: list[Any], proxy: list[Any]) -> tuple[list[Any], ...]:
    wire = connections(visits)
    return proxy, zeek.logs(wire), resolvers.logs(lookups(wire))


def test_three_witnesses_leave_people_sessions_and_bytes_as_one_tells_them(company: Any) -> None:
    visits = of(Recorder.PROXYSG)
    alone = company("alone", proxysg.logs(visits))
    together = company("together", *three_witnesses(visits, proxysg.logs(visits)))
    assert {name: [row[f] for f in SAME] for name, row in together.items()} == {
        name: [row[f] for f in SAME] for name, row in alone.items()
    }


def test_who_never_writes_a_size_is_lent_it_by_one_who_does(company: Any) -> None:
    visits = of(Recorder.SQUID)
    alone = company("alone", squid.logs(visits))
    together = company("together", *three_witnesses(visits, squid.logs(visits)))
    sent: dict[str, int] = {}
    for visit in visits:
        if visit.is_use:
            sent[visit.service] = sent.get(visit.service, 0) + visit.bytes_up
    lent = {name: row["bytes_up"] for name, row in together.items() if row["bytes_up"]}
    assert all(row["bytes_up"] is None for row in alone.values())
    assert lent == sent
    for field in ("users", "sessions", "bytes_down", "blocked"):
        assert {n: r[field] for n, r in together.items()} == {n: r[field] for n, r in alone.items()}


def test_a_session_names_all_its_witnesses(company: Any, tmp_path: Path) -> None:
    visits = of(Recorder.PROXYSG)
    company("together", *three_witnesses(visits, proxysg.logs(visits)))
    place = Workspace(tmp_path / "together")
    sessions = listing(place, Listing.SESSIONS, Activity.ALL).records()
    assert sessions
    by_all = {row["service"] for row in sessions if row["witnesses"] == ["bind", "w3c", "zeek"]}
    by_proxy = {row["service"] for row in sessions if row["witnesses"] == ["w3c"]}
    assert len(by_all) > 5
    # A part of a larger site is known by its paths, and those only the proxy sees.
    assert by_proxy == {"notion-ai"}
    with opened(place.derived, read_only=True) as connection:
        by_sensor = rows(connection, "SELECT DISTINCT recorder, by_recorder FROM witnesses")
    assert set(by_sensor) == {("zeek", "w3c"), ("zeek", "w3c (connections)")}


def test_an_address_that_many_share_is_nobody(company: Any) -> None:
    visits = of(Recorder.PROXYSG)
    terminal = [
        replace(visit, identity=replace(visit.identity, address="10.20.9.77")) for visit in visits
    ]
    together = company("together", *three_witnesses(visits, proxysg.logs(terminal)))
    alone = company("alone", proxysg.logs(terminal))
    users = {name: row["users"] for name, row in alone.items()}
    assert all(together[name]["users"] >= count for name, count in users.items())


def test_what_a_sensor_sees_behind_our_own_proxy_is_nobody_else(company: Any) -> None:
    visits = of(Recorder.PROXYSG)
    outside = [
        replace(visit, identity=replace(visit.identity, address=PROXY))
        for visit in connections(visits)
    ]
    alone = company("alone", proxysg.logs(visits))
    together = company("together", proxysg.logs(visits), zeek.logs(outside))
    assert {name: [row[f] for f in SAME] for name, row in together.items()} == {
        name: [row[f] for f in SAME] for name, row in alone.items()
    }
