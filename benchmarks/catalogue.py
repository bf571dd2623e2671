"""A hundred thousand host patterns instead of fifteen hundred: what do they cost a scan?

    python benchmarks/catalogue.py [--lines 5000000] [--rounds 2] [--work FOLDER]

The patterns go into the workspace's own rules, a hundred products of a thousand hosts each, and
none of them is in the log. Rules are compiled before the clock starts, as they are for every scan
but the first.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from squid_log import write_log
from text_logs import measured

PRODUCTS, HOSTS = 100, 1_000


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--lines", type=int, default=5_000_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--work", type=Path, default=None)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.work) as folder:
        work = Path(folder)
        log = work / "access.log"
        with log.open("w") as file:
            write_log(file, asked.lines)
        found: dict[str, list[float]] = {"shipped": [], "grown": []}
        for _ in range(asked.rounds):
            for name, runs in found.items():
                runs.append(scan(work, log, grown=name == "grown"))
        shipped, grown = (statistics.median(runs) for runs in found.values())
        print(f"{asked.lines:,} lines: shipped rules {shipped:.2f} s CPU, ", end="")
        print(f"{PRODUCTS * HOSTS:,} patterns more {grown:.2f} s, {grown / shipped:.3f} x")


def scan(work: Path, log: Path, *, grown: bool) -> float:
    place = work / "workspace"
    shutil.rmtree(place, ignore_errors=True)
    environ = {"SHADOW_SCAN_KEY_FILE": str(work / "bench.key")}
    if grown:
        write_rules(place / "rules" / "vendors")
    command = [sys.executable, "-m", "shadow_scan"]
    compile_first = [*command, "rules", "list", "--workspace", str(place), "--format", "json"]
    place.mkdir(exist_ok=True)
    subprocess.run(
        compile_first, check=True, stdout=subprocess.DEVNULL, env={**os.environ, **environ}
    )
    return measured([*command, "scan", str(log), "--workspace", str(place)], **environ)[0]


def write_rules(folder: Path) -> None:
    folder.mkdir(parents=True)
    for product in range(PRODUCTS):
        hosts = ", ".join(f'"n{number}.p{product}.example"' for number in range(HOSTS))
        (folder / f"own-{product}.toml").write_text(
            f'id = "own-{product}"\nname = "Own"\nrecorded = "2026-01-01"\n[[products]]\n'
            f'id = "own-{product}"\nname = "Own"\ncategory = "chat"\n'
            f"[products.hosts]\nui = [{hosts}]\n"
        )


if __name__ == "__main__":
    main()
