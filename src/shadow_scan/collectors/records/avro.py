"""Records of Avro's files, each as a line of JSON: what Event Hubs' capture writes (where the
records of a cloud stand in the body of a message) and what Kafka's connectors keep in buckets."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Protocol

import msgspec

from shadow_scan.collectors.lines.unwrap import ByteSource
from shadow_scan.collectors.records.source import CHUNK, LINE_ENDS, RecordSource
from shadow_scan.vocabulary import some

_MAGIC, _SYNC = 4, 16
"""Bytes that a file begins with, and that end each of its blocks."""
_MAX_BLOCK = 64 << 20
_MOST_OF_HEADER = 1_000
_OF_A_BYTE, _AT_LEAST = 8, 1_000
"""Values that a block of so many bytes can hold: some take no byte, and a schema of a few hundred
bytes can ask for thousands of millions of those."""
_BODY = "Body"
_DAMAGES = (
    *(msgspec.MsgspecError, zlib.error, struct.error, RecursionError),
    *(IndexError, KeyError, TypeError, ValueError),
)


class _Reader(Protocol):
    left: int
    """Values that may come yet."""

    def take(self, size: int) -> bytes: ...


Decoder = Callable[[_Reader], Any]


def records(source: ByteSource, outer: RecordSource) -> Iterator[bytes]:
    stream, count = _Stream(source, outer), 0
    try:
        stream.take(_MAGIC)
        told = dict(_pairs(_bytes, stream))
        decode = _decoder(msgspec.json.decode(told["avro.schema"]), {})
        inflate = _CODECS[told.get("avro.codec", b"null")]
        sync = stream.take(_SYNC)
        while not stream.is_at_end():
            rows, size = _within(_number(stream), _MAX_BLOCK), _within(_number(stream), _MAX_BLOCK)
            block = _Block(inflate(stream.take(size)))
            if stream.take(_SYNC) != sync or rows > size:
                raise ValueError("a block does not end where it should")
            yield b"".join(line for _ in range(rows) for line in _lines(decode(block)))
            count += rows
    except _DAMAGES:
        outer.damage = f"the Avro file ends early or cannot be read after {some(count, 'record')}"
    outer.damage = source.damage or outer.damage


class _Message(msgspec.Struct):
    records: list[msgspec.Raw]


def _lines(record: Any) -> Iterator[bytes]:
    """A record; of a message, those that stand in its body."""
    body = record.get(_BODY) if isinstance(record, dict) else None
    if not isinstance(body, str):
        yield msgspec.json.encode(record) + b"\n"
        return
    try:
        told = list(map(bytes, msgspec.json.decode(body, type=_Message).records))
    except (msgspec.MsgspecError, RecursionError):
        told = [line.encode() for line in body.splitlines()]
    yield from (line.translate(LINE_ENDS) + b"\n" for line in told)


# Bytes --------------------------------------------------------------------------------------------


class _Block:
    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0
        self.left = _AT_LEAST + _OF_A_BYTE * len(data)

    def take(self, size: int) -> bytes:
        begin = self._at
        self._at += _within(size, len(self._data) - begin)
        return self._data[begin : self._at]


class _Stream:
    """The file, of which no more is held than a block."""

    def __init__(self, source: ByteSource, outer: RecordSource) -> None:
        self._source, self._outer, self._rest = source, outer, b""
        self.left = _MOST_OF_HEADER

    def take(self, size: int) -> bytes:
        while len(self._rest) < size and (chunk := self._source.read(CHUNK)):
            self._rest += chunk
            self._outer.compressed_bytes = self._source.compressed_bytes
        taken = self._rest[: _within(size, len(self._rest))]
        self._rest = self._rest[size:]
        return taken

    def is_at_end(self) -> bool:
        self._rest = self._rest or self._source.read(CHUNK)
        return not self._rest


def _within(number: int, most: int) -> int:
    if not 0 <= number <= most:
        raise ValueError("a count that cannot be")
    return number


def _expect(values: int, reader: _Reader) -> None:
    reader.left -= _within(values, reader.left)


def _number(reader: _Reader) -> int:
    """Signed, seven bits a byte, the lowest first."""
    told = 0
    for shift in range(0, 70, 7):
        byte = reader.take(1)[0]
        told |= (byte & 127) << shift
        if byte < 128:
            return (told >> 1) ^ -(told & 1)
    raise ValueError("a number without an end")


def _inflated(block: bytes) -> bytes:
    told = zlib.decompressobj(-zlib.MAX_WBITS)
    data = told.decompress(block, _MAX_BLOCK)
    if told.unconsumed_tail:
        raise ValueError("a block is too large")
    return data


_CODECS: Mapping[bytes, Callable[[bytes], bytes]] = {b"null": bytes, b"deflate": _inflated}

# Types --------------------------------------------------------------------------------------------


def _bytes(reader: _Reader) -> bytes:
    return reader.take(_number(reader))


def _text(reader: _Reader) -> str:
    return _bytes(reader).decode(errors="replace")


def _unpacked(form: str, reader: _Reader) -> Any:
    return struct.unpack(form, reader.take(struct.calcsize(form)))[0]


_PRIMITIVES: Mapping[str, Decoder] = {
    "null": lambda reader: None,
    "boolean": partial(_unpacked, "?"),
    "int": _number,
    "long": _number,
    "float": partial(_unpacked, "<f"),
    "double": partial(_unpacked, "<d"),
    "bytes": _text,
    "string": _text,
}


def _short(name: str) -> str:
    """Without its namespace."""
    return name.rpartition(".")[2]


def _decoder(schema: Any, named: dict[str, Decoder]) -> Decoder:
    if isinstance(schema, list):
        options = [_decoder(option, named) for option in schema]
        return lambda reader: options[_within(_number(reader), len(options) - 1)](reader)
    if isinstance(schema, str):
        # A record may hold others of its own kind: it is looked up when one comes.
        return _PRIMITIVES.get(schema) or (lambda reader: named[_short(schema)](reader))
    kind = schema["type"]
    if kind == "record":
        return _record(schema, named)
    if kind == "enum":
        symbols = schema["symbols"]
        named[_short(schema["name"])] = told = lambda reader: symbols[
            _within(_number(reader), len(symbols) - 1)
        ]
        return told
    if kind == "fixed":
        named[_short(schema["name"])] = told = lambda reader: reader.take(schema["size"]).hex()
        return told
    if kind == "array":
        item = _decoder(schema["items"], named)
        return lambda reader: [item(reader) for _ in _items(reader)]
    if kind == "map":
        value = _decoder(schema["values"], named)
        return lambda reader: dict(_pairs(value, reader))
    return _decoder(kind, named)


def _record(schema: Any, named: dict[str, Decoder]) -> Decoder:
    members: list[tuple[str, Decoder]] = []

    def decode(reader: _Reader) -> dict[str, Any]:
        _expect(len(members), reader)
        return {name: member(reader) for name, member in members}

    named[_short(schema["name"])] = decode
    members += [(told["name"], _decoder(told["type"], named)) for told in schema["fields"]]
    return decode


def _items(reader: _Reader) -> Iterator[int]:
    """As many times as an array, or a map, has items; they come in blocks."""
    while items := _number(reader):
        if items < 0:
            _number(reader)  # how many bytes the block has
        _expect(abs(items), reader)
        yield from range(abs(items))


def _pairs(value: Decoder, reader: _Reader) -> Iterator[tuple[str, Any]]:
    for _ in _items(reader):
        yield _text(reader), value(reader)
