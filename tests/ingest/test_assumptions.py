"""What a log did not say of its times is said of its source."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from shadow_scan.store.database import opened, rows
from shadow_scan.workspace import Workspace
from tests.conftest import Cli
from tests.ingest.conftest import Scan

ZONE = "times without a zone are taken as UTC"
YEAR = "times without a year are taken as the last such before the file was written"
YEARLESS = "Sep 23 10:11:1{} dnsmasq[1]: query[A] chatgpt.com from 10.0.0.5\n"
DATED = "23-Sep-2026 10:11:1{}.000 client 10.0.0.1#5 (claude.ai): query: claude.ai IN A + (::1)\n"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "any.log"


def written(log: Path, line: str, lines: int = 3) -> None:
    log.write_text("".join(line.format(at) for at in range(lines)))
    os.utime(log, (1_793_000_000, 1_793_000_000))


def source(cli: Cli) -> dict[str, Any]:
    (found,) = cli("sources", "--format", "json").json()
    return dict(found)


def test_a_year_of_the_files_time_is_an_assumption(cli: Cli, log: Path) -> None:
    written(log, YEARLESS)
    run = cli("scan", log)
    assert f"{ZONE}; {YEAR}" in run.err
    assert source(cli)["assumed"] == f"{ZONE}; {YEAR}"
    assert source(cli)["first_time"].startswith("2026-09-23T10:11:10")
    written(log, YEARLESS, lines=6)
    cli("scan", log)
    assert (source(cli)["events"], source(cli)["assumed"]) == (6, f"{ZONE}; {YEAR}")


def test_a_year_that_was_said_is_none(cli: Cli, log: Path) -> None:
    written(log, YEARLESS)
    cli("scan", log, "--year", "2025", "--tz", "Europe/Berlin")
    assert source(cli)["assumed"] is None


@pytest.mark.parametrize("header", ["", "Sep 23 10:11:12 relay named[1]: "])
def test_a_year_that_the_log_writes_is_none(cli: Cli, log: Path, header: str) -> None:
    written(log, header + DATED)
    cli("scan", log)
    assert source(cli)["assumed"] == ZONE


_DNSMASQ = "Sep 22 07:0{}:00 dnsmasq[8]: query[A] chatgpt.com from 10.40.0.23\n"


def test_a_log_is_read_in_one_zone_whatever_is_said_later(
    place: Workspace, scan: Scan, tmp_path: Path
) -> None:
    log = tmp_path / "dns.log"
    log.write_text(_DNSMASQ.format(1))
    scan(log, year=2026)
    (report,) = scan(log, year=2026, zone="Europe/Berlin")
    assert report.status == "known"
    assert "were read as UTC before, and stay so; `shadow-scan forget`" in report.notes[0]
    with log.open("a") as writer:
        writer.write(_DNSMASQ.format(2))
    (report,) = scan(log, year=2026, zone="Europe/Berlin")
    assert report.lines == 1
    assert any("were read as UTC before" in note for note in report.notes)
    with opened(place.facts, read_only=True) as connection:
        hours = rows(connection, "SELECT DISTINCT hour(event_time) FROM events")
        assert hours == [(7,)]
        assert rows(connection, "SELECT zone FROM sources") == [("UTC",)]
    place.settings.write_text('time_zone = "Europe/Berlin"\n')
    (report,) = scan(log)
    assert "were read as UTC before" in report.notes[0]
    (other,) = scan(log, format="bind")
    assert "it was read as dnsmasq before, and stays so" in other.notes[0]


def test_a_year_that_is_said_late_changes_nothing_and_is_told(
    place: Workspace, scan: Scan, log: Path
) -> None:
    written(log, YEARLESS)
    scan(log)
    assert scan(log, year=2026)[0].notes == []
    (report,) = scan(log, year=2024)
    assert report.status == "known"
    assert "stay in the year they got; `shadow-scan forget`" in report.notes[0]
    written(log, YEARLESS, lines=5)
    (report,) = scan(log, year=2024)
    assert report.lines == 2
    assert any("stay in the year they got" in note for note in report.notes)
    with opened(place.facts, read_only=True) as connection:
        assert rows(connection, "SELECT DISTINCT year(event_time) FROM events") == [(2026,)]


def test_a_log_goes_on_in_the_zone_that_was_named_for_its_begin(
    place: Workspace, scan: Scan, tmp_path: Path
) -> None:
    log = tmp_path / "dns.log"
    log.write_text(_DNSMASQ.format(1))
    scan(log, year=2026, zone="Europe/Berlin")
    with log.open("a") as writer:
        writer.write(_DNSMASQ.format(2))
    (report,) = scan(log, year=2026)
    assert (report.lines, report.notes) == (1, [])
    with opened(place.facts, read_only=True) as connection:
        assert rows(connection, "SELECT DISTINCT hour(event_time) FROM events") == [(5,)]
