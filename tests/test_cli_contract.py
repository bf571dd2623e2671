"""What scripts rely on: columns, the five formats, exit codes, and how little a version costs."""

from __future__ import annotations

import csv
import io
import json
import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest

from shadow_scan.workspace import Workspace

from .conftest import SAMPLE, Cli, clean_environment, command

COLUMNS = {
    "services": (
        *("service", "vendor", "category", "users", "teams", "sessions", "events", "bytes_up"),
        *("bytes_down", "first_time", "last_time", "evidence", "status", "risk", "blocked"),
    ),
    "users": (
        *("user", "user_kind", "team", "services", "sessions", "events", "bytes_up"),
        *("first_time", "last_time"),
    ),
    "teams": ("team", "people", "users", "services", "sessions", "events", "bytes_up"),
    "tasks": ("task", "users", "teams", "services", "sessions"),
    "matrix": ("team", "task", "service", "users", "sessions", "events", "bytes_up"),
    "sessions": (
        *("session", "user", "team", "service", "task", "confidence", "tier", "activity"),
        *("first_time", "last_time", "events", "bytes_up", "bytes_down", "evidence", "reasons"),
    ),
    "findings": (
        *("finding", "policy", "severity", "service", "team", "reasons", "users", "events"),
        *("bytes_up", "first_time", "last_time", "state"),
    ),
    "candidates": ("host", "score", "reasons", "users", "events", "bytes_up"),
    "sources": (
        *("source_file", "format", "lines", "events", "rejected", "skipped", "first_time"),
        *("last_time", "status"),
    ),
    "coverage": ("source_file", "day", "lines", "events", "rejected", "skipped", "blind"),
}
BUILT = (
    "services",
    "users",
    "teams",
    "tasks",
    "matrix",
    "sessions",
    "sources",
    "findings",
    "candidates",
)
EVENT_KEYS = (
    *("event_time", "source_ip", "user_name", "device_name", "department", "host", "port"),
    *("destination_ip", "method", "path", "status", "bytes_up", "bytes_down", "duration_ms"),
    *("user_agent", "referrer_host", "action", "evidence", "format", "source_file", "source_line"),
)
HEAVY = ("pyarrow", "textual", "pyshark", "duckdb", "numpy", "pydantic")
ONE_LINE = (
    "1790000000.000     10 192.0.2.1 TCP_TUNNEL/200 100 CONNECT {}:443 - HIER_DIRECT/192.0.2.9 -\n"
)


def without_ai(tmp_path: Path) -> Path:
    log = tmp_path / "quiet.log"
    log.write_text(ONE_LINE.format("www.example"))
    return log


def first_columns(columns: Sequence[str], listing: str) -> tuple[str, ...]:
    return tuple(columns)[: len(COLUMNS[listing])]


def csv_text(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(value)
    return "" if value is None else str(value)


@pytest.mark.parametrize("listing", BUILT)
class TestListings:
    def test_json_is_a_bare_array_of_objects(self, sample_cli: Cli, listing: str) -> None:
        done = sample_cli(listing, "--format", "json")
        assert (done.code, done.err) == (0, "")
        rows = done.json()
        assert isinstance(rows, list)
        assert rows
        assert {first_columns(list(row), listing) for row in rows} == {COLUMNS[listing]}

    def test_jsonl_is_one_object_a_line_and_the_same(self, sample_cli: Cli, listing: str) -> None:
        done = sample_cli(listing, "--format", "jsonl")
        assert (done.code, done.err) == (0, "")
        assert done.records() == sample_cli(listing, "--format", "json").json()

    def test_csv_has_the_columns_and_the_rows(self, sample_cli: Cli, listing: str) -> None:
        done = sample_cli(listing, "--format", "csv")
        assert (done.code, done.err) == (0, "")
        header, *rows = csv.reader(io.StringIO(done.out))
        objects = sample_cli(listing, "--format", "json").json()
        assert first_columns(header, listing) == COLUMNS[listing]
        shown = [[csv_text(value) for value in row.values()] for row in objects]
        assert rows == shown

    def test_markdown_is_one_table(self, sample_cli: Cli, listing: str) -> None:
        done = sample_cli(listing, "--format", "markdown")
        assert (done.code, done.err) == (0, "")
        header, rule, *rows = done.out.splitlines()
        names = [name.strip() for name in header.strip("|").split("|")]
        assert first_columns(names, listing) == COLUMNS[listing]
        assert set(rule) <= set("|- ")
        assert len(rows) == len(sample_cli(listing, "--format", "json").json())

    def test_a_table_is_for_people(self, sample_cli: Cli, listing: str) -> None:
        done = sample_cli(listing, "--format", "table")
        assert done.code == 0
        assert all(said.startswith("note: ") for said in done.err.splitlines())
        assert COLUMNS[listing][0] in done.out
        assert "\x1b" not in done.out

    def test_a_file_gets_the_same_text_and_stdout_none(
        self, sample_cli: Cli, listing: str, tmp_path: Path
    ) -> None:
        for form in ("table", "csv"):
            file = tmp_path / form
            done = sample_cli(listing, "--format", form, "-o", file)
            assert (done.code, done.out) == (0, "")
            assert file.read_text("utf-8") == sample_cli(listing, "--format", form).out

    def test_nothing_read_yet_is_said_in_plain_words(self, cli: Cli, listing: str) -> None:
        done = cli(listing)
        assert (done.code, done.out) == (2, "")
        assert "no logs have been read yet" in done.err
        assert "to do: " in done.err


class TestOrder:
    def test_users_then_events_then_the_id(self, sample_cli: Cli) -> None:
        rows = sample_cli("services", "--format", "json").json()
        keys = [(-row["users"], -row["events"], row["service"]) for row in rows]
        assert keys == sorted(keys)

    def test_sources_by_their_first_time(self, sample_cli: Cli) -> None:
        moments = [row["first_time"] for row in sample_cli("sources", "--format", "json").json()]
        assert moments == sorted(moments)

    def test_moments_are_utc_with_microseconds(self, sample_cli: Cli) -> None:
        for row in sample_cli("users", "--format", "json").json():
            assert row["first_time"][10] == "T"
            assert len(row["first_time"]) == len("2026-09-14T10:44:57.244696Z")
            assert row["first_time"].endswith("Z")


def test_empty_listings_keep_their_headers(cli: Cli, tmp_path: Path) -> None:
    assert cli("scan", without_ai(tmp_path)).code == 0
    for listing in ("services", "users", "teams", "tasks", "matrix", "sessions"):
        assert cli(listing, "--format", "json").json() == []
        assert cli(listing, "--format", "jsonl").out == ""
        (header,) = csv.reader(io.StringIO(cli(listing, "--format", "csv").out))
        assert first_columns(header, listing) == COLUMNS[listing]
        names = cli(listing, "--format", "markdown").out.splitlines()[0].strip("|").split("|")
        assert first_columns([name.strip() for name in names], listing) == COLUMNS[listing]
        assert COLUMNS[listing][0] in cli(listing).out


def test_scan_as_json_is_one_object_with_sources_and_totals(cli: Cli, tmp_path: Path) -> None:
    done = cli("scan", SAMPLE / "squid", "--format", "json")
    summary = done.json()
    assert list(summary) == [
        *("sources", "lines", "events", "rejected", "skipped", "ai_events", "services", "users")
    ]
    assert {tuple(row)[:9] for row in summary["sources"]} == {COLUMNS["sources"]}
    assert summary["lines"] == summary["events"] + summary["rejected"] + summary["skipped"]
    for name in ("lines", "events", "rejected", "skipped"):
        assert summary[name] == sum(row[name] for row in summary["sources"])
    listed = cli("services", "--activity", "all", "--format", "json").json()
    assert summary["services"] == len(listed)
    more = len(listed) - len(cli("services", "--format", "json").json())
    assert more > 0
    assert f"{more} more in the background or by programs only" in cli("services").err


@pytest.mark.parametrize("form", ["jsonl", "csv", "markdown", "table"])
def test_what_scan_says_besides_its_data_goes_to_stderr(cli: Cli, form: str) -> None:
    done = cli("scan", SAMPLE / "squid" / "access.log", "--format", form)
    assert "lines read" in done.err
    assert "lines read" not in done.out
    if form == "csv":
        header, *rows = csv.reader(io.StringIO(done.out))
        assert tuple(header)[:9] == COLUMNS["sources"]
        assert len(rows) == 1


def test_parse_prints_the_keys_of_an_event_in_order_and_stores_nothing(
    cli: Cli, workspace: Path
) -> None:
    before = sorted(workspace.rglob("*"))
    done = cli("parse", SAMPLE / "squid" / "access.log.1", SAMPLE / "zeek")
    assert done.code == 0
    records = done.records()
    assert {tuple(record) for record in records} == {EVENT_KEYS}
    assert {record["format"] for record in records} == {"squid", "zeek"}
    assert not any(value == "" for record in records for value in record.values())
    assert sorted(workspace.rglob("*")) == before


@pytest.mark.parametrize(
    "words",
    [["nonsense"], ["scan"], ["services", "--format", "xml"], ["services", "--no-such-option"],
     ["scan", "x", "--year", "many"], ["explain"], ["services", "--activity", "robots"]],
    ids=" ".join,
)  # fmt: skip
def test_a_wrong_command_line_is_exit_2(sample_cli: Cli, words: list[str]) -> None:
    done = sample_cli(*words)
    assert (done.code, done.out) == (2, "")
    assert done.err
    assert "Traceback" not in done.err


def test_an_output_that_cannot_be_written_is_exit_2(sample_cli: Cli, tmp_path: Path) -> None:
    done = sample_cli("services", "-o", tmp_path / "no" / "such" / "folder.csv")
    assert (done.code, done.out) == (2, "")
    assert "cannot be written" in done.err
    assert "where: " in done.err


def test_debug_shows_a_traceback_and_nothing_else_does(run_cli: Cli) -> None:
    assert "Traceback" in run_cli("--debug", "services").err
    assert "Traceback" not in run_cli("services").err


def test_a_reader_that_closes_early_is_no_error(
    sample_workspace: tuple[Path, dict[str, str]],
) -> None:
    process = subprocess.Popen(
        command("export", "events"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=sample_workspace[1],
    )
    assert process.stdout is not None
    assert process.stderr is not None
    json.loads(process.stdout.readline())
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    process.wait(30)
    assert said == b""


def _seconds(words: list[str], environment: dict[str, str]) -> float:
    """Of CPU, start-up included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(words, capture_output=True, env=environment, check=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.stderr == ""
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_the_version_costs_at_most_three_times_what_the_command_lines_library_does(
    tmp_path: Path,
) -> None:
    """The least of a few tries, in turn: others on the machine make each of them dearer."""
    environment = clean_environment(tmp_path / "home")
    version, library = [], []
    for _ in range(10):
        library.append(_seconds([sys.executable, "-c", "import typer"], environment))
        version.append(_seconds(command("--version"), environment))
        if min(version) <= 3 * min(library):
            return
    raise AssertionError((version, library))


def test_the_command_line_loads_nothing_heavy(tmp_path: Path) -> None:
    program = "import json, sys, shadow_scan.cli; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        env=clean_environment(tmp_path / "home"),
        check=True,
    )
    loaded = {name.partition(".")[0] for name in json.loads(done.stdout)}
    assert "shadow_scan" in loaded
    assert loaded.isdisjoint(HEAVY)


def test_exported_events_have_the_keys_of_an_event(sample_cli: Cli) -> None:
    done = sample_cli("export", "events")
    records = done.records()
    assert {tuple(record)[: len(EVENT_KEYS)] for record in records} == {EVENT_KEYS}
    total = sum(row["events"] for row in sample_cli("sources", "--format", "json").json())
    assert len(records) == total


def test_every_format_of_an_export_holds_every_event(sample_cli: Cli) -> None:
    objects: list[dict[str, Any]] = sample_cli("export", "events", "--format", "json").json()
    assert objects == sample_cli("export", "events").records()
    header, *rows = csv.reader(io.StringIO(sample_cli("export", "events", "--format", "csv").out))
    assert tuple(header) == EVENT_KEYS
    assert len(rows) == len(objects)


def test_the_demo_reads_anew_what_another_version_wrote(place: Workspace, company: Cli) -> None:
    older = Workspace(place.path.with_name(place.path.name + "-demo"))
    place.path.rename(older.path)
    with duckdb.connect(str(older.facts)) as connection:
        connection.execute("UPDATE meta SET value = '0' WHERE key = 'schema'")
    refused = company("scan", SAMPLE, "--workspace", older.path)
    assert refused.code == 2
    assert "layout 0" in refused.err
    done = company("demo", "--no-tui")
    assert done.code == 0, done.err
    assert "ChatGPT" in done.out


def test_a_workspace_is_private(cli: Cli, workspace: Path, tmp_path: Path) -> None:
    umask = os.umask(0)
    try:
        assert cli("scan", without_ai(tmp_path)).code == 0
    finally:
        os.umask(umask)
    assert workspace.stat().st_mode & 0o077 == 0
    files = [file for file in workspace.rglob("*") if file.is_file() and file.parent == workspace]
    assert files
    assert {file.name for file in files if file.stat().st_mode & 0o077} == set()


def test_a_folder_of_many_logs_shows_what_is_new_and_counts_the_rest(
    cli: Cli, tmp_path: Path
) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    for number in range(30):
        (folder / f"{number:02}.log").write_text(ONE_LINE.format(f"h{number}.example"))
    first = cli("scan", str(folder))
    assert first.out.count(".log") == 20
    assert "10 more sources: `shadow-scan sources` lists all" in first.err
    (folder / "new.log").write_text(ONE_LINE.format("new.example"))
    second = cli("scan", str(folder))
    assert second.out.count(".log") == 1
    assert "30 more sources" in second.err
    third = cli("scan", str(folder))
    assert third.out == ""
    assert "31 files known already" in third.err
    assert cli("scan", str(folder), "--format", "csv").out.count(".log") == 31


def test_the_ending_of_a_file_says_its_format(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    cli("scan", str(without_ai(tmp_path)))
    asked = {
        "use.csv": ("service,",),
        "use.JSON": ("[",),
        "use.md": ("| service",),
        "use.txt": (" ",),
        "other.csv": ("| service", "--format", "markdown"),
    }
    for name, (begins, *words) in asked.items():
        assert cli("services", "-o", name, *words).code == 0
        assert Path(name).read_text().startswith(begins), name
    assert cli("services", "--format", "csv", "-o", "other.json").code == 0
    assert Path("other.json").read_text().startswith("service,")


def test_the_name_of_a_format_is_no_file(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    asked = cli("services", "-o", "csv")
    assert (asked.code, Path("csv").exists()) == (2, False)
    assert "write --format csv" in asked.err


def test_a_filter_that_fits_nothing_says_so_and_what_is_near(sample_cli: Cli) -> None:
    done = sample_cli("services", "team:legl")
    assert done.code == 0
    assert "note: nothing fits team:legl; did you mean team:Legal?" in done.err
    done = sample_cli("users", "service:chat-gpt", "--format", "json")
    assert done.json() == []
    assert "did you mean service:chatgpt?" in done.err
    assert "nothing fits user:nobody\n" in sample_cli("sessions", "user:nobody").err
    assert "nothing fits" not in sample_cli("services", "team:legal").err
