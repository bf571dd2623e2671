"""Opens the screens, in a terminal or in a browser. Without the library of the command line, which
would cost as much time as their first rows."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from shadow_scan.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from shadow_scan.rules.matcher import Matcher
    from shadow_scan.workspace import Workspace


def opening(words: Sequence[str]) -> Callable[[], None] | None:
    """What `tui` with its plain options does; None for words that the command line must read."""
    if not words or words[0] != "tui":
        return None
    named, plain = None, False
    rest = list(words[1:])
    while rest:
        word = rest.pop(0)
        if word == "--ascii":
            plain = True
        elif word == "--workspace" and rest and not rest[0].startswith("-"):
            named = Path(rest.pop(0))
        else:
            return None
    return lambda: _open(named, plain)


def _open(named: Path | None, plain: bool) -> None:
    from shadow_scan.workspace import Workspace

    open_screen(Workspace.located(named), ascii_only=plain)


def open_screen(place: Workspace, *, ascii_only: bool = False, tour: bool = False) -> None:
    if not sys.stdout.isatty():
        remedy = "use a terminal, or a listing such as `shadow-scan services`"
        raise UsageError("the screens need a terminal", where="stdout", remedy=remedy)
    # By name: the core must work, and be understood, without the screens.
    screens = import_module("shadow_scan_tui.app")
    screens.run(place, rules_when_needed(place), plain=ascii_only, tour=tour)


def rules_when_needed(place: Workspace) -> Callable[[], Matcher]:
    """How the screens get the rules. The tables are of these, or made to be so before any row is
    shown; where they are known to be, the first rows need not wait for the rules."""
    from shadow_scan.commands.current import make_current, workspace_rules

    matcher = make_current(place)
    return lambda: matcher or workspace_rules(place)


def serve_screen(place: Workspace, port: int) -> None:
    from importlib.util import find_spec

    if find_spec("textual_serve") is None:
        remedy = "install it with `pip install 'shadow-scan[web]'`, or leave --serve away"
        raise UsageError("a browser needs one part more", where="textual-serve", remedy=remedy)
    import_module("shadow_scan_tui.serving").serve(place.path, port)
