"""What tests of figures share: services as they are listed after a scan of a few lines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from shadow_scan.commands.scan import ScanRequest, run_scan
from shadow_scan.listings.queries import listing
from shadow_scan.vocabulary import Activity, Listing
from shadow_scan.workspace import Workspace


@pytest.fixture
def services(tmp_path: Path, workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("SHADOW_SCAN_KEY_FILE", str(tmp_path / "test.key"))

    def scanned(*logs: list[str]) -> dict[str, dict[str, Any]]:
        place = Workspace(workspace)
        for number, lines in enumerate(logs):
            (tmp_path / f"{number}.log").write_text("".join(f"{line}\n" for line in lines))
        run_scan(place, ScanRequest([str(tmp_path / "*.log")]))
        found = listing(place, Listing.SERVICES, Activity.ALL).records()
        return {row["service"]: row for row in found}

    return scanned


def seen(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["users"], row["sessions"], row["events"], row["bytes_up"], row["bytes_down"]
