"""Entries of an HTTP archive without what nobody may keep: bodies, cookies, tokens, queries."""

from __future__ import annotations

import msgspec

_KEPT_HEADERS = frozenset({"user-agent", "referer"})
UNREADABLE = b'{"har":null}'


class _Header(msgspec.Struct):
    name: str = ""
    value: str = ""


class _Request(msgspec.Struct):
    method: str | None = None
    url: str | None = None
    headers: list[_Header] = []
    headersSize: float | None = None  # noqa: N815
    bodySize: float | None = None  # noqa: N815


class _Content(msgspec.Struct):
    size: float | None = None


class _Response(msgspec.Struct):
    status: float | None = None
    headersSize: float | None = None  # noqa: N815
    bodySize: float | None = None  # noqa: N815
    content: _Content | None = None


class _Entry(msgspec.Struct):
    startedDateTime: str | None = None  # noqa: N815
    time: float | None = None
    request: _Request | None = None
    response: _Response | None = None
    serverIPAddress: str | None = None  # noqa: N815


class Reduced(msgspec.Struct):
    """What is left of an entry: a line of the format `har`."""

    har: str | None
    time: float | None
    method: str | None
    url: str | None
    status: float | None
    up: float | None
    down: float | None
    server: str | None
    agent: str | None
    referrer: str | None


_decode = msgspec.json.Decoder(_Entry).decode
_encode = msgspec.json.Encoder().encode


def reduced(entry: bytes) -> bytes:
    try:
        return _encode(_reduced(_decode(entry)))
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return UNREADABLE


def _reduced(entry: _Entry) -> Reduced:
    request, response = entry.request or _Request(), entry.response or _Response()
    headers = {h.name.lower(): h.value for h in request.headers if h.name.lower() in _KEPT_HEADERS}
    content = response.content.size if response.content else None
    body = response.bodySize if _known(response.bodySize) else content
    return Reduced(
        har=entry.startedDateTime,
        time=entry.time,
        method=request.method,
        url=(request.url or "").partition("?")[0] or None,
        status=response.status,
        up=_sum(request.headersSize, request.bodySize),
        down=_sum(response.headersSize, body),
        server=entry.serverIPAddress or None,
        agent=headers.get("user-agent"),
        referrer=headers.get("referer", "").partition("?")[0] or None,
    )


def _known(size: float | None) -> bool:
    """-1 stands for a size that the browser does not know."""
    return size is not None and size >= 0


def _sum(*sizes: float | None) -> float | None:
    known = [size for size in sizes if size is not None and size >= 0]
    return sum(known) if known else None
