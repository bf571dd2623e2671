"""A file of lines that several programs append to: locked, whole, on disk."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shadow_scan.errors import InputError, LockedError

_WAIT_SECONDS = 10.0
_REMEDY = "make the file writable for you, or name another folder as `decisions` in the settings"


class Locked:
    """An open file under its lock."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path = path
        self._descriptor = descriptor

    def content(self) -> bytes:
        with os.fdopen(os.dup(self._descriptor), "rb") as file:
            file.seek(0)
            return file.read()

    def append(self, content: bytes) -> None:
        """All of it on disk, or nothing. Raises InputError."""
        size = os.fstat(self._descriptor).st_size
        try:
            os.lseek(self._descriptor, size, os.SEEK_SET)
            written = os.write(self._descriptor, content)
            if written < len(content):
                raise OSError("the disk is full")
            os.fsync(self._descriptor)
        except OSError as error:
            os.ftruncate(self._descriptor, size)
            what = f"nothing was written: {error.strerror or error}"
            raise InputError(what, where=str(self._path), remedy=_REMEDY) from None


@contextmanager
def locked(path: Path, *, write: bool, private: bool) -> Iterator[Locked]:
    """The file, made where it is to be written. Raises InputError and LockedError."""
    flags = os.O_RDWR | os.O_CREAT if write else os.O_RDONLY
    try:
        descriptor = os.open(path, flags | os.O_NOFOLLOW, 0o600 if private else 0o666)
    except OSError as error:
        what = f"cannot be opened: {error.strerror}"
        raise InputError(what, where=str(path), remedy=_REMEDY) from None
    try:
        _wait(path, descriptor, fcntl.LOCK_EX if write else fcntl.LOCK_SH)
        yield Locked(path, descriptor)
    finally:
        os.close(descriptor)


def _wait(path: Path, descriptor: int, kind: int) -> None:
    deadline = time.monotonic() + _WAIT_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                what = "another program has held it for ten seconds"
                remedy = "wait until it has finished; nothing was written"
                raise LockedError(what, where=str(path), remedy=remedy) from None
            time.sleep(0.01)
        else:
            return


def synchronised(folder: Path) -> None:
    """The names in a folder are on disk as well."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
