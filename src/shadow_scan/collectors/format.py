"""What a log format is: a declaration and one SQL statement over the relation `lines`.

The statement reads `lines(line_number BIGINT, line VARCHAR, header VARCHAR)` and nothing else (the
header is what syslog put before the record, where that was taken off), so that the same
text runs here and inside the tasks of a cluster. It yields one row a line: `line_number`, `skipped`
or `rejected` with the reason (both NULL for an event), and any of the columns below; the engine
adds the missing ones as NULL and turns clocks to begins in UTC.

A field that the log leaves empty is NULL, never 0 or ''.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from shadow_scan.collectors.columns.words import Ordinary
from shadow_scan.collectors.variants import Variants

COLUMNS: Mapping[str, str] = {
    "line_number": "BIGINT",
    "skipped": "VARCHAR",
    "rejected": "VARCHAR",
    "event_time": "TIMESTAMP",
    "duration_ms": "BIGINT",
    "source_ip": "VARCHAR",
    "user_name": "VARCHAR",
    "device_name": "VARCHAR",
    "department": "VARCHAR",
    "authority": "VARCHAR",
    "path": "VARCHAR",
    "destination_ip": "VARCHAR",
    "method": "VARCHAR",
    "status": "INTEGER",
    "bytes_up": "BIGINT",
    "bytes_down": "BIGINT",
    "user_agent": "VARCHAR",
    "referrer": "VARCHAR",
    "action": "VARCHAR",
    "evidence": "VARCHAR",
    "flow": "VARCHAR",
}
"""What a statement may yield. `authority` is a host, with or without port or user information, as
the log writes it; `flow` is the log's own name of a connection (a Zeek uid), by which records of
one request are joined. A statement may yield `record`, too: the log's own name of what it may write
again, as it grows or after an outage; of those on one host the last counts. It stands in `flow`,
below zero."""

WORDS: Mapping[str, tuple[str, ...]] = {
    "action": ("allowed", "blocked"),
    "evidence": ("resolved", "connected", "transacted"),
}
"""Columns in which no other words stand."""

Kind = Literal["proxy", "dns", "firewall", "network sensor", "endpoint", "web server"]
Clock = Literal["begin", "end"]
Zone = Literal["utc", "written", "local"]
Header = Mapping[str, object]
"""What the header lines before a row said; kept with the source, so that a file can be read on."""
HeaderReader = Callable[[Sequence[str], Header], Header]


@dataclass(frozen=True, slots=True)
class Format:
    name: str
    title: str
    kind: Kind
    carries: tuple[str, ...]
    """Event keys that this log can fill."""
    recognise: re.Pattern[str]
    """Matches a record (or a header) of this format and of no other."""
    reference: str
    """Where the shape is documented."""
    sql: str | Variants | Callable[[Header], str | Variants]
    """The statement; for header-driven logs, made from the header (only from positions in it)."""
    clock: Clock = "begin"
    """What the log writes down: when a request began, or when it ended (less its duration)."""
    zone: Zone = "utc"
    """`local`: the log writes no zone; `--tz` says which, and UTC is assumed and said otherwise."""
    own_zone: str = ""
    """Of a log whose times name none, where its declaration says it."""
    header: HeaderReader | None = None
    """Reads a run of header lines into the header of the rows that follow."""
    header_starts: tuple[str, ...] = ("#",)
    """How header lines begin: '#', or the first four letters of a row of column names."""
    is_header: Callable[[str], bool] | None = None
    """Tells a header line from a row that only begins alike; without it, every such line is one."""
    remembers: Mapping[str, str] = field(default_factory=dict)
    """Kept with the header once a line has been met for which this is so (SQL over `line`): what
    decides how all lines behind it are read, in whatever block, or reading, they come."""
    learns: Callable[[Sequence[str], Header], Header] | None = None
    """Reads the first lines into the header, where no declaration says what they mean."""
    ordinary: Ordinary | Callable[[Header], Ordinary | None] | None = None
    """How most lines are read in less time than the statement takes."""
    notes: str = ""
    """What a reader of the results must know: what this log cannot show."""
    assumption: str = ""
    """What a scan says of each source that is read so."""
    aliases: tuple[str, ...] = field(default=())

    def statement(self, header: Header) -> str | Variants:
        return self.sql(header) if callable(self.sql) else self.sql

    def ordinary_lines(self, header: Header) -> Ordinary | None:
        return self.ordinary(header) if callable(self.ordinary) else self.ordinary
