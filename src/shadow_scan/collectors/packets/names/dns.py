"""DNS messages: the names that clients ask for, and the addresses that they are told.

RFC 1035; every length and pointer is a stranger's word.
"""

from __future__ import annotations

import struct
from functools import lru_cache
from typing import NamedTuple

from shadow_scan.collectors.packets.conversations.tuples import maker
from shadow_scan.collectors.packets.names.hostnames import host_name

PORT = 53
_A, _CNAME, _AAAA, _HTTPS = 1, 5, 28, 65
_ECH_PARAMETER = 5
_MAX_RECORDS = 64
_MAX_JUMPS = 32
_POINTER_TO_QUESTION = b"\xc0\x0c"
_HEAD = struct.Struct(">HHHH").unpack_from
_TWO = struct.Struct(">H").unpack_from
_RECORD = struct.Struct(">HHIH").unpack_from
_LONGEST = 256
"""Bytes of a name on the wire, its last zero included, and one more."""
_ADDRESS_BYTES = {_A: 4, _AAAA: 16}
_REMEMBERED = 4_096
_NONE: tuple[tuple[()], tuple[()]] = ((), ())


class Answer(NamedTuple):
    """An address (4 or 16 bytes) that the question's name leads to, for so many seconds."""

    address: bytes
    seconds: int


class Message(NamedTuple):
    identity: int
    response: bool
    host: str | None
    """The question's name; None when its bytes are no host's name."""
    question: int
    answers: tuple[Answer, ...] = ()
    decoys: tuple[str, ...] = ()
    """Names under which encrypted hellos to this host travel (the public names of its keys)."""


_answer, _message = maker(Answer), maker(Message)


def parse_message(data: bytes) -> Message | None:
    """A query or a response with one question; None for anything else."""
    if len(data) < 17:
        return None
    identity, flags, questions, count = _HEAD(data)
    end = data.find(b"\0", 12) + 1
    if questions != 1 or flags & 0x7800 or not end:
        return None
    name, host = _asked(data[12 : min(end, 12 + _LONGEST)])
    if name is None:
        # A pointer, or a label with a zero in it: no client asks so, but it may be read.
        labels, end = _name(data, 12)
        if labels is None:
            return None
        name = b".".join(labels)
        host = _host(name, labels)
    if end + 4 > len(data):
        return None
    (kind,) = _TWO(data, end)
    if not flags & 0x8000:
        return _message((identity, False, host, kind, (), ()))
    answers, decoys = _answers(data, end + 4, min(count, _MAX_RECORDS), name) if count else _NONE
    return _message((identity, True, host, kind, answers, decoys))


@lru_cache(_REMEMBERED)
def _asked(raw: bytes) -> tuple[bytes | None, str | None]:
    """(name in lower case, host) of a question's bytes up to their first zero; (None, None) where
    that is not its end. The same few names are asked for and answered again and again."""
    labels, end = _name(raw, 0)
    if labels is None or end != len(raw):
        return None, None
    name = b".".join(labels)
    return name, _host(name, labels)


def _host(name: bytes, labels: list[bytes]) -> str | None:
    """Of a name that its labels make: none of them may have a dot in it."""
    return host_name(name) if name.count(b".") < len(labels) else None


def framed_messages(stream: bytes) -> tuple[list[bytes], int]:
    """Whole messages of a TCP stream (each behind its length), and the bytes that they take."""
    found, at = [], 0
    while at + 2 <= len(stream):
        end = at + 2 + (stream[at] << 8 | stream[at + 1])
        if end > len(stream):
            break
        found.append(stream[at + 2 : end])
        at = end
    return found, at


def _name(data: bytes, at: int) -> tuple[list[bytes] | None, int]:
    """(labels in lower case, offset behind the name); pointers lead backwards only."""
    labels: list[bytes] = []
    behind, jumps, size = -1, 0, 0
    while at < len(data):
        length = data[at]
        if length >= 0xC0:
            if at + 1 >= len(data):
                break
            target = (length & 0x3F) << 8 | data[at + 1]
            behind = at + 2 if behind < 0 else behind
            jumps += 1
            if target >= at or jumps > _MAX_JUMPS:
                break
            at = target
        elif length > 63:
            break
        elif not length:
            return labels, at + 1 if behind < 0 else behind
        else:
            labels.append(data[at + 1 : at + 1 + length].lower())
            at, size = at + 1 + length, size + length + 1
            if size > 255:
                break
    return None, at


def _answers(
    data: bytes, at: int, count: int, asked: bytes
) -> tuple[tuple[Answer, ...], tuple[str, ...]]:
    """Only records that the question's name leads to: a stranger's extra ones name nothing."""
    owners, found, decoys = {asked}, [], []
    for _ in range(count):
        direct = data[at : at + 2] == _POINTER_TO_QUESTION
        labels, at = (None, at + 2) if direct else _name(data, at)
        if (labels is None and not direct) or at + 10 > len(data):
            break
        kind, _, seconds, size = _RECORD(data, at)
        begin, at = at + 10, at + 10 + size
        if at > len(data):
            break
        if labels is not None and b".".join(labels) not in owners:
            continue
        if size == _ADDRESS_BYTES.get(kind):
            found.append(_answer((data[begin:at], seconds)))
        elif kind == _CNAME:
            target, _ = _name(data, begin)
            owners.add(b".".join(target or []))
        elif kind == _HTTPS:
            decoys += _public_names(data[begin:at])
    return tuple(found), tuple(decoys)


def _public_names(service: bytes) -> list[str]:
    """Of an HTTPS record's keys for encrypted hellos (RFC 9460, RFC 9849)."""
    labels, at = _name(service, 2)
    while labels is not None and at + 4 <= len(service):
        key, end = (
            service[at] << 8 | service[at + 1],
            at + 4 + (service[at + 2] << 8 | service[at + 3]),
        )
        if key == _ECH_PARAMETER:
            return _of_configurations(service[at + 4 : end])
        at = end
    return []


def _of_configurations(listed: bytes) -> list[str]:
    found, at = [], 2
    while at + 4 <= len(listed):
        end = at + 4 + (listed[at + 2] << 8 | listed[at + 3])
        if listed[at : at + 2] == b"\xfe\x0d":
            name = _public_name(listed[at + 4 : end])
            found += [name] if name else []
        at = end
    return found


def _public_name(contents: bytes) -> str | None:
    """Behind the key, the suites and the longest name's length."""
    try:
        at = 5 + (contents[3] << 8 | contents[4])
        at += 3 + (contents[at] << 8 | contents[at + 1])
        return host_name(contents[at + 1 : at + 1 + contents[at]])
    except IndexError:
        return None
