"""What ctrl+p offers: only what applies now, each under a prefix that says what kind it is."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from textual.app import SystemCommand
from textual.screen import Screen

from shadow_scan_tui.scope import PERIODS, Scope
from shadow_scan_tui.screens.page import Page
from shadow_scan_tui.screens.pages import PAGES
from shadow_scan_tui.themes import DAY, NIGHT

if TYPE_CHECKING:
    from shadow_scan_tui.app import ShadowScanApp

SAVED = (
    ("seen in the last week", "since:7d"),
    ("no ruling yet", "status:unreviewed"),
    ("sent more than 10 MB", "bytes_up:>10MB"),
    ("open grave findings", "risk:high,critical"),
    ("personal accounts", "account:personal"),
    ("nobody's traffic", "team:unattributed"),
)


def commands(app: ShadowScanApp, screen: Screen[object]) -> Iterator[SystemCommand]:
    if isinstance(screen, Page):
        yield from _views(app)
        yield from _filters(app, screen)
        yield from _periods(app, screen)
        yield from _acts(screen)
    for theme in (NIGHT, DAY):
        if app.theme != theme.name:
            words = "dark" if theme.dark else "light"
            yield SystemCommand(
                f"theme: {words}", theme.name, partial(setattr, app, "theme", theme.name)
            )
    yield SystemCommand("theme: all", "every theme that there is", app.search_themes)
    yield SystemCommand(
        "help: keys and filter", app.look.keys.told("the same as {help}"), app.action_help
    )
    yield SystemCommand("quit", "leave the program", app.exit)


def _views(app: ShadowScanApp) -> Iterator[SystemCommand]:
    for mode, page in PAGES.items():
        for view in page.VIEWS:
            yield SystemCommand(
                f"go: {view.title} ({mode})", view.about, partial(app.show, mode, view.name)
            )


def _filters(app: ShadowScanApp, page: Page) -> Iterator[SystemCommand]:
    for title, words in SAVED:
        yield SystemCommand(f"filter: {title}", words, partial(_narrow, app, page, words))
    if app.look.scope.words:
        yield SystemCommand("filter: none", "clear it", page.action_clear)


def _narrow(app: ShadowScanApp, page: Page, words: str) -> None:
    app.look.narrow(words)
    page.on_screen_resume()


def _periods(app: ShadowScanApp, page: Page) -> Iterator[SystemCommand]:
    now = app.look.scope.period
    for at in range(len(PERIODS)):
        if at != now:
            words = Scope(period=at).period_words
            yield SystemCommand(
                f"period: {words}", "of the data", partial(page.action_period, at - now)
            )


def _acts(page: Page) -> Iterator[SystemCommand]:
    told = page.look.keys.told
    if page.ruled_on():
        yield SystemCommand("decide: rule on it", told("the same as {decide}"), page.action_decide)
        yield SystemCommand("decide: business case", told("the same as {case}"), page.action_case)
    if page.look.decided:
        yield SystemCommand("decide: undo", told("the same as {undo}"), page.action_undo)
    yield SystemCommand(
        "export: what is on screen", told("the same as {export}"), page.action_export
    )
