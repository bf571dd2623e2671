"""A large synthetic capture: every kind of flow, most of them short, a few very long."""

from __future__ import annotations

import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.packets.capture_file import pcap
from tests.packets.traffic import Traffic

_PIECE_PACKETS = 50_000
_MINUTES = 600_000_000


def write_capture(path: Path, packets: int, seed: int = 1) -> list[str]:
    """About so many packets, in pieces that follow each other; the names within."""
    dice, written, names, piece = random.Random(seed), 0, [], 0
    with path.open("wb") as file:
        while written < packets:
            traffic = Traffic(seed * 1000 + piece, first_port=10_000 + piece % 40 * 1_300)
            while len(traffic) < min(_PIECE_PACKETS, packets - written):
                _add_flow(traffic, dice, f"n{piece}-{len(traffic.flows)}.example")
            frames = [(time + piece * _MINUTES, frame) for time, frame in traffic.frames()]
            data = pcap(frames)
            file.write(data if not piece else data[24:])
            names += [flow.host for flow in traffic.flows if flow.host]
            written, piece = written + len(frames), piece + 1
    return names


def _add_flow(traffic: Traffic, dice: random.Random, host: str) -> None:
    """A flow as offices have them, and the lookup before it, if the client had to ask."""
    down = dice.choices((3_000, 20_000, 80_000, 400_000), (40, 35, 20, 5))[0]
    six = dice.random() < 0.05
    kind = dice.choices(list(_SHARES), list(_SHARES.values()))[0]
    connect = f"CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n\r\n".encode()
    flow = {
        "small": lambda: traffic.tls(host, down=down, six=six),
        "split": lambda: traffic.tls(host, padding=1216, down=down, six=six),
        "again": lambda: traffic.tls(host, padding=1216, down=down, repeat=True),
        "disorder": lambda: traffic.tls(host, padding=1216, down=down, shuffle=True),
        "connect": lambda: traffic.tls(
            host, kind="CONNECT", before=connect, port=3128, padding=1216, down=down
        ),
        "quic": lambda: traffic.quic(host, down=down),
        "quic split": lambda: traffic.quic(host, padding=1216, down=down, six=six),
        "quic shuffled": lambda: traffic.quic(host, padding=1216, shuffle=True, down=down),
        "http": lambda: traffic.http(host, down=down),
        "nameless": lambda: traffic.tls(None, down=down),
    }[kind]()
    if dice.random() < 0.6:
        traffic.lookup(flow.source, host, [flow.target], time=flow.begin - 900)


_SHARES = {
    "small": 25,
    "split": 37,
    "again": 2,
    "disorder": 2,
    "connect": 2,
    "quic": 5,
    "quic split": 7,
    "quic shuffled": 5,
    "http": 7,
    "nameless": 8,
}
"""Out of a hundred flows."""
