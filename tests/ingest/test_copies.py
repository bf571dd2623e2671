"""Copies that are shorter than what is compared of a log, cut anywhere, or met in any order."""

from __future__ import annotations

import gzip
import itertools
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from shadow_scan.collectors.formats import named
from shadow_scan.collectors.registry import FORMATS
from shadow_scan.ingest.known import Known
from shadow_scan.store.database import opened, rows
from shadow_scan.store.forgetting import forget, meant
from shadow_scan.workspace import Workspace

from ..packets.capture_file import BEGIN, Stamped, pcap, pcapng
from ..packets.traffic import Traffic, office
from .conftest import Scan, balanced, squid_lines, stored, sums


def files(folder: Path, **contents: str | bytes) -> list[Path]:
    made = []
    for name, content in contents.items():
        made.append(folder / name)
        made[-1].write_bytes(content if isinstance(content, bytes) else content.encode())
    return made


def paths(place: Workspace) -> list[str]:
    with opened(place.facts, read_only=True) as connection:
        found = rows(connection, "SELECT source_file FROM sources ORDER BY source_id")
    return [Path(path).name for (path,) in found]


ORDERS = list(itertools.permutations(range(3)))


@pytest.mark.parametrize(
    ("lines", "order"), [(20, o) for o in ORDERS] + [(3, (0, 1, 2)), (60, (0, 1, 2))]
)
def test_a_copy_of_any_length_met_in_any_order_adds_nothing(
    place: Workspace, read: Scan, tmp_path: Path, lines: int, order: tuple[int, ...]
) -> None:
    packed = gzip.compress(squid_lines(1, lines).encode())
    made = files(tmp_path, log=squid_lines(1, 70), part=squid_lines(1, lines), packed=packed)
    read(*(made[at] for at in order))
    assert stored(place) == sums(1, 70)
    assert len(paths(place)) == 1
    for at in reversed(order):
        assert [report.lines for report in read(made[at])] == [0]
    assert stored(place) == sums(1, 70)


@pytest.mark.parametrize("cut", [-1, -40, -90])
def test_a_copy_that_was_cut_within_a_line_adds_nothing(
    place: Workspace, read: Scan, tmp_path: Path, cut: int
) -> None:
    for lines in (1, 20, 200):
        log, part = files(tmp_path, log=squid_lines(1, 300), part=squid_lines(1, lines)[:cut])
        read(log)
        read(part)
        if lines > 1 or cut == -1:
            assert stored(place) == sums(1, 300)
            assert paths(place) == ["log"]


def test_a_log_that_was_cut_within_a_sign_is_the_same_when_it_is_longer(
    place: Workspace, read: Scan, tmp_path: Path
) -> None:
    for lines, cut in ((50, 7), (120, 7), (200, 0)):
        content = squid_lines(1, lines).encode("utf-16")
        read(*files(tmp_path, log=content[: len(content) - cut]))
    assert stored(place) == sums(1, 200)
    assert paths(place) == ["log"]


def test_a_copy_without_the_unfinished_last_line_takes_nothing_away(
    place: Workspace, read: Scan, tmp_path: Path
) -> None:
    text = squid_lines(1, 100).rstrip("\n")
    whole = squid_lines(1, 99)
    for at, part in enumerate([whole, text[:-20], whole[:2_000], text[:-1]]):
        log, copy = files(tmp_path, log=text, **{f"copy{at}": part})
        read(log)
        read(copy)
        assert stored(place) == sums(1, 100)
        assert read(log)[0].lines == 0
    log.write_text(squid_lines(1, 103))
    read(log)
    assert stored(place) == sums(1, 103)
    assert balanced(place)


def test_a_log_that_begins_with_two_known_ones_takes_the_place_of_both(
    place: Workspace, read: Scan, tmp_path: Path
) -> None:
    """A copy was read while it was being made; of what it would be, nothing could be seen yet."""
    log, begun = files(tmp_path, log=squid_lines(1, 50), begun=squid_lines(1, 1)[:95])
    read(log, begun)
    assert paths(place) == ["log", "begun"]
    begun.write_text(squid_lines(1, 60))
    read(begun)
    assert stored(place) == sums(1, 60)
    assert paths(place) == ["begun"]
    assert balanced(place)


@pytest.mark.parametrize("written", [pcap, pcapng])
def test_a_short_copy_of_a_capture_adds_nothing_in_any_order(
    place: Workspace, read: Scan, tmp_path: Path, written: Callable[[list[Stamped]], bytes]
) -> None:
    traffic = Traffic()
    for number in range(40):
        asked = (f"192.0.2.{number}", f"host{number}.example", ["198.51.100.1"])
        traffic.lookup(*asked, time=BEGIN + number * 1_000)
    frames = traffic.frames()
    whole, other = written(frames), Traffic(seed=9)
    other.lookup("192.0.2.99", "other.example", ["198.51.100.2"], time=BEGIN)
    log, part, cut, stranger = files(
        *(tmp_path,),
        log=whole,
        part=written(frames[:9]),
        cut=whole[:1_000],
        stranger=written(other.frames()),
    )
    for order in ([log, part, cut, stranger], [cut, stranger, part, log], [part, cut, log]):
        read(*order)
        read(stranger)
        assert stored(place)[0] == len(traffic.lookups) + 1
        assert len(paths(place)) == 2
        assert sum(report.lines for report in read(*reversed(order))) == 0
        forget(place.facts, meant(place.facts, paths(place)))


def test_a_capture_that_begins_with_two_known_ones_takes_the_place_of_both(
    place: Workspace, read: Scan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frames = office(rounds=3).frames()
    half, third = pcap(frames[: len(frames) // 2]), pcap(frames[: len(frames) // 3])
    log, *parts = files(tmp_path, log=pcap(frames), half=half, third=third)
    read(log)
    truth = stored(place)
    forget(place.facts, meant(place.facts, ["log"]))
    with monkeypatch.context() as patch:
        patch.setattr(Known, "alike", lambda self, head: [])
        read(*parts)
    assert len(paths(place)) == 2
    read(log)
    assert stored(place) == truth
    assert paths(place) == ["log"]


def test_logs_with_the_same_header_are_no_copies_of_each_other(
    place: Workspace, read: Scan, tmp_path: Path
) -> None:
    head = (
        "#Fields: date time c-ip cs-method cs-uri-scheme cs-host cs-uri-port cs-uri-path sc-bytes\n"
    )
    row = "2026-09-23 10:11:{:02d} 10.1.2.3 GET https chatgpt.com 443 /x {}\n"
    names = {
        name: head + "".join(row.format(second, size) for second in range(1, rows))
        for name, size, rows in (("a", 1, 5), ("b", 10, 1), ("c", 100, 9), ("d", 1_000, 1))
    }
    made = files(tmp_path, **names)
    for _ in range(2):
        read(*made)
        assert stored(place) == (4 + 8, 4 + 800)
    made[1].write_text(head + row.format(7, 10_000))
    read(*made)
    assert stored(place) == (4 + 8 + 1, 4 + 800 + 10_000)


def test_a_log_keeps_its_name_beside_its_copy_and_is_met_once_by_all_its_links(
    place: Workspace, read: Scan, tmp_path: Path
) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    log, copy = files(folder, log=squid_lines(1, 100), copy=squid_lines(1, 100))
    (folder / "hard").hardlink_to(log)
    (folder / "soft").symlink_to(log)
    reports = read(log, folder, Path(os.path.relpath(log)), folder)
    assert [Path(report.source_file).name for report in reports] == ["log", "copy"]
    assert paths(place) == ["log"]
    log.unlink()
    (folder / "hard").unlink()
    read(copy)
    assert paths(place) == ["copy"]
    assert stored(place) == sums(1, 100)


def test_a_small_log_that_grew_is_known_as_it_is(
    place: Workspace, read: Scan, tmp_path: Path
) -> None:
    (log,) = files(tmp_path, log=squid_lines(1, 3))
    read(log)
    log.write_text(squid_lines(1, 300))
    read(log)
    with opened(place.facts, read_only=True) as connection:
        assert rows(connection, "SELECT head_bytes FROM sources") == [(4_096,)]
    (part,) = files(tmp_path, part=squid_lines(1, 20))
    assert read(part)[0].lines == 0
    assert stored(place) == sums(1, 300)


def test_what_a_wrong_format_made_nothing_of_is_read_anew_though_it_grew(
    place: Workspace, read: Scan, tmp_path: Path
) -> None:
    (log,) = files(tmp_path, log=squid_lines(1, 50))
    read(log, format=named("fortinet", {}))
    assert stored(place) == (0, 0)
    log.write_text(squid_lines(1, 70))
    read(log)
    assert stored(place) == sums(1, 70)
    assert paths(place) == ["log"]
    assert balanced(place)


def test_what_holds_no_record_is_the_begin_of_no_other_file(read: Scan, tmp_path: Path) -> None:
    blank, other = tmp_path / "blank.log", tmp_path / "other.log"
    blank.write_bytes(b"\r")
    other.write_bytes(b"\rno record of anything")
    read(blank, format=FORMATS["squid"])
    (first,) = read(other, format=FORMATS["meraki"])
    assert (first.format, first.lines) == ("meraki", 1)
    (again,) = read(other, format=FORMATS["meraki"])
    assert (again.lines, again.events) == (0, 0)
