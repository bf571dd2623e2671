"""The sample company is read exactly: every figure of its truth, which no parser wrote."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from shadow_scan.commands.demo import read_sample
from shadow_scan.listings.queries import listing
from shadow_scan.vocabulary import Activity, Listing
from shadow_scan.workspace import Workspace

from .conftest import ROOT, Cli

TRUTH = json.loads((ROOT / "sample_logs" / "truth.json").read_text("utf-8"))
SAMPLE = ROOT / "sample_logs"
ALONE = (
    *("squid/access.log", "squid/access-20260923.log.gz", "proxysg/main-2026-w38.log"),
    *("bind/query.log", "dnsmasq/dnsmasq.log"),
)
"""Sources that say the same alone as together; Zeek's are joined with each other."""
MEASURES = (
    *("users", "events", "sessions", "blocked", "first_time", "last_time", "bytes_up"),
    *("bytes_down", "evidence"),
)
FORMATS = {"proxysg": "w3c"}
"""The truth names products; a format may read several of them."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("truth")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHADOW_SCAN_KEY_FILE", str(folder / "keys" / "test.key"))
        place = Workspace(folder / "workspace")
        read_sample(place)
    return place


def records(place: Workspace, what: Listing) -> list[dict[str, Any]]:
    return listing(place, what, Activity.ALL).records()


def test_the_services_are_exactly_those_that_were_used_or_blocked(place: Workspace) -> None:
    assert {row["service"] for row in records(place, Listing.SERVICES)} == set(TRUTH["services"])


@pytest.mark.parametrize("service", sorted(TRUTH["services"]))
def test_every_figure_of_a_service_is_true(place: Workspace, service: str) -> None:
    found = {row["service"]: row for row in records(place, Listing.SERVICES)}[service]
    truth = TRUTH["services"][service]
    assert {name: found[name] for name in MEASURES} == {name: truth[name] for name in MEASURES}
    assert found["teams"] == len(set(truth["teams"]) - {"unattributed"})


def test_every_figure_of_a_team_is_true(place: Workspace) -> None:
    found = {row.pop("team"): row for row in records(place, Listing.TEAMS)}
    assert found == TRUTH["teams"]


@pytest.mark.parametrize("truth", TRUTH["sources"], ids=lambda truth: truth["file"])
def test_every_line_of_a_source_is_accounted_for(place: Workspace, truth: dict[str, Any]) -> None:
    names = ("lines", "events", "rejected", "skipped", "first_time", "last_time")
    rows = {row["source_file"]: row for row in records(place, Listing.SOURCES)}
    found = next(row for name, row in rows.items() if name.endswith(truth["file"]))
    assert {name: found[name] for name in names} == {name: truth[name] for name in names}
    assert found["lines"] == found["events"] + found["rejected"] + found["skipped"]
    family = truth["format"].partition("-")[0]
    assert found["format"] == FORMATS.get(family, family)


def test_the_totals_are_true(place: Workspace) -> None:
    services = records(place, Listing.SERVICES)
    assert len(records(place, Listing.USERS)) == TRUTH["totals"]["users"]
    assert sum(row["events"] for row in services) == TRUTH["totals"]["ai_events"]
    assert sum(row["blocked"] for row in services) == TRUTH["totals"]["blocked"]
    assert sum(row["sessions"] for row in services) == TRUTH["totals"]["sessions"]


@pytest.mark.parametrize("file", ALONE)
def test_a_source_read_alone_shows_what_it_alone_can_show(
    cli: Cli, workspace: Path, file: str
) -> None:
    shutil.copyfile(SAMPLE / "settings.toml", workspace / "settings.toml")
    year = TRUTH["about"]["year_of_logs_without_one"]
    scanned = cli(
        "scan", SAMPLE / file, "--people", SAMPLE / "people.csv", "--year", year
    )  # fmt: skip
    assert scanned.code == 0, scanned.err
    rows = cli("services", "--activity", "all", "--format", "json").json()
    found = {row["service"]: row for row in rows}
    expected = {
        name: entry["sources"][file]
        for name, entry in TRUTH["services"].items()
        if file in entry["sources"]
    }
    fields = list(next(iter(expected.values())))
    assert {name: {f: row[f] for f in fields} for name, row in found.items()} == expected


def test_reading_the_sample_again_changes_nothing(cli: Cli) -> None:
    paths = [SAMPLE / name for name in ("squid", "bind")]
    first = cli("scan", *paths, "--year", 2026, "--format", "json").json()
    before = cli("services", "--format", "csv").out, cli("sources", "--format", "csv").out
    again = cli("scan", *paths, "--year", 2026, "--format", "json").json()
    assert first["lines"] > 0 == again["lines"]
    after = cli("services", "--format", "csv").out, cli("sources", "--format", "csv").out
    assert before == after
