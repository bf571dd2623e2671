"""A large synthetic capture: every kind of flow, most of them short, a few very long."""

from __future__ import annotations

import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.packets.capture_file import pcap  # noqa: E402
from tests.packets.traffic import Traffic, add_round  # noqa: E402

_PIECE_PACKETS = 50_000
_MINUTES = 600_000_000


def write_capture(path: Path, packets: int, seed: int = 1) -> list[str]:
    """About so many packets, in pieces that follow each other; the names within."""
    dice, written, names, piece = random.Random(seed), 0, [], 0
    with path.open("wb") as file:
        while written < packets:
            traffic = Traffic(seed * 1000 + piece, first_port=10_000 + piece * 2_400)
            while len(traffic) < min(_PIECE_PACKETS, packets - written):
                number = piece * 1000 + len(traffic.flows)
                down = dice.choice((3_000, 12_000, 12_000, 40_000, 200_000))
                add_round(traffic, number, down)
                for flow in traffic.flows[-17:]:
                    if flow.host and ":" not in flow.source:
                        traffic.lookup(flow.source, flow.host, [flow.target], time=flow.begin - 900)
            frames = [(time + piece * _MINUTES, frame) for time, frame in traffic.frames()]
            data = pcap(frames)
            file.write(data if not piece else data[24:])
            names += [flow.host for flow in traffic.flows if flow.host]
            written, piece = written + len(frames), piece + 1
    return names
