"""A byte source whose lines are the records of something else."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator

from shadow_scan.collectors.lines.unwrap import ByteSource

CHUNK = 1 << 20
MAX_RECORD = 8 << 20
"""Of this much without a line end nothing is a record."""
MAX_ELEMENT = 4 << 20
"""Of XML."""
LINE_ENDS = bytes.maketrans(b"\r\n", b"  ")
"""Within a record they are blanks."""
Chunks = Callable[["RecordSource"], Iterator[bytes]]
"""Makes lines, whole ones in every chunk; tells the source of damage and of bytes taken."""


class RecordSource(ByteSource):
    def __init__(self, inner: ByteSource, kind: str, records: Chunks) -> None:
        self.name = inner.name
        self.damage = None
        self.resumption = {}
        self.compressed_bytes = 0
        self.wrapping = kind
        self._inner = inner
        # Of a piece nothing may be whole yet: that is no end.
        self._chunks = filter(None, records(self))
        self._rest = b""

    def close(self) -> None:
        self._inner.close()


def chunks(source: ByteSource, outer: RecordSource) -> Iterator[bytes]:
    """What a source holds, piece by piece; the outer one knows how far that is."""
    while chunk := source.read(CHUNK):
        outer.compressed_bytes = source.compressed_bytes
        yield chunk


def each_line(
    source: ByteSource, read: Callable[[bytes], bytes], outer: RecordSource
) -> Iterator[bytes]:
    """What is read of each line."""
    rest = b""
    for chunk in chunks(source, outer):
        *whole, rest = (rest + chunk).split(b"\n")
        yield b"".join(read(line) + b"\n" for line in whole)
        if len(rest) > MAX_RECORD:
            yield rest
            rest = b""
    if rest:
        yield read(rest) + b"\n"
    outer.damage = source.damage or outer.damage


def each_element(
    source: ByteSource,
    end: bytes,
    read: Callable[[bytes], bytes],
    is_begun: Callable[[bytes], bool],
    what: str,
    outer: RecordSource,
) -> Iterator[bytes]:
    """What is read of the bytes before each end of an element of XML; nothing where it is none."""
    rest, count = b"", 0
    for chunk in chunks(source, outer):
        *whole, rest = (rest + chunk).split(end)
        found = [line for part in whole if (line := read(part))]
        count += len(found)
        yield b"".join(found)
        if len(rest) > MAX_ELEMENT:
            break
    if source.damage:
        outer.damage = source.damage
    elif is_begun(rest):
        outer.damage = f"the XML ends early or is damaged after {count:,} {what}"


def texts(source: ByteSource, outer: RecordSource) -> Iterator[str]:
    """Lines of text with their ends, for what reads rows."""
    rest = b""
    for chunk in chunks(source, outer):
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            yield line.decode(errors="replace") + "\n"
        if len(rest) > MAX_RECORD:
            raise csv.Error("a row without an end")
    if rest:
        yield rest.decode(errors="replace")
