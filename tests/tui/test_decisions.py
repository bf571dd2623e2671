"""The ways of three people: find, open, believe, decide, export; the ledger and files checked."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input, Static

from shadow_scan.commands.current import workspace_rules
from shadow_scan.governance.later import put_off
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
        # the findings that the ruling had answered are open again
        assert "upload to training" in str(screens.column("first_reason"))
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


async def test_a_finding_is_answered_on_its_own_and_opened_again(
    own: Workspace, opened: Opened
) -> None:
    async with opened(own, MIDDLE) as screens:
        screens.app.show("audit", "findings")
        await screens.settled()
        finding = screens.page.records[0]
        await screens.press("a", "right", "right", "enter", "enter")
        assert "a reason is missing" in screens.said("#wrong")
        await screens.type("a test of the backup")
        await screens.press("enter")
        (written,) = lines(own)
        assert written["finding"] == finding["finding"]
        assert written["reason"] == "false alarm: a test of the backup"
        states = {r["finding"]: (r["state"], r["answer"]) for r in screens.page.records}
        assert states[finding["finding"]] == ("answered", written["reason"])
        at = [r["finding"] for r in screens.page.rows.records].index(finding["finding"])
        screens.page.rows.move(at - (screens.page.rows.index or 0))
        await screens.press("a", "enter")
        await screens.type("it was none")
        await screens.press("enter")
        assert [line.get("reopened") for line in lines(own)] == [False, True]
        assert {r["state"] for r in screens.page.records} == {"open"}
        assert not ledger_of(own).read().problems


async def test_a_candidate_waits_comes_back_and_is_accepted_as_a_service(
    own: Workspace, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(own, MIDDLE) as screens:
        screens.app.show("discover", "candidates")
        await screens.settled()
        first, *others, last = hosts = screens.column("host")
        await screens.press("w")
        assert screens.column("host") == [*others, last, first]
        assert "1 put off" in screens.said("#summary")
        assert screens.page.current() == screens.page.rows.records[0]
        day = put_off(own)[str(first)]
        monkeypatch.setattr("shadow_scan.governance.later.today", lambda: day)
        await screens.press("r")
        assert screens.column("host") == hosts
        screens.page.rows.move(hosts.index(last) - (screens.page.rows.index or 0))
        await screens.press("a")
        screens.app.screen.query_one("#correct-category", Input).value = "chat"
        await screens.press("enter")
        assert "nothing is kept yet" in screens.said("#effect")
        await screens.press("enter")
        assert screens.column("host") == [first, *others]
        assert screens.page.current() == screens.page.rows.records[0]
        screens.app.show("discover", "services")
        await screens.settled()
        assert last in screens.column("name")


async def test_what_if_decides_nothing(own: Workspace, opened: Opened) -> None:
    async with opened(own, MIDDLE) as screens:
        await screens.press("p", "enter")
        assert "If chatgpt were ruled out. Nothing is decided" in screens.said("#text")
        await screens.press("escape", "p", "right", "enter")
        assert "If chatgpt were licensed" in screens.said("#text")
        assert "alternative ChatGPT, as now" in screens.said("#text")
        await screens.press("escape", "space", "space", "p", "right", "enter")
        assert "name the service to consolidate on" in screens.said("#wrong")
        await screens.type("Gemni")
        await screens.press("enter")
        assert "did you mean gemini" in screens.said("#text")
        await screens.press("escape", "p", "right", "enter")
        await screens.type("gemini")
        screens.app.screen.query_one("#whatif-only", Input).value = "marketing"
        await screens.press("enter")
        text = screens.said("#text")
        assert "If chatgpt, claude were replaced by gemini for marketing" in text
        assert "alternative Gemini app" in text
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
