"""The screens of shadow-scan: three modes for three people, each with its own place."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import App, ScreenStackError, SystemCommand
from textual.binding import BindingType
from textual.filter import LineFilter
from textual.screen import Screen

from shadow_scan.filters import quoted
from shadow_scan.settings import load_settings
from shadow_scan.workspace import Workspace
from shadow_scan_tui.keymap import Keys
from shadow_scan_tui.keytable import APP_KEYS, bindings
from shadow_scan_tui.loading import Desk, ask
from shadow_scan_tui.look import Look, ask_values
from shadow_scan_tui.pictures import PlainFilter
from shadow_scan_tui.screens.page import Page
from shadow_scan_tui.screens.pages import PAGES, CellPage, ServicePage, TeamPage
from shadow_scan_tui.shown import Record
from shadow_scan_tui.themes import DAY, NIGHT

if TYPE_CHECKING:
    from shadow_scan.rules.matcher import Matcher

_MEANINGS = ("primary", "secondary", "success", "warning", "error")


class ShadowScanApp(App[None]):
    TITLE = "shadow-scan"
    CSS_PATH = "styles.tcss"
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - Textual's own type
        (0, "-tiny"), (60, "-narrow"), (110, "-wide"), (140, "-vast"),
    ]  # fmt: skip
    VERTICAL_BREAKPOINTS = [(0, "-low"), (14, "-high")]  # noqa: RUF012 - Textual's own type
    MODES = {**PAGES}  # noqa: RUF012 - Textual's own type
    DEFAULT_MODE = "discover"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(APP_KEYS)]

    def __init__(
        self,
        place: Workspace,
        matcher: Callable[[], Matcher],
        *,
        plain: bool = False,
        tour: bool = False,
        keys: Keys | None = None,
    ) -> None:
        """`plain`: draw with ASCII alone; `tour`: begin with the tour of the sample; `keys`: as the
        settings have them."""
        super().__init__()
        self._wear_theme()
        self.look = Look(Desk(place, matcher), keys or Keys())
        self._tour = tour
        self._plain = PlainFilter() if plain else None
        self.set_class(plain, "-ascii")

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), *([self._plain] if self._plain else [])]

    def on_mount(self) -> None:
        self.set_keymap(self.look.keys.moved)
        self.theme_changed_signal.subscribe(self, lambda _: self._take_colours())
        self._take_colours()
        if self._tour:
            from shadow_scan_tui.screens.tour import Tour

            self.call_after_refresh(self.push_screen, Tour(self.look.keys))

    def _wear_theme(self) -> None:
        """Before any style is read: a theme that is put on later has all of them read again."""
        self.register_theme(NIGHT)
        self.register_theme(DAY)
        self.set_reactive(App.theme, NIGHT.name)
        self.stylesheet.set_variables(self.get_css_variables())

    def _take_colours(self) -> None:
        variables = self.theme_variables
        self.look.colours = {name: variables[name] for name in _MEANINGS if name in variables}
        if isinstance(self.screen, Page) and self.screen.shown.columns:
            self.screen.refill()

    def clear_selection(self) -> None:
        """The line of the first page's filter asks for it. Where tasks begin at once (Python 3.12)
        that is before the page is a screen: nothing can be selected yet."""
        with contextlib.suppress(ScreenStackError):
            super().clear_selection()

    def on_unmount(self) -> None:
        self.look.desk.close()

    def learn_values(self, screen: Screen[object]) -> None:
        """Ask once for what completion knows, when the first rows are there."""
        if not self.look.values:
            gc.freeze()  # all that is loaded stays: looking through it again takes 40 ms each time
            ask(screen, self.look.desk, "values", ask_values, self.look.scope)

    def action_go(self, mode: str) -> None:
        if self.current_mode != mode:
            self.switch_mode(mode)
            return
        while len(self.screen_stack) > 1:
            self.pop_screen()

    def show(self, mode: str, view: str) -> None:
        """A view of a mode, at its own page."""
        self.action_go(mode)
        while len(self.screen_stack) > 1:
            self.pop_screen()
        page = self.screen
        if isinstance(page, Page):
            page.action_pick([one.name for one in page.VIEWS].index(view))

    def open_cell(self, cell: Record, crossing: str) -> None:
        """The evidence of a team and a service, or of a team and a task."""
        words = f"team:{quoted(cell['team'])} {crossing}:{quoted(cell[crossing])}"
        self.push_screen(CellPage(f"{cell['team']} × {cell['name']}", words))

    def open_record(self, opens: str, record: Record) -> None:
        """What a row leads to."""
        service, team = record.get("service"), record.get("team")
        if opens in ("service", "ruling") and service:
            view = "history" if opens == "ruling" else ""
            self.push_screen(ServicePage.of(str(service), str(record.get("name") or service), view))
        elif opens == "team" and team:
            self.push_screen(TeamPage.of(str(team)))
        else:
            from shadow_scan_tui.screens.reading import Reading
            from shadow_scan_tui.traces import question

            heading, asked = question(opens, record)
            self.push_screen(Reading(heading, asked))

    def action_help(self) -> None:
        from shadow_scan_tui.screens.help import HelpScreen

        if isinstance(self.screen, Page):
            view = self.screen.view
            keys = self.look.keys
            self.push_screen(HelpScreen(view.title, keys.told(view.about), keys))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        from shadow_scan_tui.palette import commands

        yield from commands(self, screen)


def run(
    place: Workspace, matcher: Callable[[], Matcher], *, plain: bool = False, tour: bool = False
) -> None:
    """Open the screens on a workspace, until the user leaves. Raises UsageError for keys in the
    settings that cannot be."""
    keys = Keys(load_settings(place.settings).keys)
    ShadowScanApp(place, matcher, plain=plain, tour=tour, keys=keys).run()
