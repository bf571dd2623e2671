"""The ways of three people: find, open, believe, decide, export; the ledger and files checked."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input, Static

from shadow_scan.commands.current import workspace_rules
from shadow_scan.governance.opening import ledger_of
from shadow_scan.workspace import Workspace
from shadow_scan_tui.app import ShadowScanApp
from shadow_scan_tui.modals.ruling import Ruling
from shadow_scan_tui.screens.reading import Reading
from shadow_scan_tui.screens.tour import STOPS
from tests.tui.conftest import MIDDLE, SMALL, Opened, Screens


def lines(place: Workspace) -> list[dict[str, Any]]:
    files = sorted(place.decisions.glob("*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text().splitlines()]


async def test_the_admin_finds_opens_rules_and_takes_it_back(
    own: Workspace, opened: Opened
) -> None:
    async with opened(own, MIDDLE) as screens:
        await screens.press("slash")
        await screens.type("service:claude")
        await screens.press("enter", "enter")
        assert "Claude by Anthropic" in screens.said("#summary")
        await screens.press("d")
        assert isinstance(screens.app.screen, Ruling)
        await screens.press("right", "right", "alt+enter")
        assert "needs an end" in screens.said("#wrong")
        screens.app.screen.query_one("#ruling-until", Input).value = "2999-12-31"
        await screens.press("alt+enter")
        assert "a reason is missing" in screens.said("#wrong")
        assert lines(own) == []
        screens.app.screen.query_one("#ruling-reason", Input).value = "pilot of Legal"
        await screens.press("escape", "d")
        assert screens.app.screen.query_one("#ruling-reason", Input).value == "pilot of Legal"
        await screens.press("alt+enter")
        (written,) = lines(own)
        assert (written["service"], written["status"]) == ("claude", "tolerated")
        assert (written["reason"], written["until"]) == ("pilot of Legal", "2999-12-31")
        assert written["numbers"]["users"] == 12
        await screens.press("escape")
        assert screens.column("service") == []
        await screens.press("u")
        assert [line["status"] for line in lines(own)] == ["tolerated", "unreviewed"]
        assert screens.column("service") == ["claude"]
        assert not ledger_of(own).read().problems


async def test_several_marked_services_get_one_ruling_each(own: Workspace, opened: Opened) -> None:
    async with opened(own, MIDDLE) as screens:
        first = screens.column("service")[:2]
        await screens.press("space", "space", "d")
        assert "Rule on ChatGPT, Claude" in str(screens.app.screen.query(Static).first().render())
        screens.app.screen.query_one("#ruling-reason", Input).value = "licence talks"
        await screens.press("alt+enter")
        assert [line["service"] for line in lines(own)] == first
        assert screens.page.marked == set()


async def test_the_auditor_believes_a_figure_and_exports_what_is_on_screen(
    sample: Workspace, opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with opened(sample, MIDDLE) as screens:
        await screens.press("2", "v", "v")
        await screens.press("slash")
        await screens.type("severity:high")
        await screens.press("enter", "x")
        assert isinstance(screens.app.screen, Reading)
        await screens.press("escape", "e", "enter")
        file = tmp_path / "shadow-scan-findings.csv"
        text = file.read_text().splitlines()
        head = [line for line in text if line.startswith("# ")]
        assert "# filter: severity:high" in head
        assert any(line.startswith("# coverage: 11 sources, 5814 lines") for line in head)
        assert any(line.startswith("# rules: ") and len(line) > 60 for line in head)
        rows = list(csv.reader(text[len(head) :]))
        assert len(rows) - 1 == len(screens.page.rows.records) == 6
        assert rows[0] == [column.name for column in screens.page.columns()]
        await screens.press("e", "enter")
        assert "is there already" in screens.said("#wrong")
        await screens.press("escape")


async def test_an_export_of_nothing_has_its_header(
    sample: Workspace, opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with opened(sample, MIDDLE) as screens:
        await screens.press("slash")
        await screens.type("service:nosuch")
        await screens.press("enter", "e", "enter")
        text = (tmp_path / "shadow-scan-queue.csv").read_text()
        assert text.splitlines()[-1].startswith("status,name,users,bytes_up")


async def test_the_buyer_reads_the_case_and_takes_the_brief_along(
    sample: Workspace, opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with opened(sample, MIDDLE) as screens:
        await screens.press("3")
        await screens.press("b")
        case = screens.said("#text")
        assert "ChatGPT Business" in case
        assert "not a quote" in case
        await screens.press("escape", "e")
        screens.app.screen.query_one(Input).value = str(tmp_path / "brief.html")
        await screens.press("enter")
        assert "<html" in (tmp_path / "brief.html").read_text()


async def test_a_correction_shows_its_effect_before_it_is_kept(
    own: Workspace, opened: Opened
) -> None:
    async with opened(own, MIDDLE) as screens:
        screens.app.show("audit", "sessions")
        await screens.settled()
        record = next(r for r in screens.page.rows.records if r["task"] == "unknown")
        screens.page.rows.move(list(screens.page.rows.records).index(record))
        await screens.press("c")
        screens.app.screen.query_one("#correct-value", Input).value = "contract-review"
        await screens.press("enter")
        assert "nothing is kept yet" in screens.said("#effect")
        assert "contract-review" in screens.said("#effect")
        assert not list(own.rules.rglob("*.toml"))
        await screens.press("enter")
        assert list(own.rules.rglob("*.toml"))
        kept = [r for r in screens.page.records if r["session"] == record["session"]]
        assert [r["task"] for r in kept] == ["contract-review"]
        screens.app.show("discover", "learned")
        await screens.settled()
        assert len(screens.page.rows.records) == 1


async def test_what_if_decides_nothing(own: Workspace, opened: Opened) -> None:
    async with opened(own, MIDDLE) as screens:
        await screens.press("p")
        assert "If chatgpt were ruled out" in screens.said("#text")
        assert lines(own) == []


async def test_the_tour_can_be_read_and_skipped(sample: Workspace) -> None:
    app = ShadowScanApp(sample, lambda: workspace_rules(sample), tour=True)
    async with app.run_test(size=SMALL) as pilot:
        screens = Screens(app, pilot)
        await screens.settled()
        assert screens.said("#stop") == STOPS[0][0]
        await screens.press("enter", "left", *["enter"] * (len(STOPS) - 1))
        assert screens.said("#stop") == STOPS[-1][0]
        await screens.press("enter")
        assert screens.page.rows.records
