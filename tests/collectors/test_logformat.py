"""Squid logs of a company's own making, by the logformat line that made them."""

from __future__ import annotations

import io
from typing import Any

import pytest

from shadow_scan.collectors.blocks import LineReader
from shadow_scan.collectors.canonical import canonical
from shadow_scan.collectors.engine import Parser
from shadow_scan.collectors.formats import named
from shadow_scan.collectors.unwrap import ByteSource
from shadow_scan.errors import UsageError


def only(logformat: str, line: str) -> dict[str, Any]:
    parser = Parser(named(logformat))
    block = next(LineReader(ByteSource(io.BytesIO(line.encode()), "log")).blocks())
    parsed = parser.parse(block)
    parser.engine.close()
    assert parsed.rejected == []
    return dict(canonical(parsed.events).to_pylist()[0])


def test_upload_bytes_are_those_from_the_client_and_a_sum_is_none() -> None:
    event = only("logformat x %ts %>a %>st %<st %ru", "1790158272 10.0.0.1 7 9 https://claude.ai/a")
    assert (event["bytes_up"], event["bytes_down"], event["host"]) == (7, 9, "claude.ai")
    summed = only("logformat x %ts %>a %st %ru", "1790158272 10.0.0.1 16 https://claude.ai/a")
    assert (summed["bytes_up"], summed["bytes_down"]) == (None, None)


def test_widths_encodings_brackets_and_literal_text_are_understood() -> None:
    line = 'at [23/Sep/2026:12:11:12 +0200] 5% it\'s "Agent 1" from=10.0.0.1; CORP%5Cjd|clau.de:443'
    logformat = 'logformat own at [%tl] 5%% it\'s "%"{User-Agent}>h" from=%>a; %[un|%ru'
    event = only(logformat, line)
    assert event["event_time"].isoformat() == "2026-09-23T10:11:12"
    assert event["user_agent"] == "Agent 1"
    assert (event["source_ip"], event["user_name"]) == ("10.0.0.1", "jd")


def test_the_server_name_stands_in_where_there_is_no_url() -> None:
    event = only("logformat x %ts %>a %rm %ssl::>sni", "1790158272 10.0.0.1 CONNECT claude.ai")
    assert (event["host"], event["evidence"]) == ("claude.ai", "connected")


@pytest.mark.parametrize(
    ("logformat", "missing"),
    [("logformat x %>a %ru", "no time"), ("logformat x %ts %>a", "no address of a request")],
)
def test_what_is_missing_is_named(logformat: str, missing: str) -> None:
    with pytest.raises(UsageError, match=missing):
        named(logformat)


def test_quotes_and_sql_in_a_logformat_are_only_text() -> None:
    text = "'; DROP TABLE lines; -- "
    event = only(f"logformat x {text}%ts %ru", f"{text}1790158272 claude.ai")
    assert event["host"] == "claude.ai"
