"""What is to be read: the files behind the paths, folders and globs that somebody named."""

from __future__ import annotations

import glob
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shadow_scan.collectors.lines.unwrap import STDIN, is_closed


@dataclass(frozen=True, slots=True)
class Input:
    path: str
    named: bool
    """Named by the user (not met in a folder): then it is an error if it cannot be read."""
    left_out: str = ""
    """Why it is not read, of what was met in a folder and is no file."""


def find_inputs(paths: Sequence[str]) -> list[Input]:
    """Files, folders (walked; what is hidden is passed over, what is no file left out), globs and
    '-'; each file once, by whatever names or links it is met. A folder that is closed to us stands
    for what is in it: reading it says so."""
    found: dict[str | tuple[int, int], Input] = {}
    for path in paths:
        for entry in _expanded(path):
            found.setdefault(_identity(entry.path), entry)
    return list(found.values())


def _identity(path: str) -> str | tuple[int, int]:
    try:
        status = os.stat(path)
    except OSError:
        return path
    return (status.st_dev, status.st_ino) if stat.S_ISREG(status.st_mode) else path


def _expanded(path: str) -> Iterator[Input]:
    if path == STDIN or not os.path.isdir(path):
        matches = [] if path == STDIN or os.path.exists(path) else sorted(glob.glob(path))
        yield from (Input(match, named=True) for match in matches or [path])
        return
    closed: list[OSError] = []
    for folder, folders, names in os.walk(path, onerror=closed.append):
        if not os.access(folder, os.X_OK):  # listed, and not entered: that says it for all in it
            folders.clear()
            yield Input(folder, named=False)
            continue
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        linked = [name for name in folders if os.path.islink(os.path.join(folder, name))]
        for name in sorted([*names, *linked]):
            if not name.startswith("."):
                yield _met(os.path.join(folder, name))
    yield from (Input(str(error.filename), named=False) for error in closed)


def _met(path: str) -> Input:
    if is_file(path):
        return Input(path, named=False)
    what = "a link to a folder" if os.path.isdir(path) else "no regular file"
    if not os.path.exists(path):
        what = "a link to nothing" if os.path.islink(path) else "gone meanwhile"
    return Input(path, named=False, left_out=what)


def is_open(path: str) -> bool:
    return os.path.isdir(path) and not is_closed(path)


def is_file(path: str) -> bool:
    """What lies where we may not look may be one: reading it says so."""
    try:
        return stat.S_ISREG(os.stat(path).st_mode)
    except OSError as error:
        return isinstance(error, PermissionError)
