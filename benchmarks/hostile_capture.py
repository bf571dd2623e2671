"""A capture that wants all the memory a reader may give, in every way at once.

    python benchmarks/hostile_capture.py OUT.pcapng [--rounds 120000]

A round is one client that does it all and never ends anything: a named connection, hellos that stop
half way (by TCP and by QUIC), a request with a long host and a long agent, a stream full of holes,
an answer of DNS with a name of its own, a half-open connection, a fragment whose rest never comes;
and a block of a kind that nobody knows. Read it by `scan`, and look at the peak.
"""

from __future__ import annotations

import argparse
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.packets import wire
from tests.packets.capture_file import BEGIN, block, enhanced, interface, section
from tests.packets.wire import ACK, PSH, SYN

_HALF = wire.records(wire.hello("half.example", padding=3_000))[:1_300]
_HALF_QUIC = wire.crypto_frame(0, wire.hello("quic.example", padding=1_500)[:900])
_AGENT = ("\N{GRINNING FACE}" + "a" * 290).encode()
_UNKNOWN_KIND, _UNKNOWN_BYTES = 0x0BAD, 600
_HOLES = 20


def write_capture(path: Path, rounds: int) -> None:
    time = BEGIN
    with path.open("wb") as file:
        file.write(section() + interface())
        for number in range(rounds):
            for packet in _packets(number):
                time += 3
                file.write(enhanced(time, wire.ethernet(packet)))
            if not number % 10:
                file.write(block(_UNKNOWN_KIND, bytes(_UNKNOWN_BYTES)))


def _packets(number: int) -> Iterator[bytes]:
    source, port = f"203.0.113.{number % 250}", number // 250 % 50_000 + 1_024
    name = ".".join([f"n{number}", *["x" * 60] * 3, "example"])
    own = wire.records(wire.hello(f"own{number}.example"))
    request = b"GET / HTTP/1.1\r\nHost: %s\r\nUser-Agent: %s\r\n\r\n" % (name.encode(), _AGENT)
    for last, target_port, first in ((1, 443, own), (2, 8443, _HALF), (3, 80, request)):
        for flags, sequence, payload in ((SYN, number, b""), (ACK | PSH, number + 1, first)):
            segment = wire.tcp((port, target_port), sequence, flags, payload)
            yield wire.ip(source, f"198.51.100.{last}", 6, segment)
    if not number % 4:
        for hole in range(_HOLES):
            segment = wire.tcp((port, 9_000), number + 1 + hole * 10, ACK, b"\x17ab")
            yield wire.ip(source, "198.51.100.4", 6, segment)
    if not number % 3:
        identity = struct.pack(">Q", number)
        yield wire.ip(
            *(source, "198.51.100.5", 17),
            wire.udp((port, 443), wire.initial(identity, identity, 1, _HALF_QUIC)),
        )
    told = f"198.18.{number // 250 % 250}.{number % 250}"
    answer = wire.udp((53, port), wire.dns_answer(number % 65_536, name, [told]))
    yield wire.ip("198.51.100.53", source, 17, answer)
    yield wire.ip(source, "198.51.100.6", 6, wire.tcp((port, 22), number, SYN))
    begun = wire.udp((port, 9_001), bytes(1_200))
    identity = number % 65_536
    yield wire.ip(source, "198.51.100.7", 17, begun, identity=identity, more=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--rounds", type=int, default=120_000)
    asked = parser.parse_args()
    write_capture(asked.out, asked.rounds)


if __name__ == "__main__":
    main()
