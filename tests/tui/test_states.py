"""Every view in every state and size, as text. Made-up rows under the views' own columns: what the
sample holds may change without a word here, what a screen looks like may not.

`SHADOW_SCAN_GOLDENS=write pytest tests/tui/test_states.py` writes the goldens anew.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

from shadow_scan.workspace import Workspace
from shadow_scan_tui.app import ShadowScanApp
from shadow_scan_tui.loading import Answered, Problem
from shadow_scan_tui.screens.page import Page
from shadow_scan_tui.screens.pages import PAGES, CellPage, ServicePage, TeamPage
from shadow_scan_tui.shown import Column, Record, Shown
from tests.tui.conftest import LARGE, MIDDLE, SMALL, Opened, Screens
from tests.tui.test_pictures import check

_PROBLEMS = {
    "locked": Problem("the database is held by process 4711", "wait until it has finished"),
    "failed": Problem("the question failed: out of memory", "`shadow-scan doctor` looks"),
}
_NOTHING_YET = ("ledger", "learned", "history")
"""Views of which the sample has nothing: nobody has ruled there."""
_NUMBERS = (1_234_567, 42, None)
_SHOWN: dict[str, Shown] = {}
"""View -> its answer on the sample, asked for once; rows and sentences are made up."""


def pages() -> Iterator[Page]:
    for page in PAGES.values():
        yield page()
    yield ServicePage.of("chatgpt", "ChatGPT")
    yield TeamPage.of("Marketing")
    yield CellPage("Marketing × writing", "team:Marketing task:writing")


async def settled_text(screens: Screens) -> str:
    """What is drawn when nothing moves any more: one layout may ask for another."""
    await screens.pilot.pause(0)
    before, text = "", text_of(screens.app)
    while text != before:
        await screens.pilot.pause(0)
        before, text = text, text_of(screens.app)
    return text


def text_of(app: ShadowScanApp) -> str:
    """The lines of the terminal, without the empty ones."""
    strips = app.screen._compositor.render_strips(app.size)
    return "\n".join(line for strip in strips if (line := strip.text.rstrip())) + "\n"


def made_up(shown: Shown) -> Shown:
    if shown.crossing:
        across = [Column(f"value-{at}", f"Value {at}", longest=12) for at in range(5)]
        shown = replace(shown, columns=(*shown.columns[:2], *across), records=())
    headings = {column.name: column.heading for column in shown.columns}
    told = {"told": "told"} if shown.crossing else {}
    names = {**headings, **told, **{name: name for record in shown.records[:1] for name in record}}
    records = tuple(
        {name: _value(name, headings.get(name) or name, shown.records, at) for name in names}
        for at in range(3)
    )
    below = ("A picture below the rows.", "What it means.") if shown.below else ()
    return replace(shown, summary=("What the view says.",), records=records, below=below)


def _value(name: str, words: str, seen: tuple[Record, ...], at: int) -> object:
    kinds = {type(value) for record in seen if (value := record.get(name)) is not None}
    if kinds & {int, float}:
        return _NUMBERS[at]
    if list in kinds or name == "told":
        return [1, 2, 3] if name == "trend" else ["one reason", "another"][: at + 1]
    return f"{words} {'of a long name ' * at}".strip()


async def asked(screens: Screens, page: Page) -> Shown:
    """What the view shows on the sample: its columns are what counts here."""
    name = f"{type(page).__name__} {page.view.name}"
    if name not in _SHOWN:
        page.action_reload()
        await screens.settled()
        assert bool(page.records) is (page.view.name not in _NOTHING_YET), name
        assert bool(screens.said("#notice")) is (page.view.name in _NOTHING_YET), name
        _SHOWN[name] = made_up(page.shown)
    return _SHOWN[name]


async def told(screens: Screens, shown: Shown | None, problem: Problem | None) -> str:
    screens.page.post_message(Answered("view", shown, problem))
    return await settled_text(screens)


async def test_every_view_in_every_state_and_size_looks_as_it_did(
    sample: Workspace, opened: Opened
) -> None:
    found: dict[str, list[str]] = {}
    async with opened(sample, SMALL) as screens:
        for width, height in (SMALL, MIDDLE, LARGE):
            await screens.pilot.resize_terminal(width, height)
            for page in pages():
                async for kind, text in drawings(screens, page):
                    found.setdefault(f"{kind}-{width}x{height}", []).append(text)
    for name, texts in found.items():
        check(name, "\n".join(texts))


async def drawings(screens: Screens, page: Page) -> AsyncIterator[tuple[str, str]]:
    look = screens.app.look
    page.seen_with = (look.scope, page.place, look.written)  # it need not ask by itself
    await screens.app.push_screen(page)
    for at, view in enumerate(page.VIEWS):
        page.place, page.sorted_by = at, -1
        page.draw_heading()
        shown = await asked(screens, page)
        head = f"== {type(page).__name__} {view.name}\n"
        yield "rows", head + await told(screens, shown, None)
        yield "empty", head + await told(screens, replace(shown, records=()), None)
    async for text in states(screens, page):
        yield "states", text
    screens.app.pop_screen()
    await screens.pilot.pause(0)


async def states(screens: Screens, page: Page) -> AsyncIterator[str]:
    """What is the same for all views of a page."""
    head = f"== {type(page).__name__}"
    page._say_waiting()
    yield f"{head}, loading\n{await settled_text(screens)}"
    for name, problem in _PROBLEMS.items():
        yield f"{head}, {name}\n{await told(screens, None, problem)}"
    screens.app.look.narrow("team:legl")
    yield f"{head}, nothing matches\n{await told(screens, Shown(), None)}"
    screens.app.look.narrow("")
