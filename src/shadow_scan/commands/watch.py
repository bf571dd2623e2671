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
    from shadow_scan.store.reports import SourceReport
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
    told_to_stop = watched_signals(signal.SIGINT, signal.SIGTERM, *_hang_up())
    known: dict[str, str] = {}
    try:
        for _ in _rounds(folders, every):
            _scan_once(place, request, known)
    except (KeyboardInterrupt, Exception):
        if not told_to_stop():
            raise
        note("stopped; what was read is kept, and the next watch or scan goes on from there")


def _hang_up() -> list[signal.Signals]:
    """The end of a terminal is an end, too, but under `nohup`."""
    return [] if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN else [signal.SIGHUP]


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


def _scan_once(place: Workspace, request: ScanRequest, known: dict[str, str]) -> None:
    """A scan, and a line about what was new. It waits for another scan to end.

    `known`: what was said of files that nothing is read of, so that it is said once.
    """
    from shadow_scan.commands.scan import closing_line, narrate, run_scan
    from shadow_scan.errors import LockedError

    waits = False
    while True:
        try:
            reports = run_scan(place, request)
            break
        except LockedError as error:
            if not waits:
                complain(error)
            waits = True
            time.sleep(_LOCK_SECONDS)
    news = [report for report in reports if report.lines or _is_news(report, known)]
    if news:
        narrate(news)
    if any(report.lines for report in news):
        note(closing_line(place, news))
    tell(place)


def _is_news(report: SourceReport, known: dict[str, str]) -> bool:
    if report.status == "known":  # as it was: what is wrong with it was said
        return False
    told = report.problem.what if report.problem else report.status
    before, known[report.source_file] = known.get(report.source_file), told
    return told != before and (report.problem is not None or told == "unrecognised")
