"""Which bytes of a packet are a host's name."""

from __future__ import annotations

import re

_NAME = re.compile(rb"[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\.[a-z0-9_](?:[a-z0-9_-]{0,62}))*\.?")
_ADDRESS = re.compile(rb"[0-9.]+")
_MAX_NAME = 253


def host_name(raw: bytes) -> str | None:
    """The name in lower case without its last dot; None for addresses and for what no resolver
    would answer. Names in other scripts stand on the wire as ASCII (`xn--`)."""
    if not raw or len(raw) > _MAX_NAME + 1:
        return None
    lower = raw.lower()
    if not _NAME.fullmatch(lower) or _ADDRESS.fullmatch(lower):
        return None
    return lower.rstrip(b".").decode("ascii")
