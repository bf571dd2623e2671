"""Bytes of a log, whatever they came wrapped in: packed, UTF-8 or UTF-16, with a BOM or not.

A wrapping is known by its first bytes, never by a file's name. Damage (a cut archive, a disk that
answers no more) never raises once reading has begun: what was readable is delivered, and `damage`
says in one line what is missing. Nothing here knows lines or formats.
"""

from __future__ import annotations

import codecs
import itertools
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from shadow_scan.collectors.lines.packing import (
    MAGIC_BYTES,
    ZSTD_WINDOW,
    archive_of,
    unpacker,
    wrapping_of,
    zstd_window,
)
from shadow_scan.errors import InputError

STDIN = "-"
HEAD_BYTES = 65_536
_CHUNK = 4_096
"""Taken from an archive at a time: so much, and no more, is lost before a damaged place; inflated
at the worst possible ratio it is 4 MB of gzip, 28 of xz, 80 of bzip2."""
_PLAIN_CHUNK = 1 << 20
_BOMB_FLOOR = 256 * 1024 * 1024
_BOMB_RATIO = 400
"""Logs shrink to a hundredth at best; deflate's own bound is 1:1032."""

_HOLE = b"\0" * 64
"""What a log begins with that was emptied while its writer went on at its old place."""
_MOST_ARE, _FEW = 0.6, 20
"""Signs: no record is as short, and fewer may be zeros for another reason."""
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


class ByteSource:
    """One readable input. `read` gives decompressed UTF-8 bytes; an empty answer is the end."""

    def __init__(self, raw: BinaryIO, name: str) -> None:
        self.name = name
        self.damage: str | None = None
        self.resumption: dict[str, str] = {}
        """What to remember, so that the next reading can begin where this one ended."""
        self.compressed_bytes = 0
        """Bytes taken from the file itself: what a progress bar counts."""
        self._raw = raw
        head = self._take(_CHUNK)
        self.wrapping = wrapping_of(head)
        self.window = zstd_window(head) if self.wrapping == "zstd" else 0
        """Bytes that have to be held to unpack it, where that is the archive's choice."""
        is_marked = head.startswith((codecs.BOM_UTF8, _HOLE))
        self._is_as_in_file = not (is_marked or _encoding_of(head)[1])
        self._chunks = self._without_bom(self._unwrapped(head))
        self._rest = b""
        self._begun = False

    def parts(self, size: int) -> list[bytes]:
        """At least `size` bytes as they came, uncopied; fewer only at the end."""
        self._begun = True
        parts, missing = [self._rest], size - len(self._rest)
        while missing > 0 and (chunk := next(self._chunks, b"")):
            parts.append(chunk)
            missing -= len(chunk)
        self._rest = b""
        return [part for part in parts if part]

    def read(self, size: int) -> bytes:
        """Up to `size` bytes; fewer only at the end."""
        joined = b"".join(self.parts(size))
        self._rest = joined[size:]
        return joined[:size]

    def readinto(self, target: memoryview) -> int:
        """Fill a view as far as bytes come, without copies between where they come from a plain
        file; 0 at the end. For bytes that are no text: no marks of an encoding are looked for."""
        if not self._begun:
            self.peek(1)
        given = self._rest or (self.read(len(target)) if self.wrapping else b"")
        count = min(len(given), len(target))
        target[:count] = given[:count]
        self._rest = given[count:] if self._rest else self._rest
        while (
            count < len(target) and not self.wrapping and (more := self._taken_into(target[count:]))
        ):
            count += more
        return count

    def peek(self, size: int = HEAD_BYTES) -> bytes:
        """The first bytes, left in place for the reader that follows."""
        head = self.read(size)
        self._rest = head + self._rest
        return head

    def begin_at(self, offset: int) -> bool:
        """Go on at a byte of the file; False where what is read are not the file's own bytes."""
        if self.wrapping or not self._is_as_in_file:
            return False
        try:
            self._raw.seek(offset)
        except OSError:
            return False
        self.compressed_bytes, self._rest = offset, b""
        self._chunks = self._plain(self._take(_PLAIN_CHUNK))
        return True

    def close(self) -> None:
        if self._raw is not sys.stdin.buffer:
            self._raw.close()

    def __enter__(self) -> ByteSource:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _taken_into(self, target: memoryview) -> int:
        try:
            count: int = self._raw.readinto(target) or 0  # type: ignore[attr-defined]
        except OSError as error:
            self.damage = f"reading stopped: {error.strerror or error}"
            return 0
        self.compressed_bytes += count
        return count

    def _take(self, size: int) -> bytes:
        try:
            data = self._raw.read(size) or b""
        except OSError as error:
            self.damage = f"reading stopped: {error.strerror or error}"
            return b""
        self.compressed_bytes += len(data)
        return data

    def _unwrapped(self, head: bytes) -> Iterator[bytes]:
        return self._inflated(head) if self.wrapping else self._plain(head)

    def _plain(self, head: bytes) -> Iterator[bytes]:
        while head:
            yield head
            head = self._take(_PLAIN_CHUNK)

    def _inflated(self, data: bytes) -> Iterator[bytes]:
        """Members follow each other in rotated archives; what follows the last one is no log."""
        fresh, damages = unpacker(self.wrapping)
        inflater, inside, produced = fresh(), False, 0
        while data:
            try:
                out, inside = inflater.decompress(data), True
            except damages as error:
                self.damage = f"{self.wrapping} data is damaged after {produced:,} bytes ({error})"
                return
            produced += len(out)
            if produced > _BOMB_FLOOR and produced > _BOMB_RATIO * self.compressed_bytes:
                self.damage = f"stopped after {produced:,} bytes: no log shrinks {_BOMB_RATIO}:1"
                return
            yield from (out,) if out else ()
            data = inflater.unused_data
            if inflater.eof:
                inflater, inside = fresh(), False
                data += b"" if len(data) >= MAGIC_BYTES else self._take(_CHUNK)
                if data and wrapping_of(data) != self.wrapping:
                    self.damage = (
                        None if not data.strip(b"\0") else "bytes follow the archive's end"
                    )
                    return
            data = data or self._take(_CHUNK)
        if inside:
            self.damage = (
                self.damage or f"{self.wrapping} data ends early, after {produced:,} bytes"
            )

    def _without_bom(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        first = next(chunks, b"")
        if first.startswith(_HOLE):
            behind = (chunk.lstrip(b"\0") for chunk in itertools.chain([first], chunks))
            first = next(filter(None, behind), b"")
        bom, encoding = _encoding_of(first)
        if encoding:
            yield from _reencoded(first[len(bom) :], chunks, encoding)
            return
        yield first.removeprefix(codecs.BOM_UTF8)
        yield from chunks


def _encoding_of(first: bytes) -> tuple[bytes, str]:
    """The mark of UTF-16 and its codec; without a mark, every second byte of most texts is zero."""
    for bom, encoding in _UTF16.items():
        if first.startswith(bom):
            return bom, encoding
    even, odd = first[:_CHUNK:2], first[1:_CHUNK:2]
    for zeros, letters, encoding in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        if len(letters) > _FEW and zeros.count(0) > _MOST_ARE * len(zeros) and not letters.count(0):
            return b"", encoding
    return b"", ""


def _reencoded(first: bytes, chunks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    yield decoder.decode(first).encode()
    for chunk in chunks:
        yield decoder.decode(chunk).encode()
    # Half of a sign at the end is none yet: with all of it, the log begins with what was read.


def open_source(path: str) -> ByteSource:
    """Open a file, or standard input for '-'; what has no lines is read record by record.

    Raises InputError with the one thing to do.
    """
    from shadow_scan.collectors.records import as_records, enveloped

    source = _bounded(path, _opened(path))
    is_archive = archive_of(source.peek(_CHUNK))
    return source if is_archive else enveloped(as_records(path, source))


def _bounded(path: str, source: ByteSource) -> ByteSource:
    if source.window <= ZSTD_WINDOW:
        return source
    source.close()
    wanted, most = source.window >> 20, ZSTD_WINDOW >> 20
    what = f"to unpack this takes {wanted} MiB at once, and {most} is most"
    remedy = "unpack it before: `zstd -dc FILE | shadow-scan scan -` (with --long=31 if zstd asks)"
    raise InputError(what, where=path, remedy=remedy)


def _opened(path: str) -> ByteSource:
    if path == STDIN:
        return ByteSource(sys.stdin.buffer, "(standard input)")
    try:
        if Path(path).is_char_device() or Path(path).is_block_device():
            remedy = "give a file or a folder, or '-' for what comes through a pipe"
            raise InputError("a device, which may have no end", where=path, remedy=remedy)
        return ByteSource(Path(path).open("rb", buffering=0), path)
    except FileNotFoundError:
        raise InputError("no such file", where=path, remedy="check the path") from None
    except OSError as error:
        raise _refused(path, error) from None


def is_closed(path: str) -> bool:
    """A folder that cannot be listed or entered."""
    return os.path.isdir(path) and not os.access(path, os.R_OK | os.X_OK)


def _refused(path: str, error: OSError) -> InputError:
    """A folder is read file by file, but one that cannot be listed or entered."""
    remedy = "make it readable for you, or run as somebody who may read it"
    if is_closed(path):
        return InputError("this folder may not be read", where=path, remedy=remedy)
    if isinstance(error, PermissionError):
        return InputError("this file may not be read", where=path, remedy=remedy)
    return InputError(f"cannot be opened: {error.strerror}", where=path)
