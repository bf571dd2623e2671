"""The screens on the sample company, on empty and locked workspaces, and with hostile names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from textual.pilot import Pilot
from textual.widgets import DataTable, Input, Static

from shadow_scan.commands.demo import read_sample
from shadow_scan.store import database
from shadow_scan.vocabulary import Listing, Table
from shadow_scan.workspace import Workspace
from shadow_scan_tui.app import ShadowScanApp
from shadow_scan_tui.keymap import APP_KEYS, TABLE_KEYS
from shadow_scan_tui.loading import Loaded
from shadow_scan_tui.screens.discover import ServicePage
from shadow_scan_tui.screens.help import HelpScreen
from shadow_scan_tui.screens.listing import ListingScreen
from shadow_scan_tui.words import cell, size

SMALL, LARGE = (80, 24), (120, 36)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("sample")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHADOW_SCAN_KEY_FILE", str(folder / "keys" / "test.key"))
        place = Workspace(folder / "workspace")
        read_sample(place)
        yield place


async def settled(pilot: Pilot[None]) -> None:
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def text_of(pilot: Pilot[None], selector: str) -> str:
    return str(pilot.app.screen.query_one(selector, Static).render())


def rows_of(pilot: Pilot[None], selector: str = "#rows") -> list[list[str]]:
    table = pilot.app.screen.query_one(selector, DataTable)
    return [[str(value) for value in table.get_row_at(at)] for at in range(table.row_count)]


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_discover_opens_on_the_services(sample: Workspace, size: tuple[int, int]) -> None:
    async with ShadowScanApp(sample).run_test(size=size) as pilot:
        await settled(pilot)
        assert text_of(pilot, "#summary").startswith("19 services   19 unreviewed")
        assert rows_of(pilot)[0][:4] == ["○ unreviewed", "ChatGPT", "22", "8"]
        assert pilot.app.screen.query_one("#detail").display is (size == LARGE)


async def test_each_mode_shows_what_it_is_for(sample: Workspace) -> None:
    async with ShadowScanApp(sample).run_test(size=LARGE) as pilot:
        await settled(pilot)
        await pilot.press("2")
        await settled(pilot)
        assert "11 sources   5,814 lines   1 rejected" in text_of(pilot, "#summary")
        assert ["Engineering", "13", "13", "8"] in [row[:4] for row in rows_of(pilot, "#teams")]
        await pilot.press("3")
        await settled(pilot)
        assert "not built yet" in text_of(pilot, "#summary")
        kinds = [row[0] for row in rows_of(pilot)]
        assert kinds == sorted(kinds)


async def test_a_service_opens_and_escape_comes_back_and_never_quits(sample: Workspace) -> None:
    async with ShadowScanApp(sample).run_test(size=SMALL) as pilot:
        await settled(pilot)
        await pilot.press("j", "enter")
        assert isinstance(pilot.app.screen, ServicePage)
        assert "Gemini app" in text_of(pilot, "#title")
        await pilot.press("escape", "escape", "escape")
        assert pilot.app.is_running
        assert isinstance(pilot.app.screen, ListingScreen)


async def test_the_filter_narrows_as_one_types_and_says_when_nothing_is_left(
    sample: Workspace,
) -> None:
    async with ShadowScanApp(sample).run_test(size=SMALL) as pilot:
        await settled(pilot)
        await pilot.press("slash", *"anthropic")
        assert [row[1] for row in rows_of(pilot)] == ["Claude"]
        await pilot.press(*"zzz")
        assert "Nothing matches anthropiczzz" in text_of(pilot, "#notice")
        await pilot.press("escape")
        assert pilot.app.screen.query_one("#filter", Input).value == "anthropiczzz"
        await pilot.press("slash", "ctrl+u")
        assert len(rows_of(pilot)) == 20


async def test_sorting_puts_the_largest_first_and_the_unknown_last(sample: Workspace) -> None:
    async with ShadowScanApp(sample).run_test(size=SMALL) as pilot:
        await settled(pilot)
        await pilot.press("s", "s", "s", "s")
        column = [row[4] for row in rows_of(pilot)]
        assert column[0] == "74.5 MB" or column[0] == "74.3 MB"
        assert column[-1] == "-"


async def test_every_key_of_the_table_of_keys_does_no_harm(sample: Workspace) -> None:
    for key in (*TABLE_KEYS, *APP_KEYS):
        async with ShadowScanApp(sample).run_test(size=SMALL) as pilot:
            await settled(pilot)
            await pilot.press(key.key)
            await settled(pilot)
            assert pilot.app.return_code in (None, 0)


async def test_the_help_names_every_key(sample: Workspace) -> None:
    async with ShadowScanApp(sample).run_test(size=SMALL) as pilot:
        await settled(pilot)
        await pilot.press("question_mark")
        assert isinstance(pilot.app.screen, HelpScreen)
        shown = text_of(pilot, "#help")
        assert all(key.words in shown for key in (*APP_KEYS, *TABLE_KEYS))


async def test_an_empty_workspace_says_what_to_do(tmp_path: Path) -> None:
    async with ShadowScanApp(Workspace(tmp_path)).run_test(size=SMALL) as pilot:
        await settled(pilot)
        notice = text_of(pilot, "#notice")
        assert "no logs have been read yet" in notice
        assert "shadow-scan scan PATH" in notice


async def test_a_locked_database_says_who_holds_it(
    sample: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def held(*words: object, **more: object) -> None:
        raise duckdb.IOException("Could not set lock on file: Conflicting lock (PID 4711)")

    monkeypatch.setattr(database, "_WAIT_SECONDS", 0.1)
    monkeypatch.setattr(database.duckdb, "connect", held)
    async with ShadowScanApp(sample).run_test(size=SMALL) as pilot:
        await settled(pilot)
        assert "process 4711" in text_of(pilot, "#notice")


HOSTILE = (
    *("\x1b[2J\x1b[31mred", "[bold]markup[/bold] [/]", "=cmd()", "\u202egnp.exe"),
    *("漢字" * 40, "x" * 10_000),
)


async def test_hostile_names_do_no_harm(tmp_path: Path) -> None:
    columns = ("service", "name", "category", "users", "teams", "sessions", "bytes_up", "last_time")
    rows = [(name, name, name, 1, 1, 1, None, None) for name in HOSTILE]
    table = Table(
        (*columns, "evidence", "status", "events", "blocked"),
        [(*row, None, "unreviewed", 1, 0) for row in rows],
    )
    async with ShadowScanApp(Workspace(tmp_path)).run_test(size=LARGE) as pilot:
        await settled(pilot)
        pilot.app.screen.post_message(Loaded(Listing.SERVICES, table, None))
        await settled(pilot)
        shown = [row[1] for row in rows_of(pilot)]
        assert len(shown) == len(HOSTILE)
        assert all(text.isprintable() and len(text) <= 60 for text in shown)
        assert "[bold]markup[/bold] [/]" in shown
        await pilot.press("j", "enter")
        await settled(pilot)
        assert pilot.app.is_running


def test_sizes_are_short_and_the_unknown_is_a_dash() -> None:
    assert [size(0), size(999), size(4_100_000_000)] == ["0 B", "999 B", "4.1 GB"]
    assert cell("bytes_up", None).plain == "-"


@pytest.mark.parametrize("size", [SMALL, LARGE, (140, 40)])
async def test_no_cell_is_cut_when_the_screen_opens(
    sample: Workspace, size: tuple[int, int]
) -> None:
    async with ShadowScanApp(sample).run_test(size=size) as pilot:
        await settled(pilot)
        table = pilot.app.screen.query_one("#rows", DataTable)
        for at, column in enumerate(table.ordered_columns):
            widest = max(len(row[at]) for row in rows_of(pilot))
            assert column.get_render_width(table) >= widest
