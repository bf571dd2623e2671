"""One conversation between two endpoints: how much it carried, and whom the client asked for."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Any, TypeVar

from shadow_scan.collectors.packets.conversations.sequence import SequenceRanges
from shadow_scan.collectors.packets.conversations.streams import StreamPrefix
from shadow_scan.collectors.packets.layers.endpoints import Key
from shadow_scan.collectors.packets.layers.network import TCP
from shadow_scan.collectors.packets.names.naming import Name, Reading, name_of, read_client
from shadow_scan.collectors.packets.names.quic import QuicClient, may_be_quic

_MAX_TRIES = 2_000
"""Looks at a stream: hellos come by the byte, too."""
_MAX_STRAY_TRIES = 8
"""Looks at a stream of which the begin was not captured."""
_MAX_DATAGRAMS = 32

_NEITHER: tuple[None, None] = (None, None)

Names = tuple[str, ...]
T = TypeVar("T")


class Conversation:
    """Two-element lists are by direction: 0 is what the first endpoint of `key` sent."""

    __slots__ = (
        *("asks", "client", "closing", "dialogues", "first_number", "first_time", "hunting"),
        *("is_tcp", "key", "last_time", "name", "name_number", "packets", "prefixes"),
        *("sequences", "sure", "syn", "told", "tries", "volume"),
    )

    def __init__(self, key: Key, number: int, time: int, direction: int = 0) -> None:
        self.key = key
        self.is_tcp = key[0] == TCP
        self.client = direction
        """The direction that a client sends in: that of the first packet, until a handshake or a
        name makes it `sure`."""
        self.sure = False
        self.syn: int | None = None
        """Sequence number behind the client's SYN: another one is another connection."""
        self.first_number, self.name_number = number, number
        self.first_time = self.last_time = time
        self.packets, self.volume = [0, 0], [0, 0]
        self.sequences: list[SequenceRanges | None] = [None, None]
        self.closing = 0
        """Bits of the directions that have said their last; both: a TCP connection is over."""
        self.prefixes: Sequence[StreamPrefix | None] = _NEITHER
        self.dialogues: Sequence[QuicClient | None] = _NEITHER
        self.name: Name | None = None
        self.hunting, self.tries = True, 0
        self.asks = False
        """DNS over TCP: its questions are the events."""
        self.told: tuple[Names, Names] | None = None
        """Names that the first endpoint had been told for the second one's address, and the other
        way round, when the conversation began."""

    def client_is(self, direction: int) -> None:
        self.client, self.sure = direction, True

    def opened(self, direction: int, sequence: int) -> None:
        """By the client's SYN; `sequence` is that of the first byte behind it."""
        self.client_is(direction)
        self.syn = sequence
        self.sequences[direction] = SequenceRanges(sequence)

    def opens(self, direction: int, sequence: int) -> bool:
        """Whether a SYN is this conversation's own (sent again, or met after its answer or even
        after the bytes that follow it)."""
        ranges = self.sequences[direction]
        if self.syn is None and not any(self.volume):
            self.opened(direction, sequence)
        elif self.syn is None and ranges is not None and ranges.begins_with(sequence):
            self.client_is(direction)
            self.syn = sequence
        return self.syn == sequence and self.client == direction

    def count(self, direction: int, sequence: int, length: int) -> None:
        """A TCP segment that is not known to follow the one before it."""
        ranges = self.sequences[direction]
        if ranges is None:
            ranges = self.sequences[direction] = SequenceRanges(sequence)
        self.volume[direction] += ranges.add(sequence, length)

    def heeds(self, direction: int) -> bool:
        """Whether what is sent that way may still tell a name."""
        return self.asks or not (self.sure and self.is_tcp and direction != self.client)

    def look_at_segment(
        self, direction: int, sequence: int, payload: bytes, *, cut: bool, number: int
    ) -> None:
        """A TCP segment with a payload, of a direction that is heeded."""
        begins = self.prefixes[direction] is None and sequence == self.syn
        if begins and direction == self.client and not cut:
            # What a client says first is most often all that has to be read.
            reading = read_client(payload)
            if reading.more:
                self.prefixes = _with(self.prefixes, direction, StreamPrefix(sequence, payload))
            self._judge(reading, direction, number)
        elif prefix := self.in_order(direction, sequence, payload, cut=cut):
            reading = read_client(bytes(prefix.data))
            self._judge(reading, direction, number, stray=not prefix.anchored, lost=prefix.lost)

    def in_order(
        self, direction: int, sequence: int, payload: bytes, *, cut: bool
    ) -> StreamPrefix | None:
        """The direction's first bytes, if this segment made them more."""
        prefix = self.prefixes[direction]
        if prefix is None:
            base = self.syn if direction == self.client else None
            prefix = StreamPrefix(base)
            self.prefixes = _with(self.prefixes, direction, prefix)
        if prefix.add(sequence, payload, cut=cut):
            return prefix
        if prefix.lost:
            self.end_hunt()
        return None

    def _judge(
        self,
        reading: Reading,
        direction: int,
        number: int,
        *,
        stray: bool = False,
        lost: bool = False,
    ) -> None:
        """Whether to go on: `stray` bytes are not the stream's first; `lost`: no more will come."""
        self.tries += 1
        if reading.name is not None:
            if self.name is None or reading.name.host != self.name.host:
                self.name_number = number
            self.name = reading.name
            self.client_is(direction)
        stray = stray and self.name is None
        if not reading.more and not (stray and self.tries < _MAX_STRAY_TRIES):
            if reading.name is not None or self.sure:
                self.end_hunt()
            else:
                self._give_up(direction)
        elif lost or self.tries > _MAX_TRIES:
            self.end_hunt()

    def _give_up(self, direction: int) -> None:
        """Nobody's name in this direction; the client may be at the other end."""
        self.client_is(1 - direction)

    def look_at_datagram(self, direction: int, payload: bytes, number: int) -> None:
        self.tries += 1
        dialogue = self.dialogues[direction]
        if dialogue is None and may_be_quic(payload):
            dialogue = QuicClient()
            self.dialogues = _with(self.dialogues, direction, dialogue)
        if dialogue is not None:
            dialogue.add(payload)
            if dialogue.hello is not None:
                self.name = name_of(dialogue.hello, "quic")
                self.name_number = number
                self.client_is(direction)
        spent = self.dialogues[self.client] is None and self.dialogues[1 - self.client] is None
        if self.name is not None or spent or self.tries > _MAX_DATAGRAMS:
            self.end_hunt()

    @property
    def held(self) -> int:
        """Bytes that are kept until a name comes out of them."""
        kept = 0
        for pair in (self.prefixes, self.dialogues):
            if pair is not _NEITHER:
                kept += sum(part.held for part in pair if part is not None)
        return kept

    def end_hunt(self) -> None:
        self.hunting = False
        self.prefixes = self.dialogues = _NEITHER

    def state(self) -> tuple[object, ...]:
        """All but the key, as plain as can be: `restored` makes the same conversation of it."""
        name, (up, down) = self.name, self.sequences
        return (
            *(None if name is None else tuple(name), up and up.state(), down and down.state()),
            *_plain(self),
        )

    @classmethod
    def restored(cls, key: Key, state: tuple[Any, ...]) -> Conversation:
        found = cls(key, 0, 0)
        name, up, down, *plain = state
        found.name = name and Name._make(name)
        found.sequences = [state and SequenceRanges.restored(state) for state in (up, down)]
        for slot, value in zip(_PLAIN, plain, strict=True):
            setattr(found, slot, value)
        return found


_PLAIN = tuple(sorted({*Conversation.__slots__} - {"is_tcp", "key", "name", "sequences"}))
_plain = attrgetter(*_PLAIN)


def _with(pair: Sequence[T | None], direction: int, value: T) -> Sequence[T | None]:
    return (pair[0], value) if direction else (value, pair[1])
