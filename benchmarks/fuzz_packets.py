"""Fuzzes the packet decoders for as long as asked; prints a seed for everything that goes wrong.

    python benchmarks/fuzz_packets.py [--minutes 60] [--seed 1]

Goes wrong: an exception, a name that is none, a capture of a few hundred packets that takes longer
than ten seconds, or memory that grows past its bound. The same seed makes the same input again.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.packets import mutation
from tests.packets.capture_file import pcap, pcapng
from tests.packets.reading import read
from tests.packets.test_fuzz import NAME, SAMPLES
from tests.packets.traffic import Traffic, office
from tests.packets.wire import ACK, SYN, ethernet, ip, tcp

from shadow_scan.collectors.packets.names.dns import parse_message
from shadow_scan.collectors.packets.names.hello import parse_hello
from shadow_scan.collectors.packets.names.naming import read_client
from shadow_scan.collectors.packets.names.quic import QuicClient

_SECONDS, _MEBIBYTES = 10.0, 600
_LINKS = (0, 1, 9, 51, 101, 104, 113, 276)


def one(seed: int) -> None:
    """One input of one kind, all of it from the seed."""
    dice = random.Random(seed)
    kind = dice.randrange(4)
    if kind == 0:
        sample = mutation.spoiled(dice.choice(SAMPLES), dice, dice.randrange(1, 30))
        for reader in (parse_message, read_client, parse_hello):
            reader(sample)
        QuicClient().add(sample)
        return
    frames = office(dice.randrange(40), rounds=1).frames()
    if kind == 1:
        data = dice.choice((pcap, pcapng))(frames)
        data = mutation.spoiled(data, dice, dice.choice((1, 5, 50, 500)))
    elif kind == 2:
        changed = [
            (at, mutation.spoiled(frame, dice, dice.randrange(1, 4))) for at, frame in frames
        ]
        data = pcap(changed, link=dice.choice(_LINKS), snap=dice.choice((60, 200, 65_535)))
    else:
        data = pcap(_shuffled_stream(dice))
    found = read(data)
    wrong = [host for host in found.hosts if not NAME.fullmatch(host)]
    if wrong:
        raise ValueError(wrong)


def _shuffled_stream(dice: random.Random) -> list[tuple[int, bytes]]:
    """A stream in pieces that overlap, contradict each other and come in any order."""
    stream = bytearray(
        b"\1" + mutation.spoiled(dice.choice(SAMPLES), dice, dice.randrange(1, 3)) * 3
    )
    ports, begin, time = (
        (dice.randrange(1, 65_536), 443),
        dice.randrange(2**32),
        1_767_225_600_000_000,
    )
    frames, traffic = [], Traffic()
    for _ in range(dice.randrange(2, 80)):
        at, flags = dice.randrange(len(stream)), dice.choice((ACK, ACK, ACK, ACK | SYN, SYN, 4, 1))
        part = bytes(stream[at : at + dice.randrange(1, 1400)])
        time += dice.randrange(1_000_000)
        segment = tcp(ports, begin + at, flags, part)
        frames.append((time, ethernet(ip("192.0.2.1", "198.51.100.1", 6, segment))))
    return frames + traffic.frames()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    seed, failures, end = asked.seed, 0, time.monotonic() + asked.minutes * 60
    while time.monotonic() < end:
        begun = time.process_time()
        try:
            one(seed)
        except Exception:
            failures += 1
            print(f"seed {seed}:\n{traceback.format_exc()}", flush=True)
        if time.process_time() - begun > _SECONDS:
            failures += 1
            print(f"seed {seed}: {time.process_time() - begun:.1f} s", flush=True)
        seed += 1
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    failures += peak > _MEBIBYTES
    print(f"{seed - asked.seed:,} inputs, {failures} failures, {peak} MiB at the peak")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
