"""What the screens cost: `python -m benchmarks.tui WORKSPACE`, on a workspace that was scanned.

Prints CPU seconds to the first screen (import of the program apart), the seconds from a key
and from a keystroke in the filter to the answer and to its rows, and the memory at most.
"""

from __future__ import annotations

import asyncio
import resource
import sys
import time
from pathlib import Path

_BEGIN = time.process_time()


async def _measure(folder: Path) -> None:
    from shadow_scan.arrow import settle_without_pandas
    from shadow_scan.commands.rulebook import workspace_rules
    from shadow_scan.workspace import Workspace
    from shadow_scan_tui.app import ShadowScanApp

    settle_without_pandas()
    place = Workspace(folder)
    matcher = workspace_rules(place)
    loaded = time.process_time()
    app = ShadowScanApp(place, lambda: matcher)
    async with app.run_test(size=(120, 36)) as pilot:

        async def settled() -> None:
            await app.workers.wait_for_complete()
            await pilot.pause()

        await settled()
        shown = time.process_time()
        print(f"programs and rules loaded    {loaded - _BEGIN:6.2f} s CPU")
        print(f"first screen after that      {shown - loaded:6.2f} s CPU")
        for words, keys in (
            ("a key that moves", "j"), ("the next view", "v"), ("audit", "2"), ("decide", "3"),
            ("discover again", "1"), ("opening the filter", "slash"), ("a keystroke in it", "c"),
            ("another one", "l"),
        ):  # fmt: skip
            begin, cpu = time.perf_counter(), time.process_time()
            await pilot.press(keys)
            drawn = time.perf_counter()
            await settled()
            end = time.perf_counter()
            used = time.process_time() - cpu
            answered, rows = 1000 * (drawn - begin), 1000 * (end - begin)
            print(f"{words:<26} {answered:6.0f} ms, rows {rows:6.0f} ms, {1000 * used:6.0f} ms CPU")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"memory at most               {peak:6.0f} MiB")


if __name__ == "__main__":
    asyncio.run(_measure(Path(sys.argv[1])))
