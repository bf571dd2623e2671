"""Open a lease file, recognise its format by its content, and read it.

Must not keep more than the records: lines are read one by one, an endless line is cut.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterable, Iterator
from datetime import UTC, timedelta, tzinfo
from pathlib import Path
from typing import Final, TextIO, cast

from shadow_scan.errors import UsageError
from shadow_scan.identity.decoding import encoding_of
from shadow_scan.identity.leases import dnsmasq, isc, kea, windows
from shadow_scan.identity.leases.model import Leases, Record, Tally

LONGEST_LINE: Final = 1 << 16
LARGEST: Final = 1 << 30
"""Characters of the largest lease file, unpacked."""

_HEAD: Final = 1 << 16
_BUFFER: Final = 1 << 20
_GZIP: Final = b"\x1f\x8b"
_EMPTY: Final = "empty"
_FORMATS: Final = (
    (kea.NAME, kea.RECOGNISED),
    (isc.NAME, isc.RECOGNISED),
    (dnsmasq.NAME, dnsmasq.RECOGNISED),
    (windows.NAME, windows.RECOGNISED),
)


def read_leases(
    path: Path, *, tz: tzinfo | None = None, lease_length: timedelta | None = None
) -> Leases:
    """The leases of one file of ISC dhcpd, Kea, dnsmasq or the Windows DHCP audit log.

    `tz` is the zone of the Windows server (UTC, and a problem noted, if None). `lease_length` is
    for formats that do not say it: dnsmasq (1 day if None) and Windows (8 days if None).
    Plain or gzip; UTF-8, UTF-16 or Windows-1252. UsageError: unreadable, too large or no format
    that we know. A file with nothing in it holds no lease (dnsmasq writes such).
    """
    try:
        with path.open("rb") as file, _text(file) as stream:
            written_us = path.stat().st_mtime_ns // 1000
            return _read(path, stream, written_us, tz, lease_length)
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(
            f"Cannot read the lease file: {reason}.",
            where=str(path),
            remedy="Check the path, that you may read the file, and that it is whole.",
        ) from error


def _text(file: io.BufferedReader) -> TextIO:
    packed = file.peek(2)[:2] == _GZIP
    unpacked = cast(io.BufferedIOBase, gzip.GzipFile(fileobj=file) if packed else file)
    binary = io.BufferedReader(cast(io.RawIOBase, unpacked), _BUFFER)
    return io.TextIOWrapper(
        binary, encoding_of(binary.peek(_BUFFER)), errors="replace", newline="\n"
    )


def _read(
    path: Path, stream: TextIO, written_us: int, tz: tzinfo | None, lease_length: timedelta | None
) -> Leases:
    tally = Tally()
    head: list[tuple[int, str | None]] = []
    lines = _lines(stream, path)
    size = 0
    for numbered in lines:
        head.append(numbered)
        size += len(numbered[1] or "") + 1
        if size > _HEAD:
            break
    name = _recognise("\n".join(text or "" for _, text in head), path)
    everything = _chain(head, lines)
    return Leases(
        name, tuple(_records(name, everything, tally, written_us, tz, lease_length)), tally
    )


def _chain(
    head: list[tuple[int, str | None]], rest: Iterator[tuple[int, str | None]]
) -> Iterator[tuple[int, str | None]]:
    yield from head
    yield from rest


def _records(
    name: str,
    lines: Iterable[tuple[int, str | None]],
    tally: Tally,
    written_us: int,
    tz: tzinfo | None,
    lease_length: timedelta | None,
) -> Iterable[Record]:
    if name == kea.NAME:
        return kea.read(lines, tally)
    if name == isc.NAME:
        return isc.read(lines, tally)
    if name == windows.NAME:
        if tz is None:
            tally.problems.add(0, "local times without a zone; read as UTC")
        length = lease_length or windows.LEASE_LENGTH
        return windows.read(lines, tally, zone=tz or UTC, lease_length=length)
    length = lease_length or dnsmasq.LEASE_LENGTH
    return dnsmasq.read(lines, tally, written_us=written_us, lease_length=length)


def _recognise(head: str, path: Path) -> str:
    if not head.strip():
        return _EMPTY
    for name, pattern in _FORMATS:
        if pattern.search(head):
            return name
    raise UsageError(
        "This is no lease file that we know.",
        where=str(path),
        remedy="Give a file of ISC dhcpd, Kea (CSV), dnsmasq, or a Windows DHCP audit log.",
    )


def _lines(stream: TextIO, path: Path) -> Iterator[tuple[int, str | None]]:
    """Lines from 1 without their end; None stands for one that is too long to be looked at."""
    number, total = 0, 0
    while text := stream.readline(LONGEST_LINE):
        number += 1
        cut = len(text) == LONGEST_LINE and not text.endswith("\n")
        total += len(text)
        while cut and (more := stream.readline(LONGEST_LINE)):
            total += len(more)
            _check_size(total, path)
            if more.endswith("\n"):
                break
        _check_size(total, path)
        yield number, None if cut else text.rstrip("\r\n")


def _check_size(total: int, path: Path) -> None:
    if total > LARGEST:
        raise UsageError(
            f"The lease file is larger than {LARGEST >> 20} MiB.",
            where=str(path),
            remedy="Cut it to the days that the logs cover.",
        )
