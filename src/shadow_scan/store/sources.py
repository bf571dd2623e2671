"""Sources by their content: what was read is not read twice, whatever it is called or packed in.

A source is known by the digest of its decompressed bytes at recorded lengths. So a copy adds
nothing, a file that grew gives only what is new, and an interrupted scan goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any, Literal, NamedTuple

import duckdb

from shadow_scan.collectors.format import Header
from shadow_scan.store.database import rows

HEAD_BYTES = 4_096
_KEPT_LINES = 5

Verdict = Literal["skipped", "rejected"]
Status = Literal["reading", "read", "damaged", "empty", "unrecognised"]


@dataclass(slots=True)
class Reason:
    lines: int = 0
    first_lines: list[int] = field(default_factory=list)


class Beginning(NamedTuple):
    """A line end among a source's first bytes, and the digest of all up to there."""

    line: int
    length: int
    digest: str


@dataclass(slots=True)
class Source:
    """A row of `sources`, its reasons by (verdict, reason) and its marks."""

    source_id: int
    source_file: str
    file_bytes: int | None
    file_time_ns: int | None
    head_bytes: int
    head_digest: str
    format: str | None = None
    kind: str | None = None
    """Of recorder, as the format declares it."""
    status: Status = "reading"
    damage: str | None = None
    assumed: str | None = None
    read_bytes: int = 0
    read_digest: str = hashlib.sha256().hexdigest()
    milestone_bytes: int | None = None
    milestone_digest: str | None = None
    header: Header = field(default_factory=dict)
    lines: int = 0
    events: int = 0
    rejected: int = 0
    skipped: int = 0
    mended: int = 0
    first_time: datetime | None = None
    last_time: datetime | None = None
    tail_verdict: str | None = None
    tail_reason: str | None = None
    clock_jumps: int = 0
    """How often a record ended over an hour before the one in the line above began."""
    first_jump: int | None = None
    reasons: dict[tuple[Verdict, str], Reason] = field(default_factory=dict)
    marks: dict[int, str] = field(default_factory=dict)
    """Digests at recorded lengths behind its first event, by which a shorter copy is known; one
    beyond `read_bytes` is that of a last line without line end."""
    begins: list[Beginning] = field(default_factory=list)
    """Not stored: they become marks once an event stands before them."""

    @property
    def tail_bytes(self) -> int:
        """Length of the last line, where it has no line end."""
        return max(max(self.marks, default=0) - self.read_bytes, 0)

    @property
    def is_fruitless(self) -> bool:
        """No line was what its format takes it for."""
        return not self.events and self.rejected > 0

    @property
    def has_records(self) -> bool:
        """A line was more than skipped. Where none was, what was read is the begin of any file."""
        return self.events > 0 or self.rejected > 0

    def count(self, verdict: Verdict, reason: str, lines: int, numbers: list[int]) -> None:
        entry = self.reasons.setdefault((verdict, reason), Reason())
        entry.lines += lines
        entry.first_lines += numbers[: _KEPT_LINES - len(entry.first_lines)]
        if verdict == "skipped":
            self.skipped += lines
        else:
            self.rejected += lines

    def forget_tail(self) -> int | None:
        """Take back a last line that had no line end; its number if it had become an event."""
        verdict, reason, self.tail_verdict = self.tail_verdict, self.tail_reason, None
        self.marks = {at: value for at, value in self.marks.items() if at <= self.read_bytes}
        if verdict is None:
            return None
        number, self.lines = self.lines, self.lines - 1
        if verdict == "event":
            self.events -= 1
            return number
        self.count("skipped" if verdict == "skipped" else "rejected", str(reason), -1, [])
        return None


_BESIDE = {"reasons", "marks", "begins"}
_COLUMNS = tuple(column.name for column in fields(Source) if column.name not in _BESIDE)


def head_digest(head: bytes, length: int) -> str:
    return hashlib.sha256(head[:length]).hexdigest()


def save(connection: duckdb.DuckDBPyConnection, source: Source) -> None:
    """Write the row, its reasons and its marks."""
    row = {
        **{name: getattr(source, name) for name in _COLUMNS},
        "header": json.dumps(source.header),
    }
    names = ", ".join(_COLUMNS)
    values = ", ".join(f"${name}" for name in _COLUMNS)
    # Both together take a third of what INSERT OR REPLACE takes.
    connection.execute("DELETE FROM sources WHERE source_id = $1", [source.source_id])
    connection.execute(f"INSERT INTO sources ({names}) VALUES ({values})", row)
    connection.execute("DELETE FROM source_reasons WHERE source_id = $1", [source.source_id])
    for (verdict, reason), entry in source.reasons.items():
        if entry.lines:
            connection.execute(
                "INSERT INTO source_reasons VALUES ($1, $2, $3, $4, $5)",
                [source.source_id, verdict, reason, entry.lines, entry.first_lines],
            )
    _save_marks(connection, source)


def _save_marks(connection: duckdb.DuckDBPyConnection, source: Source) -> None:
    """Those that are not stored yet; that of a last line that was read again is none any more."""
    here = {source.read_bytes: source.read_digest} if source.events else {}
    marks = source.marks | here
    connection.execute(
        "DELETE FROM source_marks WHERE source_id = $1 AND read_bytes > $2",
        [source.source_id, source.read_bytes],
    )
    connection.execute(
        "INSERT INTO source_marks SELECT $1, length, digest "
        "FROM (SELECT unnest($2::BIGINT[]) AS length, unnest($3::VARCHAR[]) AS digest) "
        "WHERE length NOT IN (SELECT read_bytes FROM source_marks WHERE source_id = $1)",
        [source.source_id, list(marks), list(marks.values())],
    )


def load_all(connection: duckdb.DuckDBPyConnection) -> list[Source]:
    reasons: dict[int, dict[tuple[Verdict, str], Reason]] = {}
    for source_id, verdict, reason, lines, first in rows(connection, "FROM source_reasons"):
        reasons.setdefault(source_id, {})[(verdict, reason)] = Reason(lines, first)
    found = rows(connection, f"SELECT {', '.join(_COLUMNS)} FROM sources ORDER BY source_id")
    return [_from_row(dict(zip(_COLUMNS, row, strict=True)), reasons) for row in found]


def _from_row(row: dict[str, Any], reasons: dict[int, dict[tuple[Verdict, str], Reason]]) -> Source:
    row["header"] = json.loads(row["header"] or "{}")
    return Source(**row, reasons=reasons.get(row["source_id"], {}))


def load_with_marks(connection: duckdb.DuckDBPyConnection) -> list[Source]:
    found = {source.source_id: source for source in load_all(connection)}
    for source_id, length, digest in rows(connection, "FROM source_marks"):
        found[source_id].marks[length] = digest
    return list(found.values())


def is_meant(source_file: str, name: str) -> bool:
    """Whether a name is a source's path, or the end of it."""
    return source_file == name or source_file.endswith("/" + name)


def snapshot(source: Source) -> Source:
    """The source as it is now; what follows does not change it."""
    copy = Source(**{name: getattr(source, name) for name in _COLUMNS})
    copy.reasons = {key: Reason(**asdict(entry)) for key, entry in source.reasons.items()}
    return copy
