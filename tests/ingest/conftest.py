"""A workspace of its own for each test, with a key outside of it, and logs of known lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shadow_scan.commands.scan import ScanRequest, run_scan
from shadow_scan.ingest.inputs import find_inputs
from shadow_scan.ingest.options import Options
from shadow_scan.ingest.reading import Ingest, SourceReport
from shadow_scan.store.database import one_engine, opened, rows
from shadow_scan.store.setup import facts_of
from shadow_scan.workspace import Workspace

Scan = Callable[..., list[SourceReport]]


@pytest.fixture
def place(workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("SHADOW_SCAN_KEY_FILE", str(tmp_path / "keys" / "test.key"))
    return Workspace(workspace)


@pytest.fixture
def scan(place: Workspace) -> Scan:
    def run(*paths: Path, **words: object) -> list[SourceReport]:
        return run_scan(place, ScanRequest([str(path) for path in paths], **words))  # type: ignore[arg-type]

    return run


@pytest.fixture
def read(place: Workspace) -> Iterator[Scan]:
    """What a scan reads, without what it derives."""
    place.create()
    facts, _ = facts_of(place, None, None)
    facts.prepare()

    def run(*paths: Path, **words: object) -> list[SourceReport]:
        inputs = find_inputs([str(path) for path in paths])
        return Ingest(facts, Options(**words)).run(inputs)  # type: ignore[arg-type]

    with one_engine(place.path):
        yield run


def squid_lines(first: int, last: int) -> str:
    """Lines numbered in their bytes, so that one missing or doubled shows in the sums."""
    return "".join(
        f"{1_790_158_272 + number}.417     10 10.20.{number % 7}.{number % 200} TCP_TUNNEL/200 "
        f"{number} CONNECT chatgpt.com:443 user{number % 11} HIER_DIRECT/198.51.100.7 -\n"
        for number in range(first, last + 1)
    )


_HOURS = """
SELECT source_id, epoch_us(event_time) // 3600000000 AS hour, strength, count(*) AS events,
    count(user_id) AS users, count(status) AS statuses, count(bytes_down) AS down
FROM events GROUP BY ALL ORDER BY ALL
"""
_COUNTED = """
SELECT source_id, hour, strength, sum(events), sum(users), sum(statuses), sum(down)
FROM hours GROUP BY ALL HAVING sum(events) <> 0 ORDER BY ALL
"""


def stored(place: Workspace) -> tuple[int, int]:
    """How many events there are, and the sum of their bytes; their hours must add up to them."""
    with opened(place.facts, read_only=True) as connection:
        assert rows(connection, _COUNTED) == rows(connection, _HOURS)
        return tuple(
            rows(connection, "SELECT count(*), coalesce(sum(bytes_down), 0) FROM events")[0]
        )  # type: ignore[return-value]


def sums(first: int, last: int) -> tuple[int, int]:
    return last - first + 1, sum(range(first, last + 1))


_UNBALANCED = """
SELECT source_file FROM sources LEFT JOIN
    (SELECT source_id, count(*) AS stored FROM events GROUP BY source_id) USING (source_id)
WHERE lines <> events + rejected + skipped OR events <> coalesce(stored, 0)
"""


def balanced(place: Workspace) -> bool:
    """lines = events + rejected + skipped, for every source; and its events are there."""
    with opened(place.facts, read_only=True) as connection:
        return not rows(connection, _UNBALANCED)
