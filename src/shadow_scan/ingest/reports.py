"""What a scan says of each input: how much was read, what is wrong with it, what was assumed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from shadow_scan.collectors.lines.packing import damaged, not_known
from shadow_scan.errors import InputError
from shadow_scan.filenames import as_text
from shadow_scan.ingest.inputs import Input
from shadow_scan.store.sources import Source, head_digest
from shadow_scan.vocabulary import some


@dataclass(slots=True)
class SourceReport:
    """What one scan read of an input; `status` is the source's, or 'known' if nothing was new.

    Reports of several scans add up: a last line that was rejected while it was cut, and is whole
    now, is an event more and a reject less."""

    source_file: str
    format: str | None = None
    lines: int = 0
    events: int = 0
    rejected: int = 0
    skipped: int = 0
    first_time: datetime | None = None
    last_time: datetime | None = None
    status: str = "known"
    problem: InputError | None = None
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.source_file = as_text(self.source_file)


def reported(path: str, source: Source, before: Source, notes: Sequence[str] = ()) -> SourceReport:
    report = SourceReport(path, source.format, notes=list(notes))
    for name in ("lines", "events", "rejected", "skipped"):
        setattr(report, name, getattr(source, name) - getattr(before, name))
    if report.lines or source.status == "damaged":
        report.status = source.status
    report.first_time, report.last_time = source.first_time, source.last_time
    if source.damage:
        report.problem = damaged(source.damage, path)
    if source.mended:
        mended = some(source.mended, "line is no UTF-8 and was", "lines are no UTF-8 and were")
        report.notes.append(f"{mended} read as Windows-1252")
    if source.assumed:
        report.notes.append(source.assumed)
    if _shrank(path, source):
        report.notes.append("it became shorter while it was read: lines may be lost")
    return report


def _shrank(path: str, source: Source) -> bool:
    try:
        return os.stat(path).st_size < (source.file_bytes or 0)
    except OSError:
        return False


def unrecognised(entry: Input, source: Source, head: bytes, damage: str | None) -> SourceReport:
    """A source that no format fits: its status, and what is to be said of it."""
    source.status = "unrecognised" if head.strip() or damage else "empty"
    source.damage = damage
    report = SourceReport(entry.path, status=source.status)
    if damage is not None:
        report.problem = damaged(damage, entry.path)
    elif entry.named and source.status == "unrecognised":
        report.problem = not_known(head, entry.path)
    return report


def left_out(inputs: Sequence[Input]) -> list[SourceReport]:
    """What was met in folders and is not read: of each kind the first, and how many there are."""
    met: dict[str, list[str]] = {}
    for entry in inputs:
        if entry.left_out:
            met.setdefault(entry.left_out, []).append(entry.path)
    reports = []
    for what, paths in met.items():
        more = f", and {len(paths) - 1:,} more" if len(paths) > 1 else ""
        told = f"{what}, left out{more}"
        reports.append(SourceReport(paths[0], status="left out", notes=[told]))
    return reports


def unreadable(path: str, problem: InputError) -> Source:
    """A source that could not be opened or unpacked, with the reason: it is listed, too."""
    of_nothing = head_digest(b"", 0)
    return Source(
        *(0, as_text(path), None, None, 0, of_nothing), status="unreadable", damage=problem.what
    )
