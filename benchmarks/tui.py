"""What the screens cost: `python -m benchmarks.tui WORKSPACE`, on a workspace that was scanned.

The program runs in a terminal of its own, as a user has it. First the CPU seconds from its start to
its first rows. Then a walk over its views, and through many rows: of each key the milliseconds, and
those of CPU of the thread that draws, until anything is drawn; the CPU of the whole program until
nothing moves any more; and the memory. What is CPU holds on a busy machine too, nearly.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import statistics
import struct
import sys
import termios
import time
from dataclasses import dataclass
from pathlib import Path

_SIGN = b"Why it is first"
_PATIENCE = 60.0
_QUIET = 0.3
"""Seconds without a byte and nearly without CPU: nothing moves any more."""
_IDLE = 0.01
_PAGES = 60


@dataclass(frozen=True, slots=True)
class Answer:
    """Milliseconds."""

    drawn: float
    drawing: float
    """Of CPU, of the thread that draws."""
    settled: float
    cpu: float


class Terminal:
    """`shadow-scan tui` in a terminal."""

    def __init__(self, folder: Path, rows: int = 36, columns: int = 120) -> None:
        self.pid, self.handle = pty.fork()
        if self.pid == 0:
            words = ["-m", "shadow_scan", "tui", "--workspace", str(folder)]
            os.execv(sys.executable, [sys.executable, *words])  # noqa: S606 - our own program
        fcntl.ioctl(self.handle, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self, patience: float) -> bytes:
        return (
            os.read(self.handle, 65_536)
            if select.select([self.handle], [], [], patience)[0]
            else b""
        )

    def until(self, sign: bytes) -> None:
        seen, begin = b"", time.monotonic()
        while sign not in seen:
            if time.monotonic() - begin > _PATIENCE:
                raise SystemExit(seen.decode(errors="replace")[-2000:])
            seen += self.read(1)

    def cpu(self) -> float:
        """Seconds that all threads have taken, those that have ended too."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def drawing(self) -> float:
        """Seconds of the thread that draws, to the nanosecond."""
        return int(Path(f"/proc/{self.pid}/task/{self.pid}/schedstat").read_text().split()[0]) / 1e9

    def memory(self, name: str = "VmHWM") -> float:
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024

    def press(self, key: bytes) -> Answer:
        begin, cpu, drawing = time.monotonic(), self.cpu(), self.drawing()
        os.write(self.handle, key)
        first = self.read(_PATIENCE)
        drawn, used = time.monotonic() - begin, self.drawing() - drawing
        if not first:
            raise SystemExit(f"{key!r} was never answered")
        last = self.settled()
        return Answer(1000 * drawn, 1000 * used, 1000 * (last - begin), 1000 * (self.cpu() - cpu))

    def settled(self) -> float:
        """When the last byte came."""
        last = time.monotonic()
        while True:
            before = self.cpu()
            if self.read(_QUIET):
                last = time.monotonic()
            elif self.cpu() - before <= _IDLE:
                return last

    def leave(self) -> None:
        os.write(self.handle, b"q")
        with contextlib.suppress(OSError):
            while os.read(self.handle, 65_536):
                pass
        os.waitpid(self.pid, 0)


def start(folder: Path) -> float:
    """CPU seconds until the heading of the first rows is drawn."""
    terminal = Terminal(folder)
    terminal.until(_SIGN)
    used = terminal.cpu()
    terminal.leave()
    return used


_DECIDE = ("value", "gap", "funnel", "grid", "scorecard", "services again")
_AUDIT = ("findings", "exposure", "sessions")
_WALK = (
    ("a key that moves", b"j"), ("all services", b"v"), ("candidates", b"v"), ("rules", b"v"),
    ("decide", b"3"), ("by task", b"v"), *((view, b"v") for view in _DECIDE),
    ("audit", b"2"), ("its tasks", b"v"), *((view, b"v") for view in _AUDIT),
    ("to their end", b"\x1b[F"), ("sorted", b"s"), ("ledger", b"v"), ("coverage", b"v"),
    ("sources", b"v"), ("discover again", b"1"), ("learned", b"v"),
    ("the queue again", b"v"), ("a service", b"\r"), ("its teams", b"v"), ("its tasks", b"v"),
    ("its evidence", b"v"), ("to its end", b"\x1b[F"), ("its vendor", b"v"), ("back", b"\x1b"),
    ("opening the filter", b"/"), ("a keystroke in it", b"c"), ("another one", b"l"),
    ("leaving it", b"\r"), ("help", b"?"), ("out of it", b"\x1b"), ("palette", b"\x10"),
    ("out of it", b"\x1b"), ("ruling", b"d"), ("out of it", b"\x1b"),
)  # fmt: skip


def walk(folder: Path) -> None:
    terminal = Terminal(folder)
    terminal.until(_SIGN)
    terminal.settled()
    for words, key in _WALK:
        told(words, terminal.press(key), terminal.memory("VmRSS"))
    print(f"memory at most {terminal.memory():28.0f} MiB")
    terminal.leave()


def scroll(folder: Path) -> None:
    """Down through the sessions, a page at a time, and by single rows."""
    terminal = Terminal(folder)
    terminal.until(_SIGN)
    terminal.settled()
    for key in (b"2", *(b"v" for _ in range(4))):
        opened = terminal.press(key)
    told("all sessions", opened, terminal.memory("VmRSS"))
    for words, key in (("pages down", b"\x1b[6~"), ("rows down", b"j"), ("rows up", b"\x1b[A")):
        answers = [terminal.press(key) for _ in range(_PAGES)]
        answers.sort(key=lambda answer: answer.drawing)
        told(f"{words}, the middle one", answers[_PAGES // 2], terminal.memory("VmRSS"))
        told(f"{words}, the worst of {_PAGES}", answers[-1], terminal.memory("VmRSS"))
    told("to their end", terminal.press(b"\x1b[F"), terminal.memory("VmRSS"))
    print(f"memory at most {terminal.memory():28.0f} MiB")
    terminal.leave()


def told(words: str, answer: Answer, memory: float) -> None:
    print(
        f"{words:<26} drawn {answer.drawn:5.0f} ms, {answer.drawing:5.0f} ms CPU; "
        f"settled {answer.settled:5.0f} ms, {answer.cpu:5.0f} ms CPU; {memory:4.0f} MiB"
    )  # fmt: skip


if __name__ == "__main__":
    place = Path(sys.argv[1])
    start(place)  # what is kept of rules and findings is there from now on, as after any look
    runs = sorted(start(place) for _ in range(5))
    print(f"start to first rows {statistics.median(runs):6.2f} s CPU, {runs[0]:.2f} at least")
    walk(place)
    scroll(place)
