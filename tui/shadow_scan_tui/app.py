"""The screens of shadow-scan: three modes for three people, each with its own place."""

from __future__ import annotations

from typing import ClassVar

from textual.app import App
from textual.binding import BindingType

from shadow_scan.workspace import Workspace
from shadow_scan_tui.keymap import APP_KEYS, bindings
from shadow_scan_tui.screens.audit import AuditScreen
from shadow_scan_tui.screens.decide import DecideScreen
from shadow_scan_tui.screens.discover import DiscoverScreen
from shadow_scan_tui.screens.help import HelpScreen
from shadow_scan_tui.themes import DAY, NIGHT


class ShadowScanApp(App[None]):
    TITLE = "shadow-scan"
    CSS_PATH = "styles.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - Textual's own type
    MODES = {  # noqa: RUF012 - Textual's own type
        "discover": DiscoverScreen,
        "audit": AuditScreen,
        "decide": DecideScreen,
    }
    DEFAULT_MODE = "discover"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(APP_KEYS)]

    def __init__(self, place: Workspace) -> None:
        super().__init__()
        self.place = place

    def on_mount(self) -> None:
        self.register_theme(NIGHT)
        self.register_theme(DAY)
        self.theme = NIGHT.name

    def action_help(self) -> None:
        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen())


def run(place: Workspace) -> None:
    """Open the screens on a workspace, until the user leaves."""
    ShadowScanApp(place).run()
