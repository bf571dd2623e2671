"""What sessions, activity and tasks cost, and what every screen's query does.

    python -m benchmarks.work --size 8          # a company whose inspected log is half AI
    python -m benchmarks.work --workspace PATH  # the queries alone, on a workspace that was scanned

CPU of the scan is that of its whole process. Deriving is measured again by itself, over the same
facts; `sessions and tasks` is the part of it that this is about. Of each query the least of five
runs counts, on a connection that is open already: `query` into Arrow's columns, `rows` as Python's.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import patch

from benchmarks.accuracy.generate import make
from benchmarks.accuracy.logs import INSPECTED

_ROUNDS = 5
_AIM = 50.0


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--size", type=float, default=8.0, help="scales the number of people")
    parser.add_argument("--workspace", type=Path)
    asked = parser.parse_args()
    if asked.workspace:
        _print(_queries(asked.workspace))
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        made = make("software-maker", folder, asked.size)
        log = made.files[INSPECTED]
        _print(_derivation(folder / "workspace", [str(file) for file in log]))
        _print(_queries(folder / "workspace"))


def _print(lines: Iterator[str]) -> None:
    for line in lines:
        print(line, flush=True)


def _derivation(place: Path, logs: list[str]) -> Iterator[str]:
    place.mkdir()
    environ = {**os.environ, "SHADOW_SCAN_KEY_FILE": str(place.parent / "key")}
    command = [sys.executable, "-m", "shadow_scan", "scan", *logs, "--workspace", str(place)]
    before = _children()
    subprocess.run(command, check=True, env=environ, stdout=subprocess.DEVNULL)
    scan = _children() - before
    events, ai = _sizes(place)
    derived, work = _rebuilt(place)
    yield f"{events} events, {ai} of them of AI services"
    yield f"scan                {scan:7.2f} s of CPU"
    yield f"deriving all anew   {derived:7.2f} s, {derived / scan:.2f} of the scan"
    yield f"sessions and tasks  {work:7.2f} s, {work / scan:.2f} of the scan"


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _sizes(place: Path) -> tuple[int, int]:
    from shadow_scan.store.database import opened, scalar
    from shadow_scan.workspace import Workspace

    workspace = Workspace(place)
    with opened(workspace.derived, read_only=True, beside=[workspace.facts]) as connection:
        events = scalar(connection, "SELECT count(*) FROM facts.events")
        return int(events), int(scalar(connection, "SELECT count(*) FROM counted_requests"))


def _rebuilt(place: Path) -> tuple[float, float]:
    """CPU of deriving, and of what it does for sessions, activity and tasks."""
    from shadow_scan.analysis import derive
    from shadow_scan.bundled import bundled
    from shadow_scan.rules.loader import load_rules
    from shadow_scan.rules.matcher import Matcher
    from shadow_scan.workspace import Workspace

    matcher = Matcher(load_rules(bundled("rules")))
    spent: list[float] = []
    real = derive.derive_work

    def timed(*given: object) -> None:
        begin = time.process_time()
        real(*given)  # type: ignore[arg-type]
        spent.append(time.process_time() - begin)

    Workspace(place).derived.unlink()
    with patch.object(derive, "derive_work", timed):
        begin = time.process_time()
        derive.rebuild(Workspace(place), matcher)
        return time.process_time() - begin, spent[0]


def _queries(place: Path) -> Iterator[str]:
    from shadow_scan.listings import queries
    from shadow_scan.store.answers import answered
    from shadow_scan.store.database import named_sql
    from shadow_scan.vocabulary import Activity, Listing
    from shadow_scan.workspace import Workspace

    names = [listing.value for listing in Listing]
    names += ["task_services", "team_services", "team_tasks", "trend"]
    with queries.reading(Workspace(place)) as connection:
        yield "| Query | rows | query, ms | with rows, ms |"
        yield "| --- | --- | --- | --- |"
        for name in names:
            sql = named_sql("shadow_scan.listings", name)
            given = {"activity": Activity.PEOPLE.value} if "$activity" in sql else None
            query = _least(lambda s=sql, g=given: connection.sql(s, params=g).to_arrow_table())  # type: ignore[misc]
            rows = _least(lambda s=sql: answered(connection, s, Activity.PEOPLE))  # type: ignore[misc]
            many = len(answered(connection, sql, Activity.PEOPLE).rows)
            slow = " **over**" if query > _AIM else ""
            yield f"| {name} | {many} | {query:.0f}{slow} | {rows:.0f} |"


def _least(question: Callable[[], object]) -> float:
    """Milliseconds of CPU of the quickest of some runs."""
    best = float("inf")
    for _ in range(_ROUNDS):
        begin = time.process_time()
        question()
        best = min(best, time.process_time() - begin)
    return best * 1000


if __name__ == "__main__":
    main()
