"""Numbers of texts that a scan remembers from batch to batch, while somebody else writes."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from shadow_scan.collectors.canonical import canonical
from shadow_scan.collectors.columns.texts import completed
from shadow_scan.collectors.connection import Engine
from shadow_scan.errors import StorageError
from shadow_scan.identity.subnets import Subnets
from shadow_scan.store.facts import Batch, Facts, changing
from shadow_scan.store.privacy import NamePolicy

HOSTS = "SELECT h.text FROM events LEFT JOIN hosts AS h ON h.id = events.host_id ORDER BY 1"


_engine = cache(Engine)


@pytest.fixture
def facts(tmp_path: Path) -> Facts:
    made = Facts(tmp_path / "facts.duckdb", NamePolicy.plain_names(), Subnets({}), Subnets({}))
    made.prepare()
    return made


def batch(*hosts: str) -> Batch:
    rows = len(hosts)
    answered = {
        "line_number": pa.array(range(rows), pa.int64()),
        "event_time": pa.array([0] * rows, pa.timestamp("us")),
        "authority": pa.chunked_array([hosts]),
    }
    events = completed(_engine(), pa.table(answered))
    return Batch(canonical(events.append_column("source_id", pa.array([1] * rows, pa.int32()))), [])


def stored(facts: Facts) -> list[str | None]:
    with duckdb.connect(str(facts.path), read_only=True) as connection:
        return [text for (text,) in connection.execute(HOSTS).fetchall()]


def test_a_text_that_somebody_took_away_is_written_again(facts: Facts) -> None:
    facts.write(batch("chat.example", "api.example"))
    with changing(facts.path) as connection:
        connection.execute("DELETE FROM stored_events")
        connection.execute("DELETE FROM hosts")
    facts.write(batch("chat.example"))
    assert stored(facts) == ["chat.example"]


def test_a_batch_that_failed_leaves_nothing_remembered(
    facts: Facts, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts.write(batch("chat.example"))
    with monkeypatch.context() as patch:
        patch.setattr("shadow_scan.store.facts._hours", lambda sign, events: "SELECT no FROM such")
        with pytest.raises(StorageError, match="nothing could be written"):
            facts.write(batch("new.example"))
    facts.write(batch("new.example", "chat.example"))
    assert stored(facts) == ["chat.example", "chat.example", "new.example"]


def test_texts_stand_once_however_many_batches_hold_them(facts: Facts) -> None:
    for _ in range(3):
        facts.write(batch("chat.example", "api.example"))
    with duckdb.connect(str(facts.path), read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM hosts").fetchall() == [(2,)]


def test_more_than_the_bound_is_not_held_until_the_next_batch(
    facts: Facts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shadow_scan.store.dictionaries._MOST_REMEMBERED", 1)
    facts.write(batch("chat.example"))
    assert facts._remembered.of("hosts") == {"chat.example": 1}
    facts.write(batch("chat.example", "api.example"))
    assert facts._remembered.of("hosts") == {}
    facts.write(batch("api.example"))
    assert stored(facts) == ["api.example", "api.example", "chat.example", "chat.example"]
