"""Many small logs against one that holds the same lines; prints ratios of CPU time.

    python benchmarks/small_logs.py [--logs 300] [--lines 200] [--work FOLDER]

What a log costs that hardly has lines: to be recognised, compared with what is known, and counted.
The same logs are read again with a line more each, and as they are.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import tempfile
from pathlib import Path

from squid_log import write_log
from text_logs import measured


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--logs", type=int, default=300)
    parser.add_argument("--lines", type=int, default=200)
    parser.add_argument("--work", type=Path, default=None)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.work) as folder:
        whole, many = Path(folder) / "access.log", Path(folder) / "many"
        many.mkdir()
        with whole.open("w") as log:
            write_log(log, asked.logs * (asked.lines + 1))
        with whole.open() as lines:
            for number in range(asked.logs):
                part = itertools.islice(lines, asked.lines)
                (many / f"access-{number:04}.log").write_text("".join(part))
            rest = list(lines)

        def scan(path: Path, workspace: str) -> float:
            words = ["scan", str(path), "--workspace", str(Path(folder) / f"{workspace}-workspace")]
            key = {"SHADOW_SCAN_KEY_FILE": str(Path(folder) / "bench.key")}
            compiled = {"PYTHONPYCACHEPREFIX": str(Path(folder) / "compiled")}
            return measured([sys.executable, "-m", "shadow_scan", *words], **key, **compiled)[0]

        scan(many / "access-0000.log", "first")  # what is compiled once
        one = scan(whole, "one")
        print(f"{'one log':<24} {one:6.2f} s CPU")
        apart = scan(many, "many")
        for log, line in zip(sorted(many.iterdir()), rest, strict=False):
            log.write_text(log.read_text() + line)
        times = {
            f"{asked.logs} logs": apart,
            "a line more in each": scan(many, "many"),
            "nothing more": scan(many, "many"),
        }
        for name, spent in times.items():
            each = (spent - one) / asked.logs * 1000
            print(
                f"{name:<24} {spent:6.2f} s CPU  {spent / one:5.2f} x one log {each:7.1f} ms each"
            )


if __name__ == "__main__":
    main()
