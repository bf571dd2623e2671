"""Sources by their content: what was read is not read twice, whatever it is called or packed in.

A source is known by the digest of its decompressed bytes at recorded lengths. So a copy adds
nothing, a file that grew gives only what is new, and an interrupted scan goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any, Literal, NamedTuple

import duckdb

from shadow_scan.collectors.format import Header
from shadow_scan.filenames import as_text
from shadow_scan.store.database import create_table, insert, rows

HEAD_BYTES = 4_096
_KEPT_LINES = 5

Verdict = Literal["skipped", "rejected"]
Status = Literal["reading", "read", "damaged", "empty", "unrecognised", "unreadable"]


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
    zone: str | None = None
    """Of its times, where they name none."""
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


def save(connection: duckdb.DuckDBPyConnection, changed: Sequence[Source]) -> None:
    """Write their rows, reasons and marks: of all at once, since a folder may hold thousands of
    logs of a few lines each."""
    ids = [source.source_id for source in changed]
    # Both together take a third of what INSERT OR REPLACE takes.
    for table in ("sources", "source_reasons"):
        connection.execute(f"DELETE FROM {table} WHERE source_id IN (SELECT unnest($1))", [ids])
    insert(connection, "sources", _kinds(connection, "sources", _COLUMNS), _rows(changed))
    reasons = _kinds(connection, "source_reasons")
    insert(connection, "source_reasons", reasons, list(_reasons(changed)))
    _save_marks(connection, changed)


def _kinds(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str] = ()
) -> dict[str, str]:
    """The types of a table's columns, or of those that are named, in their order."""
    kinds = dict(rows(connection, f"SELECT column_name, column_type FROM (DESCRIBE {table})"))
    return {name: kinds[name] for name in columns or kinds}


def _rows(changed: Sequence[Source]) -> list[tuple[Any, ...]]:
    return [
        tuple(
            json.dumps(source.header) if name == "header" else getattr(source, name)
            for name in _COLUMNS
        )
        for source in changed
    ]


def _reasons(changed: Sequence[Source]) -> Iterator[tuple[Any, ...]]:
    for source in changed:
        for (verdict, reason), entry in source.reasons.items():
            if entry.lines:
                yield source.source_id, verdict, reason, entry.lines, entry.first_lines


def _save_marks(connection: duckdb.DuckDBPyConnection, changed: Sequence[Source]) -> None:
    """Those that are not stored yet, behind their sources' rows; that of a last line that was read
    again is none any more."""
    connection.execute(
        "DELETE FROM source_marks AS m USING sources AS s WHERE m.source_id = s.source_id "
        "AND m.read_bytes > s.read_bytes AND s.source_id IN (SELECT unnest($1))",
        [[source.source_id for source in changed]],
    )
    create_table(
        connection,
        "marks",
        _kinds(connection, "source_marks"),
        list(_marks(changed)),
        temporary=True,
    )
    connection.execute(
        "INSERT INTO source_marks FROM marks ANTI JOIN source_marks USING (source_id, read_bytes)"
    )
    connection.execute("DROP TABLE marks")


def _marks(changed: Sequence[Source]) -> Iterator[tuple[int, int, str]]:
    for source in changed:
        here = {source.read_bytes: source.read_digest} if source.events else {}
        for length, digest in (source.marks | here).items():
            yield source.source_id, length, digest


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
    name = as_text(name)
    return source_file == name or source_file.endswith("/" + name)


def snapshot(source: Source) -> Source:
    """The source as it is now; what follows does not change it."""
    copy = Source(**{name: getattr(source, name) for name in _COLUMNS})
    copy.reasons = {key: Reason(**asdict(entry)) for key, entry in source.reasons.items()}
    return copy
