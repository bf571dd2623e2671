"""Makes the labelled companies, scans their logs and prints one table.

python -m benchmarks.accuracy [--seeds development|test] [--size 1.0] [--keep FOLDER]
python -m benchmarks.accuracy --only law-practice --keep /tmp/law   # logs, labels, workspaces
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from .company import SEEDS
from .generate import make
from .measure import Measured, measure
from .tables import rendered

_MARK = "## The table\n"
"""What follows this line of README.md is written by this program."""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", choices=sorted(SEEDS), default="development")
    parser.add_argument("--only", choices=sorted(s for seeds in SEEDS.values() for s in seeds))
    parser.add_argument("--size", type=float, default=1.0, help="scales the number of people")
    parser.add_argument("--days", type=int, default=12)
    parser.add_argument("--keep", type=Path, help="keep logs, labels and workspaces here")
    parser.add_argument("--write", action="store_true", help="put the table into README.md")
    asked = parser.parse_args()
    seeds = [asked.only] if asked.only else SEEDS[asked.seeds]
    measured = Measured()
    with tempfile.TemporaryDirectory() as scratch:
        for seed in seeds:
            folder = (asked.keep or Path(scratch)) / seed
            print(f"{seed}: making its logs", file=sys.stderr)
            made = make(seed, folder, asked.size, asked.days)
            print(f"{seed}: {len(made.labels)} labels; scanning", file=sys.stderr)
            measure(made, folder, measured)
    table = rendered(measured, seeds, asked.only or asked.seeds)
    print(table)
    if asked.write:
        _write(table)


def _write(table: str) -> None:
    readme = Path(__file__).with_name("README.md")
    before, mark, _ = readme.read_text("utf-8").partition(_MARK)
    readme.write_text(f"{before}{mark}\n{table}", encoding="utf-8")


if __name__ == "__main__":
    main()
