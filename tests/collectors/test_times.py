"""Times as ISO 8601 writes them, and as products do: each with the zone that it says."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from shadow_scan.collectors.clock import Clock
from shadow_scan.collectors.connection import Engine


@pytest.fixture(scope="module")
def engine() -> Engine:
    made = Engine()
    made.tell(Clock("Europe/Berlin", datetime(2026, 12, 31, tzinfo=UTC)))
    return made


@pytest.mark.parametrize(
    "written",
    [
        "2026-09-23T10:11:12Z",
        "2026-09-23T10:11:12.000000001Z",
        "2026-09-23 10:11:12 UTC",
        "2026-09-23T10:11:12GMT",
        "2026-09-23T12:11:12+02:00",
        "2026-09-23T12:11:12.0+0200",
        "2026-09-23 12:11:12 +0200",
        "2026-09-23 12:11:12+02",
        "2026-09-23 05:11:12-05",
        "2026-09-23T06:41:12-03:30",
        "2026-09-23 19:11:12 Asia/Tokyo",
        "2026-09-23T12:11:12",
        "2026-09-23 12:11:12",
    ],
)
def test_a_moment_is_where_its_zone_says(engine: Engine, written: str) -> None:
    given = pa.table({"moment": [written]})
    told = engine.answer("SELECT iso_time(moment) AS moment FROM given", "given", given)
    assert told["moment"].to_pylist() == [datetime(2026, 9, 23, 10, 11, 12)]
