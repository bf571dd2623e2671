"""Files that are damaged, foreign, gone or gigantic: what could be read is kept, all is counted."""

from __future__ import annotations

import gzip
import io
import os
import random
import re
import tarfile
import threading
from pathlib import Path

import pytest

from ..conftest import Cli, Run
from .samples import (
    GOOD,
    VALID,
    W3C_HEADER,
    ZEEK_HEADER,
    corrupt_gzip,
    equation_holds,
    is_short_error,
    squid_line,
    truncated_gzip,
    w3c_row,
    zeek_json,
    zeek_row,
)

LONG_LOG = "".join(squid_line(at=number) for number in range(3000))


@pytest.fixture
def good(tmp_path: Path) -> Path:
    file = tmp_path / "good.log"
    file.write_text(GOOD)
    return file


def scan(cli: Cli, *paths: object) -> Run:
    return cli("scan", *paths, "--format", "json")


def sources(cli: Cli) -> dict[str, dict[str, object]]:
    rows = cli("sources", "--format", "json").json()
    assert equation_holds(rows)
    return {Path(row["source_file"]).name: row for row in rows}


def good_was_read(cli: Cli) -> bool:
    """Its three events are there, whatever else was."""
    found = {row["service"]: row for row in cli("services", "--format", "json").json()}
    return bool(sources(cli)["good.log"]["events"] == 3 and found["chatgpt"]["events"] >= 3)


@pytest.mark.parametrize("command", ["scan", "parse"])
def test_what_to_do_about_a_damaged_stream_is_said(cli: Cli, tmp_path: Path, command: str) -> None:
    log = tmp_path / "stream.log"
    record = "<134>1 2026-09-23T10:11:12Z proxy squid 1 - - " + squid_line().rstrip("\n")
    log.write_text(f"{len(record)} {record}" * 3 + "no count of bytes stands here\n" * 9)
    run = cli(command, log)
    assert run.code == 3
    assert "none stands behind the count of its bytes" in run.err
    assert "get a whole copy" in run.err


def tarred(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        member = tarfile.TarInfo("access.log")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


FOREIGN = {
    "logs.tar.gz": tarred(squid_line("gemini.google.com").encode() * 20),
    "prose.txt": b"Dear all,\nthe logs are in the other folder.\nRegards\n",
    "garbage.bin": random.Random(7).randbytes(20_000),
    "nul.bin": b"\0" * 5_000,
    "picture.png": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8,
    "one-byte": b"x",
    "brackets": b"[" * 3_000,
}


def test_named_files_of_no_known_format_are_errors_and_the_rest_is_read(
    cli: Cli, tmp_path: Path, good: Path
) -> None:
    told = {
        "prose.txt": ("no known log format", "--as"),
        "garbage.bin": ("no known log format", "--as"),
        "logs.tar.gz": ("a tar archive is not unpacked here", "unpack it"),
    }
    for name in told:
        (tmp_path / name).write_bytes(FOREIGN[name])
    done = scan(cli, *(tmp_path / name for name in told), good)
    assert done.code == 3
    assert is_short_error(done, "", errors=len(told))
    errors = done.err.split("shadow-scan: ")[1:]
    for error, (name, (what, remedy)) in zip(errors, told.items(), strict=True):
        assert all(said in error for said in (str(tmp_path / name), what, remedy)), error
    assert equation_holds(done.json()["sources"])
    assert good_was_read(cli)


def test_an_empty_file_is_no_error(cli: Cli, tmp_path: Path, good: Path) -> None:
    contents = {"nothing": b"", "lf": b"\n\n\n", "blank": b"   \r\n"}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    done = scan(cli, *(tmp_path / name for name in contents), good)
    assert done.code == 0, done.err
    assert good_was_read(cli)
    assert {sources(cli)[name]["status"] for name in contents} == {"empty"}


def test_files_met_in_a_folder_are_left_alone_when_they_are_no_logs(
    cli: Cli, tmp_path: Path, good: Path
) -> None:
    for name, content in FOREIGN.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "more.log").write_text(squid_line("claude.ai"))
    for name in FOREIGN:
        assert (tmp_path / name).exists()
    folder = tmp_path / "logs"
    folder.mkdir()
    for name in (*FOREIGN, "good.log", "deeper"):
        (tmp_path / name).rename(folder / name)
    done = scan(cli, folder)
    assert done.code == 0, done.err
    assert "no known log format, left alone" in done.err
    assert good_was_read(cli)
    found = cli("services", "--activity", "all", "--format", "json").json()
    assert {row["service"] for row in found} == {"chatgpt", "claude"}


def test_a_folder_without_logs_is_said_and_no_crash(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    done = scan(cli, tmp_path / "none")
    assert done.code in (0, 3)
    assert "Traceback" not in done.err
    assert done.err.strip(), "somebody who names an empty folder must hear that it is empty"


def test_a_glob_without_a_match_and_a_vanished_file_are_unreadable(
    cli: Cli, tmp_path: Path, good: Path
) -> None:
    for missing in (tmp_path / "gone.log", tmp_path / "*.nothing"):
        done = scan(cli, missing, good)
        assert done.code == 3
        assert is_short_error(done, "no such file")
        assert str(missing) in done.err
    assert good_was_read(cli)


def test_a_dangling_link_is_unreadable(cli: Cli, tmp_path: Path, good: Path) -> None:
    link = tmp_path / "link.log"
    link.symlink_to(tmp_path / "gone.log")
    done = scan(cli, link, good)
    assert done.code == 3
    assert is_short_error(done, "no such file")
    assert good_was_read(cli)


def test_a_device_is_no_log(cli: Cli) -> None:
    run = cli("parse", "/dev/zero")
    assert (run.code, run.out) == (3, "")
    assert run.err.startswith("shadow-scan: a device, which may have no end\n  where: /dev/zero\n")


def test_a_folder_that_holds_itself_ends(cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "loop"
    folder.mkdir()
    (folder / "good.log").write_text(GOOD)
    (folder / "self").symlink_to(folder)
    assert scan(cli, folder).code == 0
    assert good_was_read(cli)


def test_what_is_no_file_in_a_folder_is_left_out_and_named(cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "good.log").write_text(GOOD)
    for name in ("gone.log", "older.log"):
        (folder / name).symlink_to(tmp_path / "nowhere")
    (folder / "elsewhere").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe")
    for done in (scan(cli, folder), scan(cli, folder), cli("parse", folder)):
        assert done.code == 0
        assert f"{folder}/gone.log: a link to nothing, left out, and 1 more" in done.err
        assert f"{folder}/elsewhere: a link to a folder, left out" in done.err
        assert f"{folder}/pipe: no regular file, left out" in done.err
    assert good_was_read(cli)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read_is_unreadable(cli: Cli, tmp_path: Path, good: Path) -> None:
    closed = tmp_path / "closed.log"
    closed.write_text(GOOD)
    closed.chmod(0)
    done = scan(cli, closed, good)
    assert done.code == 3
    assert is_short_error(done, "may not be read")
    assert good_was_read(cli)


def test_a_file_that_the_system_refuses_is_unreadable(
    cli: Cli, tmp_path: Path, good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = tmp_path / "closed.log"
    closed.write_text(GOOD)
    opened = Path.open

    def refusing(path: Path, *args: object, **options: object) -> object:
        if path == closed:
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *args, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", refusing)
    done = scan(cli, closed, good)
    assert done.code == 3
    assert is_short_error(done, "may not be read")
    assert good_was_read(cli)


def test_a_damaged_archive_keeps_what_came_before_the_damage(
    cli: Cli, tmp_path: Path, good: Path
) -> None:
    for damage, user in ((truncated_gzip, "bob"), (corrupt_gzip, "carol")):
        (tmp_path / damage.__name__).write_bytes(damage(LONG_LOG.replace("alice", user)))
    damaged = [tmp_path / "truncated_gzip", tmp_path / "corrupt_gzip"]
    done = scan(cli, *damaged, good)
    assert done.code == 3
    assert is_short_error(done, "gzip data", errors=2)
    assert all(str(archive) in done.err for archive in damaged)
    assert equation_holds(done.json()["sources"])
    assert good_was_read(cli)
    for archive in damaged:
        assert sources(cli)[archive.name]["status"] in ("damaged", "unrecognised")


def test_the_whole_archive_later_gives_only_what_was_missing(cli: Cli, tmp_path: Path) -> None:
    archive = tmp_path / "archive.gz"
    archive.write_bytes(truncated_gzip(LONG_LOG))
    part = scan(cli, archive).json()["events"]
    assert 0 < part < 3000
    archive.write_bytes(gzip.compress(LONG_LOG.encode()))
    done = scan(cli, archive)
    assert done.code == 0, done.err
    assert sources(cli)["archive.gz"]["events"] == 3000
    exported = cli("export", "events").records()
    assert sorted(event["source_line"] for event in exported) == list(range(1, 3001))


def test_the_head_of_an_archive_alone_is_damage(cli: Cli, tmp_path: Path, good: Path) -> None:
    contents = (b"\x1f\x8b", b"\x1f\x8b\x08\x00", b"\x28\xb5\x2f\xfd\x00")
    stumps = [tmp_path / f"stump{at}.gz" for at in range(len(contents))]
    for stump, content in zip(stumps, contents, strict=True):
        stump.write_bytes(content)
    done = scan(cli, *stumps, good)
    assert done.code == 3
    assert "Traceback" not in done.err
    for error, stump in zip(done.err.split("shadow-scan: ")[1:], stumps, strict=True):
        assert str(stump) in error
    assert good_was_read(cli)


def test_an_archive_that_explodes_is_stopped(
    cli: Cli, tmp_path: Path, good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shadow_scan.collectors.lines.unwrap._BOMB_FLOOR", 1 << 20)
    bomb = tmp_path / "bomb.gz"
    bomb.write_bytes(gzip.compress(LONG_LOG.encode() + b" " * (32 << 20)))
    done = scan(cli, bomb, good)
    assert done.code == 3
    assert is_short_error(done, "no log shrinks")
    assert equation_holds(done.json()["sources"])
    assert good_was_read(cli)
    assert 0 < int(str(sources(cli)["bomb.gz"]["events"])) <= 3000


def test_bytes_that_are_no_utf8_are_mended_and_said(cli: Cli, tmp_path: Path) -> None:
    log = tmp_path / "latin.log"
    log.write_bytes(GOOD.encode() + squid_line(user="J\xf6rg").encode("cp1252"))
    done = scan(cli, log)
    assert done.code == 0, done.err
    assert "no UTF-8" in done.err
    assert sources(cli)["latin.log"]["events"] == 4


def test_nul_bytes_and_broken_utf8_cost_only_their_own_lines(cli: Cli, tmp_path: Path) -> None:
    evil = {
        "inside": squid_line("chat\0gpt.com").encode(),
        "own line": b"\0\n",
        "whole block": b"\xc3\x28\xff\xfe\0" * 400 + b"\n",
    }
    for position, line in evil.items():
        (tmp_path / position).write_bytes(GOOD.encode() + line + GOOD.encode())
    done = scan(cli, tmp_path)
    assert done.code == 0, done.err
    for position in evil:
        row = sources(cli)[position]
        assert row["lines"] == 7, position
        assert int(str(row["events"])) >= 6, position


def test_line_ends_may_be_mixed(cli: Cli, tmp_path: Path) -> None:
    log = tmp_path / "mixed.log"
    lines = [squid_line(at=number).rstrip("\n") for number in range(4)]
    log.write_bytes("{}\r\n{}\n\r\n{}\r\n\n{}".format(*lines).encode())
    assert scan(cli, log).code == 0
    row = sources(cli)["mixed.log"]
    assert (row["lines"], row["events"], row["skipped"]) == (6, 4, 2)
    assert not any(
        "\r" in str(value) for e in cli("export", "events").records() for value in e.values()
    )


def test_other_encodings_with_their_mark_are_read(cli: Cli, tmp_path: Path) -> None:
    for encoding in ("utf-16", "utf-8-sig", "utf-16-be"):
        mark = "\ufeff" if encoding == "utf-16-be" else ""
        text = mark + GOOD.replace("alice", encoding)
        (tmp_path / encoding).write_bytes(text.encode(encoding))
    assert scan(cli, tmp_path).code == 0
    assert [row["events"] for row in sources(cli).values()] == [3, 3, 3]


DISAGREEING = [
    ("w3c", W3C_HEADER + w3c_row() + "2026-09-21 10:00:00 192.0.2.11 bob\n" + w3c_row(), 2),
    ("w3c more", W3C_HEADER + w3c_row() + w3c_row().strip() + " one two three\n", 1),
    ("zeek", ZEEK_HEADER + zeek_row() + "1790000000.5\tC2\t192.0.2.12\n" + zeek_row(), 2),
    ("zeek json", zeek_json() + '{"ts": [1, 2], "uid": {}}\n' + "[]\n" + zeek_json(), 2),
]


def test_rows_that_disagree_with_their_header_are_rejected(cli: Cli, tmp_path: Path) -> None:
    for name, text, _ in DISAGREEING:
        (tmp_path / name).write_text(text)
    done = scan(cli, tmp_path)
    assert done.code == 0, done.err
    for name, _, events in DISAGREEING:
        row = sources(cli)[name]
        assert row["events"] == events, name
        assert int(str(row["rejected"])) >= 1, name


def test_a_gigantic_line_is_rejected_and_its_neighbours_are_read(cli: Cli, tmp_path: Path) -> None:
    evils = ("x" * 5_000_000, " ".join(["x"] * 200_000), "\t".join(["x"] * 200_000))
    for form, text in VALID.items():
        last = text.splitlines(keepends=True)[-1]
        for at, evil in enumerate(evils):
            (tmp_path / f"{form}{at}.log").write_text(f"{text}{evil}\n{last}")
    done = scan(cli, tmp_path)
    assert done.code == 0, done.err
    found = sources(cli)
    assert len(found) == len(VALID) * len(evils)
    assert {(row["events"], row["rejected"]) for row in found.values()} == {(4, 1)}


def test_a_header_of_many_thousand_fields_does_no_harm(cli: Cli, tmp_path: Path) -> None:
    log = tmp_path / "fields.log"
    names = " ".join(f"x-{number}" for number in range(20_000))
    log.write_text(f"#Fields: date time c-ip cs-host {names}\n" + w3c_row() + VALID["w3c"])
    done = scan(cli, log)
    assert done.code == 0, done.err
    assert sources(cli)["fields.log"]["events"] == 3


def test_a_header_with_sql_in_its_names_is_only_text(cli: Cli, tmp_path: Path) -> None:
    evil = "'); DROP TABLE events; --\t{x}\t{}\t\"\t%s"
    zeek = ZEEK_HEADER.rstrip("\n") + "\t" + evil + "\n" + "#path\tssl'; SELECT 1; --\n"
    w3c = "#Fields: date time c-ip cs-host '||(SELECT/**/1)||' {0} %s\n"
    (tmp_path / "zeek.log").write_text(zeek + zeek_row() + ZEEK_HEADER + zeek_row())
    (tmp_path / "w3c.log").write_text(w3c + "2026-09-21 10:00:00 192.0.2.1 claude.ai a b c\n")
    done = scan(cli, tmp_path / "zeek.log", tmp_path / "w3c.log")
    assert done.code == 0, done.err
    assert sources(cli)["w3c.log"]["events"] == 1
    assert sources(cli)["zeek.log"]["lines"] == 9


TIMES = {
    "the year 1": "-62135596800.000",
    "1969": "-00000001.000",
    "zero": "0000000000.000",
    "1980": "0315532800.000",
    "2150": "5680281600.000",
    "the year 300000": "9999999999999.000",
    "no number": "nan.0000000000",
    "infinity": "infinity000000",
    "exponent": "1e999999999.00",
    "hex": "0x6AB13B00.000",
}


def test_times_that_cannot_be_are_rejected(cli: Cli, tmp_path: Path) -> None:
    log = tmp_path / "times.log"
    evil = [squid_line().replace("1790000000.123", time) for time in TIMES.values()]
    log.write_text(GOOD + "".join(evil) + GOOD)
    done = scan(cli, log)
    assert done.code == 0, done.err
    row = sources(cli)["times.log"]
    assert (row["events"], row["rejected"]) == (6, len(TIMES))


NUMBERS = ("-1", "1e400", "nan", "99999999999999999999999", "0x10", "9223372036854775807", "\u0661")


def test_numbers_that_are_none_cost_at_most_their_own_line(cli: Cli, tmp_path: Path) -> None:
    places = {"duration": "     87", "status": "/200", "size": " 4512"}
    for name, place in places.items():
        evil = [squid_line().replace(place, re.sub(r"\d+", number, place)) for number in NUMBERS]
        (tmp_path / name).write_text(GOOD + "".join(evil) + GOOD, "utf-8")
    done = scan(cli, tmp_path)
    assert done.code == 0, done.err
    for name in places:
        row = sources(cli)[name]
        assert row["lines"] == 6 + len(NUMBERS), name
        assert int(str(row["events"])) >= 6, name
        assert int(str(row["rejected"])) >= 3, name
    found = {row["service"]: row for row in cli("services", "--format", "json").json()}
    assert found["chatgpt"]["bytes_down"] is not None


def test_numbers_that_are_none_in_w3c_and_zeek(cli: Cli, tmp_path: Path) -> None:
    fields = "#Fields: date time time-taken c-ip cs-method cs-host sc-status cs-bytes sc-bytes\n"
    row = "2026-09-21 10:00:00 {0} 192.0.2.11 GET claude.ai {0} {0} {0}\n"
    conn = ("ts", "uid", "id.orig_h", "id.resp_h", "id.resp_p", "duration", "orig_bytes")
    header = "#separator \\x09\n#path\tconn\n#fields\t" + "\t".join(conn) + "\n"
    cells = "1790000000.5\tC1\t192.0.2.12\t198.51.100.8\t{0}\t{0}\t{0}\n"
    numbers = (7, *NUMBERS, 8)
    w3c, zeek = (
        head + "".join(line.format(number) for number in numbers)
        for head, line in ((fields, row), (header, cells))
    )
    (tmp_path / "w3c.log").write_text(w3c, "utf-8")
    (tmp_path / "zeek.log").write_text(zeek, "utf-8")
    done = scan(cli, tmp_path)
    assert done.code == 0, done.err
    assert int(str(sources(cli)["w3c.log"]["events"])) >= 2
    assert int(str(sources(cli)["zeek.log"]["events"])) >= 2
    assert cli("services", "--format", "json").code == 0


def test_byte_counts_of_all_events_together_may_pass_64_bits(cli: Cli, tmp_path: Path) -> None:
    log = tmp_path / "huge.log"
    most = str(2**63 - 1)
    log.write_text(squid_line().replace(" 4512", f" {most}") * 3)
    done = scan(cli, log)
    assert done.code == 0, done.err
    assert cli("services", "--format", "json").code == 0


class TestStandardInput:
    def test_an_archive_in_it_is_unwrapped(self, cli: Cli) -> None:
        done = cli("scan", "-", "--format", "json", stdin=gzip.compress(GOOD.encode()))
        assert done.json()["events"] == 3

    def test_a_dash_reads_it_and_the_same_again_adds_nothing(self, cli: Cli) -> None:
        done = cli("scan", "-", "--format", "json", stdin=GOOD)
        assert done.code == 0, done.err
        assert done.json()["events"] == 3
        assert cli("scan", "-", "--format", "json", stdin=GOOD).json()["events"] == 0
        assert cli("services", "--format", "json").json()[0]["events"] == 3

    def test_nothing_in_it_is_no_crash(self, cli: Cli) -> None:
        done = cli("scan", "-", stdin="")
        assert done.code in (0, 3)
        assert "Traceback" not in done.err

    def test_garbage_in_it_is_exit_3(self, cli: Cli) -> None:
        done = cli("scan", "-", stdin=FOREIGN["garbage.bin"])
        assert done.code == 3
        assert is_short_error(done, "no known log format")

    def test_a_process_reads_a_pipe(self, run_cli: Cli) -> None:
        done = run_cli("scan", "-", "--as", "squid", "--format", "json", stdin=GOOD)
        assert done.code == 0, done.err
        assert done.json()["events"] == 3


def test_a_named_pipe_is_read_to_its_end(cli: Cli, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_text(GOOD))
    writer.start()
    done = scan(cli, pipe)
    writer.join()
    assert done.code == 0, done.err
    assert done.json()["events"] == 3


def test_parse_names_what_it_could_not_read_and_prints_the_rest(
    cli: Cli, tmp_path: Path, good: Path
) -> None:
    foreign = tmp_path / "garbage.bin"
    foreign.write_bytes(FOREIGN["garbage.bin"])
    done = cli("parse", foreign, tmp_path / "gone.log", good)
    assert done.code == 3
    assert len(done.records()) == 3
    assert "no known log format" in done.err
    assert "no such file" in done.err
    assert "Traceback" not in done.err
