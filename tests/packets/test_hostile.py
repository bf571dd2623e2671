"""Captures that are cut, mangled or made to harm: what is readable is kept, the damage is said."""

from __future__ import annotations

import io
import json
import os
import random
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from shadow_scan.collectors.lines.unwrap import ByteSource
from shadow_scan.collectors.packets.capture import Capture
from shadow_scan.collectors.packets.conversations.conversation import Conversation
from shadow_scan.collectors.packets.conversations.holding import HeldBytes
from shadow_scan.collectors.packets.conversations.table import MAX_ACTIVE, ROOM_FOR_ATTEMPTS
from tests.packets import wire
from tests.packets.capture_file import (
    BEGIN,
    block,
    enhanced,
    interface,
    option,
    pcap,
    pcapng,
    section,
)
from tests.packets.reading import flow_facts, read
from tests.packets.traffic import Traffic, add_round, office
from tests.packets.wire import ACK, PSH, SYN

HALF_OPEN = int(os.environ.get("SHADOW_SCAN_HALF_OPEN", "60000"))
"""A million by hand: SHADOW_SCAN_HALF_OPEN=1000000."""


def one_flow(*segments: bytes, handshake: bool = True, port: int = 443) -> bytes:
    traffic = Traffic()
    traffic.tcp(traffic.new_flow("made", None, port=port), list(segments), 0, handshake=handshake)
    return pcap(traffic.frames())


def test_an_empty_capture_and_a_cut_header() -> None:
    whole = pcap([])
    assert read(whole).damage is None
    for size in range(1, 24):
        assert "header" in str(read(whole[:size]).damage)
    assert read(b"no capture at all, but long enough for one").damage == "no capture begins here"


@pytest.mark.parametrize("write", [pcap, pcapng])
def test_cut_anywhere(write: Callable[..., bytes]) -> None:
    traffic = Traffic()
    traffic.tls("cut.example")
    frames = traffic.frames()
    data = write(frames)
    borders = {len(write(frames[:count])): count for count in range(len(frames) + 1)}
    for size in sorted({*range(min(borders), len(data), 17), *borders}):
        found = read(data[:size])
        assert found.packets == max(count for end, count in borders.items() if end <= size)
        assert (found.damage is None) == (size in borders)
    assert read(data).hosts == ["cut.example"]


def test_a_record_with_a_length_that_cannot_be() -> None:
    good = pcap(office(rounds=1).frames())
    bad = good + struct.pack("<IIII", 1, 0, 0xFFFFFFFF, 9) + b"rest"
    found = read(bad)
    assert found.hosts == read(good).hosts
    assert "4,294,967,295 bytes" in str(found.damage)


@pytest.mark.parametrize("snap", [0, 13, 14, 30, 34, 38, 47, 54, 60, 96, 200, 600, 1400])
def test_packets_cut_by_a_snap_length_keep_their_sizes(snap: int) -> None:
    traffic = office(rounds=1)
    found = read(pcap(traffic.frames(), snap=snap))
    assert found.packets == len(traffic)
    assert set(found.hosts) <= {f.host for f in traffic.flows} | {h for _, h in traffic.lookups}
    if snap >= 96:
        truth = sorted((f.source, f.up, f.down) for f in traffic.flows)
        flows = [e for e in found.events if e["port"]]
        assert sorted((e["source_ip"], e["bytes_up"], e["bytes_down"]) for e in flows) == truth


def test_pcapng_with_everything_that_may_stand_in_it() -> None:
    first = office(rounds=1)
    second = Traffic(2, lambda packet: packet, first_port=40_000)
    add_round(second, 1, 5000)
    parts = [section("<"), block(0x0BAD, b"unknown"), interface(1, resolution=9)]
    parts += [block(4, struct.pack("<HH", 0, 0)), block(10, struct.pack("<II", 0x544C534B, 0))]
    parts += [enhanced(time * 1000, frame) for time, frame in first.frames()]
    parts += [section(">"), interface(113, ">"), interface(101, ">", offset=1000, resolution=0x94)]
    for time, frame in second.frames():
        ticks = ((time - 1_000_000_000) << 20) // 1_000_000 + 1
        parts.append(enhanced(ticks, frame, 1, ">"))
        parts.append(block(5, struct.pack(">III", 1, 0, 0) + option(0, b"", ">"), ">"))
    found = read(b"".join(parts))
    assert found.damage is None
    hosts = [f.host for t in (first, second) for f in t.flows if f.host]
    hosts += [host for t in (first, second) for _, host in t.lookups]
    assert found.hosts == sorted(hosts)
    begins = sorted(flow.begin for flow in second.flows)
    times = sorted(e["event_time"].timestamp() for e in found.events if e["port"])
    assert len(times) == len(begins) + len(first.flows)


def test_simple_and_obsolete_packet_blocks() -> None:
    frames = office(rounds=1).frames()
    simple = [section(), interface(1)]
    simple += [block(3, struct.pack("<I", len(frame)) + frame) for _, frame in frames]
    old = [section(), interface(1)]
    for time, frame in frames:
        head = struct.pack("<HHIIII", 0, 0, time >> 32, time & 0xFFFFFFFF, len(frame), len(frame))
        old.append(block(2, head + frame))
    expected = read(pcap(frames))
    assert read(b"".join(old)).hosts == expected.hosts
    assert read(b"".join(old)).events == expected.events
    # Without any time there is no event, and that is said.
    assert read(b"".join(simple)).rejected == {"the time is out of range": len(expected.events)}


@pytest.mark.parametrize("spoil", [4, 6, 7, 13, 1 << 31])
def test_a_damaged_block_ends_the_reading(spoil: int) -> None:
    frames = office(rounds=1).frames()
    data = pcapng(frames) + struct.pack("<II", 6, spoil) + bytes(40)
    found = read(data)
    assert found.packets == len(frames)
    assert "damaged" in str(found.damage)


def test_many_interfaces_and_sections_do_not_slow_it_down() -> None:
    frame = office(rounds=1).frames()[0][1]
    piece = section("<") + interface(1) + enhanced(BEGIN, frame)
    assert read(piece * 20_000).packets == 20_000
    turning = piece + section(">") + interface(1, ">") + enhanced(BEGIN, frame, 0, ">")
    assert "too often" in str(read(turning * 200).damage)


def test_a_packet_on_an_interface_that_is_not_there() -> None:
    data = section() + interface(1) + enhanced(BEGIN, office(rounds=1).frames()[0][1], 7)
    found = read(data)
    assert (found.packets, found.events, found.unknown_links) == (1, [], [-1])


def test_half_open_connections_are_bounded_and_no_events(tmp_path: Path) -> None:
    """In a process of its own, so that what it took is what reading took."""
    traffic = Traffic()
    traffic.tls("kept.example", down=100)
    start, frames = traffic.frames()[0][0], traffic.frames()
    path = tmp_path / "flood.pcap"
    with path.open("wb") as file:
        file.write(pcap([(BEGIN, frame) for time, frame in frames if time == start]))
        for at in range(HALF_OPEN):
            segment = wire.tcp((at // 250 % 60_000 + 1024, 443), at * 77, SYN)
            packet = wire.ip(f"203.0.113.{at % 250}", "198.51.100.1", 6, segment)
            file.write(pcap([(BEGIN + at, wire.ethernet(packet))])[24:])
        file.write(pcap(frames[1:])[24:])
    words = [sys.executable, "-c", _READ_AND_WEIGH, str(path)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    hosts, events, skipped, grown = json.loads(done.stdout)
    assert (hosts, events) == (["kept.example"], 1)
    assert skipped["connection that carried no data"] >= HALF_OPEN
    assert HALF_OPEN > 2 * (MAX_ACTIVE + ROOM_FOR_ATTEMPTS / 250), "or nothing has to go"
    assert grown < 60, f"{grown} MiB"


_READ_AND_WEIGH = """
import json, resource, sys
from tests.packets.reading import read_from
from tests.packets.traffic import office
from tests.packets.capture_file import pcap
from tests.packets.reading import read
read(pcap(office(rounds=1).frames()))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with open(sys.argv[1], "rb") as file:
    found = read_from(file)
grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
print(json.dumps([found.hosts, len(found.events), found.skipped, grown]))
"""


def test_a_hello_that_never_ends() -> None:
    endless = b"\x16\3\1\x40\0\1\xff\xff\xff" + b"a" * 1300
    found = read(one_flow(endless, *([b"b" * 1300] * 300)))
    assert found.hosts == []
    assert found.events[0]["bytes_up"] == len(endless) + 300 * 1300
    tiny = wire.records(wire.hello("tiny.example", padding=1216), 1)
    assert read(one_flow(*(tiny[at : at + 1] for at in range(len(tiny))))).hosts == []
    small = wire.records(wire.hello("small.example"))
    assert read(one_flow(*(small[at : at + 3] for at in range(0, len(small), 3)))).hosts == [
        "small.example"
    ]


def test_hellos_that_never_end_are_bounded_together() -> None:
    """The hunts that were looked at longest ago give up, and a hello behind them is read."""
    held, hunts = HeldBytes(most=100_000), []
    for port in range(50):
        hunt = Conversation((6, b"\xc0\0\2\1", port, b"\xc0\0\2\2", 443), port, 0)
        hunt.opened(0, 0)
        for piece in range(10):
            begin = b"\x16\3\1\x40\0\1\0\x3f\xf0" if not piece else b""
            hunt.look_at_segment(0, piece * 1300, begin.ljust(1300, b"a"), cut=False, number=piece)
            held.looked_at(hunt)
        hunts.append(hunt)
    assert [hunt.hunting for hunt in hunts] == [False] * 43 + [True] * 7
    assert sum(hunt.held for hunt in hunts) == 7 * 13_000
    hello = wire.records(wire.hello("late.example"))
    late = Conversation((6, b"\xc0\0\2\1", 99, b"\xc0\0\2\2", 443), 99, 0)
    late.opened(0, 0)
    late.look_at_segment(0, 0, hello, cut=False, number=99)
    held.looked_at(late)
    assert late.name is not None
    assert late.name.host == "late.example"


def test_a_hello_with_a_missing_piece_has_no_name() -> None:
    stream = wire.records(wire.hello("lost.example", padding=3000))
    traffic = Traffic()
    flow = traffic.new_flow("made", None)
    pieces = [stream[at : at + 1000] for at in range(0, len(stream), 1000)]
    traffic.tcp(flow, pieces, 0, lambda places: [p for p in places if p != 1])
    assert read(pcap(traffic.frames())).hosts == []


@pytest.mark.parametrize("six", [False, True])
def test_fragments_are_counted_and_may_overlap(six: bool) -> None:
    source, target = ("2001:db8::1", "2001:db8::2") if six else ("192.0.2.1", "198.51.100.2")
    datagram = wire.udp((5000, 9999), bytes(4000))

    def piece(begin: int, end: int, *, more: bool) -> bytes:
        if not six:
            part = datagram[begin:end]
            return wire.ip(source, target, 17, part, identity=7, fragment=begin, more=more)
        head = struct.pack(">BBHI", 17, 0, begin | more, 7)
        return wire.ip(source, target, 44, head + datagram[begin:end])

    parts = [piece(0, 1480, more=True), piece(1480, 2960, more=True), piece(2960, 4008, more=False)]
    frames = [(BEGIN + at, wire.ethernet(part)) for at, part in enumerate(parts)]
    event = read(pcap(frames)).events[0]
    assert (event["bytes_up"], event["destination_ip"]) == (4000, target)
    parts += [piece(8, 1488, more=True), piece(0, 4000, more=True), piece(8000, 8008, more=False)]
    frames = [(BEGIN + at, wire.ethernet(part)) for at, part in enumerate(parts)]
    assert len(read(pcap(frames)).events) == 1
    alone = read(pcap(frames[1:2]))
    assert alone.skipped == {"a fragment of a packet whose begin was not seen": 1}


BAD_NAMES = [
    *(b"", b"a b.example", b"a\0b.example", b"\xc3\xa4.example", b"192.0.2.1", b"a..example"),
    *(b".example", b"x" * 64 + b".example", b"a/../b", b"\x1b[31m.example", b"'; DROP TABLE a"),
    *(b"<b>x</b>.example", b"=1+1", (b"a" * 60 + b".") * 5 + b"example", b"-", b"*"),
]


@pytest.mark.parametrize("raw", BAD_NAMES)
def test_bytes_that_are_no_name(raw: bytes) -> None:
    extension = wire.extension(0, struct.pack(">HBH", len(raw) + 3, 0, len(raw)) + raw)
    stream = wire.records(wire.hello(None, more=extension))
    assert read(one_flow(stream)).hosts == []
    head = b"GET / HTTP/1.1\r\nHost: " + raw.replace(b"\n", b"") + b"\r\n\r\n"
    assert read(one_flow(head, port=80)).hosts == []
    if raw and len(raw) < 64:
        label = bytes([len(raw)]) + raw + b"\7example\0"
        question = struct.pack(">6H", 1, 256, 1, 0, 0, 0) + label + b"\0\1\0\1"
        frame = wire.ethernet(wire.ip("192.0.2.1", "192.0.2.2", 17, wire.udp((5000, 53), question)))
        assert b"example" in question
        hosts = read(pcap([(BEGIN, frame)])).hosts
        assert hosts == [] or raw in (b"-",)


def test_dns_messages_that_lead_in_circles() -> None:
    loop = (
        struct.pack(">6H", 1, 0x8180, 1, 9, 0, 0) + b"\1a\xc0\x0c" + b"\0\1\0\1" + b"\xc0\x0c" * 50
    )
    deep = struct.pack(">6H", 1, 0x8180, 1, 65_535, 0, 0) + wire.dns_name("a.example") + b"\0\1\0\1"
    deep += b"\xc0\x0c\0\1\0\1\0\0\0\1\0\4\1\2\3\4" * 4000
    for message in (loop, deep, deep[:40], b"\0" * 12, b"\xff" * 600):
        packet = wire.ip("192.0.2.9", "192.0.2.1", 17, wire.udp((53, 5000), message))
        assert read(pcap([(BEGIN, wire.ethernet(packet))])).damage is None


@pytest.mark.parametrize("size", [700, 4096, 65_536, 1 << 20])
def test_where_blocks_end_changes_nothing(size: int) -> None:
    traffic = office(rounds=2)
    for write in (pcap, pcapng):
        data = write(traffic.frames())
        found, expected = [], read(data)
        capture = Capture(ByteSource(io.BytesIO(data), "made"), size)
        for batch in capture.batches():
            if batch.events is not None:
                found += batch.events.to_pylist()
        assert len(found) == len(expected.events)
        assert {(e["line_number"], e["bytes_up"], e["bytes_down"]) for e in found} == {
            (e["line_number"], e["bytes_up"], e["bytes_down"]) for e in expected.events
        }


def test_sequence_numbers_that_wrap_and_ports_used_again() -> None:
    ends, ports = ("192.0.2.1", "198.51.100.1"), (4000, 443)
    frames, clock = [], BEGIN
    for host, begin in (("first.example", 2**32 - 300), ("second.example", 77)):
        stream = wire.records(wire.hello(host, padding=1216)) + bytes(5000)
        pieces = [(at, stream[at : at + 900]) for at in range(0, len(stream), 900)]
        random.Random(3).shuffle(pieces)
        segments = [wire.tcp(ports, begin, SYN), wire.tcp(ports, begin, SYN)]
        segments += [wire.tcp(ports, begin + 1 + at, ACK | PSH, part) for at, part in pieces]
        segments += [wire.tcp(ports, begin + 1 + at + 100, ACK, part[100:]) for at, part in pieces]
        for segment in segments:
            clock += 1000
            frames.append((clock, wire.ethernet(wire.ip(*ends, 6, segment))))
        total = len(stream)
    found = read(pcap(frames))
    assert found.hosts == ["first.example", "second.example"]
    assert sorted(e["bytes_up"] for e in found.events)[-1] == total
    assert {e["bytes_up"] - total for e in found.events} <= {0, -1}


def test_bytes_that_were_captured_before_the_handshake() -> None:
    ends, ports = ("192.0.2.1", "198.51.100.1"), (4000, 443)
    stream = wire.records(wire.hello("early.example", padding=1216))
    segments = [
        wire.tcp(ports, 1001, ACK | PSH, stream[:700]),
        wire.tcp(ports, 1000, SYN),
        wire.tcp(ports, 1701, ACK | PSH, stream[700:]),
    ]
    frames = [(BEGIN + at, wire.ethernet(wire.ip(*ends, 6, s))) for at, s in enumerate(segments)]
    (event,) = read(pcap(frames)).events
    assert (event["host"], event["bytes_up"]) == ("early.example", len(stream))


def test_a_stream_of_which_the_begin_was_not_captured() -> None:
    stream = wire.records(wire.hello("late.example", padding=1216))
    assert read(one_flow(stream[:1000], stream[1000:], handshake=False)).hosts == ["late.example"]
    traffic = Traffic()
    flow = traffic.new_flow("made", "late.example")
    pieces = [stream[:1000], stream[1000:]]
    traffic.tcp(flow, pieces, 0, lambda places: places[::-1], handshake=False)
    assert read(pcap(traffic.frames())).hosts == ["late.example"]
    middle = read(one_flow(b"\x17\3\3\1\0" + bytes(256), handshake=False))
    assert [flow_facts(e)[3] for e in middle.events] == [None]
