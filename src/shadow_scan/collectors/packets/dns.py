"""DNS messages: the names that clients ask for, and the addresses that they are told.

RFC 1035; every length and pointer is a stranger's word.
"""

from __future__ import annotations

from dataclasses import dataclass

from shadow_scan.collectors.packets.hostnames import host_name

PORT = 53
_A, _CNAME, _AAAA, _HTTPS = 1, 5, 28, 65
_ECH_PARAMETER = 5
_MAX_RECORDS = 64
_MAX_JUMPS = 32


@dataclass(frozen=True, slots=True)
class Answer:
    """An address (4 or 16 bytes) that the question's name leads to, for so many seconds."""

    address: bytes
    seconds: int


@dataclass(frozen=True, slots=True)
class Message:
    identity: int
    response: bool
    host: str | None
    """The question's name; None when its bytes are no host's name."""
    question: int
    answers: tuple[Answer, ...] = ()
    decoys: tuple[str, ...] = ()
    """Names under which encrypted hellos to this host travel (the public names of its keys)."""


def parse_message(data: bytes) -> Message | None:
    """A query or a response with one question; None for anything else."""
    if len(data) < 17 or data[4:6] != b"\0\1" or data[2] & 0x78:
        return None
    labels, at = _name(data, 12)
    if labels is None or at + 4 > len(data):
        return None
    kind, identity = data[at] << 8 | data[at + 1], data[0] << 8 | data[1]
    host = None if any(b"." in label for label in labels) else host_name(b".".join(labels))
    if not data[2] & 0x80:
        return Message(identity, response=False, host=host, question=kind)
    count = min(data[6] << 8 | data[7], _MAX_RECORDS)
    answers, decoys = _answers(data, at + 4, count, labels)
    return Message(identity, True, host, kind, answers, decoys)


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
    data: bytes, at: int, count: int, asked: list[bytes]
) -> tuple[tuple[Answer, ...], tuple[str, ...]]:
    """Only records that the question's name leads to: a stranger's extra ones name nothing."""
    owners, found, decoys = {b".".join(asked)}, [], []
    for _ in range(count):
        labels, at = _name(data, at)
        if labels is None or at + 10 > len(data):
            break
        kind, seconds = data[at] << 8 | data[at + 1], int.from_bytes(data[at + 4 : at + 8], "big")
        begin = at + 10
        at = begin + (data[at + 8] << 8 | data[at + 9])
        if at > len(data):
            break
        if b".".join(labels) not in owners:
            continue
        if kind == _CNAME:
            target, _ = _name(data, begin)
            owners.add(b".".join(target or []))
        elif (kind, at - begin) in ((_A, 4), (_AAAA, 16)):
            found.append(Answer(data[begin:at], seconds))
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
