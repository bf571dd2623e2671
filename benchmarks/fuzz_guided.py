"""Fuzzes the packet decoders led by the branches that an input reaches (atheris, libFuzzer).

    uv pip install --group fuzz
    python benchmarks/fuzz_guided.py [--minutes 60] [--corpus FOLDER]

Goes wrong: an exception, a name that is none, ten seconds for one input, or memory past its bound.
What did lies in the corpus' folder then, as `crash-…`; give the same folder to go on from there.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import atheris

with atheris.instrument_imports(include=["shadow_scan.collectors.packets"]):
    from tests.packets.capture_file import pcap, pcapng
    from tests.packets.reading import read
    from tests.packets.test_fuzz import NAME, SAMPLES
    from tests.packets.traffic import office
    from tests.packets.wire import ACK, SYN, ethernet, ip, tcp

    from shadow_scan.collectors.packets.names.dns import framed_messages, parse_message
    from shadow_scan.collectors.packets.names.hello import parse_hello
    from shadow_scan.collectors.packets.names.naming import read_client
    from shadow_scan.collectors.packets.names.quic import QuicClient, _crypto_frames

_SECONDS, _MEBIBYTES, _MAX_BYTES = 10, 4_096, 16_384
"""What follows the branches keeps five kilobytes an input; the readers alone stay at 152 MiB."""
_LINKS = (0, 1, 9, 51, 101, 104, 113, 276)
_TIME = 1_767_225_600_000_000


def _capture(data: bytes) -> None:
    wrong = [host for host in read(data).hosts if not NAME.fullmatch(host)]
    if wrong:
        raise ValueError(wrong)


def _frames(data: bytes) -> None:
    """Packets of a link that the first byte chooses, each behind its length."""
    frames, rest = [], data[1:]
    while len(rest) > 1 and len(frames) < 64:
        size = rest[0] << 3
        frames.append((_TIME + len(frames), rest[1 : 1 + size]))
        rest = rest[1 + size :]
    _capture(pcap(frames, link=_LINKS[data[0] % len(_LINKS)]))


def _stream(data: bytes) -> None:
    """What a client says in segments that overlap, or come in another order."""
    frames, at = [], 0
    while at + 3 < len(data) and len(frames) < 64:
        size, back, flags = data[at] << 3, data[at + 1], ACK | (SYN if data[at + 2] > 250 else 0)
        segment = tcp((40_000, 443), max(at - back, 0), flags, data[at + 3 : at + 3 + size])
        frames.append((_TIME + at, ethernet(ip("192.0.2.1", "198.51.100.1", 6, segment))))
        at += 3 + size
    _capture(pcap(frames))


_TARGETS: tuple[Callable[[bytes], object], ...] = (
    *(parse_message, framed_messages, read_client, parse_hello, _crypto_frames),
    *(lambda data: QuicClient().add(data), _capture, _frames, _stream),
)


def one(data: bytes) -> None:
    """One input: its first byte chooses who reads the rest."""
    if len(data) > 1:
        _TARGETS[data[0] % len(_TARGETS)](data[1:])


def _plant(folder: Path) -> None:
    """Inputs that are well-formed, for every reader of such."""
    frames = office(7, rounds=1).frames()[:40]
    whole = [pcap(frames), pcapng(frames)]
    for at, target in enumerate(_TARGETS):
        for number, sample in enumerate(whole if target is _capture else SAMPLES):
            (folder / f"seed-{at}-{number}").write_bytes(bytes([at]) + sample[:_MAX_BYTES])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--corpus", type=Path)
    asked = parser.parse_args()
    folder = asked.corpus or Path(tempfile.mkdtemp(prefix="fuzz-"))
    folder.mkdir(parents=True, exist_ok=True)
    _plant(folder)
    limits = [
        *(f"-max_total_time={round(asked.minutes * 60)}", f"-max_len={_MAX_BYTES}"),
        *(f"-timeout={_SECONDS}", f"-rss_limit_mb={_MEBIBYTES}", f"-artifact_prefix={folder}/"),
    ]
    atheris.Setup([sys.argv[0], str(folder), *limits, "-print_final_stats=1"], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
