"""Avro's files, written here byte by byte: captures of Event Hubs, and records of Kafka's."""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Any

import pytest

from ..conftest import Cli

CAPTURE = {
    "type": "record", "name": "EventData", "namespace": "Microsoft.ServiceBus.Messaging",
    "fields": [
        {"name": "SequenceNumber", "type": "long"},
        {"name": "Offset", "type": "string"},
        {"name": "SystemProperties", "type": {"type": "map", "values": ["long", "string"]}},
        {"name": "Body", "type": ["null", "bytes"]},
    ],
}  # fmt: skip
VALUE = {
    "type": "record", "name": "Gateway",
    "fields": [
        {"name": "Datetime", "type": "string"},
        {"name": "HTTPHost", "type": ["null", "string"]},
        {"name": "SourceIP", "type": "string"},
        {"name": "Email", "type": "string"},
        {"name": "HTTPStatusCode", "type": "int"},
        {"name": "IsIsolated", "type": "boolean"},
        {"name": "Share", "type": "double"},
        {"name": "Kind", "type": {"type": "enum", "name": "Kind", "symbols": ["a", "b"]}},
        {"name": "Tags", "type": {"type": "array", "items": "string"}},
    ],
}  # fmt: skip


def number(value: int) -> bytes:
    left, told = (value << 1) ^ (value >> 63), b""
    while left > 127:
        told, left = told + bytes([left & 127 | 128]), left >> 7
    return told + bytes([left])


def text(value: str | bytes) -> bytes:
    raw = value if isinstance(value, bytes) else value.encode()
    return number(len(raw)) + raw


def file(schema: Any, rows: list[bytes], codec: str = "null") -> bytes:
    sync, raw = b"s" * 16, b"".join(rows)
    block = raw if codec == "null" else zlib.compress(raw)[2:-4]
    told = {"avro.schema": json.dumps(schema), "avro.codec": codec}
    head = number(len(told)) + b"".join(text(k) + text(v) for k, v in told.items()) + number(0)
    return b"Obj\x01" + head + sync + number(len(rows)) + number(len(block)) + block + sync


def message(body: Any) -> bytes:
    properties = number(1) + text("x-opt") + number(1) + text("y") + number(0)
    return number(7) + text("0") + properties + number(1) + text(json.dumps(body))


def rule(host: str) -> dict[str, Any]:
    told = {"SourceIp": "10.20.30.44", "Fqdn": host, "DestinationPort": 443, "Action": "Allow"}
    time = "2026-09-23T10:11:12.4170000Z"
    return {"time": time, "category": "AZFWApplicationRule", "properties": told}


@pytest.mark.parametrize("codec", ["null", "deflate"])
def test_what_a_capture_holds_is_what_its_messages_hold(
    codec: str, cli: Cli, tmp_path: Path
) -> None:
    rows = [message({"records": [rule("claude.ai"), rule("chatgpt.com")]}), message(rule("x.ai"))]
    log = tmp_path / "27.avro"
    log.write_bytes(file(CAPTURE, rows, codec))
    run = cli("parse", log)
    assert (run.code, run.err) == (0, "")
    assert [event["host"] for event in run.records()] == ["claude.ai", "chatgpt.com", "x.ai"]
    assert {event["format"] for event in run.records()} == {"azure-firewall"}


def row(host: str | None) -> bytes:
    named = number(0) if host is None else number(1) + text(host)
    tags = number(-2) + number(4) + text("a") + text("b") + number(0)
    rest = text("10.20.30.44") + text("ada@corp.example") + number(200) + b"\x01" + b"\x00" * 8
    return text("2026-09-23T10:11:12Z") + named + rest + number(1) + tags


def test_records_of_any_schema_are_read_by_their_names(cli: Cli, tmp_path: Path) -> None:
    log = tmp_path / "gateway.avro"
    whole = file(VALUE, [row("claude.ai"), row("chatgpt.com"), row(None)])
    log.write_bytes(whole)
    events = cli("parse", log).records()
    assert [event["host"] for event in events] == ["claude.ai", "chatgpt.com"]
    assert (events[0]["user_name"], events[0]["status"]) == ("ada", 200)


@pytest.mark.parametrize(
    "spoil", [lambda d: d[:-20], lambda d: d[:60], lambda d: d[:-16] + b"x" * 16]
)
def test_what_is_damaged_is_told(spoil: Any, cli: Cli, tmp_path: Path) -> None:
    log = tmp_path / "cut.avro"
    log.write_bytes(spoil(file(VALUE, [row("claude.ai")])))
    run = cli("parse", log)
    assert run.records() == []
    assert "the Avro file ends early or cannot be read after 0 records" in run.err
