"""Text logs against mawk and goaccess, on one file, in alternating runs; prints ratios of CPU time.

    python benchmarks/text_logs.py [--lines 5000000] [--rounds 3] [--work FOLDER]

CPU is user and system time of the whole process, start-up included: machines are shared, and wall
time on them says little. Python's modules are compiled beforehand, as every installation has them.
The log is synthetic and seeded. Needs mawk; goaccess is measured where it is there.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from squid_log import write_log

GOACCESS = [
    *("goaccess", "--no-global-config", "--log-format=%x.%^ %~%L %h %^/%s %b %m %U %e %^"),
    *("--date-format=%s", "--time-format=%s", "--datetime-format=%s", "-o", os.devnull + ".json"),
]


def measured(command: list[str], **more: str) -> tuple[float, int]:
    """(CPU seconds, peak MiB) of a command that must succeed."""
    environment = {**os.environ, **more}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    pid = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
    )
    _, status, usage = os.wait4(pid.pid, 0)
    pid.returncode = os.waitstatus_to_exitcode(status)
    if pid.returncode:
        raise SystemExit(f"{command[0]} ended with {pid.returncode}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024


class Bench:
    def __init__(self, work: Path, lines: int) -> None:
        self.work, self.lines = work, lines
        self.log = work / "access.log"
        self.place = work / "workspace"
        self.key = {
            "SHADOW_SCAN_KEY_FILE": str(work / "bench.key"),
            "PYTHONPYCACHEPREFIX": str(work / "compiled"),
        }

    def scan(self, path: Path | None = None, *, fresh: bool = True) -> tuple[float, int]:
        if fresh:
            shutil.rmtree(self.place, ignore_errors=True)
        words = ["scan", str(path or self.log), "--workspace", str(self.place)]
        return measured([sys.executable, "-m", "shadow_scan", *words], **self.key)

    def rebuild(self, host: str) -> tuple[float, int]:
        """After a change of rules: one more service of our own."""
        own = self.place / "rules" / "vendors"
        own.mkdir(parents=True, exist_ok=True)
        number = len(list(own.iterdir()))
        (own / f"own-{number}.toml").write_text(
            f'id = "own-{number}"\nname = "Own"\nrecorded = "2026-01-01"\n[[products]]\n'
            f'id = "own-{number}"\nname = "Own"\ncategory = "chat"\n'
            f'[products.hosts]\nui = ["{host}"]\n'
        )
        return self.listed()

    def listed(self) -> tuple[float, int]:
        words = ["services", "--workspace", str(self.place)]
        return measured([sys.executable, "-m", "shadow_scan", *words], **self.key)

    def grown(self) -> tuple[float, int]:
        with self.log.open("a") as more:
            write_log(more, self.lines // 100, seed=2, first_second=1_795_000_000)
        return self.scan(fresh=False)

    def packed(self) -> Path:
        target = self.work / "access.gz"
        with self.log.open("rb") as plain, gzip.open(target, "wb", compresslevel=6) as archive:
            shutil.copyfileobj(plain, archive, 1 << 20)
        return target


def alternating(
    rounds: int, **runs: Callable[[], tuple[float, int]]
) -> dict[str, list[tuple[float, int]]]:
    """Every second round the other way round: who runs behind whom is worth some per cent."""
    found: dict[str, list[tuple[float, int]]] = {name: [] for name in runs}
    for number in range(rounds):
        for name in list(runs) if number % 2 == 0 else reversed(runs):
            found[name].append(runs[name]())
    return found


def line(name: str, runs: list[tuple[float, int]], against: float, what: str) -> None:
    cpu = statistics.median(run[0] for run in runs)
    peak = max(run[1] for run in runs)
    print(f"{name:<34} {cpu:8.2f} s CPU  {peak:5d} MiB  {cpu / against:6.2f} x {what}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lines", type=int, default=5_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--work", type=Path, default=None)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.work) as folder:
        bench = Bench(Path(folder), asked.lines)
        with bench.log.open("w") as file:
            write_log(file, asked.lines)
        size = bench.log.stat().st_size
        print(f"{asked.lines:,} Squid lines, {size:,} bytes, median of {asked.rounds} runs in turn")
        small = bench.work / "small.log"
        small.write_text("".join(itertools.islice(bench.log.open(), 1_000)))
        bench.scan(small)
        floor = ["mawk", "{b+=$5}", str(bench.log)]
        runs = {"mawk": lambda: measured(floor), "scan": bench.scan}
        if shutil.which("goaccess"):
            runs["goaccess"] = lambda: measured([*GOACCESS, str(bench.log)])
        found = alternating(asked.rounds, **runs)
        mawk = statistics.median(run[0] for run in found["mawk"])
        scan = statistics.median(run[0] for run in found["scan"])
        line("mawk '{b+=$5}'", found["mawk"], mawk, "mawk")
        line("scan: stored, classified, rolled up", found["scan"], mawk, "mawk")
        if "goaccess" in found:
            goaccess = statistics.median(run[0] for run in found["goaccess"])
            line("goaccess", found["goaccess"], mawk, "mawk")
            print(f"{'scan against goaccess':<34} {scan / goaccess:19.2f} x")
        facts = (bench.place / "facts.duckdb").stat().st_size
        print(f"{'facts':<34} {facts / asked.lines:8.1f} bytes an event")
        line("the same file again", [bench.scan(fresh=False)], scan, "scan")
        bench.listed()
        line("a listing where nothing changed", [bench.listed()], scan, "scan")
        line("a change of host rules", [bench.rebuild("site0.example")], scan, "scan")
        line("one that meets no host", [bench.rebuild("nowhere.example")], scan, "scan")
        line("one hundredth more lines", [bench.grown()], scan, "scan")
        line("one gzip of the file", [bench.scan(bench.packed())], scan, "scan")


if __name__ == "__main__":
    main()
