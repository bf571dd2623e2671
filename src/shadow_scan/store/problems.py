"""What DuckDB and the system say of a workspace's files, in words of ours."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path

import duckdb

from shadow_scan.errors import LockedError, StorageError

_NOT_OURS = (errno.EROFS, errno.EACCES, errno.EPERM)
_REFUSED = re.compile(r'Could not .*file ".*": (.+)$')
"""The system's own words at the end of DuckDB's."""
_HOLDER = re.compile(r"PID (\d+)")


def no_room(path: Path, error: Exception) -> StorageError:
    said = error.strerror if isinstance(error, OSError) else str(error).splitlines()[0]
    refused = _REFUSED.search(said or "")
    reason = (refused[1] if refused else said or "")[:200]
    remedy = "make room on the disk and scan again; what was read before is safe"
    if isinstance(error, OSError) and error.errno in _NOT_OURS:
        remedy = "let us write there, or name a copy of it with --workspace"
    return StorageError(f"nothing could be written: {reason}", where=str(path), remedy=remedy)


def locked(path: Path, message: str) -> LockedError:
    holder = _HOLDER.search(message)
    who = f"process {holder[1]}" if holder else "another process"
    remedy = "wait until it has finished, or stop it; `shadow-scan doctor` shows who it is"
    return LockedError(f"the database is held by {who}", where=str(path), remedy=remedy)


def held_by(path: Path) -> str | None:
    """Who holds a database right now so that it cannot be read, in words; None when nobody does."""
    try:
        duckdb.connect(str(path), read_only=True).close()
    except duckdb.Error as error:
        if isinstance(error, duckdb.IOException) and "lock" in str(error):
            return locked(path, str(error)).what
    return None


def unreadable(path: Path, error: Exception) -> StorageError:
    said = str(error).splitlines()[0][:200]
    if "Could not write" in said:
        return no_room(path, error)
    remedy = "move the file away and scan again, or name another --workspace"
    if os.strerror(errno.EACCES) in said:
        remedy = "let us read and write it, or run as somebody who may"
    return StorageError(f"the database cannot be opened: {said}", where=str(path), remedy=remedy)
