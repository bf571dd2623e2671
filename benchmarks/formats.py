"""Every text format on lines of its own: lines and bytes a second of CPU time, in one table.

    python benchmarks/formats.py [--lines 100000] [FORMAT...]

CPU is user and system time of parsing alone (the file is in memory; nothing is stored). The lines
are those of the samples that make events, over and over with other clients; a product whose records
have several spellings is read by each of them, since a file holds one. Lines of a few hundred bytes
with twenty fields cost more than short ones: that is why bytes stand beside lines, and the lines a
second of mawk where it does no more than put each word of a line into a table.
"""

from __future__ import annotations

import argparse
import io
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import duckdb
from tests.collectors import resolver_samples, samples
from tests.collectors.golden import golden_samples
from tests.collectors.spellings_exports import MORE

from shadow_scan.collectors.engine import Parser
from shadow_scan.collectors.lines.blocks import LineReader
from shadow_scan.collectors.lines.unwrap import ByteSource
from shadow_scan.collectors.registry import FORMATS
from shadow_scan.collectors.variants import Variants

SAMPLES = samples.SAMPLES | resolver_samples.SAMPLES | golden_samples()
CLIENT = "10.20.30.44"
ALSO_SPELLED = ("web-server", "haproxy", "envoy", "ecs", "entra-global-secure-access")
"""Their other spellings (JSON access logs, for one) are no part of the samples."""


def parsed(name: str, data: bytes) -> tuple[float, set[int]]:
    """CPU seconds, and the numbers of the lines that made events."""
    parser, made, begin = Parser(FORMATS[name]), set(), time.process_time()
    for block in LineReader(ByteSource(io.BytesIO(data), name)).blocks():
        found = parser.parse(block)
        if len(made) < 1_000:
            made.update(found.events["line_number"].to_pylist())
    spent = time.process_time() - begin
    parser.engine.close()
    return spent, made


def split_by_mawk(data: bytes) -> float:
    """CPU seconds of mawk, which only takes the words of each line apart."""
    command = ["mawk", "-F", '[ \\t,;|="]+', "{for (i = 1; i <= NF; i++) word[i] = $i}"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, input=data, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def logs_of(name: str, count: int) -> Iterator[tuple[str, bytes]]:
    """`count` lines of each spelling that makes events, behind the header lines of the sample."""
    lines = SAMPLES[name].splitlines()
    _, made = parsed(name, SAMPLES[name].encode())
    first = min(made) - 1
    has_header = FORMATS[name].header is not None
    header = lines[:first] if has_header else []
    if has_header:  # a file has one; what stands below a second one in the sample is not read so
        later = (n for n in range(first, len(lines)) if lines[n].startswith(("#Fields", "#fields")))
        lines = lines[: next(later, len(lines))]
    good = [line for number, line in enumerate(lines, 1) if number in made]
    spelled = by_spelling(name, header, good)
    if name in ALSO_SPELLED:
        texts = [text.rstrip("\n") for spelled_as, text, _ in MORE.values() if spelled_as == name]
        others = [text for text in texts if "\n" not in text]
        spelled = by_spelling(name, (), others) | spelled
    for number, alike in sorted(spelled.items()):
        body = (
            alike[n % len(alike)].replace(CLIENT, f"10.20.{n // 250 % 250}.{n % 250}")
            for n in range(count)
        )
        title = name if len(spelled) == 1 else f"{name} ({number})"
        yield title, "\n".join([*header, *body, ""]).encode()


def by_spelling(name: str, header: Sequence[str], lines: Sequence[str]) -> dict[int, list[str]]:
    """Lines by the number of the statement that reads them."""
    read = FORMATS[name].header
    statement = FORMATS[name].statement(read(header, {}) if read and header else {})
    if not isinstance(statement, Variants):
        return {1: list(lines)}
    found: dict[int, list[str]] = {}
    for line in lines:
        telling = f"SELECT {statement.telling} FROM (SELECT ? AS line)"
        number = duckdb.execute(telling, [line]).fetchall()[0][0]
        found.setdefault(number, []).append(line)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("formats", nargs="*")
    parser.add_argument("--lines", type=int, default=100_000)
    asked = parser.parse_args()
    peer = shutil.which("mawk") is not None
    print(
        f"{'format':<30} {'bytes a line':>12} {'lines/s':>10} {'MB/s':>6} {'mawk':>10} {'ratio':>6}"
    )
    for name in asked.formats or [name for name in FORMATS if name in SAMPLES]:
        for title, data in logs_of(name, asked.lines):
            spent, _ = parsed(name, data)
            size, speed = len(data) / asked.lines, asked.lines / spent
            row = f"{title:<30} {size:12.0f} {speed:10,.0f} {len(data) / spent / 1e6:6.1f}"
            if peer:
                split = split_by_mawk(data)
                row += f" {asked.lines / split:10,.0f} {spent / split:6.1f}"
            print(row, flush=True)


if __name__ == "__main__":
    main()
