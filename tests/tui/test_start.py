"""The first rows come soon: what they do not need is not loaded, and plain words open them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from shadow_scan.commands import screens
from shadow_scan.commands.current import are_current, workspace_rules
from shadow_scan.commands.screens import rules_when_needed
from shadow_scan.listings.queries import reading
from shadow_scan.workspace import Workspace
from shadow_scan_tui.loading import Asking, Desk
from shadow_scan_tui.scope import Scope

_FIRST_ROWS = """
import pathlib, sys
sys.path[:] = {path!r}
from shadow_scan.__main__ import main
from shadow_scan.commands.screens import opening, rules_when_needed
from shadow_scan.workspace import Workspace
assert opening(["tui"])
place = Workspace(pathlib.Path({place!r}))
rules = rules_when_needed(place)
from shadow_scan_tui.app import ShadowScanApp
from shadow_scan_tui.loading import Desk
from shadow_scan_tui.scope import Scope
from shadow_scan_tui.views.discover import ask_queue
assert Desk(place, rules).ask("", ask_queue, Scope(), "", lambda: True).records
print(*sorted({{name.partition(".")[0] for name in sys.modules}}))
"""


def test_the_first_rows_need_neither_rules_nor_arrow_nor_the_command_line(
    sample: Workspace,
) -> None:
    with reading(sample):
        """What the policies find is kept from the first look on."""
    program = _FIRST_ROWS.format(path=sys.path, place=str(sample.path))
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    assert {"textual", "duckdb"} <= loaded
    assert not {"typer", "pydantic", "pyarrow", "numpy"} & loaded


def test_a_question_whose_tables_are_closed_is_superseded_without_an_error(
    sample: Workspace,
) -> None:
    desk = Desk(sample, rules_when_needed(sample))

    def closing(asking: Asking) -> str:
        asking.connection.close()
        desk.supersede("view")
        return "answered"

    assert desk.ask("view", closing, Scope(), "", lambda: True) == "answered"
    desk.close()


def test_tables_of_other_rules_are_never_taken_for_current(own: Workspace) -> None:
    workspace_rules(own)
    assert are_current(own)
    lesson = own.rules / "vendors" / "acme.toml"
    lesson.parent.mkdir(parents=True)
    lesson.write_text(
        'id = "acme"\nname = "Acme"\nrecorded = "2026-01-01"\n[[products]]\nid = "acme-chat"\n'
        'name = "Acme chat"\ncategory = "chat"\n[products.hosts]\nui = ["=chat.acme.example"]\n'
        '[[tests]]\nhost = "chat.acme.example"\nservice = "acme-chat"\n'
        '[[tests]]\nhost = "acme.example"\nservice = ""\n'
    )
    assert not are_current(own)
    workspace_rules(own)
    assert not are_current(own)


@pytest.mark.parametrize(
    ("words", "plain"),
    [
        (["tui"], False),
        (["tui", "--ascii", "--workspace", "there"], True),
        (["tui", "--workspace", "there"], False),
    ],
)
def test_plain_words_open_the_screens_as_the_command_line_would(
    words: list[str], plain: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[tuple[Path, bool]] = []
    monkeypatch.setenv("SHADOW_SCAN_WORKSPACE", "/named")
    monkeypatch.setattr(
        screens,
        "open_screen",
        lambda place, *, ascii_only: opened.append((place.path, ascii_only)),
    )
    way = screens.opening(words)
    assert way is not None
    way()
    where = Path.cwd() / "there" if "there" in words else Path("/named")
    assert opened == [(where, plain)]


@pytest.mark.parametrize(
    "words",
    [[], ["scan"], ["tui", "--help"], ["tui", "--serve"], ["tui", "--workspace"], ["tui", "more"]],
)
def test_all_other_words_are_read_by_the_command_line(words: list[str]) -> None:
    assert screens.opening(words) is None
