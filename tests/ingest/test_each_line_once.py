"""What was read is not read twice, whatever it is called, packed in, or grown to."""

from __future__ import annotations

import gzip
import os
import random
from pathlib import Path

import pytest
import zstandard

from shadow_scan.collectors.lines import prefix
from shadow_scan.collectors.lines.unwrap import ByteSource
from shadow_scan.collectors.registry import FORMATS
from shadow_scan.ingest import pending
from shadow_scan.listings.queries import listing
from shadow_scan.vocabulary import Activity, Listing
from shadow_scan.workspace import Workspace

from .conftest import Scan, balanced, squid_lines, stored, sums


@pytest.fixture(autouse=True)
def short_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Logs of a few lines are as many blocks of the digest as large ones."""
    monkeypatch.setattr(prefix, "BLOCK_BYTES", 4_000)


def test_the_same_file_again_adds_nothing(place: Workspace, scan: Scan, tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    log.write_text(squid_lines(1, 500))
    assert scan(log)[0].lines == 500
    again = scan(log)[0]
    assert (again.status, again.lines) == ("known", 0)
    assert stored(place) == sums(1, 500)


def test_what_a_wrong_format_made_nothing_of_is_read_anew_as_what_it_is(
    place: Workspace, scan: Scan, tmp_path: Path
) -> None:
    log = tmp_path / "access.log"
    log.write_text(squid_lines(1, 500))
    wrong = scan(log, format="fortinet")[0]
    assert (wrong.events, wrong.rejected) == (0, 500)
    assert scan(log, format="fortinet")[0].status == "known"
    right = scan(log)[0]
    assert (right.format, right.events, right.rejected) == ("squid", 500, 0)
    assert scan(log)[0].status == scan(log, format="fortinet")[0].status == "known"
    with log.open("a") as grown:
        grown.write(squid_lines(501, 520))
    assert scan(log)[0].lines == 20
    assert stored(place) == sums(1, 520)


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstandard.compress])
def test_a_copy_under_another_name_adds_nothing(
    place: Workspace, scan: Scan, tmp_path: Path, pack: object
) -> None:
    assert callable(pack)
    log, copy = tmp_path / "access.log", tmp_path / "other"
    log.write_text(squid_lines(1, 500))
    copy.write_bytes(pack(log.read_bytes()))
    scan(log)
    assert scan(copy)[0].status == "known"
    assert stored(place) == sums(1, 500)


def test_copies_in_one_scan_are_read_once(place: Workspace, read: Scan, tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    for name in ("a.log", "b.log"):
        (tmp_path / "logs" / name).write_text(squid_lines(1, 300))
    read(tmp_path / "logs")
    assert stored(place) == sums(1, 300)


def test_a_file_that_grew_gives_only_its_new_lines(
    place: Workspace, read: Scan, tmp_path: Path
) -> None:
    log = tmp_path / "access.log"
    log.write_text(squid_lines(1, 100))
    read(log)
    with log.open("a") as more:
        more.write(squid_lines(101, 250))
    assert read(log)[0].lines == 150
    assert stored(place) == sums(1, 250)
    assert balanced(place)


def test_of_a_large_file_that_grew_little_more_than_the_new_lines_is_read(
    place: Workspace, read: Scan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "access.log"
    log.write_text(squid_lines(1, 3_000))
    read(log)
    before, begun = log.stat().st_size, []
    with log.open("a") as more:
        more.write(squid_lines(3_001, 3_100))
    begin_at = ByteSource.begin_at
    monkeypatch.setattr(
        ByteSource, "begin_at", lambda self, at: begun.append(at) or begin_at(self, at)
    )
    assert read(log)[0].lines == 100
    assert before - 3 * prefix.BLOCK_BYTES < begun[0] < before - prefix.BLOCK_BYTES
    assert stored(place) == sums(1, 3_100)


def test_a_file_whose_last_lines_were_changed_is_read_whole(
    place: Workspace, read: Scan, tmp_path: Path
) -> None:
    log = tmp_path / "access.log"
    log.write_text(squid_lines(1, 500))
    read(log)
    log.write_text(squid_lines(1, 480) + squid_lines(601, 700))
    assert read(log)[0].lines == 580
    assert balanced(place)


def test_a_rotated_and_grown_log_goes_on_under_its_new_name(
    place: Workspace, read: Scan, tmp_path: Path
) -> None:
    log = tmp_path / "access.log"
    log.write_text(squid_lines(1, 100))
    read(log)
    (tmp_path / "access.log.1").write_text(squid_lines(1, 150))
    log.write_text(squid_lines(151, 180))
    read(log, tmp_path / "access.log.1")
    assert stored(place) == sums(1, 180)


def test_an_unfinished_last_line_is_read_again_when_it_is_whole(
    place: Workspace, read: Scan, tmp_path: Path
) -> None:
    log, text = tmp_path / "access.log", squid_lines(1, 10)
    log.write_text(text[:-40])
    cut = read(log)[0]
    assert (cut.lines, cut.events, cut.rejected) == (10, 9, 1)
    log.write_text(text + squid_lines(11, 12))
    whole = read(log)[0]
    assert (whole.lines, whole.events, whole.rejected) == (2, 3, -1)
    assert stored(place) == sums(1, 12)
    assert balanced(place)


def test_a_whole_last_line_without_its_end_is_read_and_counted_once(
    place: Workspace, read: Scan, tmp_path: Path
) -> None:
    log = tmp_path / "access.log"
    log.write_text(squid_lines(1, 1).rstrip("\n"))
    read(log)
    assert stored(place) == sums(1, 1)
    (tmp_path / "copy").write_text(squid_lines(1, 1).rstrip("\n"))
    read(tmp_path / "copy")
    assert stored(place) == sums(1, 1)
    log.write_text(squid_lines(1, 3))
    read(log)
    assert stored(place) == sums(1, 3)
    assert balanced(place)


def test_a_shorter_copy_of_a_known_log_adds_nothing(
    place: Workspace, scan: Scan, tmp_path: Path
) -> None:
    log, copy = tmp_path / "access.log", tmp_path / "yesterday.gz"
    log.write_text(squid_lines(1, 400))
    scan(log)
    copy.write_bytes(gzip.compress(squid_lines(1, 150).encode()))
    assert scan(copy)[0].status == "known"
    assert stored(place) == sums(1, 400)


def test_a_log_that_begins_like_one_of_which_nothing_was_read_is_no_copy_of_it(
    place: Workspace, read: Scan, tmp_path: Path
) -> None:
    log, other = tmp_path / "access.log", tmp_path / "other.log"
    log.write_text(squid_lines(1, 500))
    read(log, format=FORMATS["bind"])
    assert stored(place) == (0, 0)
    other.write_text(squid_lines(1, 100) + squid_lines(1_001, 1_100))
    assert read(other)[0].lines == 200
    assert stored(place)[0] == 200


def test_a_log_that_only_begins_like_another_is_read_whole(
    place: Workspace, read: Scan, tmp_path: Path
) -> None:
    log, other = tmp_path / "access.log", tmp_path / "other.log"
    log.write_text(squid_lines(1, 400))
    read(log)
    other.write_text(squid_lines(1, 100) + squid_lines(1000, 1050))
    assert read(other)[0].lines == 151
    assert stored(place)[0] == 551


def test_a_header_is_remembered_for_what_a_file_grows_by(
    place: Workspace, read: Scan, tmp_path: Path
) -> None:
    log = tmp_path / "main.log"
    row = "2026-09-23 10:11:{:02d} 10.1.2.3 GET https chatgpt.com 443 /x 5\n"
    fields = "date time c-ip cs-method cs-uri-scheme cs-host cs-uri-port cs-uri-path sc-bytes"
    head = f"#Software: SGOS 7.3\n#Fields: {fields}\n"
    log.write_text(head + row.format(1))
    read(log)
    with log.open("a") as more:
        more.write(row.format(2))
    assert read(log)[0].events == 1
    assert stored(place) == (2, 10)


def test_replies_say_nothing_new_behind_questions_of_an_earlier_reading(
    place: Workspace, read: Scan, tmp_path: Path
) -> None:
    log, other = tmp_path / "unbound.log", tmp_path / "replies.log"
    question = "[1790158{:03d}] unbound[8:0] {}10.20.30.44 claude.ai. A IN"
    reply = question + " NOERROR 0.012 0 44"
    lines = [question.format(n, "info: ") for n in range(100, 103)]
    lines += [reply.format(n, "info: ") for n in range(100, 103)]
    log.write_text("".join(f"{line}\n" for line in lines))
    other.write_text("".join(f"{reply.format(n, 'reply: ')}\n" for n in range(200, 204)))
    read(log, other)
    assert stored(place)[0] == 3 + 4
    for path, tag in ((log, "info: "), (other, "reply: ")):
        with path.open("a") as more:
            more.write("".join(f"{reply.format(n, tag)}\n" for n in range(300, 305)))
    read(log, other)
    assert stored(place)[0] == 3 + 4 + 5
    with other.open("a") as more:
        more.write(question.format(400, "query: ") + "\n" + reply.format(400, "reply: ") + "\n")
    read(other)
    assert stored(place)[0] == 3 + 4 + 5 + 1
    assert balanced(place)


def test_growth_and_copies_in_any_order_keep_every_line_once(
    place: Workspace, scan: Scan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By whole scans, which look first whether anything is new; `test_any_order` tries more."""
    monkeypatch.setattr(pending, "BATCH_ROWS", 64)
    dice, log, last = random.Random(1), tmp_path / "access.log", 0
    for step in range(8):
        grown = last + dice.randrange(1, 300)
        with log.open("a") as more:
            more.write(squid_lines(last + 1, grown))
        last = grown
        if dice.random() < 0.5:
            packed = gzip.compress(log.read_bytes())
            (tmp_path / f"copy{step}.gz").write_bytes(packed)
        if dice.random() < 0.7:
            paths = [path for path in tmp_path.iterdir() if path.is_file()]
            scan(*dice.sample(paths, len(paths)))
    scan(log)
    assert stored(place) == sums(1, last)
    assert balanced(place)


def test_a_file_that_changes_while_keeping_its_size_is_noticed(
    place: Workspace, scan: Scan, tmp_path: Path
) -> None:
    log = tmp_path / "access.log"
    log.write_text(squid_lines(1, 9))
    scan(log)
    log.write_text(squid_lines(2, 10)[: log.stat().st_size])
    os.utime(log, ns=(1, 1))
    assert scan(log)[0].lines >= 8


def test_facts_that_were_stored_before_a_scan_died_are_derived_by_the_next(
    place: Workspace, scan: Scan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "access.log"
    log.write_text(squid_lines(1, 20))
    scan(log)

    def died(*words: object, **more: object) -> None:
        raise KeyboardInterrupt

    with log.open("a") as more:
        more.write(squid_lines(21, 30))
    with monkeypatch.context() as patch:
        patch.setattr("shadow_scan.analysis.derive.rebuild", died)
        with pytest.raises(KeyboardInterrupt):
            scan(log)
    assert scan(log)[0].status == "known"
    services = listing(place, Listing.SERVICES, Activity.ALL).records()
    assert services[0]["events"] == 30
