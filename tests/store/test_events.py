"""Columns of the stored events: there from the first event on that fills them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from shadow_scan.store.database import opened, rows
from shadow_scan.store.forgetting import forget, meant
from shadow_scan.workspace import Workspace
from tests.analysis.test_seen_together import defender
from tests.ingest.conftest import Scan, balanced, squid_lines, stored, sums

_AS_IT_WAS = """
CREATE TABLE whole AS FROM events; DROP VIEW events; DROP TABLE stored_events;
ALTER TABLE whole RENAME TO events
"""
_SENT = "SELECT source_id, count(*), count(bytes_up), sum(bytes_up), count(device_id) FROM events"


def _columns(place: Workspace, table: str) -> list[str]:
    with opened(place.facts, read_only=True) as connection:
        return [name for name, *_ in rows(connection, f"DESCRIBE {table}")]


def _asked(place: Workspace, question: str) -> list[tuple[Any, ...]]:
    with opened(place.facts, read_only=True) as connection:
        return rows(connection, question)


def _inspected(*minutes: int) -> str:
    """Records of a device, without a user."""
    return "".join(f"{defender(minute)}\n" for minute in minutes)


def test_what_no_log_tells_is_not_stored_and_stands_there_as_unknown(
    place: Workspace, scan: Scan, tmp_path: Path
) -> None:
    proxy, devices = tmp_path / "access.log", tmp_path / "devices.json"
    proxy.write_text(squid_lines(1, 20))
    scan(proxy)
    every = _columns(place, "events")
    assert not {"bytes_up", "device_id", "flow"} & {*_columns(place, "stored_events")}
    assert {"bytes_up", "device_id", "flow"} < {*every}
    assert _asked(place, f"{_SENT} GROUP BY ALL") == [(1, 20, 0, None, 0)]

    devices.write_text(_inspected(*range(5)))
    scan(devices)
    assert "device_id" in _columns(place, "stored_events")
    assert _columns(place, "events") == every
    found = _asked(place, f"{_SENT} GROUP BY ALL ORDER BY ALL")
    assert found == [(1, 20, 0, None, 0), (2, 5, 0, None, 5)]

    forget(place.facts, meant(place.facts, ["devices.json"]))
    proxy.write_text(squid_lines(1, 30))
    scan(proxy)
    assert _columns(place, "events") == every
    assert stored(place) == sums(1, 30)
    assert balanced(place)


def test_a_last_line_is_read_again_in_the_batch_that_brings_a_column(
    place: Workspace, scan: Scan, tmp_path: Path
) -> None:
    log = tmp_path / "devices.json"
    log.write_text(_inspected(0, 1, 2).rstrip("\n"))
    scan(log)
    assert "user_id" not in _columns(place, "stored_events")
    with log.open("a") as file:
        file.write(f"\n{defender(7, 'amara')}\n")
    scan(log)
    assert _asked(place, "SELECT source_line, user_id FROM events ORDER BY ALL") == [
        (1, None), (2, None), (3, None), (4, 1),
    ]  # fmt: skip
    assert balanced(place)


def test_facts_that_hold_all_columns_in_one_table_go_on(
    place: Workspace, scan: Scan, tmp_path: Path
) -> None:
    proxy, devices = tmp_path / "access.log", tmp_path / "devices.json"
    proxy.write_text(squid_lines(1, 20))
    scan(proxy)
    every = _columns(place, "events")
    with opened(place.facts) as connection:
        connection.execute(_AS_IT_WAS)
    assert scan(proxy)[0].status == "known"
    proxy.write_text(squid_lines(1, 30))
    devices.write_text(_inspected(*range(5)))
    scan(proxy, devices)
    assert _columns(place, "events") == _columns(place, "stored_events") == every
    assert balanced(place)
    forget(place.facts, meant(place.facts, ["devices.json"]))
    assert stored(place) == sums(1, 30)
