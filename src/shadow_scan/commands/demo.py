"""`demo`: the sample company in a workspace of its own; and `tui`, the screens."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Annotated

import typer

from shadow_scan.commands import options
from shadow_scan.commands.screens import open_screen, serve_screen
from shadow_scan.console import note
from shadow_scan.vocabulary import Activity, Listing, OutputFormat

if TYPE_CHECKING:
    from shadow_scan.workspace import Workspace

_LOGS = ("squid", "proxysg", "zeek", "bind", "dnsmasq")
_YEAR = 2026
"""The year of the sample's logs that write none."""


def demo(
    workspace: options.WorkspaceOption = None,
    no_tui: Annotated[bool, typer.Option("--no-tui", help="Print the overview instead.")] = False,
) -> None:
    """Read the sample company, and look at it.

    In a workspace of its own; with --no-tui the overview is printed.
    Example: `shadow-scan demo --no-tui`
    """
    from shadow_scan.workspace import Workspace

    place = Workspace.located(workspace)
    if workspace is None:
        place = Workspace(place.path.with_name(place.path.name + "-demo"))
        _clear_older(place)
    read_sample(place)
    if no_tui:
        _overview(place)
    else:
        open_screen(place, tour=True)


def _clear_older(place: Workspace) -> None:
    """Facts that another version wrote, in a folder that is ours alone: the sample is read anew."""
    from shadow_scan.store.database import opened
    from shadow_scan.store.meta import is_of_our_layout, said

    if not place.facts.exists():
        return
    with opened(place.facts, read_only=True) as connection:
        ours = is_of_our_layout(said(connection))
    if not ours:
        note("another version read the sample: its tables are made anew")
        for made in (place.facts, place.derived):
            made.unlink(missing_ok=True)


def read_sample(place: Workspace) -> None:
    from shadow_scan.bundled import bundled
    from shadow_scan.commands.scan import ScanRequest, run_scan

    folder = bundled("sample_logs")
    place.create()
    if not place.settings.exists():
        shutil.copyfile(folder / "settings.toml", place.settings)
    note(f"reading the sample company into {place.path}")
    logs = [str(folder / name) for name in _LOGS]
    run_scan(place, ScanRequest(logs, people=folder / "people.csv", year=_YEAR))


def _overview(place: Workspace) -> None:
    from shadow_scan.commands.listing import show

    for what in (Listing.SERVICES, Listing.TEAMS, Listing.SOURCES):
        show(what, place, Activity.PEOPLE, OutputFormat.TABLE, None)
    note(f"To look around: `shadow-scan tui --workspace {place.path}`")


def tui(
    workspace: options.WorkspaceOption = None,
    ascii_only: Annotated[
        bool, typer.Option("--ascii", help="Draw with ASCII alone, for terminals without more.")
    ] = False,
    serve: Annotated[
        bool, typer.Option("--serve", help="Show them in a browser of this machine instead.")
    ] = False,
    port: Annotated[
        int, typer.Option("--port", min=1024, max=65535, help="Of --serve, on loopback.")
    ] = 8765,
) -> None:
    """Open the screens on a workspace.

    Keys: ? helps, / filters, 1 2 3 are the three modes. Examples: `shadow-scan tui --ascii`,
    `shadow-scan tui --serve`
    """
    from shadow_scan.workspace import Workspace

    place = Workspace.located(workspace)
    if serve:
        serve_screen(place, port)
    else:
        open_screen(place, ascii_only=ascii_only)
