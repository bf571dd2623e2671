"""DNS on the wire: one event a question, and what the answers teach."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from shadow_scan.collectors.packets.conversations.recent import Recent
from shadow_scan.collectors.packets.conversations.streams import StreamPrefix
from shadow_scan.collectors.packets.events import EventRows
from shadow_scan.collectors.packets.names.answers import KnownAddresses
from shadow_scan.collectors.packets.names.dns import Message, framed_messages, parse_message

_ROOM = 3 << 20
"""Bytes for questions: some twenty thousand."""
_TIME_BYTES = 32
_LOOKED_AGAIN = 15_000_000
_REPEATED = 30_000_000
"""Microseconds within which the same question, from the same port with the same number, is the
same one sent again."""
_ANSWERED = 120_000_000
"""Nobody answers later than that."""

NOT_DNS = "no lookup of a name on the port of DNS"
BAD_NAME = "a DNS question whose bytes are no host's name"

_NUMBERS = struct.Struct(">HHH").pack
Question = bytes
"""Who asks whom, from which port, by which number, for which kind of record of which name."""


@dataclass(slots=True)
class Lookups:
    """Questions that were seen, so that a repeated one counts once and an answer alone counts."""

    known: KnownAddresses
    rows: EventRows
    unread: dict[str, int] = field(default_factory=dict)
    _open: Recent[int] = field(default_factory=lambda: Recent(_ROOM, lambda time: _TIME_BYTES))
    """When it was last seen."""
    _looked: int = 0

    def datagram(
        self, number: int, time: int, ends: tuple[bytes, int, bytes, int], payload: bytes
    ) -> None:
        """`ends`: source address and port, destination address and port."""
        message = parse_message(payload)
        if message is None:
            self._count(NOT_DNS)
        else:
            self.message(number, time, ends, message)

    def message(
        self, number: int, time: int, ends: tuple[bytes, int, bytes, int], message: Message
    ) -> None:
        source, source_port, target, target_port = ends
        if message.response:
            self._answered(number, time, (target, target_port, source), message)
        else:
            self._asked(number, time, (source, source_port, target), message)

    def stream(
        self,
        number: int,
        time: int,
        ends: tuple[bytes, int, bytes, int],
        prefix: StreamPrefix,
    ) -> None:
        """What is whole of a direction of a TCP connection; it is taken from the prefix."""
        messages, size = framed_messages(bytes(prefix.data))
        prefix.consume(size)
        for message in messages:
            self.datagram(number, time, ends, message)

    def _asked(
        self, number: int, time: int, who: tuple[bytes, int, bytes], message: Message
    ) -> None:
        if message.host is None:
            self._count(BAD_NAME)
            return
        client, _, resolver = who
        question = _question(who, message, message.host)
        before = self._open.take(question)
        if before is None or time - before > _REPEATED:
            self.rows.lookup(number, time, client, resolver, message.host)
        self._note(question, time)

    def _answered(
        self, number: int, time: int, who: tuple[bytes, int, bytes], message: Message
    ) -> None:
        if message.host is None:
            return
        client, _, resolver = who
        question = _question(who, message, message.host)
        if question not in self._open.kept:
            # The question itself went another way than the capture.
            self.rows.lookup(number, time, client, resolver, message.host)
            self._note(question, time)
        for answer in message.answers:
            self.known.learn(client, answer.address, message.host, time, answer.seconds)
        for decoy in message.decoys:
            if decoy != message.host:
                self.known.learn_decoy(decoy)

    def _note(self, question: Question, time: int) -> None:
        self._open.put(question, time)
        if self._open.outgrown() or time - self._looked > _LOOKED_AGAIN:
            self._looked = time
            for over in self._open.leaving(lambda seen: time - seen > _ANSWERED):
                self._open.take(over)

    def _count(self, reason: str) -> None:
        self.unread[reason] = self.unread.get(reason, 0) + 1


def _question(who: tuple[bytes, int, bytes], message: Message, host: str) -> Question:
    client, port, resolver = who
    return b"".join(
        (_NUMBERS(port, message.identity, message.question), client, resolver, host.encode())
    )
