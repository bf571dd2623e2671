"""By what batches a scan stores: large ones of logs, small ones of captures."""

from __future__ import annotations

from pathlib import Path

import pytest

from shadow_scan.ingest import pending
from shadow_scan.store import facts as facts_module
from shadow_scan.store.facts import Batch, Facts
from shadow_scan.workspace import Workspace
from tests.packets import wire
from tests.packets.capture_file import BEGIN, pcap

from .conftest import Scan, squid_lines, stored, sums


def test_logs_behind_a_capture_are_stored_by_batches_as_large_as_ever(
    place: Workspace, read: Scan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    capture, first, second = (tmp_path / name for name in ("a.pcap", "b.log", "c.log"))
    capture.write_bytes(pcap([]))
    first.write_text(squid_lines(1, 100))
    second.write_text(squid_lines(101, 200))
    monkeypatch.setattr(pending, "_CAPTURE_ROWS", 1)
    sizes: list[int] = []
    write = Facts.write

    def noted(facts: Facts, batch: Batch) -> None:
        sizes.append(0 if batch.events is None else batch.events.num_rows)
        write(facts, batch)

    monkeypatch.setattr(Facts, "write", noted)
    read(capture, first, second)
    assert sizes == [200]
    assert stored(place) == sums(1, 200)


def test_what_little_memory_does_not_hold_is_stored_with_more(
    place: Workspace, read: Scan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    capture = tmp_path / "a.pcap"
    query = wire.udp((4_000, 53), wire.dns_query(7, "chatgpt.com"))
    capture.write_bytes(
        pcap([(BEGIN, wire.ethernet(wire.ip("192.0.2.1", "192.0.2.53", 17, query)))])
    )
    monkeypatch.setattr(facts_module, "_LITTLE_MEMORY", "1MB")
    limits: list[str] = []
    store = Facts._write

    def noted(facts: Facts, batch: Batch, memory: str) -> None:
        limits.append(memory)
        store(facts, batch, memory)

    monkeypatch.setattr(Facts, "_write", noted)
    (report,) = read(capture)
    assert limits == ["1MB", facts_module.MEMORY_LIMIT]
    assert (report.events, stored(place)) == (1, (1, 0))
