"""The head of an HTTP/1 request: whom it asks for, and by which program."""

from __future__ import annotations

import re
from dataclasses import dataclass

from shadow_scan.collectors.packets.names.hostnames import host_name

MAX_HEAD = 32_768
_MAX_AGENT = 300
_REQUEST = re.compile(rb"([A-Z][A-Z-]{1,19}) (\S{1,8192}) HTTP/1\.[01]\r?\n")
_BEGIN = re.compile(rb"[A-Z][A-Z-]{1,19}(?: (?:\S{1,8192}(?: (?:H(?:T(?:T(?:P[^\n]*)?)?)?)?)?)?)?")
_ABSOLUTE = re.compile(rb"[a-z]{2,6}://([^/?#]*)", re.IGNORECASE)
_PORT = re.compile(rb"(.*?)(?::(\d{1,5}))?")


@dataclass(frozen=True, slots=True)
class RequestHead:
    method: str
    host: str | None
    port: int | None
    """As the request says; None where it says none."""
    agent: str | None
    size: int
    """Bytes up to the end of the head."""


def may_be_request(data: bytes) -> bool:
    """Whether the bytes so far can be the begin of a request."""
    line = data[:8300].split(b"\n", 1)[0].rstrip(b"\r")
    return _BEGIN.fullmatch(line) is not None


def read_request(data: bytes) -> tuple[RequestHead | None, bool]:
    """(head, whether more bytes are needed)."""
    first = _REQUEST.match(data)
    if first is None:
        return None, b"\n" not in data[:8300] and len(data) < 8300 and may_be_request(data)
    end = _head_end(data, first.end() - 2)
    if end < 0:
        return None, len(data) < MAX_HEAD
    fields = _fields(data[first.end() : end])
    if fields is None:
        return None, False
    method, target = first[1].decode("ascii"), first[2]
    authority = target if method == "CONNECT" else fields.get(b"host", b"")
    absolute = _ABSOLUTE.match(target)
    if method != "CONNECT" and absolute:
        # A proxy is asked: RFC 9112 section 3.2.2 lets the target win over the Host field.
        authority = absolute[1].rpartition(b"@")[2]
    host, port = _authority(authority)
    return RequestHead(method, host, port, _agent(fields.get(b"user-agent")), end), False


def _head_end(data: bytes, begin: int) -> int:
    """Behind the empty line, or -1."""
    begin = max(begin, 0)
    ends = [data.find(mark, begin) + len(mark) for mark in (b"\r\n\r\n", b"\n\n", b"\n\r\n")]
    found = [end for end in ends if end > 3]
    return min(found) if found else -1


def _fields(lines: bytes) -> dict[bytes, bytes] | None:
    """Header fields; None where Host stands twice with two values (RFC 9112 forbids it)."""
    found: dict[bytes, bytes] = {}
    for line in lines.split(b"\n"):
        name, colon, value = line.partition(b":")
        name, value = name.lower(), value.strip()
        if colon and name in (b"host", b"user-agent"):
            if name == b"host" and found.setdefault(name, value) != value:
                return None
            found[name] = value
    return found


def _authority(authority: bytes) -> tuple[str | None, int | None]:
    parts = _PORT.fullmatch(authority)
    if parts is None:
        return None, None
    port = int(parts[2]) if parts[2] else None
    return host_name(parts[1]), port if port is not None and port < 65_536 else None


def _agent(value: bytes | None) -> str | None:
    if not value:
        return None
    return value[:_MAX_AGENT].decode("utf-8", "replace")
