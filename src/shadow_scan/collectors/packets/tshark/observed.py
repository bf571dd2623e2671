"""Packets as another reader dissected them, put together into the same conversations and events."""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from dataclasses import dataclass, field

from shadow_scan.collectors.packets.conversations.conversation import Conversation
from shadow_scan.collectors.packets.events import NO_DATA, EventRows
from shadow_scan.collectors.packets.layers.endpoints import endpoint, ends_of, key_of
from shadow_scan.collectors.packets.names.answers import KnownAddresses
from shadow_scan.collectors.packets.names.dns import PORT as DNS_PORT
from shadow_scan.collectors.packets.names.dns import Message
from shadow_scan.collectors.packets.names.lookups import Lookups
from shadow_scan.collectors.packets.names.naming import Name, Origin

_MAX_STREAMS = 10_000
Stream = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Observed:
    """One TCP segment or UDP datagram. `stream` is the dissector's own number of the flow."""

    number: int
    time: int
    """Microseconds since 1970, UTC."""
    protocol: int
    stream: int
    source: str
    source_port: int
    destination: str
    destination_port: int
    length: int
    """Bytes of payload."""
    sequence: int = 0
    opens: bool = False
    """A SYN that answers none."""
    host: str | None = None
    origin: Origin = "tls"
    encrypted: bool = False
    agent: str | None = None
    message: Message | None = None


@dataclass(slots=True)
class ObservedConversations:
    known: KnownAddresses = field(default_factory=KnownAddresses)
    rows: EventRows = field(default_factory=EventRows)
    skipped: dict[str, int] = field(default_factory=dict)
    lookups: Lookups = field(init=False)
    _open: OrderedDict[Stream, Conversation] = field(default_factory=OrderedDict)

    def __post_init__(self) -> None:
        self.lookups = Lookups(self.known, self.rows)

    def add(self, seen: Observed) -> None:
        if DNS_PORT in (seen.source_port, seen.destination_port):
            if seen.message is not None:
                self._ask(seen, seen.message)
            return
        found = self._conversation(seen)
        direction = 1 - found.key.startswith(_endpoint(seen.source, seen.source_port), 1)
        found.packets[direction] += 1
        found.last_time = max(found.last_time, seen.time)
        if seen.opens:
            found.client_is(direction)
        if found.is_tcp and seen.length:
            found.count(direction, seen.sequence, seen.length)
        else:
            found.volume[direction] += seen.length
        if seen.host is not None and _is_better(seen, found.name):
            found.name = Name(seen.host, seen.origin, agent=seen.agent, encrypted=seen.encrypted)
            found.name_number = seen.number
            found.client_is(direction)

    def end(self, *, idle_since: int | None = None) -> None:
        """Conversations that had no packet since a time, or all of them, become events."""
        for stream, conversation in list(self._open.items()):
            if idle_since is not None and conversation.last_time >= idle_since:
                continue
            self._finish(self._open.pop(stream))

    def _finish(self, ended: Conversation) -> None:
        if not self.rows.conversation(ended, self.known):
            packets = sum(ended.packets)
            self.skipped[NO_DATA] = self.skipped.get(NO_DATA, 0) + packets

    def _conversation(self, seen: Observed) -> Conversation:
        stream = (seen.protocol, seen.stream)
        found = self._open.get(stream)
        if found is None:
            source = _endpoint(seen.source, seen.source_port)
            target = _endpoint(seen.destination, seen.destination_port)
            found = self._open[stream] = Conversation(
                *(key_of(seen.protocol, source, target), seen.number, seen.time),
                int(source > target),
            )
            one, _, other, _ = ends_of(found.key)
            found.told = self.known.names_between(one, other, seen.time)
            if len(self._open) > _MAX_STREAMS:
                self._finish(self._open.popitem(last=False)[1])
        self._open.move_to_end(stream)
        return found

    def _ask(self, seen: Observed, message: Message) -> None:
        ends = (
            *(_packed(seen.source), seen.source_port),
            *(_packed(seen.destination), seen.destination_port),
        )
        self.lookups.message(seen.number, seen.time, ends, message)


def _is_better(seen: Observed, name: Name | None) -> bool:
    """A hello inside a tunnel says more than the tunnel's request; a second one says nothing."""
    return name is None or (name.origin == "connect" and seen.origin != "connect")


def _endpoint(address: str, port: int) -> bytes:
    return endpoint(_packed(address), port)


def _packed(address: str) -> bytes:
    return ipaddress.ip_address(address).packed
