"""The names that scripts rely on: columns, formats, keys, exit codes; and a light start."""

from __future__ import annotations

import csv
import io
import json
import resource
import subprocess
import sys

import pytest

from shadow_scan.cli import _LATER

from .conftest import Cli

COLUMNS = {
    "services": "service, vendor, category, users, teams, sessions, events, bytes_up, bytes_down, "
    "first_time, last_time, evidence, status, risk, blocked",
    "users": "user, user_kind, team, services, sessions, events, bytes_up, first_time, last_time",
    "teams": "team, people, users, services, sessions, events, bytes_up",
    "sources": "source_file, format, lines, events, rejected, skipped, first_time, last_time, "
    "status",
    "coverage": "source_file, day, lines, events, rejected, skipped, blind",
}
KEYS = (
    *("event_time", "source_ip", "user_name", "device_name", "department", "host", "port"),
    *("destination_ip", "method", "path", "status", "bytes_up", "bytes_down", "duration_ms"),
    *("user_agent", "referrer_host", "action", "evidence", "format", "source_file", "source_line"),
)
LOG = "sample_logs/squid/access.log.1"


@pytest.mark.parametrize("what", COLUMNS)
def test_listings_have_their_columns_in_every_format(what: str, cli: Cli) -> None:
    expected = COLUMNS[what].split(", ")
    cli("scan", LOG)
    records = cli(what, "--format", "json").json()
    assert isinstance(records, list)
    assert records
    assert list(records[0])[: len(expected)] == expected
    lines = cli(what, "--format", "jsonl").out.splitlines()
    assert [json.loads(line) for line in lines] == records
    table = list(csv.reader(io.StringIO(cli(what, "--format", "csv").out)))
    assert table[0][: len(expected)] == expected
    assert len(table) == len(records) + 1
    assert cli(what, "--format", "markdown").out.startswith(f"| {expected[0]} | {expected[1]} |")
    assert expected[0] in cli(what).out


def test_no_rows_still_make_a_header(cli: Cli) -> None:
    cli("scan", "-", "--as", "squid", stdin=b"\n")
    header = cli("services", "--format", "csv").out.strip().split(",")
    assert header[: len(header) - 1] == COLUMNS["services"].split(", ")
    assert cli("services", "--format", "json").json() == []


def test_parse_prints_every_key_and_null_for_what_is_not_said(cli: Cli) -> None:
    events = [json.loads(line) for line in cli("parse", LOG).out.splitlines()]
    assert all(tuple(event) == KEYS for event in events)
    assert all(event["bytes_up"] is None for event in events)
    assert not any(value == "" for event in events for value in event.values())


def test_scan_prints_one_object(cli: Cli) -> None:
    run = cli("scan", LOG, "--format", "json")
    summary = run.json()
    assert {
        "sources",
        "lines",
        "events",
        "ai_events",
        "rejected",
        "skipped",
        "services",
        "users",
    } == (set(summary))
    assert list(summary["sources"][0]) == COLUMNS["sources"].split(", ")
    assert summary["lines"] == summary["events"] + summary["rejected"] + summary["skipped"]


def test_exported_events_are_the_stored_ones(cli: Cli) -> None:
    cli("scan", LOG, "--plain-users")
    exported = [json.loads(line) for line in cli("export", "events").out.splitlines()]
    parsed = [json.loads(line) for line in cli("parse", LOG).out.splitlines()]
    for event in (*exported, *parsed):
        del event["path"]
    assert exported == parsed
    assert cli("export", "events", "--format", "json").json()[0]["source_line"] == 1


@pytest.mark.parametrize("name", _LATER)
def test_what_is_not_built_says_so(name: str, cli: Cli) -> None:
    if name in ("watch", "gap", "decide"):
        run = cli(name, "word", "--option", "x")
        assert (run.code, run.out) == (2, "")
        assert f"'{name}' is not built yet" in run.err


def test_before_the_first_scan_every_listing_says_what_to_do(cli: Cli) -> None:
    for what in (*COLUMNS, "export events"):
        run = cli(*what.split())
        assert run.code == 2
        assert "no logs have been read yet" in run.err
        assert "shadow-scan scan PATH" in run.err


def test_the_start_is_light() -> None:
    code = (
        "import sys, shadow_scan.cli; heavy = {'pandas','pyarrow','textual','pyshark','duckdb'};"
        "sys.exit(' '.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_version_is_printed_alone() -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "shadow_scan", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.stdout.startswith("shadow-scan ")
    assert len(done.stdout.splitlines()) == 1
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 3.0
