"""The screens on the sample company, on empty and locked workspaces, and with hostile names."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import duckdb
import pytest
from textual.pilot import Pilot

from shadow_scan.commands.screens import serve_screen
from shadow_scan.errors import UsageError
from shadow_scan.store import database
from shadow_scan.workspace import Workspace
from shadow_scan_tui.app import ShadowScanApp
from shadow_scan_tui.keymap import Keys, documentation
from shadow_scan_tui.keytable import APP_KEYS, FILTER_KEYS, PAGE_KEYS, ROW_KEYS
from shadow_scan_tui.loading import Answered
from shadow_scan_tui.palette import SAVED
from shadow_scan_tui.screens.help import HelpScreen
from shadow_scan_tui.screens.pages import ServicePage
from shadow_scan_tui.screens.reading import Reading
from shadow_scan_tui.shown import Column, Shown
from shadow_scan_tui.views.discover import blind_words
from shadow_scan_tui.words import size, written
from tests.tui.conftest import LARGE, MIDDLE, SMALL, Opened, rules_of


@pytest.mark.parametrize("window", [SMALL, MIDDLE])
async def test_discover_opens_on_the_queue_with_its_reasons(
    sample: Workspace, opened: Opened, window: tuple[int, int]
) -> None:
    async with opened(sample, window) as screens:
        assert "19 services  19 wait for a ruling" in screens.said("#summary")
        assert "Seen by   zeek 4" in screens.said("#summary")
        assert "no user names" in screens.said("#summary")
        first = screens.page.rows.records[0]
        assert (first["service"], first["risk"]) == ("chatgpt", "high")
        assert first["first_reason"] == "upload to training (3 teams)"
        assert screens.page.query_one("#detail").display is (window == MIDDLE)
        assert screens.page.rows.has_focus


def test_what_a_source_misses_on_some_days_alone_is_no_blindness_of_all() -> None:
    def seen(day: str | None, file: str | None, *blind: str) -> dict[str, object]:
        return {"source_file": file, "day": day, "blind": list(blind)}

    names, paths = "who (no user names)", "what was done (no paths)"
    unread, lost = "lines that could not be read", "the whole day (no record of squid)"
    rows = [seen("2026-09-14", "a", names, paths), seen("2026-09-15", "a", paths)]
    assert blind_words(rows) == ["no paths", "no user names on some days"]
    rows = [
        rows[0],
        seen("2026-09-14", "b"),
        seen(None, "b", unread),
        seen("2026-09-20", None, lost),
    ]
    assert blind_words(rows[:2]) == ["no user names", "no paths"]
    assert blind_words(rows[1:]) == [unread, "no record of squid"]


async def test_what_programs_alone_use_waits_for_a_ruling_and_opens(
    sample: Workspace, opened: Opened
) -> None:
    async with opened(sample, MIDDLE) as screens:
        waiting = {record["service"]: record for record in screens.page.rows.records}
        assert "used by programs alone" in waiting["openai-api"]["why"]
        await screens.press("slash")
        await screens.type("service:openai-api")
        await screens.press("enter", "enter")
        assert isinstance(screens.app.screen, ServicePage)
        assert "OpenAI API by OpenAI" in screens.said("#summary")
        assert screens.page.rows.records


async def test_the_first_page_may_be_there_before_it_is_a_screen(sample: Workspace) -> None:
    """As it is where tasks begin at once: run as it is in a terminal, from Python 3.12 on."""
    app = ShadowScanApp(sample, lambda: rules_of(sample))
    app.clear_selection()

    async def leave(pilot: Pilot[None]) -> None:
        await pilot.pause()
        app.exit()

    await app.run_async(headless=True, size=SMALL, auto_pilot=leave)
    assert app.return_code == 0


async def test_a_service_opens_with_its_tabs_down_to_the_source_line(
    sample: Workspace, opened: Opened
) -> None:
    async with opened(sample, MIDDLE) as screens:
        await screens.press("enter")
        assert isinstance(screens.app.screen, ServicePage)
        assert "ChatGPT by OpenAI" in screens.said("#summary")
        titles = []
        for _ in ServicePage.VIEWS:
            titles.append(screens.page.view.name)
            assert (screens.said("#notice") == "") is (screens.page.view.name != "history")
            await screens.press("v")
        assert titles == ["use", "teams", "tasks", "evidence", "vendor", "history"]
        await screens.press("v", "v", "v")
        assert screens.page.view.name == "evidence"
        assert len(screens.page.rows.records) > 300
        await screens.press("enter")
        assert isinstance(screens.app.screen, Reading)
        trace = screens.said("#text")
        assert "ChatGPT (chatgpt), by OpenAI" in trace
        assert "rule set" in trace
        await screens.press("escape", "escape", "escape", "escape")
        assert screens.app.is_running
        assert screens.page.view.name == "queue"


async def test_a_rule_is_shown_as_it_stands_in_its_file(sample: Workspace, opened: Opened) -> None:
    async with opened(sample, MIDDLE) as screens:
        screens.app.show("discover", "rules")
        await screens.settled()
        at = screens.column("service").index("chatgpt")
        record = screens.page.rows.records[at]
        assert record["tests"] > 0
        assert "lint problem" in screens.said("#summary")
        assert screens.page.rows.index == at  # the cursor stays on the service where it was
        await screens.press("enter")
        place, *lines = screens.said("#text").split("\n")
        file, _, first = place.rpartition(":")
        text = Path(file).read_text("utf-8").splitlines()
        numbered = [line for line in lines if line.strip()[:1].isdigit()]
        assert int(numbered[0].split()[0]) == int(first)
        for line in numbered:
            number, _, written = line.lstrip().partition("  ")
            assert text[int(number) - 1] == written
        assert any('id = "chatgpt"' in line for line in numbered)
        assert sum("[[products]]" in line for line in numbered) == 1


async def test_the_filter_narrows_as_one_types_and_a_bad_word_keeps_the_last_list(
    sample: Workspace, opened: Opened
) -> None:
    async with opened(sample) as screens:
        await screens.press("slash")
        await screens.type("team:legal")
        assert set(screens.column("service")) == {"claude", "deepl", "notion-ai"}
        await screens.press("space", "s", "t", "a")
        assert "status:" in screens.said("#hint")
        assert set(screens.column("service")) == {"claude", "deepl", "notion-ai"}
        await screens.type("tus:nosuch")
        assert "status is never 'nosuch'" in screens.said("#hint")
        assert set(screens.column("service")) == {"claude", "deepl", "notion-ai"}
        await screens.press("ctrl+u")
        assert len(screens.column("service")) == 19
        await screens.type("team:legl")
        assert "Did you mean team:Legal?" in screens.said("#notice")
        await screens.press("escape")
        assert screens.page.filter_bar.line.value == "team:legl"
        await screens.press("2")
        assert screens.page.filter_bar.line.value == "team:legl"
        await screens.press("ctrl+u")
        assert screens.page.rows.records


async def test_all_of_the_queue_is_of_the_filter_that_stands_above_it(
    sample: Workspace, opened: Opened
) -> None:
    async with opened(sample) as screens:
        assert "6 grave findings" in screens.said("#summary")
        await screens.press("slash")
        await screens.type("team:marketing")
        assert "1 grave finding" in screens.said("#summary")
        assert "code" not in screens.said("#below")
        assert "translation" in screens.said("#below")
        reasons = dict(zip(screens.column("service"), screens.column("first_reason"), strict=True))
        assert reasons["chatgpt"] == "upload to training (Marketing)"
        assert reasons["gemini"] == "unreviewed steady use"
        lines = dict(zip(screens.column("service"), screens.column("trend"), strict=True))
        await screens.press("ctrl+u")
        await screens.type("users:>5")
        whole = dict(zip(screens.column("service"), screens.column("trend"), strict=True))
        assert all(map(sum, (lines["chatgpt"], whole["chatgpt"])))
        assert sum(lines["chatgpt"]) < sum(whole["chatgpt"])


async def test_completion_takes_terms_and_names_of_the_data(
    sample: Workspace, opened: Opened
) -> None:
    async with opened(sample) as screens:
        await screens.press("slash")
        await screens.type("team:Eng")
        await screens.press("right")
        assert screens.page.filter_bar.line.value == "team:Engineering"


async def test_the_period_is_shared_and_stops_at_its_ends(
    sample: Workspace, opened: Opened
) -> None:
    async with opened(sample) as screens:
        whole = sum(int(str(users)) for users in screens.column("users"))
        await screens.press("right_square_bracket", "right_square_bracket", "right_square_bracket")
        assert "last 7 days" in screens.said("#title")
        assert 0 < sum(int(str(users)) for users in screens.column("users")) < whole
        await screens.press("right_square_bracket")
        assert screens.said("#title").rstrip().endswith("last day")
        await screens.press("3", *["left_square_bracket"] * 5)
        assert "all days" in screens.said("#title")


async def test_every_view_of_services_calls_them_by_their_names(
    sample: Workspace, opened: Opened
) -> None:
    """But for the ledger, which has them as they were written."""
    async with opened(sample) as screens:
        for mode, views in (("2", 4), ("3", 7)):
            await screens.press(mode)
            for _ in range(views):
                rows = screens.page.rows
                names = {record.get(c.name) for c in rows.columns for record in rows.records}
                assert "chatgpt" not in names
                await screens.press("v")


async def test_sorting_puts_the_largest_first_the_unknown_last_and_comes_back(
    sample: Workspace, opened: Opened
) -> None:
    async with opened(sample) as screens:
        before = screens.column("service")
        await screens.press("s", "s", "s", "s")
        sent = screens.column("bytes_up")
        known = [count for count in sent if isinstance(count, int)]
        assert known == sorted(known, reverse=True)
        assert sent[-1] is None
        await screens.press("S", "S", "S", "S")
        assert screens.column("service") == before


async def test_every_key_of_the_table_does_no_harm(own: Workspace, opened: Opened) -> None:
    async with opened(own, MIDDLE) as screens:
        for key in (*PAGE_KEYS, *ROW_KEYS, *FILTER_KEYS, *APP_KEYS):
            if key.action == "quit":
                continue
            await screens.press(key.key)
            assert screens.app.return_code in (None, 0)
            while len(screens.app.screen_stack) > 1:
                screens.app.pop_screen()
                await screens.settled()
            screens.page.rows.focus()
        assert not list(own.path.glob("decisions/*.jsonl"))
        await screens.pilot.press("q")
    assert screens.app.return_code == 0


async def test_the_help_speaks_of_the_view_and_names_every_key(
    sample: Workspace, opened: Opened
) -> None:
    async with opened(sample) as screens:
        await screens.press("question_mark")
        assert isinstance(screens.app.screen, HelpScreen)
        keys = screens.said("#keys")
        assert all(key.words in keys for area in Keys().areas.values() for key in area)
        assert "bytes_up" in screens.said("#terms")


def test_the_page_of_keys_is_made_from_the_table() -> None:
    page = Path(__file__).parents[2] / "docs" / "keys.md"
    assert page.read_text("utf-8") == documentation()


def test_the_table_names_each_action_once_and_no_key_stands_for_two() -> None:
    ids = [key.id for area in Keys().areas.values() for key in area]  # raises where keys clash
    assert len(set(ids)) == len(ids)


async def test_an_empty_workspace_says_what_to_do(tmp_path: Path, opened: Opened) -> None:
    async with opened(Workspace(tmp_path)) as screens:
        notice = screens.said("#notice")
        assert "no logs have been read yet" in notice
        assert "shadow-scan scan PATH" in notice


async def test_a_locked_database_says_who_holds_it_and_r_tries_again(
    sample: Workspace, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    def held(*words: object, **more: object) -> None:
        raise duckdb.IOException("Could not set lock on file: Conflicting lock (PID 4711)")

    with monkeypatch.context() as patch:
        patch.setattr(database, "_WAIT_SECONDS", 0.1)
        patch.setattr(database.duckdb, "connect", held)
        async with opened(sample) as screens:
            assert "process 4711" in screens.said("#notice")
            assert "r tries again" in screens.said("#notice")
            patch.undo()
            await screens.press("r")
            assert screens.said("#notice") == ""
            assert screens.page.rows.records


async def test_a_window_too_small_says_so(sample: Workspace, opened: Opened) -> None:
    async with opened(sample, (40, 10)) as screens:
        assert screens.page.query_one("#small").display
        assert not screens.page.query_one("#body").display


HOSTILE = (
    *("\x1b[2J\x1b[31mred", "[bold]markup[/bold] [/]", "=cmd()", "\u202egnp.exe"),
    *("漢字" * 40, "x" * 10_000, "a\nb\tc"),
)


@pytest.mark.parametrize("window", [SMALL, LARGE])
async def test_hostile_names_do_no_harm(
    sample: Workspace, opened: Opened, window: tuple[int, int]
) -> None:
    records = tuple(
        {"service": name, "name": name, "category": name, "vendor": name, "status": "unreviewed"}
        for name in HOSTILE
    )
    shown = Shown(
        HOSTILE, (Column("name", "Service"), Column("category", "Kind")), records, HOSTILE
    )
    async with opened(sample, window) as screens:
        screens.page.post_message(Answered("view", shown, None))
        await screens.settled()
        texts = [screens.page.rows.cell_text(row, 0) for row in range(len(HOSTILE))]
        assert all(text.isprintable() for text in texts)
        assert "[bold]markup[/bold] [/]" in texts
        assert "gnp.exe" in texts
        for selector in ("#summary", "#below", "#detail"):
            assert all(line.isprintable() for line in screens.said(selector).split("\n"))
        await screens.press("j", "k", "enter", "d", "escape", "escape")
        assert screens.app.is_running


async def test_many_rows_are_drawn_only_where_one_looks(sample: Workspace, opened: Opened) -> None:
    records = tuple({"session": f"s-{at:06}", "events": at} for at in range(100_000))
    shown = Shown((), (Column("session", "Session"), Column("events", "Requests")), records)
    async with opened(sample) as screens:
        screens.app.show("audit", "sessions")
        await screens.settled()
        screens.page.post_message(Answered("view", shown, None))
        await screens.settled()
        await screens.press("end", "j")
        assert screens.page.current() == records[-1]
        await screens.press("k")
        assert screens.page.current() == records[-2]


async def test_ascii_draws_with_ascii_alone(sample: Workspace, opened: Opened) -> None:
    async with opened(sample, MIDDLE, plain=True) as screens:
        await screens.press("2")
        picture = screens.app.export_screenshot()
        drawn = picture[picture.index("<body") if "<body" in picture else 0 :]
        assert "│" not in drawn
        assert not set("░▒▓█▁▂▃▄▅▆▇○") & set(drawn)


def test_sizes_are_short_and_the_unknown_is_a_dash() -> None:
    assert [size(0), size(999), size(4_100_000_000)] == ["0 B", "999 B", "4.1 GB"]
    assert written("bytes_up", None) == ("-", False)


async def test_the_palette_offers_what_applies_and_its_filters_work(
    sample: Workspace, opened: Opened
) -> None:
    async with opened(sample, MIDDLE) as screens:
        offered = {one.title: one for one in screens.app.get_system_commands(screens.page)}
        assert "decide: undo" not in offered
        assert "filter: none" not in offered
        for title, words in SAVED:
            offered[f"filter: {title}"].callback()
            await screens.settled()
            assert screens.app.look.scope.words == words
            assert "cannot be filtered" not in screens.said("#notice")
        offered["go: Ledger (audit)"].callback()
        await screens.settled()
        assert screens.page.view.name == "ledger"
        later = {one.title for one in screens.app.get_system_commands(screens.page)}
        assert {"filter: none", "theme: light"} <= later


def test_a_browser_without_its_part_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(UsageError) as raised:
        serve_screen(Workspace(tmp_path), 8765)
    assert "shadow-scan[web]" in raised.value.remedy


async def test_the_mouse_changes_mode_view_and_sorting(sample: Workspace, opened: Opened) -> None:
    async with opened(sample, MIDDLE) as screens:
        await screens.pilot.click("#title", offset=(40, 0))
        await screens.settled()
        assert screens.app.current_mode == "audit"
        await screens.pilot.click("#views", offset=(19, 0))
        await screens.settled()
        assert screens.page.view.name == "findings"
        await screens.pilot.click("Rows", offset=(13, 0))
        await screens.settled()
        assert screens.column("policy") == sorted(map(str, screens.column("policy")))


async def test_a_scan_beside_the_screens_hurts_neither(
    own: Workspace, opened: Opened, tmp_path: Path
) -> None:
    lines = 30_000
    log = tmp_path / "access.log"
    line = (
        "1790158{:03d}.{:03d}    150 192.0.2.7 TCP_TUNNEL/200 8000 CONNECT www.phind.com:443 "
        "user{} HIER_DIRECT/198.51.100.1 -\n"
    )
    log.write_text("".join(line.format(n // 100, n % 1000, n % 40) for n in range(lines)))
    async with opened(own) as screens:
        assert "phind" not in screens.column("service")
        words = ("-m", "shadow_scan", "scan", str(log), "--workspace", str(own.path))
        paths = os.pathsep.join(path for path in sys.path if path)
        scan = await asyncio.create_subprocess_exec(
            sys.executable, *words, env={**os.environ, "PYTHONPATH": paths},
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        ended = asyncio.create_task(scan.communicate())
        rounds = 0
        while not ended.done():
            for key in ("j", "v", "r", "2", "v", "V", "1", "V"):
                await screens.press(key)
                assert screens.page.records, key
                assert screens.said("#notice") == "", key
            rounds += 1
        said, _ = await ended
        assert scan.returncode == 0, said.decode()
        assert f"{lines:,} lines read".encode() in said
        assert rounds
        await screens.press("r")
        assert "phind" in screens.column("service")
