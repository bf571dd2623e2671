"""Requests for TLS that are no text: LDAP, PostgreSQL, MySQL, SQL Server and RDP."""

from __future__ import annotations

MAX_DIALOGUE = 16_384
"""Bytes that a client may say before its hello."""

_LDAP_START_TLS = b"1.3.6.1.4.1.1466.20037"
_SEQUENCE, _INTEGER = 0x30, 0x02
_POSTGRES_TLS, _POSTGRES_GSS = (bytes.fromhex(f"0000000804d216{last}") for last in ("2f", "30"))
"""SSLRequest and GSSENCRequest of its protocol: the second may be asked first, and refused."""
_MYSQL_TLS = 0x0800
_TDS_PRELOGIN, _TDS_HEAD = 0x12, 8


def behind_request(data: bytes) -> bytes | None:
    """What follows a request for TLS: empty while the request, or its answer, is awaited. None: the
    data is none."""
    if data[0] == _TDS_PRELOGIN:
        return _behind_prelogin(data)
    end = _end_of_request(data)
    return None if end is None else data[end:]


def _end_of_request(data: bytes) -> int | None:
    begin = len(_POSTGRES_GSS) if data.startswith(_POSTGRES_GSS) else 0
    if data.startswith(_POSTGRES_TLS[: len(data) - begin], begin):
        return begin + len(_POSTGRES_TLS)
    if data[0] == _SEQUENCE:
        return _end_of_ldap(data)
    if data[:4] == b"\x20\0\0\1" and len(data) >= 6:
        return 36 if int.from_bytes(data[4:6], "little") & _MYSQL_TLS else None
    if data[:2] == b"\3\0" and len(data) >= 6 and data[5] == 0xE0:
        return int.from_bytes(data[2:4], "big")
    return None


def _end_of_ldap(data: bytes) -> int | None:
    """LDAP messages (RFC 4511: sequences that begin with a number) up to the one that asks for TLS;
    there may be others before it."""
    at = 0
    while at < min(len(data), MAX_DIALOGUE):
        if data[at] != _SEQUENCE or len(data) < at + 2:
            return None
        begin, size = at + 2, data[at + 1]
        if size > 0x80:
            begin += size & 0x7F
            size = int.from_bytes(data[at + 2 : begin], "big")
        if data[begin : begin + 1] != bytes([_INTEGER]):
            return None
        at = begin + size
        if _LDAP_START_TLS in data[begin:at]:
            return at
    return at if at <= MAX_DIALOGUE else None


def _behind_prelogin(data: bytes) -> bytes | None:
    """SQL Server (MS-TDS 2.2.6.5): the hello lies in messages like the one that asks for it."""
    at, inside = 0, b""
    while at + _TDS_HEAD <= min(len(data), MAX_DIALOGUE):
        size = int.from_bytes(data[at + 2 : at + 4], "big")
        if data[at] != _TDS_PRELOGIN or data[at + 1] > 1 or size < _TDS_HEAD:
            return inside or None
        part = data[at + _TDS_HEAD : at + size]
        if inside or part[:1] == b"\x16":
            inside += part
        at += size
    return inside if inside or at <= MAX_DIALOGUE else None
