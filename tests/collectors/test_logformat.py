"""Squid logs of a company's own making, by the logformat line that made them."""

from __future__ import annotations

import io
from typing import Any

import pytest

from shadow_scan.collectors.canonical import canonical
from shadow_scan.collectors.engine import Parser
from shadow_scan.collectors.formats import named
from shadow_scan.collectors.lines.blocks import LineReader
from shadow_scan.collectors.lines.unwrap import ByteSource
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


def test_the_first_address_that_was_forwarded_asked() -> None:
    codes = 'logformat x %ts %>a "%{X-Forwarded-For}>h" %ru'
    for forwarded, asked in (("10.0.0.7, 192.0.2.8", "10.0.0.7"), ("-", "192.0.2.9")):
        event = only(codes, f'1790158272 192.0.2.9 "{forwarded}" claude.ai:443')
        assert event["source_ip"] == asked


AT = "2026-09-23T10:11:12"


@pytest.mark.parametrize(
    ("codes", "line", "at"),
    [
        ("%tg %>a %ru", "23/Sep/2026:10:11:12 10.0.0.1 claude.ai:443", AT),
        ("[%{%d/%m/%Y %T}tl] %ru", "[23/09/2026 10:11:12] claude.ai:443", AT),
        ("%{%FT%T%z}tl %ru", "2026-09-23T12:11:12+0200 claude.ai:443", AT),
        ("[%{%d/%b/%Y:%T}tl %{%z}tl] %ru", "[23/Sep/2026:12:11:12 +0200] claude.ai:443", AT),
        ("%tS %6tr %ru", "1790158272.417     10 claude.ai:443", f"{AT}.417000"),
        ("%ts.%tu %ru", "1790158272.7 claude.ai:443", f"{AT}.007000"),
        ("%ts %http::rm %{Host}http::>h", "1790158272 GET claude.ai:443", AT),
        ("%ts %-30ru %-6un|", "1790158272 claude.ai:443                  ada   |", AT),
        ("%ts %ru %un %Sh/%<a", "1790158272 claude.ai:443 ada lovelace HIER_NONE/-", AT),
        ("%ts %ru %[un %mt", "1790158272 claude.ai:443 ada lovelace text/html", AT),
        ('%ts %ru "%{User-Agent}>h"', r'1790158272 claude.ai:443 "Tool \"x\" [1]"', AT),
        ("%ts %ru %/{User-Agent}>h %un", r'1790158272 claude.ai:443 "Tool \"x\" [1]" ada', AT),
        ("%ts %ru UA=%'{User-Agent}>h", '1790158272 claude.ai:443 UA=Tool "x" [1]', AT),
    ],
)
def test_what_squid_may_write_is_read_as_it_means_it(codes: str, line: str, at: str) -> None:
    event = only(f"logformat  own\t{codes}", line)
    assert (event["event_time"].isoformat(), event["host"], event["port"]) == (at, "claude.ai", 443)
    said = {"user_name": "ada lovelace", "user_agent": 'Tool "x" [1]'}
    for field, value in said.items():
        assert event[field] in (value if value.split()[-1] in line else value.split()[0], None)
    assert (event["user_name"] is not None) == ("ada" in line)
    assert (event["user_agent"] is not None) == ("Tool" in line)


def test_squids_own_format_has_names_of_several_words_too() -> None:
    line = "1790158272.417     10 10.0.0.1 TCP_MISS/200 99 GET http://claude.ai/ ada lovelace "
    event = only("squid", f"{line}HIER_DIRECT/198.51.100.7 text/html")
    assert (event["user_name"], event["destination_ip"]) == ("ada lovelace", "198.51.100.7")


def test_a_line_with_more_than_the_logformat_says_is_none_of_it() -> None:
    with pytest.raises(AssertionError):
        only("logformat x %ts %ru %{User-Agent}>h", "1790158272 claude.ai curl/8 more")
    with pytest.raises(UsageError, match="times with %c"):
        named("logformat x %{%c}tl %ru")


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
