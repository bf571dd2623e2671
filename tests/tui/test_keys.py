"""Keys that a user has moved: the settings say it, and all that speaks of keys follows."""

from __future__ import annotations

import pytest
from textual.command import CommandPalette

from shadow_scan.errors import UsageError
from shadow_scan.settings import load_settings
from shadow_scan.workspace import Workspace
from shadow_scan_tui.app import ShadowScanApp
from shadow_scan_tui.keymap import Keys
from shadow_scan_tui.modals.ruling import Ruling
from shadow_scan_tui.screens.help import HelpScreen
from shadow_scan_tui.screens.pages import PAGES, CellPage, ServicePage, TeamPage
from shadow_scan_tui.screens.reading import Reading
from shadow_scan_tui.widgets.choice import Choice
from shadow_scan_tui.widgets.keyline import KeyLine
from tests.tui.conftest import MIDDLE, Screens, rules_of


async def test_a_moved_key_works_and_footer_help_and_palette_say_so(own: Workspace) -> None:
    own.settings.write_text(
        own.settings.read_text() + '\n[keys]\ndecide = "ctrl+d"\nexplain = "d"\nquit = "Q"\n'
    )
    keys = Keys(load_settings(own.settings).keys)
    app = ShadowScanApp(own, lambda: rules_of(own), keys=keys)
    async with app.run_test(size=MIDDLE) as pilot:
        screens = Screens(app, pilot)
        await screens.settled()
        footer = str(screens.page.query_one(KeyLine).render())
        assert "^d decide" in footer
        assert "Q quit" in footer
        await screens.press("ctrl+d")
        assert isinstance(app.screen, Ruling)
        await screens.press("escape", "d")
        assert "The whole row" in screens.said(".head")
        await screens.press("escape", "q", "x", "question_mark")
        assert isinstance(app.screen, HelpScreen)
        assert "^d  decide" in screens.said("#keys")
        await screens.press("escape")
        offered = {one.title: one.help for one in app.get_system_commands(screens.page)}
        assert offered["decide: rule on it"] == "the same as ^d"
        screens.app.show("audit", "ledger")
        await screens.settled()
        assert "^d on a service writes the first one" in screens.said("#notice")
        await pilot.press("Q")
    assert app.return_code == 0


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"decde": "x"}, "no action 'decde'; did you mean 'decide'?"),
        ({"decide": "x"}, "'x' would be the key of decide and of explain; give one another key"),
        ({"decide": "nosuch"}, "decide: no key 'nosuch'"),
        ({"decide": "Ctrl+Q"}, "decide: 'ctrl+q' belongs to the terminal"),
        ({"filter-take": "tab"}, "filter-take: 'tab' moves the focus"),
        ({"dialog-record": "r"}, "dialog-record: there letters belong to a text"),
        ({"reading-copy": "q"}, "'q' would be the key of reading-leave and of reading-copy"),
        ({"row-down": "d"}, "'d' would be the key of decide and of row-down"),
    ],
)
def test_what_is_wrong_with_moved_keys_is_said_in_a_line(wanted: dict[str, str], said: str) -> None:
    with pytest.raises(UsageError) as raised:
        Keys(wanted)
    assert any(detail.startswith(said) for detail in raised.value.details), raised.value.details
    assert "settings.toml" in str(raised.value.where)


async def test_keys_of_dialogs_and_readings_move_too_and_say_so(own: Workspace) -> None:
    wanted = {
        "dialog-leave": "f5", "dialog-enter": "f6", "choice-next": "f7", "reading-leave": "f8",
        "filter-leave": "f9", "palette": "f10", "page-down": "f4",
    }  # fmt: skip
    keys = Keys(wanted)
    app = ShadowScanApp(own, lambda: rules_of(own), keys=keys)
    async with app.run_test(size=MIDDLE) as pilot:
        screens = Screens(app, pilot)
        await screens.settled()
        await screens.press("f4")
        assert screens.page.rows.row > 1
        await screens.press("d")
        assert "f5 cancels" in "".join(str(line.render()) for line in app.screen.query(".muted"))
        before = app.screen.query_one(Choice).value
        await screens.press("right", "escape")
        assert app.screen.query_one(Choice).value == before
        await screens.press("f7", "tab", "f6")
        assert app.screen.query_one(Choice).value != before
        assert getattr(app.focused, "id", "") == "ruling-team"
        await screens.press("f5", "x")
        assert "f8 back" in "".join(str(line.render()) for line in app.screen.query(".muted"))
        await screens.press("escape")
        assert isinstance(app.screen, Reading)
        await screens.press("f8", "slash", "escape")
        assert screens.page.focused is screens.page.filter_bar.line
        await screens.press("f9")
        assert screens.page.focused is screens.page.rows
        await pilot.press("f10")
        assert isinstance(app.screen, CommandPalette)


def test_two_keys_may_change_places_and_every_text_names_keys_that_there_are() -> None:
    keys = Keys({"decide": "x", "explain": "d"})
    assert (keys.told("{decide} {explain} {clear}")) == "x d ^u"
    for page in (*PAGES.values(), ServicePage, TeamPage, CellPage):
        for view in page.VIEWS:
            assert "{" not in keys.told(view.about) + keys.told(view.empty)
