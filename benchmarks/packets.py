"""Captures against ndpiReader, tshark and pyshark, on one file, in alternating runs.

    python benchmarks/packets.py [--packets 1000000] [--rounds 3] [--work FOLDER]

CPU is user and system time of the whole process and its children, start-up included: machines are
shared. The capture is synthetic and seeded. pyshark as its tutorials show it reads a small part of
it, and counts by packets a second. A peer that is not installed is left out, and that is said.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from mixed_capture import write_capture

READ_ALONE = """
import sys
from shadow_scan.arrow import settle_without_pandas
settle_without_pandas()
from shadow_scan.collectors.packets.capture import Capture
from shadow_scan.collectors.lines.unwrap import open_source
with open_source(sys.argv[1]) as source:
    capture = Capture(source)
    events = sum(b.events.num_rows for b in capture.batches() if b.events is not None)
print(events)
"""
PYSHARK = """
import sys, pyshark
with pyshark.FileCapture(sys.argv[1]) as capture:
    for packet in capture:
        name = getattr(getattr(packet, "tls", None), "handshake_extensions_server_name", None)
"""
FIELDS = (
    *("frame.number", "frame.time_epoch", "ip.src", "ip.dst", "tcp.stream", "udp.stream"),
    *("frame.len", "tls.handshake.extensions_server_name", "http.host", "dns.qry.name"),
)
_SMALL = 5_000
Run = tuple[float, int]


def measured(command: list[str], **more: str) -> Run:
    """(CPU seconds with children, peak MiB) of a command that must succeed."""
    program = (
        "import resource, subprocess, sys\n"
        "done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL,"
        " stderr=subprocess.DEVNULL)\n"
        "u = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(done.returncode, u.ru_utime + u.ru_stime, u.ru_maxrss // 1024)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *command],
        capture_output=True,
        env={**os.environ, **more},
        check=True,
    )
    code, cpu, peak = done.stdout.split()
    if int(code):
        raise SystemExit(f"{command[0]} ended with {int(code)}")
    return float(cpu), int(peak)


class Bench:
    def __init__(self, work: Path, packets: int) -> None:
        self.work, self.packets = work, packets
        self.capture, self.small = work / "mixed.pcap", work / "small.pcap"
        self.names = write_capture(self.capture, packets)
        write_capture(self.small, _SMALL)
        self.key = {"SHADOW_SCAN_KEY_FILE": str(work / "bench.key")}

    def runs(self) -> dict[str, Callable[[], Run]]:
        path = str(self.capture)
        found: dict[str, Callable[[], Run]] = {
            "reading alone": lambda: measured([sys.executable, "-c", READ_ALONE, path]),
            "stored and classified": self.scan,
        }
        if shutil.which("ndpiReader"):
            found["ndpiReader"] = lambda: measured(["ndpiReader", "-q", "-i", path])
        if shutil.which("tshark"):
            fields = [word for name in FIELDS for word in ("-e", name)]
            tshark = ["tshark", "-n", "-r", path, "-T", "fields", *fields]
            found["tshark -T fields"] = lambda: measured(tshark)
            found["pyshark"] = lambda: measured([sys.executable, "-c", PYSHARK, str(self.small)])
        return found

    def scan(self) -> Run:
        place = self.work / "workspace"
        for name in ("facts.duckdb", "derived.duckdb"):
            (place / name).unlink(missing_ok=True)
        words = ["scan", str(self.capture), "--workspace", str(place)]
        return measured([sys.executable, "-m", "shadow_scan", *words], **self.key)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--packets", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--work", type=Path, default=None)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.work) as folder:
        bench = Bench(Path(folder), asked.packets)
        size = bench.capture.stat().st_size
        print(f"{asked.packets:,} packets, {size:,} bytes, {len(bench.names):,} names in flows")
        found: dict[str, list[Run]] = {name: [] for name in bench.runs()}
        for _ in range(asked.rounds):
            for name, run in bench.runs().items():
                found[name].append(run())
    show(found, asked.packets)


def show(found: dict[str, list[Run]], packets: int) -> None:
    cpu = {name: statistics.median(run[0] for run in runs) for name, runs in found.items()}
    for name, runs in found.items():
        speed = (_SMALL if name == "pyshark" else packets) / cpu[name]
        peak = max(run[1] for run in runs)
        print(f"{name:<24} {cpu[name]:8.2f} s CPU {peak:6d} MiB {speed:12,.0f} packets/s")
    ours, stored = cpu["reading alone"], cpu["stored and classified"]
    if "ndpiReader" in cpu:
        print(
            f"reading alone / ndpiReader          {ours / cpu['ndpiReader']:6.2f} x (at most 1.5)"
        )
        print(
            f"stored, classified / ndpiReader     {stored / cpu['ndpiReader']:6.2f} x (at most 2)"
        )
    if "tshark -T fields" in cpu:
        faster = cpu["tshark -T fields"] / ours
        print(f"faster than tshark -T fields        {faster:6.1f} x (at least 5)")
        faster = (cpu["pyshark"] / _SMALL) / (ours / packets)
        print(f"faster than pyshark, by the packet  {faster:6.0f} x (at least 300)")


if __name__ == "__main__":
    main()
