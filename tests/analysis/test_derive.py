"""Deriving makes do with little memory, and takes more where that cannot be."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from shadow_scan.analysis import derive
from shadow_scan.commands.current import workspace_rules
from shadow_scan.commands.scan import ScanRequest, run_scan
from shadow_scan.listings.queries import listing
from shadow_scan.vocabulary import Listing
from shadow_scan.workspace import Workspace

LINE = (
    "1790158272.417 10 192.0.2.{number} TCP_TUNNEL/200 9 CONNECT chatgpt.com:443 user{number} "
    "HIER_DIRECT/198.51.100.7 -\n"
)


def test_what_does_not_fit_is_derived_with_more_memory(
    tmp_path: Path, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHADOW_SCAN_KEY_FILE", str(tmp_path / "test.key"))
    log, place = tmp_path / "access.log", Workspace(workspace)
    log.write_text("".join(LINE.format(number=number) for number in range(1, 200)))
    run_scan(place, ScanRequest([str(log)]))
    before = listing(place, Listing.USERS)
    monkeypatch.setattr(derive, "_MEMORY", "1MB")
    monkeypatch.setattr(derive, "_LITTLE_MEMORY", "1MB")
    place.derived.unlink()
    derive.rebuild(place, workspace_rules(place), sparing=True)
    assert listing(place, Listing.USERS) == before
    monkeypatch.setattr(derive, "_MORE_MEMORY", "1MB")
    place.derived.unlink()
    with pytest.raises(duckdb.OutOfMemoryException):
        derive.rebuild(place, workspace_rules(place))
