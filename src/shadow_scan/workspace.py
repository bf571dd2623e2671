"""A workspace: the folder that holds facts, derived tables, decisions, own rules and settings.

Private to its owner (0700, files 0600). Knows paths and the scan lock; reads and writes no data.
"""

from __future__ import annotations

import fcntl
import os
import stat
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import platformdirs

from shadow_scan.errors import LockedError, UsageError

ENVIRONMENT = "SHADOW_SCAN_WORKSPACE"
_PRIVATE = 0o700
_PATIENCE = 3.0
"""Seconds: a capture that goes on writes for a moment, every few of them."""
_PAUSE = 0.05


def common_cache() -> Path:
    """The user's folder for what is made of the program's own files, the same in all workspaces.
    Made where it is missing; where it cannot be, whoever wants it works without."""
    folder = platformdirs.user_cache_path("shadow-scan", appauthor=False)
    with suppress(OSError):
        folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
    return folder


@dataclass(frozen=True, slots=True)
class Workspace:
    path: Path

    @classmethod
    def located(cls, named: Path | None, environ: Mapping[str, str] = os.environ) -> Workspace:
        """The folder that `--workspace` or the environment names, else the user's data folder."""
        given = named or (Path(environ[ENVIRONMENT]) if environ.get(ENVIRONMENT) else None)
        default = Path(platformdirs.user_data_dir("shadow-scan", appauthor=False))
        return cls((given or default).expanduser().absolute())

    @property
    def facts(self) -> Path:
        return self.path / "facts.duckdb"

    @property
    def facts_written(self) -> int:
        """When facts last changed, in nanoseconds."""
        return self.facts.stat().st_mtime_ns

    @property
    def derived(self) -> Path:
        return self.path / "derived.duckdb"

    @property
    def rules(self) -> Path:
        """The organisation's own rules, laid over the shipped ones."""
        return self.path / "rules"

    @property
    def formats(self) -> Path:
        """The organisation's own formats: mapping files."""
        return self.path / "formats"

    @property
    def settings(self) -> Path:
        return self.path / "settings.toml"

    @property
    def cache(self) -> Path:
        return self.path / "cache"

    @property
    def decisions(self) -> Path:
        """The ledger of decisions, where the settings name no other folder."""
        return self.path / "decisions"

    @property
    def alerts(self) -> Path:
        """Who has been told of which findings."""
        return self.path / "alerts.json"

    @property
    def ledger_heads(self) -> Path:
        """How far this workspace has seen the ledger."""
        return self.path / "ledger.json"

    @property
    def lock(self) -> Path:
        return self.path / "scan.lock"

    @property
    def derived_lock(self) -> Path:
        return self.path / "derived.lock"

    def create(self) -> None:
        """Make the folder, or close one that is there to others. Raises UsageError where it is not
        ours to write."""
        try:
            self.path.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
            if (mode := stat.S_IMODE(self.path.stat().st_mode)) & ~_PRIVATE:
                self.path.chmod(mode & _PRIVATE)
            reason = "" if self.is_writable() else "it is closed to us"
        except OSError as error:
            reason = error.strerror or str(error)
        if reason:
            verb = "written" if self.path.is_dir() else "made"
            what = f"the workspace cannot be {verb}: {reason}"
            remedy = f"name a folder that you may write with --workspace or {ENVIRONMENT}"
            raise UsageError(what, where=str(self.path), remedy=remedy) from None

    def is_writable(self) -> bool:
        return os.access(self.path, os.R_OK | os.W_OK | os.X_OK)

    @contextmanager
    def scanning(self, *, patience: float = _PATIENCE) -> Iterator[None]:
        """Held by the one scan that may run; the lock goes with the process, however it ends.
        Raises LockedError where another one runs for longer than `patience`, in seconds."""
        self.create()
        with os.fdopen(os.open(self.lock, os.O_RDWR | os.O_CREAT, 0o600), "r+") as handle:
            if not _is_locked_within(patience, handle):
                raise self._scan_running(handle.read(200))
            handle.truncate(0)
            handle.write(f"process {os.getpid()} since {datetime.now(UTC):%Y-%m-%d %H:%M} UTC")
            handle.flush()
            yield
            handle.truncate(0)

    @contextmanager
    def deriving(self) -> Iterator[None]:
        """Held by the one who makes the derived tables; the others wait until they are made."""
        with os.fdopen(os.open(self.derived_lock, os.O_RDWR | os.O_CREAT, 0o600)) as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def scan_holder(self) -> str | None:
        """Who is scanning right now, in words; None when nobody is."""
        if not self.lock.exists():
            return None
        with self.lock.open("r") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return handle.read(200) or "another process"
        return None

    def _scan_running(self, holder: str) -> LockedError:
        what = f"another scan is running ({holder or 'just started'})"
        remedy = "wait until it has finished; nothing of this one was read"
        return LockedError(what, where=str(self.path), remedy=remedy)


def _is_locked_within(patience: float, handle: IO[str]) -> bool:
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(_PAUSE)
        else:
            return True
