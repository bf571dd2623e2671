"""Which bytes of a packet are a host's name."""

from __future__ import annotations

import re
from functools import lru_cache

_NAME = re.compile(rb"[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\.[a-z0-9_](?:[a-z0-9_-]{0,62}))*\.?")
_ADDRESS = re.compile(rb"[0-9.]+")
_MAX_NAME = 253
_REMEMBERED = 4_096
"""Few names make most of a capture: asked for, answered and connected to again and again."""


def host_name(raw: bytes) -> str | None:
    """The name in lower case without its last dot; None for addresses and for what no resolver
    would answer. Names in other scripts stand on the wire as ASCII (`xn--`)."""
    return _host_name(raw) if len(raw) <= _MAX_NAME + 1 else None


@lru_cache(_REMEMBERED)
def _host_name(raw: bytes) -> str | None:
    lower = raw.lower()
    if not _NAME.fullmatch(lower) or _ADDRESS.fullmatch(lower):
        return None
    return lower.rstrip(b".").decode("ascii")
