"""Reads samples the way the program does; used by all tests of formats."""

from __future__ import annotations

import codecs
import gzip
import io
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from shadow_scan.collectors.blocks import LineReader
from shadow_scan.collectors.canonical import canonical
from shadow_scan.collectors.clock import Clock
from shadow_scan.collectors.connection import Engine
from shadow_scan.collectors.engine import Parser
from shadow_scan.collectors.formats import named
from shadow_scan.collectors.unwrap import ByteSource

SHOWN = ("event_time", "source_ip", "user_name", "host", "port", "path", "method", "status",
         "bytes_up", "bytes_down", "duration_ms", "user_agent", "referrer_host", "action",
         "evidence")  # fmt: skip
ALL_SHOWN = (*SHOWN, "device_name", "department", "destination_ip")
WHOLE = 1 << 20
"""Bytes of a block that holds all of a sample: the fewer blocks, the sooner it is read."""
LATEST = datetime(2026, 12, 31, tzinfo=UTC)


_engine = cache(Engine)
"""One for all tests: a connection with all macros takes longer than a test."""


def parsed(
    data: bytes, name: str, zone: str = "UTC", block_bytes: int = 600
) -> tuple[list[dict[str, Any]], dict[str, int], int]:
    """Events in the order of their lines, skips by reason, and the number of rejects."""
    parser = Parser(named(name), Clock(zone, LATEST), engine=_engine())
    events: list[dict[str, Any]] = []
    skipped: dict[str, int] = {}
    rejected = 0
    for block in LineReader(ByteSource(io.BytesIO(data), "log"), block_bytes=block_bytes).blocks():
        found = parser.parse(block)
        events += canonical(found.events).to_pylist()
        rejected += len(found.rejected)
        for reason, lines in found.skipped.items():
            skipped[reason] = skipped.get(reason, 0) + lines
    return sorted(events, key=lambda event: event["line_number"]), skipped, rejected


def shown(event: dict[str, Any], keys: Sequence[str] = SHOWN) -> dict[str, Any]:
    """What an event says, without what it does not say."""
    said = {name: event[name] for name in keys if event[name] is not None}
    said["event_time"] = said["event_time"].isoformat(sep=" ")
    return said


def utf16(data: bytes) -> bytes:
    return codecs.BOM_UTF16_LE + data.decode().encode("utf-16-le")


WRAPPINGS: dict[str, Callable[[bytes], bytes]] = {
    "plain": bytes,
    "gzip": gzip.compress,
    "bom": lambda data: codecs.BOM_UTF8 + data,
    "crlf": lambda data: data.replace(b"\n", b"\r\n"),
    "utf-16": utf16,
    "unterminated": lambda data: data.rstrip(b"\n"),
}
