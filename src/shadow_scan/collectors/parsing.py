"""What the collectors understand of an input, as JSON lines: the log's own names, no database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

import duckdb
import pyarrow as pa

from shadow_scan.collectors.canonical import canonical
from shadow_scan.collectors.clock import Clock
from shadow_scan.collectors.engine import Parser
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.formats import Own, recognised, sample_lines
from shadow_scan.collectors.lines.blocks import LineReader
from shadow_scan.collectors.lines.packing import damaged, not_known
from shadow_scan.collectors.lines.unwrap import ByteSource, open_source
from shadow_scan.collectors.packets.files.capture_file import format_of, is_capture
from shadow_scan.errors import InputError
from shadow_scan.filenames import as_text
from shadow_scan.vocabulary import PacketReader, some

EVENT_KEYS = (
    *("event_time", "source_ip", "user_name", "device_name", "department", "host", "port"),
    *("destination_ip", "method", "path", "status", "bytes_up", "bytes_down", "duration_ms"),
    *("user_agent", "referrer_host", "action", "evidence", "format", "source_file", "source_line"),
)

PACKET_KEYS = (*EVENT_KEYS, "ja4")
"""A capture's events have one key more."""


def _json_sql(keys: Sequence[str]) -> str:
    return f"""
SELECT to_json({{{", ".join(f"'{key}': {key}" for key in keys)}}}) AS record
FROM (SELECT * REPLACE (strftime(event_time, '%Y-%m-%dT%H:%M:%S.%fZ') AS event_time),
             line_number AS source_line, $format AS format, $source AS source_file FROM events)
ORDER BY source_line
"""


def parse_input(
    path: str,
    declared: Format | None,
    zone: str | None,
    year: int | None,
    own: Own = MappingProxyType({}),
    reader: PacketReader = PacketReader.OWN,
) -> Iterator[tuple[str, InputError | None]]:
    """(JSON lines, None) for each block; ('', problem) for what went wrong; rejects last."""
    try:
        stream = open_source(path)
    except InputError as problem:
        yield "", problem
        return
    with stream:
        if declared is None and is_capture(stream.peek()):
            yield from _packet_records(stream, path, reader)
            return
        found = declared or recognised(sample_lines(stream.peek()), own)
        if found is None:
            yield "", _not_read(stream, path)
            return
        clock = Clock.of(zone, _file_time(path), year)
        parser = Parser(found, clock, or_by_names=declared is None and found.name not in own)
        yield from _records(parser, LineReader(stream), path)
        if stream.damage:
            yield "", damaged(stream.damage, path)


def _not_read(stream: ByteSource, path: str) -> InputError:
    return damaged(stream.damage, path) if stream.damage else not_known(stream.peek(), path)


def _records(
    parser: Parser, reader: LineReader, path: str
) -> Iterator[tuple[str, InputError | None]]:
    rejected: dict[str, list[int]] = {}
    with duckdb.connect() as connection:
        for block in reader.blocks():
            parsed = parser.parse(block)
            for number, reason in parsed.rejected:
                rejected.setdefault(reason, []).append(number)
            yield _as_json(connection, canonical(parsed.events), parser.format.name, path), None
    parser.engine.close()
    for reason, numbers in rejected.items():
        where = f"{path}:{numbers[0]}"
        yield "", InputError(f"{some(len(numbers), 'line')} rejected: {reason}", where=where)


def _packet_records(
    stream: ByteSource, path: str, reader: PacketReader
) -> Iterator[tuple[str, InputError | None]]:
    from shadow_scan.collectors.packets.choice import chosen_reader

    rejected: dict[str, list[int]] = {}
    name, capture = format_of(stream.peek()), chosen_reader(reader, stream, path).capture
    with duckdb.connect() as connection:
        for batch in capture.batches():
            for reason, (packets, numbers) in batch.rejected.items():
                before = rejected.setdefault(reason, [0, numbers[0]])
                before[0] += packets
            if batch.events is not None:
                events = canonical(batch.events)
                yield _as_json(connection, events, name, path, PACKET_KEYS), None
    for reason, (packets, first) in rejected.items():
        where = f"{path}:{first}"
        yield "", InputError(f"{some(packets, 'packet')} rejected: {reason}", where=where)
    if capture.damage:
        yield "", damaged(capture.damage, path)


def _as_json(
    connection: duckdb.DuckDBPyConnection,
    events: pa.Table,
    name: str,
    path: str,
    keys: Sequence[str] = EVENT_KEYS,
) -> str:
    connection.register("events", events)
    asked = {"format": name, "source": as_text(path)}
    records = connection.execute(_json_sql(keys), asked).fetchall()
    connection.unregister("events")
    return "".join(f"{record}\n" for (record,) in records)


def _file_time(path: str) -> datetime | None:
    file = Path(path)
    return datetime.fromtimestamp(file.stat().st_mtime, UTC) if file.is_file() else None
