"""What the screens look like, as text that a person reads in a difference.

`SHADOW_SCAN_GOLDENS=write pytest tests/tui/test_pictures.py` writes them anew.
"""

from __future__ import annotations

import html
import os
import re
from pathlib import Path

import pytest

from shadow_scan.workspace import Workspace
from shadow_scan_tui.app import ShadowScanApp
from shadow_scan_tui.modals.ruling import Ruling
from shadow_scan_tui.pictures import FULL, LOST, NONE, plain, square, strip
from tests.tui.conftest import SMALL, Opened

_GOLDENS = Path(__file__).parent / "goldens"
_TEXT = re.compile(r'<text (?![^>]*-title)[^>]*\bx="([\d.]+)"[^>]*\by="([\d.]+)"[^>]*>(.*?)</text>')
_WIDTH = 12.2
"""Of one column in the picture."""
_PSEUDONYM = re.compile(r"\b([uda])-[0-9a-f]{10}\b")


def drawn(app: ShadowScanApp) -> str:
    """The lines of the terminal, out of the picture that Textual makes of it."""
    lines: dict[float, str] = {}
    for left, top, text in _TEXT.findall(app.export_screenshot()):
        line = lines.get(float(top), "").ljust(round(float(left) / _WIDTH))
        lines[float(top)] = line + html.unescape(text).replace("\u00a0", " ")
    found = [lines[top].rstrip() for top in sorted(lines)]
    return _PSEUDONYM.sub(r"\1-..........", "\n".join(found)) + "\n"


@pytest.fixture(autouse=True)
def somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shadow_scan_tui.modals.ruling.writer_name", lambda: "j.lind-desk")


async def test_the_queue_of_the_sample_looks_as_it_did(sample: Workspace, opened: Opened) -> None:
    """The one picture of real rows, with `--ascii`: all other views have made-up ones elsewhere."""
    async with opened(sample, SMALL) as screens:
        check("queue-80x24", drawn(screens.app))


async def test_dialogs_and_help_look_as_they_did(sample: Workspace, opened: Opened) -> None:
    async with opened(sample, SMALL) as screens:
        screens.app.show("discover", "learned")
        await screens.settled()
        await screens.press("question_mark")
        check("help-80x24", drawn(screens.app))
        await screens.press("escape")
        record = {"service": "acme-chat", "name": "Acme Chat", "users": 21, "bytes_up": 36_800_000}
        screens.app.push_screen(Ruling(screens.app.look, [record]))
        await screens.settled()
        check("ruling-80x24", drawn(screens.app))


async def test_a_window_too_small_looks_as_it_did(sample: Workspace, opened: Opened) -> None:
    async with opened(sample, (50, 12)) as screens:
        check("too-small", drawn(screens.app))


async def test_no_logs_yet_looks_as_it_did(tmp_path: Path, opened: Opened) -> None:
    async with opened(Workspace(tmp_path / "northwind"), SMALL) as screens:
        check("no-logs-80x24", drawn(screens.app))


async def test_ascii_looks_as_it_did(sample: Workspace, opened: Opened) -> None:
    async with opened(sample, SMALL, plain=True) as screens:
        text = drawn(screens.app)
        assert text.isascii()
        check("queue-ascii-80x24", text)
        for key in ("d", "p", "question_mark", "slash"):
            await screens.press(key)
            assert drawn(screens.app).isascii(), key
            await screens.press("escape")


def check(name: str, text: str) -> None:
    golden = _GOLDENS / f"{name}.txt"
    if os.environ.get("SHADOW_SCAN_GOLDENS") == "write":
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, "utf-8")
    assert text == golden.read_text("utf-8")


def test_the_square_counts_what_found_no_room_and_is_plain_in_ascii() -> None:
    many = [f"Service {number}" for number in range(40)]
    drawn = square([[("a", many), ("b", [])], [("c", []), ("d", [])]], 50)
    assert {len(line) for line in drawn} <= {49, 50}
    assert "a: 40" in drawn[1]
    shown = drawn[2] + drawn[3]
    left = int(re.findall(r"and (\d+) more", shown)[0])
    assert len(re.findall(r"Service \d+", shown)) + left == 40
    assert plain("\n".join(drawn)).isascii()
    assert len(drawn) == 7


def test_a_strip_shows_the_worst_of_the_days_that_share_a_mark() -> None:
    days = [FULL] * 8 + [FULL, LOST] + [NONE] * 4 + [FULL, NONE]
    assert strip(days, 16) == "█████████✕····█·"
    assert strip(days, 8) == "████✕··▒"
    assert plain(strip(days, 8)) == "####x..:"
    assert strip([], 8) == ""
