"""What the screens cost: `python -m benchmarks.tui WORKSPACE`, on a workspace that was scanned.

Prints CPU seconds of the whole program from its start to its first rows, in a terminal of its own;
then, in this process, the milliseconds from a key and from a keystroke in the filter to the answer
and to its rows, and the memory at most. Nothing else should run: CPU of a busy machine is dearer.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import pty
import resource
import select
import statistics
import struct
import sys
import termios
import time
from pathlib import Path

_SIGN = b"Why it is first"
_PATIENCE = 60
_TICKS = os.sysconf("SC_CLK_TCK")


def start(folder: Path) -> float:
    """CPU seconds of `shadow-scan tui` until the heading of its rows is drawn."""
    pid, terminal = pty.fork()
    if pid == 0:
        words = ["-m", "shadow_scan", "tui", "--workspace", str(folder)]
        os.execv(sys.executable, [sys.executable, *words])  # noqa: S606 - a program of our own
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
    seen, begin = b"", time.monotonic()
    while _SIGN not in seen:
        if time.monotonic() - begin > _PATIENCE:
            raise SystemExit(seen.decode(errors="replace")[-2000:])
        if select.select([terminal], [], [], 1)[0]:
            seen += os.read(terminal, 65_536)
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    os.write(terminal, b"q")
    with contextlib.suppress(OSError):
        while os.read(terminal, 65_536):
            pass
    os.waitpid(pid, 0)
    return (int(fields[11]) + int(fields[12])) / _TICKS


async def keys(folder: Path) -> None:
    from shadow_scan.commands.current import workspace_rules
    from shadow_scan.workspace import Workspace
    from shadow_scan_tui.app import ShadowScanApp

    place = Workspace(folder)
    app = ShadowScanApp(place, lambda: workspace_rules(place))
    async with app.run_test(size=(120, 36)) as pilot:

        async def settled() -> None:
            await app.workers.wait_for_complete()
            await pilot.pause()

        await settled()
        for words, key in (
            ("a key that moves", "j"), ("the next view", "v"), ("audit", "2"), ("decide", "3"),
            ("discover again", "1"), ("a service", "enter"), ("its teams", "v"),
            ("its tasks", "v"), ("its evidence", "v"), ("to its end", "end"), ("back", "escape"),
            ("opening the filter", "slash"), ("a keystroke in it", "c"), ("another one", "l"),
        ):  # fmt: skip
            begin, cpu = time.perf_counter(), time.process_time()
            await pilot.press(key)
            drawn = time.perf_counter()
            await settled()
            end = time.perf_counter()
            used = time.process_time() - cpu
            answered, rows = 1000 * (drawn - begin), 1000 * (end - begin)
            print(f"{words:<26} {answered:6.0f} ms, rows {rows:6.0f} ms, {1000 * used:6.0f} ms CPU")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"memory at most               {peak:6.0f} MiB")


if __name__ == "__main__":
    place = Path(sys.argv[1])
    start(place)  # what is kept of rules and findings is there from now on, as after any look
    runs = [start(place) for _ in range(5)]
    low, middle = min(runs), statistics.median(runs)
    print(
        f"start to first rows          {middle:6.2f} s CPU, {low:.2f} at least, of {len(runs)} runs"
    )
    asyncio.run(keys(place))
