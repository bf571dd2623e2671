"""Logs are written by strangers: a bad input is one clear line or counted rejects, and no loss."""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path

import pytest

from ..conftest import Cli

GOOD = "1790158272.417   3387 10.20.30.44 TCP_TUNNEL/200 48213 CONNECT chatgpt.com:443 amara HIER_DIRECT/198.51.100.7 -\n"  # noqa: E501
ESCAPES = "\x1b[2J\x1b[31m"


def squid(host: str, user: str = "amara", time: str = "1790158273.000") -> str:
    return (
        f"{time} 5 10.0.0.1 TCP_TUNNEL/200 9 CONNECT {host}:443 {user} HIER_DIRECT/198.51.100.7 -\n"
    )


@pytest.fixture
def good(tmp_path: Path) -> Path:
    file = tmp_path / "good.log"
    file.write_text(GOOD)
    return file


def source_of(cli: Cli, name: str) -> dict[str, object]:
    rows = cli("sources", "--format", "json").json()
    for row in rows:
        assert row["lines"] == row["events"] + row["rejected"] + row["skipped"]
    return next(row for row in rows if str(row["source_file"]).endswith(name))


BAD_FILES = {
    "empty.log": (b"", 0, "empty"),
    "prose.log": (b"Dear diary,\ntoday nothing happened.\n", 3, "unrecognised"),
    "binary.log": (bytes(range(256)) * 40, 3, "unrecognised"),
    "cut.gz": (gzip.compress((GOOD * 3000).encode())[:-20], 3, "damaged"),
    "nul.log": (GOOD.encode() + b"\0\0\0\n" + GOOD.encode(), 0, "read"),
    "latin.log": (GOOD.encode() + squid("claude.ai", "r\xe9seau").encode("cp1252"), 0, "read"),
    "mixed-ends.log": ((GOOD + GOOD).encode().replace(b"\n", b"\r\n", 1), 0, "read"),
    "long.log": (GOOD.encode() + b"x" * 5_000_000 + b"\n" + GOOD.encode(), 0, "read"),
    "fields.log": (GOOD.encode() + b"a " * 200_000 + b"\n", 0, "read"),
    "future.log": (GOOD + squid("claude.ai", time="9999999999.000")).encode(),
    "numbers.log": (GOOD + GOOD.replace("48213", "many").replace("3387", "-")).encode(),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_costs_nothing_but_itself(
    name: str, cli: Cli, good: Path, tmp_path: Path
) -> None:
    entry = BAD_FILES[name]
    content, code, status = entry if isinstance(entry, tuple) else (entry, 0, "read")
    bad = tmp_path / name
    bad.write_bytes(content)
    run = cli("scan", bad, good)
    assert run.code == code, run.err
    assert len(run.err.splitlines()) <= 6
    assert source_of(cli, name)["status"] == status
    assert source_of(cli, "good.log")["events"] == 1 or name in ("nul.log", "mixed-ends.log")


@pytest.mark.parametrize(
    ("name", "events", "rejected"),
    [
        *(("nul.log", 2, 1), ("latin.log", 2, 0), ("mixed-ends.log", 2, 0), ("long.log", 2, 1)),
        *(("fields.log", 1, 1), ("future.log", 1, 1), ("numbers.log", 1, 1)),
    ],
)
def test_every_line_is_an_event_or_a_counted_reject(
    name: str, events: int, rejected: int, cli: Cli, tmp_path: Path
) -> None:
    entry = BAD_FILES[name]
    (tmp_path / name).write_bytes(entry[0] if isinstance(entry, tuple) else entry)
    cli("scan", tmp_path / name)
    source = source_of(cli, name)
    assert (source["events"], source["rejected"]) == (events, rejected)


def test_of_a_cut_archive_the_readable_part_is_kept(cli: Cli, tmp_path: Path) -> None:
    text = "".join(squid("chatgpt.com", f"u{n}") for n in range(20_000)).encode()
    packed = gzip.compress(text)
    (tmp_path / "cut.gz").write_bytes(packed[: len(packed) // 2])
    run = cli("scan", tmp_path / "cut.gz", "--format", "json")
    assert run.code == 3
    assert "ends early" in run.err
    assert 5_000 < run.json()["events"] < 20_000


def test_a_missing_file_is_one_clear_error_and_the_rest_is_read(cli: Cli, good: Path) -> None:
    run = cli("scan", good.parent / "gone.log", good)
    assert run.code == 3
    assert run.err.splitlines()[:3] == [
        "shadow-scan: no such file",
        f"  where: {good.parent / 'gone.log'}",
        "  to do: check the path",
    ]
    assert source_of(cli, "good.log")["events"] == 1


def test_a_folder_may_mix_formats_and_hold_strangers(cli: Cli, good: Path) -> None:
    (good.parent / "notes.md").write_text("# Notes\n")
    (good.parent / "dns.log").write_text(
        "23-Sep-2026 10:11:12.417 queries: info: client @0x7f62b8 10.20.30.44#51234 (claude.ai): "
        "query: claude.ai IN A +E(0)K (10.20.0.53)\n"
    )
    run = cli("scan", good.parent)
    assert run.code == 0
    assert "no known log format, left alone: notes.md" in run.err
    assert {source_of(cli, name)["format"] for name in ("good.log", "dns.log")} == {"squid", "bind"}


HOSTILE_HOSTS = (
    f"evil{ESCAPES}.chatgpt.com",
    "x'; DROP TABLE events; --.chatgpt.com",
    '"><script>alert(1)</script>.chatgpt.com',
    "[bold]a[/bold].chatgpt.com",
)


def test_hostile_names_do_no_harm_in_any_output(cli: Cli, tmp_path: Path) -> None:
    log = tmp_path / "hostile.log"
    users = [f"u{ESCAPES}", "=cmd()", "+1+1", "@SUM(A1)", "<b>x</b>", "a|b", "\u202egnp"]
    hosts = [host.replace(" ", "%20") for host in HOSTILE_HOSTS]
    lines = [squid(host) for host in hosts] + [squid("claude.ai", user) for user in users]
    log.write_text(GOOD + "".join(lines))
    run = cli("scan", log, "--plain-users")
    assert run.code == 0
    source = source_of(cli, "hostile.log")
    assert source["lines"] == len(lines) + 1
    for output in ("table", "json", "jsonl", "csv", "markdown"):
        for what in (("users",), ("services",), ("export", "events")):
            text = cli(*what, "--format", output).out
            assert "\x1b" not in text
            assert "\u202e" not in text or output in ("json", "jsonl")
    cells = [
        cell for row in csv.reader(io.StringIO(cli("users", "--format", "csv").out)) for cell in row
    ]
    assert not [cell for cell in cells if cell[:1] in "=+@" and cell]
    assert "<b>" not in cli("users", "--format", "markdown").out


def test_rows_that_disagree_with_their_header_are_counted(cli: Cli, tmp_path: Path) -> None:
    log = tmp_path / "main.log"
    log.write_text(
        "#Software: SGOS 7.3\n#Fields: date time c-ip cs-method cs-host\n"
        "2026-09-23 10:11:12 10.0.0.1 GET chatgpt.com\n"
        "2026-09-23 10:11:13 10.0.0.1 GET\n"
        "#Fields: date time cs-host c-ip\n"
        "2026-09-23 10:11:14 claude.ai 10.0.0.1\n"
        "2026-09-23 10:11:15 claude.ai 10.0.0.1 more\n"
    )
    cli("scan", log)
    source = source_of(cli, "main.log")
    assert (source["events"], source["rejected"], source["skipped"]) == (2, 2, 3)


def test_a_wrong_format_by_hand_is_counted_and_a_typo_names_the_nearest(
    cli: Cli, good: Path
) -> None:
    assert cli("scan", good, "--as", "sqid").code == 2
    assert "did you mean 'squid'?" in cli("scan", good, "--as", "sqid").err
    run = cli("scan", good, "--as", "zeek", "--format", "json")
    assert (run.code, run.json()["rejected"]) == (0, 1)


def test_standard_input_is_read(cli: Cli) -> None:
    run = cli("scan", "-", "--format", "json", stdin=gzip.compress(GOOD.encode()))
    assert (run.code, run.json()["events"]) == (0, 1)


def test_settings_with_typos_name_key_and_nearest_word(cli: Cli, good: Path) -> None:
    workspace = good.parent / "workspace"
    workspace.mkdir()
    (workspace / "settings.toml").write_text('plain_user = true\ntime_zone = "Europe/Berln"\n')
    run = cli("scan", good)
    assert run.code == 2
    assert "did you mean 'plain_users'?" in run.err or "Europe/Berlin" in run.err


def test_all_typos_of_an_own_rule_file_are_named_at_once(cli: Cli, good: Path) -> None:
    own = good.parent / "workspace" / "rules" / "vendors"
    own.mkdir(parents=True)
    (own / "acme.toml").write_text(
        'id = "acme"\nname = "Acme"\nrecorded = "2026-01"\n[[products]]\nid = "acme"\n'
        'name = "Acme"\ncategorie = "chat"\n[products.hosts]\nsign_in = ["=x.acme.example"]\n'
    )
    run = cli("services")
    assert run.code in (0, 2)
    run = cli("rules", "lint")
    assert run.code == 2
    for words in ("acme.toml", "did you mean 'category'?", "did you mean 'signin'?"):
        assert words in run.err


def test_a_people_file_without_teams_is_refused_before_anything_is_read(
    cli: Cli, good: Path
) -> None:
    people = good.parent / "people.csv"
    people.write_text("user,colour\namara,red\n")
    run = cli("scan", good, "--people", people)
    assert run.code == 2
    assert "team" in run.err
