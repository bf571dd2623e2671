"""Evidence: what stands behind a cell, a service or a filter, a line for each request it counts."""

from __future__ import annotations

from shadow_scan.filters import parse
from shadow_scan.listings.evidence import evidence
from shadow_scan.listings.glance import asked_listing
from shadow_scan.listings.queries import reading
from shadow_scan.workspace import Workspace
from shadow_scan_tui.screens.pages import CellPage, TeamPage
from tests.tui.conftest import MIDDLE, Opened


def test_evidence_has_exactly_the_requests_that_a_figure_counts(sample: Workspace) -> None:
    with reading(sample) as connection:
        services = asked_listing(connection, "services").records()
        cells = asked_listing(connection, "team_tasks").records()
    for figure in services:
        parts = evidence(sample, parse(f"service:{figure['service']}")).parts
        counted = parts.get("own", 0) + parts.get("joined", 0)
        assert (counted, parts.get("blocked", 0)) == (figure["events"], figure["blocked"])
    assert any(figure["blocked"] for figure in services)
    for figure in cells[:8]:
        words = f'team:"{figure["team"]}" task:{figure["task"]}'
        found = evidence(sample, parse(words))
        assert found.total - found.parts.get("blocked", 0) == figure["events"]
        assert {row["task"] for row in found.table.records()} == {figure["task"]}


async def test_enter_on_a_cell_opens_the_evidence_of_exactly_that_one(
    sample: Workspace, opened: Opened
) -> None:
    async with opened(sample, MIDDLE) as screens:
        await screens.press("2")
        await screens.press("right", "right", "down")
        cell = screens.page.crossed()
        assert cell is not None
        await screens.press("enter")
        assert isinstance(screens.app.screen, CellPage)
        assert set(screens.column("team")) == {cell["team"]}
        assert set(screens.column("service")) == {cell["service"]}
        assert f"{len(screens.page.records)} requests: " in screens.said("#summary")
        await screens.press("v")
        assert set(screens.column("team")) == {cell["team"]}
        await screens.press("escape")
        assert screens.page.crossed() == cell
        await screens.press("left", "left", "enter")
        assert isinstance(screens.app.screen, TeamPage)


async def test_a_service_page_obeys_the_filter_but_not_the_words_that_chose_it(
    sample: Workspace, opened: Opened
) -> None:
    async with opened(sample, MIDDLE) as screens:
        await screens.press("slash")
        await screens.type("bytes_up:>5MB team:Design")
        await screens.press("enter", "enter")
        assert set(screens.column("team")) == {"Design"}
        assert "bytes_up:>5MB chose what to open" in screens.said("#summary")
        await screens.press("V", "V", "V")
        assert screens.page.view.name == "evidence"
        assert set(screens.column("team")) == {"Design"}
        before = len(screens.page.records)
        await screens.press("right_square_bracket", "right_square_bracket", "right_square_bracket")
        assert 0 < len(screens.page.records) < before
        await screens.press("slash", "ctrl+u")
        await screens.type("bytes_up:>1MB")
        await screens.press("enter")
        assert screens.column("bytes_up")
        assert all(int(str(count)) > 1_000_000 for count in screens.column("bytes_up"))
