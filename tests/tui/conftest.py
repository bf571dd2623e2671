"""The sample company, read once, and an app that is looked at without a terminal."""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import cache
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from shadow_scan.bundled import bundled
from shadow_scan.commands.current import workspace_rules
from shadow_scan.commands.demo import read_sample
from shadow_scan.rules.loader import load_rules
from shadow_scan.rules.matcher import Matcher
from shadow_scan.workspace import Workspace
from shadow_scan_tui.app import ShadowScanApp
from shadow_scan_tui.screens.page import Page

from ..conftest import made_once

Opened = Callable[..., AbstractAsyncContextManager["Screens"]]
SMALL, MIDDLE, LARGE = (80, 24), (120, 36), (200, 50)


class Screens:
    """A running app, in words of its user."""

    def __init__(self, app: ShadowScanApp, pilot: Pilot[None]) -> None:
        self.app, self.pilot = app, pilot

    async def settled(self) -> None:
        """All questions answered, and what came of them drawn."""
        await self.pilot.pause()
        while any(not worker.is_finished for worker in self.app.workers):
            await self.app.workers.wait_for_complete()
            await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settled()

    async def type(self, text: str) -> None:
        """Into the line that has the focus, at once as a paste is; keys are pressed by `press`."""
        line = self.app.focused
        assert isinstance(line, Input)
        line.insert_text_at_cursor(text)
        await self.settled()

    @property
    def page(self) -> Page:
        page = self.app.screen
        assert isinstance(page, Page)
        return page

    def said(self, selector: str) -> str:
        return str(self.app.screen.query_one(selector, Static).render())

    def column(self, name: str) -> list[object]:
        return [record.get(name) for record in self.page.rows.records]


def rules_of(place: Workspace) -> Matcher:
    """Read once for all workspaces that have none of their own."""
    return workspace_rules(place) if place.rules.is_dir() else _shipped_rules()


@cache
def _shipped_rules() -> Matcher:
    return Matcher(load_rules(bundled("rules")))


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    def make(folder: Path) -> None:
        key = folder / "test.key"
        key.write_text("5a" * 32)  # always the same: what is as frequent stands by pseudonym
        key.chmod(0o600)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SHADOW_SCAN_KEY_FILE", str(key))
            read_sample(Workspace(folder / "northwind"))

    folder = made_once(tmp_path_factory, "northwind", make)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHADOW_SCAN_KEY_FILE", str(folder / "test.key"))
        yield Workspace(folder / "northwind")


@pytest.fixture
def own(sample: Workspace, tmp_path: Path) -> Workspace:
    """A copy of the sample that a test may rule on."""
    shutil.copytree(sample.path, tmp_path / "northwind")
    return Workspace(tmp_path / "northwind")


@pytest.fixture
def opened() -> Opened:
    @asynccontextmanager
    async def opening(
        place: Workspace, size: tuple[int, int] = SMALL, plain: bool = False
    ) -> AsyncIterator[Screens]:
        if sys.version_info >= (3, 12):  # as in a terminal, which the library's own tests are not
            asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
        app = ShadowScanApp(place, lambda: rules_of(place), plain=plain)
        async with app.run_test(size=size) as pilot:
            screens = Screens(app, pilot)
            await screens.settled()
            yield screens

    return opening
