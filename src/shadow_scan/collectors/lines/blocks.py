"""Lines of a byte source as Arrow arrays: no line becomes a Python object.

A block is a buffer of bytes and a `string_view` array over it whose values leave out the line
ends, so that nothing is copied. Bytes that are no UTF-8 are mended line by line (an unchecked
buffer would take the whole database engine down); lines over `MAX_LINE_BYTES` are dropped and
named.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from shadow_scan.collectors.lines.prefix import Milestone, Prefix
from shadow_scan.collectors.lines.unwrap import ByteSource

BLOCK_BYTES = 16 * 1024 * 1024
MAX_LINE_BYTES = 1024 * 1024
TOO_LONG = "line longer than 1 MiB"

INLINE_BYTES = 12
"""Arrow keeps values of up to twelve bytes inside the view itself."""
_SKIP_BYTES = 1 << 20

Bytes = npt.NDArray[np.uint8]
Integers = npt.NDArray[np.int64]
Chosen = npt.NDArray[np.bool_] | slice


@dataclass(frozen=True, slots=True)
class LineBlock:
    """Lines `numbers[i]: lines[i]`, in order; `rejects` are those that cannot be handed on."""

    numbers: Integers
    lines: pa.Array
    rejects: tuple[tuple[int, str], ...]
    mended: int
    """Lines that were no UTF-8 and were read as Windows-1252."""
    end_offset: int
    """Decompressed bytes from the source's begin to the end of this block."""
    digest: str
    """Of those bytes; `milestone` is where the next reading may begin to know them again."""
    milestone: Milestone | None
    terminated: bool = True
    """False when the last line has no line end: a writer may still be at it."""

    @property
    def count(self) -> int:
        return len(self.numbers) + len(self.rejects)


@dataclass(slots=True)
class LineReader:
    """Reads a source block by block from where it stands.

    `skip_to` verifies and passes over a prefix that is known already.
    """

    source: ByteSource
    next_line: int = 1
    block_bytes: int = BLOCK_BYTES
    _prefix: Prefix = field(default_factory=Prefix)
    _inside_long_line: bool = False
    _ends: npt.NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, bool))
    """Room for where lines end, kept from block to block: new memory costs more than to look."""

    @classmethod
    def behind(cls, source: ByteSource, milestone: Milestone) -> LineReader | None:
        """From a milestone of an earlier reading on; None where the source cannot go there."""
        if not source.begin_at(milestone.offset):
            return None
        return cls(source, _prefix=Prefix.behind(milestone))

    @property
    def offset(self) -> int:
        return self._prefix.length

    def skip_to(self, offset: int) -> str:
        """Read on to a decompressed offset (or the end); the digest of all up to there."""
        while missing := offset - self.offset:
            chunk = self.source.read(min(missing, _SKIP_BYTES))
            if not chunk:
                break
            self._prefix.add(chunk)
        return self._prefix.value()

    def blocks(self) -> Iterator[LineBlock]:
        carry = b""
        while parts := self.source.parts(self.block_bytes):
            lines, carry = _cut(carry, parts)
            if lines:
                yield self._block(lines)
            if len(carry) > MAX_LINE_BYTES + len(b"\r"):
                self._prefix.add(carry)
                carry, self._inside_long_line = b"", True
        if carry or self._inside_long_line:
            yield self._block(carry, terminated=False)

    def _block(self, data: bytes, *, terminated: bool = True) -> LineBlock:
        self._prefix.add(data)
        buffer = np.frombuffer(data, dtype=np.uint8)
        if len(self._ends) < len(buffer):
            self._ends = np.empty(len(buffer), bool)
        starts, lengths = _line_spans(buffer, data, self._ends[: len(buffer)])
        numbers = np.arange(self.next_line, self.next_line + len(starts), dtype=np.int64)
        self.next_line += len(starts)
        keep = lengths <= MAX_LINE_BYTES
        keep[:1] &= not self._inside_long_line
        self._inside_long_line = False
        lines, mended = _string_views(buffer, data, starts[keep], lengths[keep])
        return LineBlock(
            numbers=numbers[keep],
            lines=lines,
            rejects=tuple((int(number), TOO_LONG) for number in numbers[~keep]),
            mended=mended,
            end_offset=self.offset,
            digest=self._prefix.value(),
            milestone=self._prefix.milestone,
            terminated=terminated,
        )


def views_of(lines: pa.Array) -> npt.NDArray[np.int32]:
    """(length, first four bytes, buffer, offset) of each line, as Arrow lays views out."""
    words = np.frombuffer(lines.buffers()[1], dtype=np.int32).reshape(-1, 4)
    return words[lines.offset : lines.offset + len(lines)]


def chosen(lines: pa.Array, mask: npt.NDArray[np.bool_]) -> pa.Array:
    """The lines under a mask, over the same bytes (Arrow itself cannot filter views yet)."""
    if mask.all():
        return lines
    views = np.ascontiguousarray(views_of(lines)[mask])
    parts = [None, pa.py_buffer(views), *lines.buffers()[2:]]
    return pa.Array.from_buffers(pa.string_view(), len(views), parts)


def begins_with(words: npt.NDArray[np.int32], starts: tuple[str, ...]) -> npt.NDArray[np.bool_]:
    """Lines that begin so, told by their first four bytes (or the one that is asked for)."""
    found = np.zeros(len(words), dtype=bool)
    for start in starts:
        wanted = start.encode()[:4]
        mask = (1 << 8 * len(wanted)) - 1
        found |= (words.view(np.uint32) & np.uint32(mask)) == int.from_bytes(wanted, "little")
    return found


def runs(mask: npt.NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """(begin, end) of every unbroken run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(np.int8), [0]])))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)


def _cut(carry: bytes, parts: list[bytes]) -> tuple[bytes, bytes]:
    """Everything up to the last line end, put together in one copy, and what is behind it."""
    for at in reversed(range(len(parts))):
        if cut := parts[at].rfind(b"\n") + 1:
            lines = b"".join((carry, *parts[:at], memoryview(parts[at])[:cut]))
            return lines, b"".join((parts[at][cut:], *parts[at + 1 :]))
    return b"", b"".join((carry, *parts))


def _line_spans(
    buffer: Bytes, data: bytes, room: npt.NDArray[np.bool_]
) -> tuple[Integers, Integers]:
    """Begin and length of every line, without its LF or CRLF. An unterminated last one counts."""
    ends = np.flatnonzero(np.equal(buffer, ord("\n"), out=room))
    if not len(buffer) or buffer[-1] != ord("\n"):
        ends = np.append(ends, len(buffer))
    starts = np.concatenate([np.zeros(1, np.int64), ends[:-1] + 1])
    lengths = ends - starts
    if b"\r" not in data:
        return starts, lengths
    before = buffer[np.maximum(ends - 1, 0)]
    return starts, lengths - ((lengths > 0) & (before == ord("\r")))


def _string_views(
    buffer: Bytes, data: bytes, starts: Integers, lengths: Integers
) -> tuple[pa.Array, int]:
    views = np.zeros((len(starts), 4), dtype=np.int32)
    views[:, 0] = lengths
    long: Chosen = slice(None)
    if (short := lengths <= INLINE_BYTES).any():
        views[short, 1:] = _inlined(buffer, starts[short], lengths[short])
        long = ~short
    if len(begins := starts[long]):
        fours = np.ndarray(len(buffer) - 3, np.int32, buffer, strides=(1,))
        views[long, 1], views[long, 3] = fours[begins], begins
    array = _assembled(views, data)
    if data.isascii() or _is_valid(array):
        return array, 0
    return _mended(views, buffer, data, starts, lengths)


def _inlined(buffer: Bytes, starts: Integers, lengths: Integers) -> npt.NDArray[np.int32]:
    column = np.arange(INLINE_BYTES)
    if not len(buffer):
        return np.zeros((len(starts), 3), dtype=np.int32)
    gathered = buffer[np.minimum(starts[:, None] + column, len(buffer) - 1)]
    gathered[column >= lengths[:, None]] = 0
    return np.ascontiguousarray(gathered).view(np.int32)


def _assembled(views: npt.NDArray[np.int32], *buffers: bytes) -> pa.Array:
    parts = [None, pa.py_buffer(views), *(pa.py_buffer(part) for part in buffers)]
    return pa.Array.from_buffers(pa.string_view(), len(views), parts)


def _is_valid(array: pa.Array) -> bool:
    try:
        array.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _mended(
    views: npt.NDArray[np.int32], buffer: Bytes, data: bytes, starts: Integers, lengths: Integers
) -> tuple[pa.Array, int]:
    """Only lines with a byte over 127 can be wrong; those that are get a buffer of their own."""
    high = np.concatenate([np.zeros(1, np.int64), np.cumsum(buffer > 127, dtype=np.int64)])
    repaired, position, count = bytearray(), 0, 0
    for index in np.flatnonzero(high[starts + lengths] > high[starts]):
        raw = data[starts[index] : starts[index] + lengths[index]]
        if (text := _as_windows_1252(raw)) is None:
            continue
        repaired += text
        views[index] = _view_of(text, position)
        position, count = position + len(text), count + 1
    return _assembled(views, data, bytes(repaired)), count


def _as_windows_1252(raw: bytes) -> bytes | None:
    """The line as UTF-8; None when it was that already."""
    try:
        raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace").encode()
    return None


def _view_of(text: bytes, position: int) -> npt.NDArray[np.int32]:
    if len(text) <= INLINE_BYTES:
        packed = len(text).to_bytes(4, "little") + text.ljust(INLINE_BYTES, b"\0")
        return np.frombuffer(packed, dtype="<i4")
    prefix = int.from_bytes(text[:4], "little", signed=True)
    return np.array([len(text), prefix, 1, position], dtype=np.int32)
