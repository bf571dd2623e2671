"""The ledger: append-only JSON lines, a file for each writer, merged by time when read.

Each line carries the hash of the one before it in its file. The workspace remembers how far it has
seen each file, so that a file that lost its end, or was written anew as a whole, is noticed too.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import msgspec

from shadow_scan.errors import InputError
from shadow_scan.governance.entries import FIRST, Entry, decoded, encoded, line_digest
from shadow_scan.governance.files import locked, synchronised
from shadow_scan.governance.heads import Head, Heads

_LARGEST_FILE = 64 << 20
_LARGEST_LINE = 1 << 20
_MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is not as it was written; `line` is 0 for a file as a whole."""

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}" if self.line else f"{self.file}: {self.what}"


@dataclass(frozen=True, slots=True)
class Read:
    """An entry, where it stands, and whether it is as it was written."""

    entry: Entry
    file: str
    line: int
    intact: bool


@dataclass(frozen=True, slots=True)
class History:
    """All that could be read, by time; and what could not, or is not as it was."""

    entries: tuple[Read, ...] = ()
    problems: tuple[Problem, ...] = ()
    heads: Mapping[str, Head] = field(default_factory=dict)


_LATEST: dict[str, Any] = {}
"""What was read last, and which files that was; readers never change it."""


def _as_it_is(path: Path) -> tuple[str, int, int, int, int]:
    """Another one after any change: the time of the inode cannot be set back by hand."""
    try:
        status = path.stat()
    except OSError:
        return (path.name, 0, 0, 0, 0)
    times = status.st_mtime_ns, status.st_ctime_ns
    return (path.name, status.st_ino, status.st_size, *times)


class Ledger:
    """`folder` holds the files; `heads` is what this workspace has seen of them; `private` is a
    folder that belongs to one user alone."""

    def __init__(self, folder: Path, heads: Path, writer: str, *, private: bool) -> None:
        self.folder = folder
        self.writer = writer
        self._heads = Heads(heads)
        self._private = private

    def append(self, entry: Entry) -> Entry:
        """Write an entry at the end of this writer's file, on disk before it returns.

        Raises InputError when it cannot be written, LockedError when another holds the file for
        too long: then nothing was written.
        """
        path = self._file()
        with locked(path, write=True, private=self._private) as file:
            lines, ended = _lines(file.content())
            previous = line_digest(lines[-1]) if lines else FIRST
            whole, line = encoded(
                msgspec.structs.replace(
                    entry, time=_moment_after(lines), writer=self.writer, previous=previous
                )
            )
            file.append((b"" if ended else b"\n") + line + b"\n")
            if not any(_lost(path.name, lines, self._heads.load().get(path.name))):
                self._heads.remember({path.name: Head(len(lines) + 1, line_digest(line))})
        synchronised(self.folder)
        return whole

    def read(self) -> History:
        """Everything readable of every writer, by time. Damage is a problem, never an error.

        Files that are as they were are read once: a command asks several times.
        """
        seen = self._heads.load()
        now = (self.folder, tuple(seen.items()), *map(_as_it_is, self._files([])))
        if _LATEST.get("files") != now:
            _LATEST.update(files=now, history=self._read(seen))
        return cast(History, _LATEST["history"])

    def _files(self, problems: list[Problem]) -> list[Path]:
        try:
            names = sorted(name for name in os.listdir(self.folder) if name.endswith(".jsonl"))
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            what = f"the folder cannot be read: {error.strerror}"
            problems.append(Problem(self.folder.name, 0, what))
            return []
        return [self.folder / name for name in names]

    def _read(self, seen: Mapping[str, Head]) -> History:
        entries: dict[str, Read] = {}
        problems: list[Problem] = []
        heads: dict[str, Head] = {}
        for path in self._files(problems):
            lines = self._read_lines(path, problems)
            found, wrong = _checked(path.name, lines, seen.get(path.name))
            problems += wrong
            for read in found:
                # a copy that a shared folder made of a conflict says nothing new
                entries.setdefault(read.entry.digest if read.intact else f"{read}", read)
            if lines:
                heads[path.name] = Head(len(lines), line_digest(lines[-1]))
        problems += [
            Problem(name, 0, f"the file is gone; it had {head.lines} lines when last seen")
            for name, head in seen.items()
            if _is_gone(self.folder / name)
        ]
        ordered = sorted(entries.values(), key=lambda r: (r.entry.time, r.file, r.line))
        return History(tuple(ordered), tuple(problems), heads)

    def remember(self, history: History) -> None:
        """Note how far this workspace has seen each file; later losses before it are noticed."""
        if not history.problems:
            self._heads.remember(history.heads)

    def _read_lines(self, path: Path, problems: list[Problem]) -> list[bytes]:
        try:
            if path.stat().st_size > _LARGEST_FILE:
                problems.append(Problem(path.name, 0, "larger than 64 MiB; not read"))
                return []
            with locked(path, write=False, private=self._private) as file:
                lines, _ = _lines(file.content())
        except (OSError, InputError) as error:
            problems.append(Problem(path.name, 0, f"cannot be read: {error}"))
            return []
        return lines

    def _file(self) -> Path:
        try:
            self.folder.mkdir(
                mode=0o700 if self._private else 0o777, parents=self._private, exist_ok=True
            )
        except OSError as error:
            remedy = "make the folder writable, or name another as `decisions` in the settings"
            what = f"the folder of decisions cannot be made: {error.strerror}"
            raise InputError(what, where=str(self.folder), remedy=remedy) from None
        return self.folder / f"{self.writer}.jsonl"


def _is_gone(path: Path) -> bool:
    """Not where its folder does not let us look: that is said of the folder."""
    try:
        path.stat()
    except OSError as error:
        return not isinstance(error, PermissionError)
    return False


def _lines(content: bytes) -> tuple[list[bytes], bool]:
    """The lines, and whether the last one has its end."""
    lines = content.split(b"\n")
    if lines[-1]:
        return lines, False
    return lines[:-1], True


def _moment_after(lines: list[bytes]) -> str:
    """Now, or just after the last line where the clock went back: order is what counts."""
    now = datetime.now(UTC)
    for line in reversed(lines):
        try:
            last = datetime.strptime(decoded(line)[0].time, _MOMENT).replace(tzinfo=UTC)
        except ValueError:
            continue
        return max(now, last + timedelta(microseconds=1)).strftime(_MOMENT)
    return now.strftime(_MOMENT)


def _checked(name: str, lines: list[bytes], seen: Head | None) -> tuple[list[Read], list[Problem]]:
    problems = [*_lost(name, lines, seen)]
    found = []
    before = FIRST
    for number, line in enumerate(lines, 1):
        try:
            if len(line) > _LARGEST_LINE:
                raise ValueError("a line of more than 1 MiB")
            entry, intact = decoded(line)
        except ValueError as error:
            problems.append(Problem(name, number, f"cannot be read: {error}"))
        else:
            found.append(Read(entry, name, number, intact))
            problems += _broken(name, number, entry, intact, before)
        before = line_digest(line)
    return found, problems


def _broken(name: str, number: int, entry: Entry, intact: bool, before: str) -> Iterator[Problem]:
    if not intact:
        yield Problem(name, number, "was edited after it was written")
    if entry.previous != before:
        yield Problem(name, number, "does not follow the line before it: one was changed, "
                      "added or taken out")  # fmt: skip


def _lost(name: str, lines: list[bytes], seen: Head | None) -> Iterator[Problem]:
    if seen is None:
        return
    if len(lines) < seen.lines:
        what = f"had {seen.lines} lines when last seen, and has {len(lines)}"
        yield Problem(name, 0, what)
    elif line_digest(lines[seen.lines - 1]) != seen.digest:
        yield Problem(name, seen.lines, "is not the line that was last seen here")
