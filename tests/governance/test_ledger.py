"""The ledger: whole lines in order, whoever writes; every loss and every edit is named."""

from __future__ import annotations

import json
import multiprocessing
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shadow_scan.errors import InputError
from shadow_scan.governance.entries import Answer, Decision, Numbers
from shadow_scan.governance.ledger import History, Ledger


def ledger(folder: Path, writer: str = "ann-desk", heads: Path | None = None) -> Ledger:
    return Ledger(folder / "decisions", heads or folder / "ledger.json", writer, private=True)


def decision(service: str = "chatgpt", reason: str = "because") -> Decision:
    numbers = Numbers(users=3, sessions=9, events=80, bytes_up=None)
    return Decision(service=service, status="sanctioned", reason=reason, numbers=numbers)


def filled(folder: Path, reasons: int = 3) -> Path:
    for number in range(reasons):
        ledger(folder).append(decision(reason=f"reason {number}"))
    return folder / "decisions" / "ann-desk.jsonl"


def reasons(history: History) -> list[str]:
    return [r.entry.reason for r in history.entries if isinstance(r.entry, Decision | Answer)]


def test_what_was_written_is_read_as_it_was(tmp_path: Path) -> None:
    written = [ledger(tmp_path).append(decision(reason=f"déjà vu {n}")) for n in range(3)]
    history = ledger(tmp_path).read()
    assert [read.entry for read in history.entries] == written
    assert (history.problems, all(read.intact for read in history.entries)) == ((), True)
    assert [(read.file, read.line) for read in history.entries] == [
        ("ann-desk.jsonl", 1),
        ("ann-desk.jsonl", 2),
        ("ann-desk.jsonl", 3),
    ]


def test_a_line_is_canonical_json_and_holds_the_hash_of_the_one_before(tmp_path: Path) -> None:
    file = filled(tmp_path)
    lines = file.read_bytes().splitlines()
    for line in lines:
        parsed = json.loads(line)
        again = json.dumps(parsed, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert again.encode() == line
    from hashlib import sha256

    assert json.loads(lines[2])["previous"] == sha256(lines[1]).hexdigest()
    assert json.loads(lines[0])["previous"] == "0" * 64
    assert file.stat().st_mode & 0o077 == 0


def test_writers_are_merged_by_time(tmp_path: Path) -> None:
    for number in range(6):
        writer = ("ann-desk", "bob-laptop")[number % 2]
        ledger(tmp_path, writer).append(decision(reason=str(number)))
    history = ledger(tmp_path).read()
    assert reasons(history) == ["0", "1", "2", "3", "4", "5"]
    assert sorted(history.heads) == ["ann-desk.jsonl", "bob-laptop.jsonl"]


def _write_many(folder: Path, writer: str, count: int) -> None:
    for number in range(count):
        ledger(folder, writer).append(decision(reason=f"{os.getpid()} {number}"))


def test_programs_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    """Two of one writer in one file, and one of another."""
    start = multiprocessing.get_context("spawn").Process
    writers = ("ann-desk", "ann-desk", "bob-laptop")
    running = [start(target=_write_many, args=(tmp_path, writer, 25)) for writer in writers]
    for process in running:
        process.start()
    for process in running:
        process.join(50)
    assert [process.exitcode for process in running] == [0, 0, 0]
    history = ledger(tmp_path).read()
    assert history.problems == ()
    assert len(set(reasons(history))) == 75
    assert {name: head.lines for name, head in history.heads.items()} == {
        "ann-desk.jsonl": 50,
        "bob-laptop.jsonl": 25,
    }


@pytest.mark.parametrize("cut", [1, 20, 200])
def test_a_line_that_was_cut_is_named_and_the_rest_is_kept(tmp_path: Path, cut: int) -> None:
    file = filled(tmp_path)
    file.write_bytes(file.read_bytes()[:-cut])
    history = ledger(tmp_path).read()
    kept = ["reason 0", "reason 1"] + (["reason 2"] if cut == 1 else [])
    assert reasons(history) == kept
    if cut > 1:
        assert [(p.file, p.line) for p in history.problems] == [(file.name, 3)] * 2
    ledger(tmp_path).append(decision(reason="after"))
    after = ledger(tmp_path).read()
    assert reasons(after) == [*kept, "after"]
    assert len(after.problems) >= len(history.problems)


def test_an_edit_of_any_line_is_found(tmp_path: Path) -> None:
    file = filled(tmp_path)
    whole = file.read_bytes()
    for number in range(3):
        file.write_bytes(whole.replace(f"reason {number}".encode(), b"reason X"))
        named = {(p.file, p.line) for p in ledger(tmp_path).read().problems}
        assert (file.name, number + 1) in named
    file.write_bytes(whole)
    assert ledger(tmp_path).read().problems == ()


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: [lines[0], lines[2]],
        lambda lines: [lines[1], lines[0], lines[2]],
        lambda lines: [lines[0], lines[0], lines[1], lines[2]],
        lambda lines: lines[1:],
        lambda lines: lines[:-1],
        lambda lines: [],
        lambda lines: [lines[0], b"<<<<<<< ours", *lines[1:]],
        lambda lines: [lines[0], b"", *lines[1:]],
        lambda lines: [lines[0], b"\xff\xfe\x00", *lines[1:]],
        lambda lines: [lines[0], b"[" * 200_000, *lines[1:]],
        lambda lines: [lines[0], b'{"kind":"decision"}', *lines[1:]],
        lambda lines: [lines[0], lines[1].replace(b'":"', b'": "'), lines[2]],
    ],
    ids=["taken out", "swapped", "doubled", "first gone", "last gone", "all gone", "conflict",
         "blank", "bytes", "deep", "bare", "spaced"],
)  # fmt: skip
def test_every_change_is_found(tmp_path: Path, change: object) -> None:
    file = filled(tmp_path)
    lines = change(file.read_bytes().splitlines())  # type: ignore[operator]
    file.write_bytes(b"".join(line + b"\n" for line in lines))
    problems = ledger(tmp_path).read().problems
    assert problems
    assert {problem.file for problem in problems} == {file.name}


def test_a_file_that_is_gone_or_written_anew_is_noticed(tmp_path: Path) -> None:
    file = filled(tmp_path)
    file.rename(file.with_suffix(".away"))
    assert [str(p) for p in ledger(tmp_path).read().problems] == [
        "ann-desk.jsonl: the file is gone; it had 3 lines when last seen"
    ]
    for number in range(3):
        Ledger(file.parent, tmp_path / "other.json", "ann-desk", private=True).append(
            decision(reason=f"forged {number}")
        )
    problems = ledger(tmp_path).read().problems
    assert [(p.line, p.what) for p in problems] == [(3, "is not the line that was last seen here")]


def test_a_loss_is_not_forgotten_when_more_is_written(tmp_path: Path) -> None:
    file = filled(tmp_path)
    file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:2]))
    ledger(tmp_path).append(decision(reason="new"))
    problems = ledger(tmp_path).read().problems
    assert [(p.line, p.what) for p in problems] == [(3, "is not the line that was last seen here")]


def test_a_copy_that_a_shared_folder_made_of_a_conflict_says_nothing_new(tmp_path: Path) -> None:
    file = filled(tmp_path)
    file.with_name("ann-desk (conflicted copy).jsonl").write_bytes(file.read_bytes())
    history = ledger(tmp_path).read()
    assert reasons(history) == ["reason 0", "reason 1", "reason 2"]
    assert history.problems == ()


def test_a_clock_that_went_back_keeps_the_order(tmp_path: Path) -> None:
    file = filled(tmp_path, 1)
    future = datetime(2999, 1, 1, tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    line = json.loads(file.read_text())
    line["time"] = future
    file.write_text(json.dumps(line) + "\n")
    assert ledger(tmp_path).append(decision()).time == "2999-01-01T00:00:00.000001Z"


def test_a_line_of_a_later_version_is_kept_with_what_it_adds(tmp_path: Path) -> None:
    from hashlib import sha256

    file = filled(tmp_path, 1)
    fields = json.loads(file.read_text()) | {"version": 2, "budget": "unknown here"}
    fields.pop("digest")
    bare = json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()
    whole = {**fields, "digest": sha256(bare).hexdigest()}
    text = json.dumps(whole, sort_keys=True, separators=(",", ":"))
    file.write_text(text + "\n")
    (tmp_path / "ledger.json").unlink()
    history = ledger(tmp_path).read()
    assert (reasons(history), history.problems) == (["reason 0"], ())


def test_a_folder_that_cannot_be_made_is_an_error_in_words(tmp_path: Path) -> None:
    (tmp_path / "decisions").write_text("a file stands here")
    with pytest.raises(InputError, match="folder of decisions"):
        ledger(tmp_path).append(decision())


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "elsewhere.txt"
    target.write_text("mine\n")
    (tmp_path / "decisions").mkdir()
    (tmp_path / "decisions" / "ann-desk.jsonl").symlink_to(target)
    with pytest.raises(InputError):
        ledger(tmp_path).append(decision())
    assert target.read_text() == "mine\n"


def test_a_full_disk_writes_nothing_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = filled(tmp_path)
    before = file.read_bytes()
    write = os.write
    monkeypatch.setattr(os, "write", lambda fd, content: write(fd, content[:50]))
    with pytest.raises(InputError, match="nothing was written"):
        ledger(tmp_path).append(decision())
    assert file.read_bytes() == before
    assert ledger(tmp_path).read().problems == ()
