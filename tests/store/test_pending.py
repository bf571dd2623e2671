"""By what batches a scan stores: large ones of logs, small ones of captures."""

from __future__ import annotations

from pathlib import Path

import pytest

from shadow_scan.store import pending
from shadow_scan.store.facts import Batch, Facts
from shadow_scan.workspace import Workspace
from tests.packets.capture_file import pcap

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
