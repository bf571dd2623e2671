"""A log in which every other line names a host that none before did; prints ratios of CPU time.

    python benchmarks/many_hosts.py [--lines 1000000] [--work FOLDER]

As logs of lookups are: names of content networks never end. Behind the scan one line in
a hundred is added, and a rule that meets no host.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from pathlib import Path
from typing import TextIO

from text_logs import Bench, line, measured

_SERVICES = ("chatgpt.com", "claude.ai", "api.openai.com", "gemini.google.com")


def write(file: TextIO, lines: int, seed: int, first_second: int) -> None:
    dice = random.Random(seed)
    for number in range(lines):
        new, known = f"{dice.getrandbits(64):x}.cdn{number % 50}", f"h{dice.randrange(5_000)}"
        host = f"{new if number % 2 else known}.example"
        host = dice.choice(_SERVICES) if number % 500 == 0 else host
        file.write(
            f"{first_second + number / 20:.3f}    120 10.{number % 4}.{number % 31}.{number % 200} "
            f"TCP_TUNNEL/200 5021 CONNECT {host}:443 user{number % 2_000} "
            "HIER_DIRECT/198.51.100.7 -\n"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--work", type=Path, default=None)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.work) as folder:
        bench = Bench(Path(folder), asked.lines)
        small = bench.work / "small.log"
        with small.open("w") as log:
            write(log, 1_000, 3, 1_790_000_000)
        bench.scan(small)  # what is compiled once
        with bench.log.open("w") as log:
            write(log, asked.lines, 1, 1_790_158_272)
        mawk = [measured(["mawk", "{b+=$5}", str(bench.log)])]
        line("mawk '{b+=$5}'", mawk, mawk[0][0], "mawk")
        scan = bench.scan()
        line("scan", [scan], mawk[0][0], "mawk")
        with bench.log.open("a") as log:
            write(log, asked.lines // 100, 2, 1_790_258_272)
        line("one hundredth more lines", [bench.scan(fresh=False)], scan[0], "scan")
        line("a rule that meets no host", [bench.rebuild("nowhere.example")], scan[0], "scan")


if __name__ == "__main__":
    main()
