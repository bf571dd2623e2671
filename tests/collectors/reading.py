"""Reads samples the way the program does; used by all tests of formats."""

from __future__ import annotations

import codecs
import gzip
import io
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from shadow_scan.collectors.canonical import canonical
from shadow_scan.collectors.clock import Clock
from shadow_scan.collectors.connection import Engine
from shadow_scan.collectors.engine import Parser
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.formats import named
from shadow_scan.collectors.lines.blocks import LineBlock, LineReader
from shadow_scan.collectors.lines.unwrap import ByteSource
from shadow_scan.collectors.syslog import peeled

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


def blocks_of(data: bytes, block_bytes: int = WHOLE) -> list[LineBlock]:
    reader = LineReader(ByteSource(io.BytesIO(data), "log"), block_bytes=block_bytes)
    return list(reader.blocks())


def lines_of(data: bytes) -> list[tuple[int, str]]:
    """All that a parser gets of a log, whatever that is wrapped in."""
    found = []
    for block in blocks_of(data):
        assert not block.rejects
        found += zip(block.numbers.tolist(), block.lines.to_pylist(), strict=True)
    return found


def parsed_each(name: str, logs: Sequence[bytes]) -> list[tuple[list[dict[str, Any]], int]]:
    """Events of each of many small logs, and the number of its rejects. Logs of which none says how
    another is read are read at once: to plan a statement takes longer than to read them all."""
    answers: dict[int, tuple[list[dict[str, Any]], int]] = {}
    alike: dict[bool, list[int]] = {}
    for at, log in enumerate(logs):
        if _speaks_for_others(named(name), log):
            events, _, rejected = parsed(log, name, block_bytes=WHOLE)
            answers[at] = events, rejected
        else:
            alike.setdefault(_is_prefixed(name, log), []).append(at)
    for group in alike.values():
        answers |= zip(group, _at_once(name, [logs[at] for at in group]), strict=True)
    return [answers[at] for at in range(len(logs))]


def _speaks_for_others(declared: Format, log: bytes) -> bool:
    """Whether its lines may change how lines behind them, or beside them, are read."""
    if declared.learns is not None or declared.remembers:
        return True
    if declared.header is not None:
        lines = log.decode().splitlines()
        if any(each.startswith(declared.header_starts) for n in lines for each in (n, peeled(n))):
            return True
    return " OVER (" in str(declared.statement({}))


def _is_prefixed(name: str, log: bytes) -> bool:
    parser = Parser(named(name), Clock("UTC", LATEST), engine=_engine())
    return any(parser._is_prefixed(block.lines) for block in blocks_of(log))


def _at_once(name: str, logs: Sequence[bytes]) -> list[tuple[list[dict[str, Any]], int]]:
    whole = [log if log.endswith(b"\n") else log + b"\n" for log in logs]
    data = b"".join(whole)
    (block,) = blocks_of(data, len(data) + 1)
    found = Parser(named(name), Clock("UTC", LATEST), engine=_engine()).parse(block)
    events = sorted(canonical(found.events).to_pylist(), key=lambda event: event["line_number"])
    answers, begin = [], 0
    for log in whole:
        end = begin + log.count(b"\n")
        own = [e | {"line_number": e["line_number"] - begin} for e in events
               if begin < e["line_number"] <= end]  # fmt: skip
        answers.append((own, sum(begin < number <= end for number, _ in found.rejected)))
        begin = end
    return answers


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
