"""A made-up office's traffic with its truth: which flow has which name and how many bytes."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tests.packets import wire
from tests.packets.capture_file import BEGIN, Stamped
from tests.packets.wire import ACK, FIN, PSH, SYN

SEGMENT = 1380


@dataclass(slots=True)
class Flow:
    """What must be found: `host` None means that nothing on the wire says it."""

    kind: str
    source: str
    port: int
    target: str
    target_port: int
    host: str | None
    up: int = 0
    down: int = 0
    begin: int = 0
    end: int = 0
    evidence: str = "connected"
    asked_port: int = 443
    """Of the server behind a proxy, where there is one."""


@dataclass(slots=True)
class Traffic:
    """Packets of many flows, interleaved by time; `wrap` makes a frame of an IP packet."""

    seed: int = 1
    wrap: Callable[[bytes], bytes] = wire.ethernet
    first_port: int = 20_000
    flows: list[Flow] = field(default_factory=list)
    lookups: list[tuple[str, str]] = field(default_factory=list)
    """(client, name) of each DNS question."""
    _frames: list[tuple[int, int, bytes]] = field(default_factory=list)
    _dice: random.Random = field(init=False)
    _ports: int = field(init=False)

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)
        self._ports = self.first_port

    def __len__(self) -> int:
        return len(self._frames)

    def frames(self) -> list[Stamped]:
        return [(time, frame) for time, _, frame in sorted(self._frames)]

    def put(self, time: int, packet: bytes) -> None:
        self._frames.append((time, len(self._frames), self.wrap(packet)))

    def new_flow(self, kind: str, host: str | None, *, port: int = 443, six: bool = False) -> Flow:
        self._ports += 1
        number = len(self.flows)
        source = f"2001:db8::{number % 200 + 1:x}" if six else f"192.0.2.{number % 200 + 1}"
        target = f"2001:db8:1::{number % 250 + 1:x}" if six else f"198.51.100.{number % 250 + 1}"
        begin = BEGIN + self._dice.randrange(600_000_000)
        flow = Flow(kind, source, self._ports, target, port, host, begin=begin, end=begin)
        flow.asked_port = 443 if kind == "CONNECT" else port
        self.flows.append(flow)
        return flow

    # TCP -------------------------------------------------------------------------------------

    def tcp(
        self,
        flow: Flow,
        up: list[bytes],
        down: int,
        order: Callable[[list[int]], list[int]] = list,
        *,
        repeat: frozenset[int] = frozenset(),
        handshake: bool = True,
    ) -> None:
        """A whole connection. `up`: the client's segments, sent in the given order, those of
        `repeat` twice; then `down` bytes of the server's in large segments, then more from the
        client to acknowledge."""
        isn, other = self._dice.randrange(2**32), self._dice.randrange(2**32)
        clock = self._clock(flow)
        if handshake:
            self._send(flow, clock, isn, SYN)
            self._send(flow, clock, other, SYN | ACK, back=True)
        isn, other = isn + 1, other + 1
        begins = [isn + sum(map(len, up[:at])) for at in range(len(up))]
        for at in order(list(range(len(up)))):
            for _ in range(2 if at in repeat else 1):
                self._send(flow, clock, begins[at], ACK | PSH, up[at])
        flow.up += sum(map(len, up))
        left = down
        while left > 0:
            size = min(left, SEGMENT)
            self._send(flow, clock, other, ACK, bytes(size), back=True)
            if self._dice.random() < 0.02:
                self._send(flow, clock, other, ACK, bytes(size), back=True)
            other, left = other + size, left - size
            if self._dice.random() < 0.4:
                self._send(flow, clock, isn + flow.up, ACK)
        flow.down += down
        self._send(flow, clock, isn + flow.up, FIN | ACK)
        self._send(flow, clock, other, FIN | ACK, back=True)

    def _clock(self, flow: Flow) -> Callable[[], int]:
        def tick() -> int:
            first = flow.end == flow.begin
            flow.end += 0 if first and not self._started(flow) else self._dice.randrange(50, 4000)
            self._begun.add(id(flow))
            return flow.end

        return tick

    _begun: set[int] = field(default_factory=set)

    def _started(self, flow: Flow) -> bool:
        return id(flow) in self._begun

    def _send(
        self,
        flow: Flow,
        clock: Callable[[], int],
        sequence: int,
        flags: int,
        payload: bytes = b"",
        *,
        back: bool = False,
    ) -> None:
        ends, ports = (flow.source, flow.target), (flow.port, flow.target_port)
        if back:
            ends, ports = ends[::-1], ports[::-1]
        segment = wire.tcp(ports, sequence, flags, payload)
        self.put(clock(), wire.ip(*ends, 6, segment))

    def tls(
        self,
        host: str | None,
        *,
        kind: str = "tls",
        before: bytes = b"",
        padding: int = 0,
        down: int = 5000,
        six: bool = False,
        port: int = 443,
        shuffle: bool = False,
        repeat: bool = False,
        encrypted: bool = False,
        truth: str | None = None,
        record: int = 16_384,
    ) -> Flow:
        flow = self.new_flow(kind, truth if truth is not None else host, port=port, six=six)
        stream = wire.records(wire.hello(host, padding=padding, encrypted=encrypted), record)
        segments = [before] if before else []
        segments += [stream[at : at + SEGMENT] for at in range(0, len(stream), SEGMENT)]
        segments.append(bytes(self._dice.randrange(50, 900)))
        sent = frozenset(range(len(segments))) if repeat else frozenset()
        self.tcp(flow, segments, down, self._shuffled if shuffle else list, repeat=sent)
        return flow

    def _shuffled(self, places: list[int]) -> list[int]:
        return places[1::-1] + places[2:]

    def http(self, host: str, down: int = 3000) -> Flow:
        flow = self.new_flow("http", host, port=80)
        head = f"GET /a?b=c HTTP/1.1\r\nHost: {host}\r\nUser-Agent: curl/8.5.0\r\n\r\n"
        self.tcp(flow, [head.encode()], down)
        return flow

    # UDP -------------------------------------------------------------------------------------

    def datagram(
        self, flow: Flow, clock: Callable[[], int], payload: bytes, *, back: bool = False
    ) -> None:
        ends, ports = (flow.source, flow.target), (flow.port, flow.target_port)
        if back:
            ends, ports = ends[::-1], ports[::-1]
            flow.down += len(payload)
        else:
            flow.up += len(payload)
        self.put(clock(), wire.ip(*ends, 17, wire.udp(ports, payload)))

    def quic(
        self,
        host: str,
        *,
        kind: str = "quic",
        version: int = 1,
        padding: int = 0,
        shuffle: bool = False,
        retry: bool = False,
        down: int = 9000,
        six: bool = False,
    ) -> Flow:
        flow = self.new_flow(kind, host, six=six)
        clock, identity = self._clock(flow), self._dice.randbytes(8)
        body, number = wire.hello(host, padding=padding, alpn=(b"h3",)), 0
        if retry:
            first = wire.initial(
                identity, identity, 0, wire.crypto_frame(0, body[:900]), version=version
            )
            self.datagram(flow, clock, first)
            answer = bytes([0xF0]) + version.to_bytes(4, "big") + b"\x08source12\x08" + b"RETRYCID"
            self.datagram(flow, clock, answer + b"token" + bytes(16), back=True)
            identity, number = b"RETRYCID", 1
        for frames in self._crypto(body, shuffle=shuffle):
            packet = wire.initial(
                identity,
                identity,
                number,
                frames,
                version=version,
                token=b"token" if retry else b"",
            )
            self.datagram(flow, clock, packet)
            number += 1
        for _ in range(down // 1200):
            self.datagram(flow, clock, b"\x40" + bytes(1199), back=True)
        return flow

    def _crypto(self, body: bytes, *, shuffle: bool) -> Iterator[bytes]:
        size = 180 if shuffle else 1000
        parts = [(at, body[at : at + size]) for at in range(0, len(body), size)]
        if shuffle:
            self._dice.shuffle(parts)
        filled = b""
        for at, part in parts:
            frame = wire.crypto_frame(at, part) + (b"\1" if shuffle else b"")
            if len(filled) + len(frame) > 1080:
                yield filled
                filled = b""
            filled += frame
        yield filled

    def lookup(
        self,
        client: str,
        host: str,
        addresses: list[str],
        *,
        time: int,
        resolver: str = "192.0.2.253",
        answered: bool = True,
    ) -> None:
        self._ports += 1
        identity, ports = self._dice.randrange(65_536), (self._ports, 53)
        question, answer = (
            wire.dns_query(identity, host),
            wire.dns_answer(identity, host, addresses),
        )
        self.put(time, wire.ip(client, resolver, 17, wire.udp(ports, question)))
        if answered:
            back = wire.udp(ports[::-1], answer)
            self.put(time + 500, wire.ip(resolver, client, 17, back))
        self.lookups.append((client, host))


def office(
    seed: int = 1,
    rounds: int = 3,
    wrap: Callable[[bytes], bytes] = wire.ethernet,
    down: int = 5000,
) -> Traffic:
    """Every kind of flow that the reader knows, `rounds` times."""
    t = Traffic(seed, wrap)
    for n in range(rounds):
        add_round(t, n, down)
    return t


def add_round(t: Traffic, n: int, down: int) -> None:
    """One flow of every kind, and a lookup."""
    name = f"r{n}.example"
    t.tls(f"one.{name}", kind="one segment", down=down)
    t.tls(f"split.{name}", kind="split", padding=1216, down=down)
    t.tls(f"records.{name}", kind="records", padding=1216, record=400, down=down)
    t.tls(f"again.{name}", kind="retransmitted", padding=1216, repeat=True, down=down)
    t.tls(f"disorder.{name}", kind="out of order", padding=1216, shuffle=True, down=down)
    t.tls(f"six.{name}", kind="IPv6", padding=1216, six=True, down=down)
    connect = f"CONNECT inner.{name}:443 HTTP/1.1\r\nHost: inner.{name}:443\r\n\r\n".encode()
    t.tls(f"inner.{name}", kind="CONNECT", before=connect, port=3128, padding=1216, down=down)
    t.tls(
        f"balanced.{name}",
        kind="PROXY",
        down=down,
        before=b"PROXY TCP4 203.0.113.9 198.51.100.9 5000 443\r\n",
    )
    t.tls(f"mail.{name}", kind="STARTTLS", before=b"EHLO me.example\r\nSTARTTLS\r\n", port=587)
    t.tls(None, kind="no name")
    t.http(f"web.{name}", down=down)
    t.quic(f"q1.{name}", kind="QUIC, one datagram", down=down)
    t.quic(f"q2.{name}", kind="QUIC, two datagrams", padding=1216, down=down)
    t.quic(f"q3.{name}", kind="QUIC, shuffled", padding=1216, shuffle=True, down=down)
    t.quic(f"q4.{name}", kind="QUIC version 2", padding=1216, version=0x6B3343CF, down=down)
    t.quic(f"q5.{name}", kind="QUIC after Retry", padding=1216, retry=True, down=down)
    t.quic(f"q6.{name}", kind="QUIC over IPv6", padding=1216, shuffle=True, six=True)
    t.lookup(
        f"192.0.2.{n % 250 + 1}",
        f"asked.{name}",
        [f"203.0.113.{n % 250 + 1}"],
        time=BEGIN + n * 1000,
    )
