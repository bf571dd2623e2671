"""Inputs that are exactly as they were read: told by path, size, time and head, without the library
that reads logs, so that a scan of the same folder every minute costs next to nothing."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from shadow_scan.collectors.lines.unwrap import STDIN, ByteSource, open_source
from shadow_scan.errors import InputError
from shadow_scan.filenames import as_text
from shadow_scan.ingest.inputs import Input
from shadow_scan.ingest.known import Known
from shadow_scan.ingest.reports import SourceReport
from shadow_scan.store.database import opened
from shadow_scan.store.meta import is_as_we_write, said
from shadow_scan.store.sources import HEAD_BYTES, Source, head_digest, load_all

_TOLD_BY = ("file_bytes", "file_time_ns", "head_digest")


def described(path: str, stream: ByteSource) -> Source:
    """An input before anything of it is read. Raises InputError where its head cannot be read."""
    head = stream.peek(HEAD_BYTES)
    size = time_ns = None
    if path != STDIN:
        status = os.stat(path)
        size, time_ns = status.st_size, status.st_mtime_ns
    return Source(0, as_text(stream.name), size, time_ns, len(head), head_digest(head, len(head)))


def known_as(described: Source, known: Known, *, again: bool = False) -> Source | None:
    """The stored source that an input still is; `again`: what no format fitted is tried anew."""
    for source in known.at(described.source_file):
        retried = source.status == "reading" or (again and not source.format)
        if is_as_described(source, described) and not retried:
            return source
    return None


def is_as_described(source: Source, described: Source) -> bool:
    same = all(getattr(source, name) == getattr(described, name) for name in _TOLD_BY)
    return same and described.file_time_ns is not None


def all_known(
    facts: Path, inputs: Sequence[Input], *, plain: bool, zone: str | None
) -> list[SourceReport] | None:
    """The reports of a scan that has nothing to read; None where it has, or may have, or where more
    is to be said. What can be read but once (a pipe) is not touched; facts of another layout or
    other names are not asked."""
    if not all(os.path.isfile(entry.path) for entry in inputs):
        return None
    with opened(facts, read_only=True, threads=1) as connection:
        if not is_as_we_write(said(connection), plain=plain):
            return None
        known = Known.of(load_all(connection))
    if known.reopened():
        return None
    reports = []
    for entry in inputs:
        source = _known(entry, known)
        if source is None or (zone and source.zone not in (None, zone)):
            return None
        reports.append(SourceReport(entry.path, source.format))
    return reports


def _known(entry: Input, known: Known) -> Source | None:
    try:
        with open_source(entry.path) as stream:
            found = known_as(described(entry.path, stream), known)
            return None if found is not None and found.is_fruitless else found
    except InputError:
        return None
