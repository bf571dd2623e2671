"""`watch`: goes on reading a folder's new and grown logs, until it is told to stop.

Each round is a scan like any other, so nothing is lost or doubled over rotation, renaming, copying
and truncating, or a kill: what was read is known by its content.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shadow_scan.commands import options
from shadow_scan.commands.alerting import tell
from shadow_scan.console import complain, in_words, note, watched_signals

if TYPE_CHECKING:
    from shadow_scan.commands.scan import ScanRequest
    from shadow_scan.errors import ShadowScanError
    from shadow_scan.ingest.reports import SourceReport
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
    _check(folders)
    note(f"watching {', '.join(map(str, folders))}; Ctrl-C ends it")
    try:
        _Watch(place, request).go_on(every)
    except (KeyboardInterrupt, Exception):
        if not told_to_stop():
            raise
        note("stopped; what was read is kept, and the next watch or scan goes on from there")


def _hang_up() -> list[signal.Signals]:
    """The end of a terminal is an end, too, but under `nohup`."""
    return [] if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN else [signal.SIGHUP]


def _check(folders: Sequence[Path]) -> None:
    from shadow_scan.errors import UsageError

    for folder in folders:
        if not folder.is_dir():
            raise UsageError("no such folder", where=str(folder), remedy="name the logs' folder")


@dataclass(slots=True)
class _Watch:
    place: Workspace
    request: ScanRequest
    _known: dict[str, str] = field(default_factory=dict)
    """What was said of files that nothing is read of, so that it is said once."""
    _trouble: ShadowScanError | None = None
    """What the last round failed of, or did without: said once while it lasts."""
    _remembered: dict[str, object] = field(default_factory=dict)
    """The files of people and leases as they were when they were read."""
    _begun: bool = False

    def go_on(self, every: int) -> None:
        """Now, and then whenever a file has changed, or the last round came to nothing.

        It looks for itself: nobody tells of changes on network folders, and a message can get lost.
        """
        seen = None
        while True:
            now = self._seen()
            if now != seen:
                seen = now if self._round() else None
            time.sleep(every)

    def _seen(self) -> dict[str, object]:
        """Logs, and the files of people and leases: those change the teams of what was read."""
        from shadow_scan.ingest.inputs import find_inputs

        logs = {entry.path: _state(entry.path) for entry in find_inputs(self.request.paths)}
        return logs | self._beside()

    def _beside(self) -> dict[str, object]:
        files = [str(file) for file in (self.request.people, *self.request.leases) if file]
        return {file: _state(file) for file in files}

    def _round(self) -> bool:
        """Whether all was read. Wrong words of the beginning end it; whatever comes later (a full
        disk, a file of people that is being replaced) is said, and tried again."""
        from shadow_scan.errors import EXIT_USAGE, ShadowScanError

        try:
            reports, trouble = self._scanned()
            self._say(trouble)
            self._tell(reports)
        except (ShadowScanError, OSError) as error:
            told = error if isinstance(error, ShadowScanError) else in_words(error)
            if told.exit_code == EXIT_USAGE and not self._begun:
                raise
            self._say(told)
            return False
        self._begun = True
        return trouble is None

    def _scanned(self) -> tuple[list[SourceReport], ShadowScanError | None]:
        """People and leases are remembered, and read again where their files have changed. A later
        round goes on without one that cannot be read: logs are rotated away meanwhile."""
        from shadow_scan.errors import UsageError

        beside, alone = self._beside(), replace(self.request, people=None, leases=())
        if self._begun and beside == self._remembered:
            return self._scan(alone), None
        try:
            reports = self._scan(self.request)
        except UsageError as error:
            if not self._begun or not beside:
                raise
            return self._scan(alone), error
        if self._begun:
            changed = (file for file in beside if beside[file] != self._remembered[file])
            note(f"{', '.join(changed)}: changed, and read again")
        self._remembered = beside
        return reports, None

    def _scan(self, request: ScanRequest) -> list[SourceReport]:
        """It waits for another scan to end."""
        from shadow_scan.commands.scan import run_scan
        from shadow_scan.errors import LockedError

        waits = False
        while True:
            try:
                return run_scan(self.place, request)
            except LockedError as error:
                if not waits:
                    complain(error)
                waits = True
                time.sleep(_LOCK_SECONDS)

    def _say(self, trouble: ShadowScanError | None) -> None:
        before, self._trouble = self._trouble, trouble
        if trouble is not None and (before is None or before.what != trouble.what):
            complain(trouble)
            note("  it is tried again at the next look")
        elif trouble is None and before is not None:
            note(f"it goes on; this is over: {before.what}")

    def _tell(self, reports: Sequence[SourceReport]) -> None:
        """A line about what was new."""
        from shadow_scan.commands.scan import closing_line, narrate

        news = [report for report in reports if report.lines or self._is_news(report)]
        if news:
            narrate(news)
        if any(report.lines for report in news):
            note(closing_line(self.place, news))
        tell(self.place)

    def _is_news(self, report: SourceReport) -> bool:
        if report.status == "known":  # as it was: what is wrong with it was said
            return False
        told = report.problem.what if report.problem else report.status
        before = self._known.get(report.source_file)
        self._known[report.source_file] = told
        is_of_note = report.problem is not None or told in ("unrecognised", "left out")
        return is_of_note and told != before


def _state(path: str) -> object:
    """Whether we may read it, too: the times of a file that is opened to us stay as they were."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns, os.access(path, os.R_OK)
