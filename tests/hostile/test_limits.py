"""When room runs out or the ground moves: a full disk, a shrinking file, giants, two scans."""

from __future__ import annotations

import gzip
import json
import os
import resource
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shadow_scan.collectors.lines.unwrap import ByteSource

from ..conftest import Cli, Run, command, real_part
from .samples import GOOD, VALID, W3C_HEADER, equation_holds, squid_line, w3c_row

_MIB = 1 << 20
_MEMORY_MIB = 700
_SECONDS = 120

Limited = Callable[..., tuple[Run, int]]


@pytest.fixture
def limited(workspace: Path, environment: dict[str, str]) -> Limited:
    """A command in a process of its own: how it ended, and its peak memory in MiB."""

    def run(
        *args: object, place: Path = workspace, file_bytes: int | None = None
    ) -> tuple[Run, int]:
        def limit() -> None:
            if file_bytes is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))

        process = subprocess.Popen(
            command(*args),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**environment, "SHADOW_SCAN_WORKSPACE": str(place)},
            preexec_fn=limit,
        )
        out, err, usage, code = _watched(process)
        return Run(code, out.decode(), err.decode()), usage

    return run


def _watched(process: subprocess.Popen[bytes]) -> tuple[bytes, bytes, int, int]:
    assert process.stdout is not None
    assert process.stderr is not None
    with process.stdout as stdout, process.stderr as stderr:
        out, err = stdout.read(), stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return out, err, usage.ru_maxrss // 1024, process.returncode


def _sources(run: Run) -> dict[str, dict[str, object]]:
    rows = run.json()
    assert equation_holds(rows)
    return {Path(row["source_file"]).name: row for row in rows}


def _unique_lines(count: int) -> str:
    """Texts that no dictionary makes small."""
    return "".join(
        f"{1_790_000_000 + n}.123     87 10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255} TCP_MISS/200 "
        f"{n} GET http://h{n}.site.example/way/{chr(97 + n % 26) * 20} user{n} "
        "HIER_DIRECT/198.51.100.7 -\n"
        for n in range(count)
    )


@pytest.fixture
def small_disk(workspace: Path) -> Iterator[Path]:
    """A workspace on a disk of its own; where none may be made, it is where it always is."""
    mount = real_part("mount")
    words = [mount, "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(workspace)]
    if os.geteuid() != 0 or subprocess.run(words, capture_output=True, check=False).returncode:
        yield workspace
        return
    try:
        yield workspace
    finally:
        subprocess.run([real_part("umount"), "-l", str(workspace)], check=True)


def _nearly_full(place: Path) -> int | None:
    """Leave half a megabyte; without a disk of its own, the size that no file may pass instead."""
    if not os.path.ismount(place):
        return (place / "facts.duckdb").stat().st_size + _MIB // 2
    free = os.statvfs(place).f_bavail * os.statvfs(place).f_frsize
    (place / "filler").write_bytes(b"\0" * (free - _MIB // 2))
    return None


def test_a_full_disk_is_one_clear_error_and_keeps_what_was_read(
    small_disk: Path, cli: Cli, limited: Limited, tmp_path: Path
) -> None:
    first, big = tmp_path / "first.log", tmp_path / "big.log"
    first.write_text(GOOD)
    big.write_text(_unique_lines(10_000))
    assert cli("scan", first).code == 0
    full, _ = limited("scan", big, file_bytes=_nearly_full(small_disk))
    assert full.code == 3, full.err
    assert "Traceback" not in full.err
    assert "make room on the disk" in full.err
    assert _sources(cli("sources", "--format", "json"))["first.log"]["events"] == 3
    assert cli("services", "--activity", "all", "--format", "json").json()[0]["events"] == 3
    (small_disk / "filler").unlink(missing_ok=True)
    assert cli("scan", big).code == 0
    assert _sources(cli("sources", "--format", "json"))["big.log"]["events"] == 10_000


@pytest.mark.parametrize("keep", [0, 40])
def test_a_file_that_shrinks_while_it_is_read_keeps_its_count(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keep: int
) -> None:
    """Cut to `keep` percent when the first bytes have been read."""
    log = tmp_path / "access.log"
    whole = "".join(squid_line(at=number) for number in range(30_000))
    log.write_text(whole)
    read = ByteSource._take

    def cut_behind(source: ByteSource, size: int) -> bytes:
        data = read(source, size)
        if source.compressed_bytes > 100_000 and log.stat().st_size == len(whole):
            os.truncate(log, len(whole) * keep // 100)
        return data

    with monkeypatch.context() as patched:
        patched.setattr(ByteSource, "_take", cut_behind)
        done = cli("scan", log, "--format", "json")
    assert "Traceback" not in done.err
    (row,) = _sources(cli("sources", "--format", "json")).values()
    assert 0 < int(str(row["events"])) < 30_000
    assert int(str(row["rejected"])) <= 1
    log.write_text(whole)
    again = cli("scan", log, "--format", "json")
    assert again.code == 0, again.err
    (row,) = _sources(cli("sources", "--format", "json")).values()
    assert row["events"] == 30_000


def test_a_line_of_a_hundred_megabytes_needs_no_memory_for_it(
    limited: Limited, tmp_path: Path
) -> None:
    log = tmp_path / "giant.log"
    with log.open("w") as file:
        file.write(GOOD)
        for _ in range(100):
            file.write("x" * _MIB)
        file.write("\n" + GOOD)
    done, memory = limited("scan", log, "--format", "json")
    assert done.code == 0, done.err
    (row,) = done.json()["sources"]
    assert (row["lines"], row["events"], row["rejected"]) == (7, 6, 1)
    assert memory < _MEMORY_MIB


def test_many_long_lines_do_not_pile_up(limited: Limited, tmp_path: Path) -> None:
    """Each is just short enough to be read, and none is like another."""
    log = tmp_path / "long.log"
    with log.open("w") as file:
        file.write(GOOD)
        for number in range(400):
            file.write(squid_line(user=f"{number:05d}" + "u" * 900_000))
    done, memory = limited("scan", log, "--format", "json")
    assert "Traceback" not in done.err
    (row,) = done.json()["sources"]
    assert row["lines"] == 403 == row["events"] + row["rejected"]
    assert memory < _MEMORY_MIB - 200  # The lines themselves are 343 MiB.


def test_a_gzip_bomb_costs_little_memory_and_little_time(limited: Limited, tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.gz"
    bomb.write_bytes(gzip.compress(GOOD.encode()) + gzip.compress(b"\0" * 50 * _MIB) * 16)
    begin = time.monotonic()
    done, memory = limited("scan", bomb, "--format", "json")
    assert time.monotonic() - begin < _SECONDS
    assert done.code == 3
    assert "no log shrinks" in done.err
    (row,) = done.json()["sources"]
    assert row["events"] == 3
    assert memory < _MEMORY_MIB


def test_two_scans_at_once_lose_and_double_nothing(
    workspace: Path, environment: dict[str, str], run_cli: Cli, tmp_path: Path
) -> None:
    logs = []
    for name, host in (("a.log", "chatgpt.com"), ("b.log", "claude.ai")):
        logs.append(tmp_path / name)
        logs[-1].write_text("".join(squid_line(host, at=n) for n in range(20_000)))
    both = [
        subprocess.Popen(
            command("scan", log),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**environment, "SHADOW_SCAN_WORKSPACE": str(workspace)},
        )
        for log in logs
    ]
    ends = [(*process.communicate(timeout=_SECONDS), process.returncode) for process in both]
    assert {code for *_, code in ends} <= {0, 3}
    assert 0 in {code for *_, code in ends}
    for _, said, code in ends:
        assert code == 0 or b"another scan is running" in said
        assert b"Traceback" not in said
    assert run_cli("scan", *logs).code == 0
    found = _sources(run_cli("sources", "--format", "json"))
    assert {name: row["events"] for name, row in found.items()} == {
        "a.log": 20_000,
        "b.log": 20_000,
    }


def test_a_header_that_changes_in_the_middle_holds_from_there_on(cli: Cli, tmp_path: Path) -> None:
    other = "#Fields: cs-host date time c-ip cs-username sc-bytes cs-bytes\n"
    row = "chatgpt.com 2026-09-21 10:05:00 192.0.2.12 carol 777 55\n"
    log = tmp_path / "main.log"
    log.write_text(VALID["w3c"] + other + row * 2 + W3C_HEADER + w3c_row("gemini.google.com"))
    done = cli("scan", log, "--plain-users", "--format", "json")
    assert done.code == 0, done.err
    (counts,) = done.json()["sources"]
    assert (counts["events"], counts["rejected"]) == (6, 0)
    found = {
        r["service"]: r for r in cli("services", "--activity", "all", "--format", "json").json()
    }
    assert {name: found[name]["events"] for name in ("claude", "chatgpt")} == {
        "claude": 3,
        "chatgpt": 2,
    }
    assert (found["chatgpt"]["bytes_up"], found["chatgpt"]["bytes_down"]) == (110, 1554)


def test_lease_files_that_overlap_give_each_event_one_device(cli: Cli, tmp_path: Path) -> None:
    """Two snapshots of one server; in the second another device has the address by now, which takes
    nothing of the time before from the one that the first named."""
    log, second = tmp_path / "access.log", 1_790_000_000
    log.write_text("".join(squid_line(at=60 * n, user="-") for n in range(10)))
    snapshots = []
    for name, expiry in (("laptop-7", second + 5_000), ("desk-12", second + 5_300)):
        file = tmp_path / f"{name}.leases"
        file.write_text(f"{expiry} 02:00:5e:10:00:07 192.0.2.10 {name} *\n")
        os.utime(file, (second + 5_000, second + 5_000))
        snapshots.append(file)
    words = [word for file in snapshots for word in ("--leases", file)]
    done = cli("scan", log, *words, "--plain-users")
    assert done.code == 0, done.err
    users = cli("users", "--activity", "all", "--format", "json").json()
    assert {row["user"] for row in users} == {"laptop-7"}
    assert sum(row["events"] for row in users) == 10
    assert (
        json.loads(cli("services", "--activity", "all", "--format", "json").out)[0]["events"] == 10
    )
