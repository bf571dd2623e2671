"""What the program says besides its data: notes, progress and errors, all on stderr.

Text from logs never reaches a terminal with its control characters.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

from shadow_scan.errors import EXIT_INTERRUPTED, InputError, ShadowScanError

_SHOWN = 400
_CLOSED = "let us read and write there, or run as somebody who may"
_REMEDIES = {
    errno.EACCES: _CLOSED,
    errno.EPERM: _CLOSED,
    errno.EROFS: "name a copy of it that can be written, with --workspace or -o",
    errno.ENOSPC: "make room on the disk, and run it again",
    errno.EDQUOT: "make room on the disk, and run it again",
}


def visible(text: str) -> str:
    """The text with everything that a terminal would obey shown as its escape."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def note(message: str) -> None:
    print(visible(message), file=sys.stderr)  # noqa: T201


def complain(error: ShadowScanError) -> None:
    """Short lines: what, its details if there are several, where, what to do."""
    note(f"shadow-scan: {error.what}"[:_SHOWN])
    for detail in error.details:
        note(f"  {detail}"[:_SHOWN])
    if error.where:
        note(f"  where: {error.where}"[:_SHOWN])
    if error.remedy:
        note(f"  to do: {error.remedy}"[:_SHOWN])


def watched_signals(*numbers: signal.Signals) -> Callable[[], bool]:
    """Makes each of them an interrupt; whether one came so far. A query that is cut short raises an
    error of its own kind, so that the exception alone does not tell."""
    seen = threading.Event()

    def interrupt(number: int, frame: object) -> None:
        seen.set()
        raise KeyboardInterrupt

    for number in numbers:
        signal.signal(number, interrupt)
    return seen.is_set


@contextmanager
def undisturbed(*numbers: signal.Signals) -> Iterator[None]:
    """What is begun is done: a signal that comes meanwhile is heeded behind it."""
    came: list[signal.Signals] = []
    heeded = {number: signal.getsignal(number) for number in numbers}
    for number in numbers:
        signal.signal(number, lambda number, frame: came.append(signal.Signals(number)))
    try:
        yield
    finally:
        for number, handler in heeded.items():
            signal.signal(number, handler)
        if came:
            signal.raise_signal(came[0])


def exit_interrupted() -> NoReturn:
    _forget_interrupt()
    sys.exit(EXIT_INTERRUPTED)


def _forget_interrupt() -> None:
    # Where an interrupt left text that was being executed (as every dataclass is made of), Python
    # takes note, and ends by that signal whatever we exit with. The next such text clears the note.
    exec("")  # noqa: S102


def to_the_end(work: Callable[[], object]) -> None:
    """Run the program: whatever becomes of it, an error is short, and its exit code is part of the
    contract."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    interrupted = watched_signals(signal.SIGINT)
    try:
        work()
    except (Exception, SystemExit, KeyboardInterrupt) as error:
        # A query that is cut short raises an error of its own kind, and the library of the command
        # line turns an interrupt into an exit: what counts is that somebody pressed Ctrl-C.
        if interrupted():
            note("interrupted; what was read is kept, and the next scan goes on from there")
            exit_interrupted()
        if not isinstance(error, Exception) or os.environ.get("SHADOW_SCAN_DEBUG"):
            raise
        told = error if isinstance(error, ShadowScanError) else in_words(error)
        complain(told)
        sys.exit(told.exit_code)
    finally:
        _forget_interrupt()


def in_words(error: Exception) -> ShadowScanError:
    """What the system refuses has a reason and a place; whatever else nobody thought of is ours."""
    if isinstance(error, OSError) and error.strerror and error.filename is not None:
        where, remedy = os.fsdecode(error.filename), _REMEDIES.get(error.errno or 0, "")
        return InputError(f"the system refused it: {error.strerror}", where=where, remedy=remedy)
    first = (str(error).splitlines() or [""])[0]
    remedy = "run again with --debug and report what it prints"
    return ShadowScanError(f"unexpected {type(error).__name__}: {first}", remedy=remedy)


def _ignore(amount: int) -> None:
    """Progress that nobody watches."""


class ByteProgress:
    """Counts bytes read of all that is to be read; silent without a terminal."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.advance: Callable[[int], object] = _ignore
        self._seen = 0

    def __call__(self, position: int) -> None:
        """`position`: bytes taken from the present file; a smaller one is the next file's."""
        self.advance(position - self._seen if position >= self._seen else position)
        self._seen = position


@contextmanager
def byte_progress(total: int) -> Iterator[ByteProgress]:
    progress = ByteProgress(total)
    if not sys.stderr.isatty():
        yield progress
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("reading"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=total or None)
        progress.advance = lambda amount: bar.advance(task, amount)
        yield progress
