"""`watch`: goes on reading a folder's new and grown logs, until it is told to stop.

Each round is a scan like any other, so nothing is lost or doubled over rotation, renaming, copying
and truncating, or a kill: what was read is known by its content.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shadow_scan.commands import options
from shadow_scan.commands.alerting import tell
from shadow_scan.console import complain, note, watched_signals

if TYPE_CHECKING:
    from shadow_scan.commands.scan import ScanRequest
    from shadow_scan.workspace import Workspace


_LOCK_SECONDS = 10


def watch(
    folders: Annotated[
        list[Path], typer.Argument(metavar="DIR...", help="Folders that logs are written to.")
    ],
    workspace: options.WorkspaceOption = None,
    as_format: options.AsOption = None,
    people: options.PeopleOption = None,
    leases: options.LeasesOption = None,
    tz: options.ZoneOption = None,
    year: options.YearOption = None,
    plain_users: options.PlainUsersOption = None,
    every: Annotated[
        int, typer.Option("--every", metavar="SECONDS", min=1, help="How often to look.")
    ] = 60,
) -> None:
    """Go on reading new and grown files of a folder.

    Rotated, renamed, packed and truncated logs are each read once, whatever happens in between.
    Ctrl-C or a SIGTERM ends it; the next one goes on where it stopped.
    Example: `shadow-scan watch /var/log/squid --people staff.csv --every 300`
    """
    from shadow_scan.commands.scan import ScanRequest
    from shadow_scan.workspace import Workspace

    request = ScanRequest(
        [str(folder) for folder in folders], as_format, people, leases or (), tz, year, plain_users
    )
    place = Workspace.located(workspace)
    told_to_stop = watched_signals(signal.SIGINT, signal.SIGTERM)
    try:
        for _ in _rounds(folders, every):
            _scan_once(place, request)
    except (KeyboardInterrupt, Exception):
        if not told_to_stop():
            raise
        note("stopped; what was read is kept, and the next watch or scan goes on from there")


def _rounds(folders: Sequence[Path], every: int) -> Iterator[None]:
    """Now, and then whenever a file has changed.

    It looks for itself: nobody tells of changes on network folders, and a message can get lost.
    """
    from shadow_scan.errors import UsageError
    from shadow_scan.store.inputs import find_inputs

    for folder in folders:
        if not folder.is_dir():
            raise UsageError("no such folder", where=str(folder), remedy="name the logs' folder")
    note(f"watching {', '.join(map(str, folders))}; Ctrl-C ends it")
    seen = None
    while True:
        inputs = find_inputs([str(folder) for folder in folders])
        now = {entry.path: _state(entry.path) for entry in inputs}
        if now != seen:
            yield
        seen = now
        time.sleep(every)


def _state(path: str) -> tuple[int, int, int] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns


def _scan_once(place: Workspace, request: ScanRequest) -> None:
    """A scan, and a line about what was new. It waits for another scan to end."""
    from shadow_scan.commands.scan import closing_line, narrate, run_scan
    from shadow_scan.errors import LockedError

    while True:
        try:
            reports = run_scan(place, request)
            break
        except LockedError as error:
            complain(error)
            time.sleep(_LOCK_SECONDS)
    news = [report for report in reports if report.lines or report.problem]
    narrate(news)
    if news:
        note(closing_line(place, news))
    tell(place)
