"""A source that is forgotten was never read: nothing of it stays, and its file is read anew."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from shadow_scan.cli import app
from shadow_scan.collectors.packets.reader import PacketBatch
from shadow_scan.ingest.live import LiveSource
from shadow_scan.store.database import opened, rows
from shadow_scan.store.forgetting import forget, meant
from shadow_scan.store.setup import facts_of
from shadow_scan.workspace import Workspace
from tests.conftest import Cli
from tests.ingest.conftest import Scan, squid_lines, stored, sums

AI = "{}.000     10 192.0.2.{} TCP_TUNNEL/200 100 CONNECT {}:443 - HIER_DIRECT/192.0.2.9 -\n"

_COMBINED = (
    '192.0.2.77 - amara.okafor [23/Sep/2026:10:11:12 +0000] "GET http://secret.example/hush '
    'HTTP/1.1" 200 512 "http://secret-referrer.example/" "Secret-Agent/1.0" TCP_MISS:HIER_DIRECT\n'
)


def test_what_a_wrong_format_made_is_gone_and_the_file_is_read_as_what_it_is(
    place: Workspace, scan: Scan, tmp_path: Path
) -> None:
    log, other = tmp_path / "access.log", tmp_path / "other.log"
    log.write_text(squid_lines(1, 300))
    other.write_text(squid_lines(301, 400))
    scan(log, other)
    forget(place.facts, meant(place.facts, ["access.log"]))
    assert stored(place) == sums(301, 400)
    with opened(place.facts, read_only=True) as connection:
        for table in ("sources", "source_marks", "source_reasons", "events"):
            left = rows(connection, f"SELECT DISTINCT source_id FROM {table}")
            assert len(left) <= 1
    again = scan(log)[0]
    assert (again.status, again.lines) == ("read", 300)
    assert stored(place) == sums(1, 400)


_TEXTS = (
    *("hosts", "users", "devices", "addresses", "departments", "destinations", "methods"),
    *("paths", "agents"),
)


def texts(place: Workspace) -> dict[str, dict[str, int]]:
    with opened(place.facts, read_only=True) as connection:
        return {table: dict(rows(connection, f"SELECT text, id FROM {table}")) for table in _TEXTS}


def test_no_name_of_a_forgotten_source_stays_in_any_file(
    cli: Cli, place: Workspace, tmp_path: Path
) -> None:
    kept, gone, later = (tmp_path / name for name in ("kept.log", "gone.log", "later.log"))
    kept.write_text(squid_lines(1, 50))
    gone.write_text(_COMBINED * 3)
    later.write_text(squid_lines(80, 90).replace("chatgpt.com", "claude.ai"))
    assert cli("scan", kept, gone, later, "--plain-users").code == 0
    before = texts(place)
    assert "Secret-Agent/1.0" in before["agents"]
    assert cli("forget", "gone.log", "--yes").code == 0
    after = texts(place)
    for table, found in after.items():
        assert found.items() <= before[table].items()
    assert set(after["hosts"]) == {"chatgpt.com", "claude.ai"}
    assert not after["paths"]
    assert not after["agents"]
    bytes_left = _bytes_of(place)
    assert b"chatgpt.com" in bytes_left
    for name in (
        b"amara.okafor",
        b"Secret-Agent",
        b"secret-referrer",
        b"192.0.2.77",
        b"secret.example",
    ):
        assert name not in bytes_left
    cli("scan", gone, "--plain-users")
    assert all(set(before[table]) == set(found) for table, found in texts(place).items())


def test_only_one_path_can_be_meant(place: Workspace, scan: Scan, tmp_path: Path) -> None:
    for folder, first in (("a", 1), ("b", 101)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "access.log").write_text(squid_lines(first, first + 99))
        scan(tmp_path / folder / "access.log")
    with pytest.raises(Exception, match="several sources are meant"):
        meant(place.facts, ["access.log"])
    with pytest.raises(Exception, match="no such source"):
        meant(place.facts, ["ccess.log"])
    found = meant(place.facts, ["b/access.log", str(tmp_path / "b" / "access.log")])
    assert [source.source_file for source in found] == [str(tmp_path / "b" / "access.log")]


def services(run: Cli) -> Any:
    return run("services", "--activity", "all", "--format", "json").json()


def test_the_command_leaves_the_tables_of_a_workspace_that_never_read_it(
    cli: Cli, tmp_path: Path
) -> None:
    kept, wrong = tmp_path / "kept.log", tmp_path / "wrong.log"
    kept.write_text("".join(AI.format(1790000000 + n, n, "claude.ai") for n in range(1, 9)))
    wrong.write_text("".join(AI.format(1790000900 + n, n, "chatgpt.com") for n in range(1, 5)))
    cli("scan", kept)
    before = services(cli)
    cli("scan", wrong)
    both = services(cli)
    assert both != before
    asked = cli("forget", "wrong.log")
    assert asked.code == 0
    assert "nothing was forgotten" in asked.err
    assert services(cli) == both
    done = cli("forget", "wrong.log", "--yes", "--format", "json")
    assert done.code == 0
    assert [row["events"] for row in done.json()] == [4]
    assert services(cli) == before
    assert cli("forget", "wrong.log", "--yes").code == 2
    cli("scan", wrong)
    assert services(cli) == both


def test_killed_within_it_forgets_all_or_nothing(
    place: Workspace, scan: Scan, tmp_path: Path
) -> None:
    log = tmp_path / "access.log"
    log.write_text(squid_lines(1, 300))
    scan(log)
    dies = (
        "import os, signal, sys\n"
        "import shadow_scan.store.removal as removal\n"
        "class Dying(tuple):\n"
        "    def __iter__(self):\n"
        "        yield 'stored_events'\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "removal._TABLES = Dying()\n"
        "from shadow_scan.cli import main\n"
        "main()\n"
    )
    words = ["forget", str(log), "--yes", "--workspace", str(place.path)]
    ended = subprocess.run([sys.executable, "-c", dies, *words], check=False, capture_output=True)
    assert ended.returncode == -signal.SIGKILL
    assert stored(place) == sums(1, 300)
    assert scan(log)[0].status == "known"


def test_killed_before_the_file_was_written_anew_the_next_scan_does_it(
    cli: Cli, place: Workspace, tmp_path: Path, environment: dict[str, str]
) -> None:
    gone, later = tmp_path / "gone.log", tmp_path / "later.log"
    gone.write_text(_COMBINED * 3)
    later.write_text(squid_lines(80, 90))
    assert cli("scan", gone, "--plain-users").code == 0
    dies = (
        "import os, pathlib, signal\n"
        "pathlib.Path.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "from shadow_scan.cli import main\n"
        "main()\n"
    )
    words = ["forget", str(gone), "--yes", "--workspace", str(place.path)]
    command = [sys.executable, "-c", dies, *words]
    assert subprocess.run(command, env=environment, check=False).returncode == -signal.SIGKILL
    assert b"amara.okafor" in _bytes_of(place)
    assert cli("scan", later, "--plain-users").code == 0
    assert b"amara.okafor" not in _bytes_of(place)
    assert not list(place.path.glob(".facts-*"))
    (source,) = cli("sources", "--format", "jsonl").records()
    assert source["source_file"] == str(later)


def test_a_live_capture_that_is_forgotten_while_it_goes_on_begins_anew(
    place: Workspace, scan: Scan, cli: Cli, tmp_path: Path
) -> None:
    place.create()
    live = LiveSource(facts_of(place, None, None)[0], "live:lo")
    live.add(PacketBatch(None, 3, {}, {}))
    forget(place.facts, meant(place.facts, ["live:lo"]))
    log = tmp_path / "access.log"
    log.write_text(squid_lines(1, 5))
    scan(log)
    live.add(PacketBatch(None, 4, {}, {}))
    live.finish(None)
    scanned, captured = cli("sources", "--format", "jsonl").records()
    assert (scanned["source_file"], scanned["lines"], scanned["events"]) == (str(log), 5, 5)
    assert (captured["source_file"], captured["lines"], captured["events"]) == ("live:lo", 4, 0)
    assert stored(place) == sums(1, 5)


def _bytes_of(place: Workspace) -> bytes:
    return b"".join(f.read_bytes() for f in place.path.rglob("*") if f.is_file())


def test_the_shell_completes_paths_and_names_of_sources(
    place: Workspace, scan: Scan, tmp_path: Path
) -> None:
    log = tmp_path / "access.log"
    log.write_text(squid_lines(1, 3))

    def completed(begun: str) -> list[str]:
        asked = {"_SHADOW_SCAN_COMPLETE": "complete_bash", "COMP_CWORD": "2"}
        words = {"COMP_WORDS": f"shadow-scan forget {begun}"}
        where = {"SHADOW_SCAN_WORKSPACE": str(place.path)}
        run = CliRunner().invoke(app, [], prog_name="shadow-scan", env={**asked, **words, **where})
        return run.output.split()

    assert completed("acc") == []
    scan(log)
    assert completed("acc") == ["access.log"]
    assert completed(str(tmp_path)) == [str(log)]
    assert completed("dns") == []
