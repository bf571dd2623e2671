"""Flows as mitmproxy dumps them (`mitmdump -w`): tnetstrings, of which each becomes a line of JSON
without what nobody may keep: bodies, cookies, tokens, passwords, queries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from shadow_scan.collectors.lines.unwrap import ByteSource
from shadow_scan.collectors.records.source import RecordSource, chunks

UNREADABLE = b'{"mitm":null}'
_MAX_FLOW = 64 << 20
_DEEPEST = 12
_LENGTH = re.compile(rb"(\d{1,9}):")
_BEGINS = re.compile(
    rb"\d{2,9}:\d{1,2}:(?:websocket|response|request|type|version|client_conn|server_conn|error|id"
    rb"|metadata|intercepted|marked|is_replay|comment|timestamp_created|backup)[;,]"
)
_KEPT = frozenset({"user-agent", "referer", "host"})
_encode = msgspec.json.Encoder().encode


def are_in(head: bytes) -> bool:
    return _BEGINS.match(head) is not None


def records(source: ByteSource, outer: RecordSource) -> Iterator[bytes]:
    rest, count = b"", 0
    for chunk in chunks(source, outer):
        rest += chunk
        found, rest = _parted(rest)
        count += len(found)
        yield b"".join(reduced(flow) + b"\n" for flow in found)
        if rest and not _is_begun(rest):
            break
    if rest:
        outer.damage = f"after {count:,} flows there is none, or only a part of one"
    outer.damage = source.damage or outer.damage


def _is_begun(rest: bytes) -> bool:
    told = _LENGTH.match(rest)
    return len(rest) < 10 if told is None else int(told[1]) <= _MAX_FLOW


def _parted(data: bytes) -> tuple[list[bytes], bytes]:
    """The whole flows, and what is behind them."""
    found: list[bytes] = []
    at = 0
    while told := _LENGTH.match(data, at):
        end = told.end() + int(told[1]) + 1
        if end > len(data):
            break
        found.append(data[at:end])
        at = end
    return found, data[at:]


def reduced(flow: bytes) -> bytes:
    try:
        read, _ = _value(flow, 0)
        return _encode(_reduced(read))
    except (ValueError, TypeError, AttributeError, IndexError, LookupError, OverflowError):
        return UNREADABLE


def _value(data: bytes, at: int, depth: int = 0) -> tuple[Any, int]:
    """What begins here, and where it ends. Raises ValueError where nothing does."""
    told = _LENGTH.match(data, at)
    if told is None or depth > _DEEPEST:
        raise ValueError("no tnetstring")
    begin, end = told.end(), told.end() + int(told[1])
    kind = data[end : end + 1]
    if kind in (b"]", b"}"):
        members = []
        while begin < end:
            member, begin = _value(data, begin, depth + 1)
            members.append(member)
        if begin > end:
            raise ValueError("a member is longer than what holds it")
        of_names = zip(map(_text, members[::2]), members[1::2], strict=True)
        return (members if kind == b"]" else dict(of_names)), end + 1
    return _plain(kind, data[begin:end]), end + 1


def _plain(kind: bytes, text: bytes) -> Any:
    if kind in (b"#", b"^"):
        return float(text)
    if kind not in (b",", b";", b"!", b"~"):
        raise ValueError("no kind of a value")
    return None if kind == b"~" else text


def _text(value: object) -> str:
    """Names and words are bytes in one version and text in another."""
    return value.decode(errors="replace") if isinstance(value, bytes) else ""


def _reduced(flow: dict[str, Any]) -> dict[str, Any]:
    request, response = flow.get("request") or {}, flow.get("response") or {}
    client, server = flow.get("client_conn") or {}, flow.get("server_conn") or {}
    headers = {_text(name).lower(): _text(value) for name, value in request.get("headers") or ()}
    kept = {name: value for name, value in headers.items() if name in _KEPT}
    named = _text(request.get("authority")) or kept.get("host") or _text(request.get("host"))
    began, ended = request.get("timestamp_start"), response.get("timestamp_end")
    return {
        "mitm": began,
        "took": None if began is None or ended is None else max(0, round((ended - began) * 1000)),
        "kind": _text(flow.get("type")) or None,
        "client": _address(client.get("peername") or client.get("address")),
        "user": _text(next(iter((flow.get("metadata") or {}).get("proxyauth") or ()), b"")) or None,
        "method": _text(request.get("method")) or None,
        "site": named or None,
        "port": _whole(request.get("port")),
        "path": _text(request.get("path")).partition("?")[0] or None,
        "status": _whole(response.get("status_code")),
        "up": _size(request),
        "down": _size(response),
        "server": _address(server.get("peername") or server.get("ip_address")),
        "agent": kept.get("user-agent"),
        "referrer": kept.get("referer", "").partition("?")[0] or None,
    }


def _address(given: Any) -> str | None:
    return _text(given[0]) or None if isinstance(given, list) and given else None


def _whole(number: float | None) -> int | None:
    return None if number is None else int(number)


def _size(message: dict[str, Any]) -> int | None:
    """Headers and body; of a body that was passed on and not kept nobody knows it."""
    content = message.get("content")
    if not isinstance(content, bytes):
        return None
    headers = message.get("headers") or ()
    return len(content) + sum(len(name) + len(value) + 4 for name, value in headers)
