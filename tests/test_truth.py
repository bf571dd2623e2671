"""The sample company as `demo` reads it, against the truth that its generator wrote down."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from conftest import SAMPLE, Run

TRUTH: dict[str, Any] = json.loads((SAMPLE / "truth.json").read_text("utf-8"))

FORMAT_NAMES = {
    "proxysg": "w3c",
    "zeek-conn": "zeek",
    "zeek-ssl": "zeek",
    "zeek-http": "zeek",
    "zeek-dns": "zeek",
}
"""The truth names the product that wrote a log; the program the format by which it is read."""

ALONE = (
    *("squid/access.log", "squid/access-20260923.log.gz", "proxysg/main-2026-w38.log"),
    *("bind/query.log", "dnsmasq/dnsmasq.log"),
)
"""Sources that say the same alone as together; Zeek's are joined with each other."""


def by(key: str, rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {row[key]: row for row in rows}


@pytest.fixture(scope="module")
def services(sample_cli: Run) -> dict[str, dict[str, Any]]:
    return by("service", sample_cli("services", "--activity", "all", "--format", "json").json())


@pytest.fixture(scope="module")
def teams(sample_cli: Run) -> dict[str, dict[str, Any]]:
    return by("team", sample_cli("teams", "--activity", "all", "--format", "json").json())


@pytest.fixture(scope="module")
def sources(sample_cli: Run) -> dict[str, dict[str, Any]]:
    rows = sample_cli("sources", "--format", "json").json()
    return {str(Path(row["source_file"]).relative_to(SAMPLE)): row for row in rows}


def test_there_are_exactly_the_services_of_the_truth(services: dict[str, Any]) -> None:
    assert set(services) == set(TRUTH["services"])
    assert len(services) == TRUTH["totals"]["services"]
    used = [name for name, row in services.items() if row["events"]]
    assert len(used) == TRUTH["totals"]["services_used"]


@pytest.mark.parametrize("name", sorted(TRUTH["services"]))
@pytest.mark.parametrize(
    "field",
    ["users", "sessions", "events", "bytes_up", "bytes_down", "first_time", "last_time",
     "evidence", "blocked"],
)  # fmt: skip
def test_each_figure_of_a_service_is_the_true_one(
    services: dict[str, Any], name: str, field: str
) -> None:
    assert services[name][field] == TRUTH["services"][name][field]


@pytest.mark.parametrize("name", sorted(TRUTH["services"]))
def test_a_service_counts_the_teams_that_use_it_without_the_unknown(
    services: dict[str, Any], name: str
) -> None:
    assert services[name]["teams"] == len(set(TRUTH["services"][name]["teams"]) - {"unattributed"})


def test_there_are_exactly_the_teams_of_the_truth(teams: dict[str, Any]) -> None:
    assert set(teams) == set(TRUTH["teams"])


@pytest.mark.parametrize("name", sorted(TRUTH["teams"]))
@pytest.mark.parametrize("field", sorted(TRUTH["teams"]["Sales"]))
def test_each_figure_of_a_team_is_the_true_one(
    teams: dict[str, Any], name: str, field: str
) -> None:
    assert teams[name][field] == TRUTH["teams"][name][field]


def test_there_are_exactly_the_sources_of_the_truth(sources: dict[str, Any]) -> None:
    assert set(sources) == {source["file"] for source in TRUTH["sources"]}


@pytest.mark.parametrize("source", TRUTH["sources"], ids=lambda source: str(source["file"]))
def test_each_source_is_counted_as_it_was_written(
    sources: dict[str, Any], source: dict[str, Any]
) -> None:
    seen = sources[source["file"]]
    assert seen["format"] == FORMAT_NAMES.get(source["format"], source["format"])
    for field in ("lines", "events", "rejected", "skipped", "first_time", "last_time"):
        assert seen[field] == source[field], field
    assert seen["lines"] == seen["events"] + seen["rejected"] + seen["skipped"]
    assert seen["status"] == "read"


def test_the_totals_are_the_true_ones(
    services: dict[str, Any], sources: dict[str, Any], sample_cli: Run
) -> None:
    totals = TRUTH["totals"]
    for field in ("lines", "events", "rejected", "skipped"):
        assert sum(row[field] for row in sources.values()) == totals[field], field
    assert sum(row["events"] for row in services.values()) == totals["ai_events"]
    assert sum(row["blocked"] for row in services.values()) == totals["blocked"]
    assert sum(row["sessions"] for row in services.values()) == totals["sessions"]
    users = sample_cli("users", "--activity", "all", "--format", "json").json()
    assert len(users) == totals["users"]
    assert len({row["user"] for row in users}) == len(users)


@pytest.mark.parametrize("file", ALONE)
def test_a_source_read_alone_shows_what_it_alone_can_show(
    cli: Run, workspace: Path, file: str
) -> None:
    shutil.copyfile(SAMPLE / "settings.toml", workspace / "settings.toml")
    year = TRUTH["about"]["year_of_logs_without_one"]
    scanned = cli(
        "scan", SAMPLE / file, "--people", SAMPLE / "people.csv", "--year", year
    )  # fmt: skip
    assert scanned.code == 0, scanned.stderr
    found = by("service", cli("services", "--activity", "all", "--format", "json").json())
    expected = {
        name: entry["sources"][file]
        for name, entry in TRUTH["services"].items()
        if file in entry["sources"]
    }
    fields = list(next(iter(expected.values())))
    assert {name: {f: row[f] for f in fields} for name, row in found.items()} == expected


def test_reading_the_sample_again_changes_nothing(cli: Run) -> None:
    paths = [SAMPLE / name for name in ("squid", "bind")]
    first = cli("scan", *paths, "--year", 2026, "--format", "json").json()
    before = cli("services", "--format", "csv").stdout, cli("sources", "--format", "csv").stdout
    again = cli("scan", *paths, "--year", 2026, "--format", "json").json()
    assert first["lines"] > 0 == again["lines"]
    after = cli("services", "--format", "csv").stdout, cli("sources", "--format", "csv").stdout
    assert before == after
