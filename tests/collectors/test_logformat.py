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
    parser.close()
    assert parsed.rejected == []
    return dict(canonical(parsed.events).to_pylist()[0])


def test_upload_bytes_are_those_from_the_client_and_a_sum_is_none() -> None:
    event = only("logformat x %ts %>a %>st %<st %ru", "1790158272 10.0.0.1 7 9 https://claude.ai/a")
    assert (event["bytes_up"], event["bytes_down"], event["host"]) == (7, 9, "claude.ai")
    summed = only("logformat x %ts %>a %st %ru", "1790158272 10.0.0.1 16 https://claude.ai/a")
    assert (summed["bytes_up"], summed["bytes_down"]) == (None, None)


def test_widths_encodings_brackets_and_literal_text_are_understood() -> None:
    line = (
        'at [23/Sep/2026:12:11:12 +0200] 5% it\'s "Agent 1.0" from=10.0.0.1; CORP%5Cjd|clau.de:443'
    )
    logformat = 'logformat own at [%tl] 5%% it\'s "%"{User-Agent}>h" from=%>a; %[un|%ru'
    event = only(logformat, line)
    assert event["host"] == "claude.ai"
