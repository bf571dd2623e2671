"""Times as ISO 8601 writes them, and as products do: each with the zone that it says."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from shadow_scan.collectors.clock import Clock
from shadow_scan.collectors.connection import Engine
from shadow_scan.collectors.engine import Parser
from shadow_scan.collectors.lines.blocks import LineReader
from shadow_scan.collectors.lines.unwrap import ByteSource
from shadow_scan.collectors.registry import FORMATS

from .reading import parsed


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
        "2026-09-23T13:11:12+3:00",
        "2026-09-23T05:11:12--5:00",
        "2026-09-23 19:11:12 Asia/Tokyo",
        "2026-09-23T12:11:12",
        "2026-09-23 12:11:12",
    ],
)
def test_a_moment_is_where_its_zone_says(engine: Engine, written: str) -> None:
    given = pa.table({"moment": [written]})
    told = engine.answer("SELECT iso_time(moment) AS moment FROM given", "given", given)
    assert told["moment"].to_pylist() == [datetime(2026, 9, 23, 10, 11, 12)]


def test_logs_that_share_an_engine_have_each_its_own_clock() -> None:
    engine, moment = Engine(), datetime(2026, 9, 23, 10, 11, 12)
    made = [
        Parser(FORMATS["dnsmasq"], Clock(zone, datetime(year, 12, 31, tzinfo=UTC)), engine=engine)
        for zone, year in (("UTC", 2026), ("Europe/Berlin", 2026), ("UTC", 2024))
    ]
    line = b"Sep 23 10:11:12 dnsmasq[7]: query[A] chatgpt.com from 10.0.0.1\n"
    for _ in range(2):
        blocks = [next(LineReader(ByteSource(io.BytesIO(line), "log")).blocks()) for _ in made]
        told = [p.parse(block).events for p, block in zip(made, blocks, strict=True)]
        assert [events["event_time"].to_pylist() for events in told] == [
            [moment], [moment - timedelta(hours=2)], [moment.replace(year=2024)],
        ]  # fmt: skip


def test_a_time_without_an_end_is_out_of_range() -> None:
    log = b"#Fields: timestamp c-ip cs-method cs-host\n"
    log += b"".join(b"%s 10.0.0.1 GET chatgpt.com\n" % at for at in (b"infinity", b"-infinity"))
    assert parsed(log + b"1790158272 10.0.0.1 GET chatgpt.com\n", "w3c")[0][0]["line_number"] == 4
    assert parsed(log, "w3c") == ([], {"header line": 1}, 2)


@pytest.mark.parametrize(("took", "lasted"), [("59", 59), ("0", 0), ("-59", None)])
def test_what_a_clock_that_was_set_back_measured_is_unknown(took: str, lasted: int | None) -> None:
    squid = f"1790158272.063 {took} 10.0.0.1 TCP_TUNNEL/200 6359 CONNECT claude.ai:443 - - -\n"
    ((event,), _, _) = parsed(squid.encode(), "squid")
    assert event["duration_ms"] == lasted
    assert event["event_time"] <= datetime(2026, 9, 23, 10, 11, 12, 63_000)
