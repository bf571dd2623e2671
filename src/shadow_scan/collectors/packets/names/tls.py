"""TLS records of a client's stream, as far as its ClientHello."""

from __future__ import annotations

from shadow_scan.collectors.packets.names.hello import CLIENT_HELLO, MAX_HELLO, Hello, parse_hello

HANDSHAKE = 0x16
_MAX_RECORDS = 256
_MAX_RECORD = (1 << 14) + 2048


def may_be_tls(data: bytes) -> bool:
    """By the first bytes that are there."""
    size = len(data)
    if size > 5:
        return data[0] == HANDSHAKE and data[1] == 3 and data[2] <= 4 and data[5] == CLIENT_HELLO
    return (
        size > 0
        and data[0] == HANDSHAKE
        and (size < 2 or data[1] == 3)
        and (size < 3 or data[2] <= 4)
    )


def read_hello(data: bytes) -> tuple[Hello | None, bool]:
    """(hello, whether more bytes are needed) from the begin of a TLS stream. A hello may lie in
    several records."""
    if not may_be_tls(data):
        return None, False
    size = len(data)
    if size >= 9:
        # All of it in the first record, as nearly always.
        record, end = data[3] << 8 | data[4], 9 + (data[6] << 16 | data[7] << 8 | data[8])
        if end <= 5 + record <= 5 + _MAX_RECORD:
            return (parse_hello(data[9:end]), False) if end <= size else (None, True)
    body, at, records = b"", 0, 0
    while True:
        if len(body) >= 4:
            size = int.from_bytes(body[1:4], "big")
            if body[0] != CLIENT_HELLO or size > MAX_HELLO:
                return None, False
            if len(body) >= size + 4:
                return parse_hello(body[4 : size + 4]), False
        if at + 5 > len(data):
            return None, True
        length = data[at + 3] << 8 | data[at + 4]
        records += 1
        sound = data[at] == HANDSHAKE and data[at + 1] == 3 and 0 < length <= _MAX_RECORD
        if not sound or records > _MAX_RECORDS:
            return None, False
        body += data[at + 5 : at + 5 + length]
        at += 5 + length
        if at > len(data):
            return (None, True) if not _complete(body) else (_finished(body), False)


def _complete(body: bytes) -> bool:
    return len(body) >= 4 and len(body) >= int.from_bytes(body[1:4], "big") + 4


def _finished(body: bytes) -> Hello | None:
    size = int.from_bytes(body[1:4], "big")
    return parse_hello(body[4 : size + 4]) if body[0] == CLIENT_HELLO else None
