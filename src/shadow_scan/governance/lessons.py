"""The lessons of a workspace as files: kept whole or not at all, and undone without being lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from shadow_scan.errors import InputError, UsageError
from shadow_scan.rules.files import LEARNED
from shadow_scan.rules.lessons import Lesson, Undone, as_toml
from shadow_scan.rules.loader import RuleProblems, read_lessons
from shadow_scan.whole import write_whole
from shadow_scan.workspace import Workspace


def now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def lessons_of(place: Workspace) -> list[Lesson]:
    """All of them, undone ones too, the latest first. Raises RuleProblems."""
    problems: list[str] = []
    found = read_lessons(place.rules, problems)
    if problems:
        raise RuleProblems(problems)
    return sorted(found, key=lambda lesson: (lesson.at, lesson.id), reverse=True)


@contextmanager
def kept(place: Workspace, lesson: Lesson) -> Iterator[None]:
    """Write it down; where what follows from it fails, all is as it was before. Raises InputError
    where that cannot be done."""
    folder = place.rules / LEARNED
    file = folder / f"{lesson.id}.toml"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        before = file.read_bytes() if file.exists() else None
        write_whole(file, as_toml(lesson).encode())
    except OSError as error:
        what = f"the lesson cannot be written: {error.strerror}"
        raise InputError(what, where=str(file), remedy="make the folder writable") from None
    try:
        yield
    except BaseException:
        if before is None:
            file.unlink()
        else:
            write_whole(file, before)
        raise


def undone(lessons: Sequence[Lesson], name: str, by: str) -> Lesson:
    """The lesson of that name, as undone now. Raises UsageError where there is none to undo."""
    found = [lesson for lesson in lessons if lesson.id == name]
    remedy = "`shadow-scan rules learned` lists them"
    if not found:
        raise UsageError(f"no lesson '{name}'", remedy=remedy)
    if found[0].undone is not None:
        raise UsageError(f"'{name}' was undone on {found[0].undone.at}", remedy=remedy)
    return found[0].model_copy(update={"undone": Undone(at=now(), by=by)})
