"""Free input to every decoder: none raises, none hangs, none names what is no name."""

from __future__ import annotations

import random
import re
import struct

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shadow_scan.collectors.packets.conversations.sequence import SequenceRanges
from shadow_scan.collectors.packets.conversations.streams import StreamPrefix
from shadow_scan.collectors.packets.names import quic
from shadow_scan.collectors.packets.names.dns import framed_messages, parse_message
from shadow_scan.collectors.packets.names.hello import parse_hello
from shadow_scan.collectors.packets.names.hostnames import host_name
from shadow_scan.collectors.packets.names.http import read_request
from shadow_scan.collectors.packets.names.ja4 import ja4
from shadow_scan.collectors.packets.names.naming import read_client
from shadow_scan.collectors.packets.names.tls import read_hello
from tests.packets import mutation, wire
from tests.packets.capture_file import pcap, pcapng
from tests.packets.reading import read
from tests.packets.test_names import DIALOGUES, HELLO
from tests.packets.traffic import office

NAME = re.compile(r"[a-z0-9_.-]{1,253}")
quick = settings(max_examples=25, suppress_health_check=list(HealthCheck))
seeds = st.integers(0, 2**32 - 1)


@quick
@given(st.binary(max_size=400))
def test_any_bytes(data: bytes) -> None:
    parse_hello(data)
    parse_message(data)
    framed_messages(data)
    read_hello(data)
    read_request(data)
    read_client(data)
    quic.may_be_quic(data)
    quic._crypto_frames(data)
    client = quic.QuicClient()
    client.add(data)
    assert client.hello is None
    name = host_name(data)
    assert name is None or NAME.fullmatch(name)


SAMPLES = [
    *(begin + HELLO for begin in DIALOGUES.values()),
    wire.dns_query(7, "a.example"),
    wire.dns_answer(7, "a.example", ["192.0.2.1", "2001:db8::1"], alias="b.example"),
    b"GET http://a.example/x HTTP/1.1\r\nHost: a.example:80\r\nUser-Agent: z\r\n\r\n",
    wire.hello("a.example", padding=300, encrypted=True)[4:],
]


@quick
@given(st.sampled_from(SAMPLES), seeds)
def test_spoiled_samples(sample: bytes, seed: int) -> None:
    spoiled = mutation.spoiled(sample, random.Random(seed))
    for reader in (parse_message, read_hello, read_request, read_client, framed_messages):
        reader(spoiled)
    hello = parse_hello(spoiled)
    if hello is not None:
        assert hello.host is None or NAME.fullmatch(hello.host)
        assert len(ja4(hello, "t")) == 36


@quick
@given(seeds)
def test_spoiled_initials_never_open(seed: int) -> None:
    dice = random.Random(seed)
    sealed = wire.initial(
        b"original", b"original", 1, wire.crypto_frame(0, wire.hello("a.example"))
    )
    for version in (1, quic.VERSION_2):
        client = quic.QuicClient()
        client.add(mutation.spoiled(sealed[:1] + version.to_bytes(4, "big") + sealed[5:], dice))
        assert client.hello is None or client.hello.host == "a.example"


@quick
@given(st.binary(max_size=300))
def test_whatever_an_initial_holds(frames: bytes) -> None:
    client = quic.QuicClient()
    client.add(wire.initial(b"original", b"original", 1, frames))
    assert client.hello is None or client.hello.host is None


@pytest.mark.parametrize("write", [pcap, pcapng])
@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(seed=seeds)
def test_spoiled_captures(write: object, seed: int) -> None:
    dice = random.Random(seed)
    data = _CAPTURES[write is pcapng]
    found = read(mutation.spoiled(data, dice, dice.choice((1, 3, 30, 300))))
    assert all(NAME.fullmatch(host) for host in found.hosts)
    for event in found.events:
        assert event["bytes_up"] is None or 0 <= event["bytes_up"] < 1 << 40


_OFFICE = office(rounds=1).frames()
_CAPTURES = [pcap(_OFFICE), pcapng(_OFFICE)]


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(seed=seeds, link=st.sampled_from([0, 1, 9, 12, 50, 51, 101, 104, 108, 113, 228, 276, 999]))
def test_spoiled_packets_of_any_link(seed: int, link: int) -> None:
    """Records stay whole, what is in them does not."""
    dice = random.Random(seed)
    frames = [(time, mutation.spoiled(frame, dice, 2)) for time, frame in _OFFICE]
    found = read(pcap(frames, link=link))
    assert found.packets == len(frames)
    assert found.damage is None


segments = st.lists(st.tuples(st.integers(0, 400), st.integers(1, 60)), max_size=60)


@quick
@given(segments, st.integers(0, 2**32 - 1))
def test_bytes_count_once_like_a_set_of_positions(parts: list[tuple[int, int]], begin: int) -> None:
    ranges, seen, counted = SequenceRanges(begin), set(), 0
    for at, length in parts:
        counted += ranges.add((begin + at) % 2**32, length)
        seen |= set(range(at, at + length))
    assert counted == len(seen)


@quick
@given(st.permutations(range(12)), st.integers(0, 2**32 - 1), st.booleans())
def test_a_prefix_is_in_order_whatever_the_order(
    order: list[int], begin: int, anchored: bool
) -> None:
    stream = bytes(range(120))
    prefix = StreamPrefix(begin if anchored else None)
    for at in order:
        prefix.add((begin + 10 * at) % 2**32, stream[10 * at : 10 * at + 10], cut=False)
    assert bytes(prefix.data) == stream
    assert not prefix.lost


@quick
@given(st.lists(st.tuples(st.integers(0, 2**32 - 1), st.binary(max_size=50)), max_size=200))
def test_a_prefix_takes_any_segments(parts: list[tuple[int, bytes]]) -> None:
    prefix = StreamPrefix(None)
    for sequence, payload in parts:
        prefix.add(sequence, payload, cut=False)
    assert len(prefix.data) <= 65_536 + 200 * 50


def test_mutation_changes_something() -> None:
    dice = random.Random(1)
    assert all(mutation.spoiled(sample, dice) != sample for sample in SAMPLES)
    assert struct.calcsize("I") == 4
