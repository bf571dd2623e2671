"""Whose traffic it is: users, devices by lease and time, subnets; and what is stored of names."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from shadow_scan.analysis.derive import rebuild
from shadow_scan.commands.current import workspace_rules
from shadow_scan.errors import UsageError
from shadow_scan.listings.queries import listing
from shadow_scan.store.database import opened
from shadow_scan.vocabulary import Activity, Listing
from shadow_scan.workspace import Workspace
from tests.ingest.conftest import Scan

PEOPLE = """user,email,team,device
amara.okafor,amara.okafor@corp.example,Legal,LT-00412
jlind,jonas.lind@corp.example,Sales,LT-00777
"""
# 2026-09-23, in seconds of the day behind 1790121600
_MIDNIGHT = 1_790_121_600

LEASES = """lease 10.20.30.44 {{
  starts 3 2026/09/23 06:00:00;
  ends 3 2026/09/23 12:00:00;
  hardware ethernet 02:00:00:00:00:44;
  client-hostname "LT-00412";
}}
lease 10.20.30.44 {{
  starts 3 2026/09/23 13:00:00;
  ends 3 2026/09/23 18:00:00;
  hardware ethernet 02:00:00:00:00:77;
  client-hostname "{device}";
}}
"""


def line(hour: int, user: str = "-", address: str = "10.20.30.44") -> str:
    return (
        f"{_MIDNIGHT + hour * 3600}.000    100 {address} TCP_TUNNEL/200 500 CONNECT "
        f"claude.ai:443 {user} HIER_DIRECT/198.51.100.7 -\n"
    )


def users(place: Workspace) -> list[tuple[str, str, str, int]]:
    records = listing(place, Listing.USERS, Activity.ALL).records()
    return sorted((r["user"], r["user_kind"], r["team"], r["events"]) for r in records)


def test_an_address_is_the_device_that_held_it_then(
    place: Workspace, scan: Scan, tmp_path: Path
) -> None:
    log, leases, people = tmp_path / "a.log", tmp_path / "dhcpd.leases", tmp_path / "people.csv"
    log.write_text(line(9) + line(11) + line(12) + line(14) + line(20))
    leases.write_text(LEASES.format(device="VISITOR-9"))
    people.write_text(PEOPLE)
    scan(log, people=people, leases=[leases], plain_users=True)
    assert users(place) == [
        # The line of 12:00 tells of a request that began before the lease ended.
        ("10.20.30.44", "address", "unattributed", 1),
        ("amara.okafor", "person", "Legal", 3),
        ("visitor-9", "device", "unattributed", 1),
    ]


def test_leases_that_come_later_are_laid_over_stored_events(
    place: Workspace, scan: Scan, tmp_path: Path
) -> None:
    log, leases = tmp_path / "a.log", tmp_path / "dhcpd.leases"
    log.write_text(line(9))
    scan(log)
    leases.write_text(LEASES.format(device="LT-00777"))
    scan(log, leases=[leases])
    assert [(kind, events) for _, kind, _, events in users(place)] == [("device", 1)]


WINDOWS = "{number},09/23/26,{time}:00,What,10.20.30.44,{name},020000000044,,0,6,,,,,,,,,0\n"


def windows(number: int, time: str, name: str = "LT-00412") -> str:
    return WINDOWS.format(number=number, time=time, name=name)


def dnsmasq(hour: int, name: str) -> str:
    return f"{_MIDNIGHT + hour * 3600} 02:00:00:00:00:{len(name):02} 10.20.30.44 {name} *\n"


@pytest.mark.parametrize(
    ("generations", "holders"),
    [
        # The log of one day promised what that of the next took back.
        ([(20, windows(10, "06:00")), (21, windows(12, "10:00"))], {"lt-00412": 1, "address": 2}),
        # A snapshot says neither since when nor who was there before: earlier ones do.
        ([(10, dnsmasq(12, "pc-1")), (14, dnsmasq(15, "laptop-2"))], {"pc-1": 2, "laptop-2": 1}),
        (
            [(h, dnsmasq(h + 1, "pc-1" if h < 12 else "tab-07")) for h in range(8, 16)],
            {"pc-1": 2, "tab-07": 1},
        ),
    ],
)
def test_what_a_lease_file_told_last_holds_and_takes_back_no_more(
    place: Workspace,
    scan: Scan,
    tmp_path: Path,
    generations: list[tuple[int, str]],
    holders: dict[str, int],
) -> None:
    log = tmp_path / "a.log"
    log.write_text(line(9) + line(11) + line(14))
    for number, (hour, text) in enumerate(generations):
        (leases := tmp_path / f"leases-{number}").write_text(text)
        os.utime(leases, times=(_MIDNIGHT + hour * 3600,) * 2)
    scan(log, leases=sorted(tmp_path.glob("leases-*"), reverse=True), plain_users=True)
    found = {user if kind == "device" else kind: count for user, kind, _, count in users(place)}
    assert found == holders


def test_a_user_in_the_log_goes_before_the_lease(
    place: Workspace, scan: Scan, tmp_path: Path
) -> None:
    log, leases, people = tmp_path / "a.log", tmp_path / "dhcpd.leases", tmp_path / "people.csv"
    log.write_text(line(9, "CORP\\JLind") + line(10, "jonas.lind@corp.example"))
    leases.write_text(LEASES.format(device="LT-00777"))
    people.write_text(PEOPLE)
    scan(log, people=people, leases=[leases], plain_users=True)
    assert users(place) == [("jlind", "person", "Sales", 2)]


def test_no_name_is_stored_unless_the_settings_say_so(
    place: Workspace, scan: Scan, tmp_path: Path
) -> None:
    log, leases, people = tmp_path / "a.log", tmp_path / "dhcpd.leases", tmp_path / "people.csv"
    log.write_text(line(9) + line(10, "amara.okafor") + line(11, "jlind", "10.20.30.99"))
    leases.write_text(LEASES.format(device="LT-00777"))
    people.write_text(PEOPLE)
    scan(log, people=people, leases=[leases])
    stored = b"".join(file.read_bytes() for file in place.path.glob("*") if file.is_file())
    assert b"claude.ai" in stored
    for name in (b"amara", b"jlind", b"lt-00", b"LT-00", b"10.20.30.44", b"10.20.30.99", b"corp"):
        assert name not in stored
    assert {user[:2] for user, *_ in users(place)} == {"u-"}


def test_pseudonyms_and_plain_names_never_share_a_workspace(
    place: Workspace, scan: Scan, tmp_path: Path
) -> None:
    log = tmp_path / "a.log"
    log.write_text(line(9))
    scan(log)
    with pytest.raises(UsageError, match="this workspace stores pseudonyms"):
        scan(log, plain_users=True)


def test_a_subnet_gives_a_team_where_nothing_else_does(
    place: Workspace, scan: Scan, tmp_path: Path
) -> None:
    place.create()
    place.settings.write_text('[subnets]\n"10.20.0.0/16" = "Berlin"\n"10.20.30.0/24" = "Design"\n')
    log = tmp_path / "a.log"
    log.write_text(line(9) + line(10, address="10.20.1.1") + line(11, address="10.99.0.1"))
    scan(log)
    teams = {team: events for _, _, team, events in users(place)}
    assert teams == {"Design": 1, "Berlin": 1, "unattributed": 1}


def test_paths_are_stored_without_what_could_name_anybody(
    place: Workspace, scan: Scan, tmp_path: Path
) -> None:
    from shadow_scan.listings.events import stored_events

    log = tmp_path / "a.log"
    urls = [
        "http://chatgpt.com/c/68d2f1a0-aa11?q=secret#frag",
        "http://chatgpt.com/files/amara.okafor@corp.example/report.pdf",
        "http://chatgpt.com/backend-api/wham/tasks/eyJhbGciOiJIUzI1NiJ9;jsessionid=A1B2",
        "http://chatgpt.com/a/b/c/d/e/f/g/h",
        "http://chatgpt.com/share/kQzRwXbLmPvT/aaaaaaaaaaaa7bbbb/text2speech/GenerateContent",
        "http://chatgpt.com\\token/",
    ]
    log.write_text(
        "".join(
            f"{_MIDNIGHT}.000 1 10.0.0.1 TCP_MISS/200 5 GET {url} - HIER_DIRECT/198.51.100.7 -\n"
            for url in urls
        )
    )
    scan(log)
    records = [row for table in stored_events(place.facts) for row in table.records()]
    assert {row["host"] for row in records} == {"chatgpt.com"}
    assert [row["path"] for row in records] == [
        *("/c/*", "/files/*/*", "/backend-api/wham/tasks/*", "/a/b/c/d/e/f/*"),
        *("/share/*/*/text2speech/GenerateContent", "/"),
    ]


def test_facts_of_another_version_are_refused_with_a_word(
    place: Workspace, scan: Scan, tmp_path: Path
) -> None:
    log = tmp_path / "a.log"
    log.write_text(line(9))
    scan(log)
    with opened(place.facts) as connection:
        connection.execute("UPDATE meta SET value = '0' WHERE key = 'schema'")
    with pytest.raises(UsageError, match="facts of layout 0"):
        scan(log)
    with pytest.raises(UsageError, match="facts of layout 0"):
        rebuild(place, workspace_rules(place))
