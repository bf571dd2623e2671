"""A log file in the making: lines, and what a reader must make of each.

Knows nothing of formats. Packing is by hand, because what zlib makes of the same bytes differs
from build to build.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path


class Outcome(Enum):
    """The fate of a line at a reader's; ``lines = events + rejected + skipped``."""

    EVENT = "events"
    REJECTED = "rejected"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its end; ``begin`` is the moment that the event began, None if no event."""

    text: str
    outcome: Outcome
    begin: int | None = None


def event(text: str, begin: int) -> Line:
    """A line that a reader stores."""
    return Line(text, Outcome.EVENT, begin)


def skipped(text: str) -> Line:
    """A header, or a record that is no request."""
    return Line(text, Outcome.SKIPPED)


@dataclass(slots=True)
class LogFile:
    """A file to be: ``name`` with forward slashes; its times are those of the ``clock``."""

    name: str
    format: str
    clock: str = "begin"
    line_end: str = "\n"
    lines: list[Line] = field(default_factory=list)

    def content(self) -> bytes:
        """The bytes of the file, packed if its name ends in .gz."""
        plain = "".join(line.text + self.line_end for line in self.lines).encode("utf-8")
        return gzip_stored(plain) if self.name.endswith(".gz") else plain

    def write(self, folder: Path) -> None:
        """Put the file below ``folder``."""
        path = folder / self.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.content())


def gzip_stored(plain: bytes) -> bytes:
    """A gzip member of stored blocks with time 0 (RFC 1952, RFC 1951 section 3.2.4)."""
    header = b"\x1f\x8b\x08" + b"\x00" * 6 + b"\xff"
    chunks = [plain[at : at + 0xFFFF] for at in range(0, len(plain), 0xFFFF)] or [b""]
    blocks = b"".join(
        struct.pack("<BHH", chunk is chunks[-1], len(chunk), len(chunk) ^ 0xFFFF) + chunk
        for chunk in chunks
    )
    return header + blocks + struct.pack("<II", zlib.crc32(plain), len(plain) & 0xFFFFFFFF)
