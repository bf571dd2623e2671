"""What is written again counts once: of one record, as it grows or after an outage, and in exports
that overlap."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from shadow_scan.listings.events import event_at
from shadow_scan.workspace import Workspace

from .conftest import seen


def checkpoint(
    second: int, sent: int, record: str = "{0x66f1,0x0,0xa01,0x1}", host: str = "claude.ai"
) -> str:
    known = {
        "time": 1_790_158_272 + second,
        "loguid": record,
        "action": "Accept",
        "user": "ada",
        "product": "Application Control",
        "src": "10.20.30.44",
        "dst": "198.51.100.7",
        "service": 443,
        "resource": f"https://{host}/chat/x",
        "client_outbound_bytes": sent,
    }
    return json.dumps(known | {"client_inbound_bytes": 10 * sent})


def zscaler(record: str, second: int = 12, sent: int = 20_000) -> str:
    known = {
        "time": f"Wed Sep 23 10:11:{second:02} 2026",
        "login": "ada@example.com",
        "recordid": record,
        "proto": "HTTPS",
        "eurl": "claude.ai/chat/x",
        "action": "Allowed",
        "reqsize": str(sent),
        "respsize": "4000",
        "cip": "10.20.30.44",
        "reqmethod": "POST",
        "respcode": "200",
        "sip": "198.51.100.9",
    }
    return json.dumps({"sourcetype": "zscalernss-web", "event": known})


def squid(
    second: int, up: int = 1_000, user: str = "ada", path: str = "/a", status: int = 200
) -> str:
    return (
        f"{1_790_158_272 + second}.000 0 10.20.30.44 TCP_MISS/{status} 4000 {up} POST "
        f'https://claude.ai{path} {user} HIER_DIRECT/198.51.100.7 - "-" "curl/8.14" -'
    )


def test_a_record_that_grows_counts_once_with_all_it_carried(services: Any) -> None:
    found = services([checkpoint(0, 500), checkpoint(600, 900), checkpoint(1_200, 1_300)])
    claude = found["claude"]
    assert seen(claude) == (1, 1, 1, 1_300, 13_000)
    assert str(claude["first_time"]).startswith("2026-09-23T10:11:12")


def test_updates_count_once_whichever_file_they_stand_in(services: Any) -> None:
    later, earlier = [checkpoint(600, 900)], [checkpoint(0, 500)]
    assert seen(services(later, earlier)["claude"]) == (1, 1, 1, 900, 9_000)


@pytest.mark.parametrize("record", ["{0x0,0x0,0x0,0x0}", ""])
def test_records_without_a_name_stand_for_themselves(services: Any, record: str) -> None:
    found = services([checkpoint(0, 500, record), checkpoint(1, 500, record)])
    assert seen(found["claude"]) == (1, 1, 2, 1_000, 10_000)


def test_one_name_for_two_hosts_is_of_two_records(services: Any) -> None:
    found = services([checkpoint(0, 500), checkpoint(0, 500, host="chatgpt.com")])
    assert {name: seen(row) for name, row in found.items()} == dict.fromkeys(
        ("claude", "chatgpt"), (1, 1, 1, 500, 5000)
    )


def test_what_a_feed_sends_again_after_an_outage_counts_once(services: Any) -> None:
    first, second = zscaler("71"), zscaler("72")
    assert seen(services([first, second], [first])["claude"]) == (1, 1, 2, 40_000, 8_000)


def test_numbers_that_begin_anew_name_other_records(services: Any) -> None:
    found = services([zscaler("1", 12), zscaler("1", 13)])
    assert seen(found["claude"]) == (1, 1, 2, 40_000, 8_000)


def test_of_a_record_that_was_written_again_it_is_said_which_counts(
    services: Any, workspace: Path
) -> None:
    services([checkpoint(0, 500), checkpoint(600, 900), checkpoint(0, 400, "{0x1,0x2}")])
    told = [event_at(Workspace(workspace), "0.log", line)["again_at"] for line in (1, 2, 3)]
    assert told[1:] == [None, None]
    assert told[0].endswith("0.log:2")


def test_of_a_record_in_two_exports_it_is_said_which_counts(services: Any, workspace: Path) -> None:
    services([squid(10), squid(20)], [squid(20), squid(30)])
    told = [
        event_at(Workspace(workspace), f"{log}.log", line)["again_at"]
        for log in (0, 1)
        for line in (1, 2)
    ]
    assert [told[0], told[1], told[3]] == [None, None, None]
    assert told[2].endswith("0.log:2")


def test_exports_that_overlap_count_each_record_once(services: Any) -> None:
    monday, tuesday, wednesday = (squid(second) for second in (10, 20, 30))
    found = services([monday, tuesday], [tuesday, wednesday])
    assert seen(found["claude"]) == (1, 1, 3, 3_000, 12_000)


def test_records_that_agree_within_one_log_are_several(services: Any) -> None:
    found = services([squid(10), squid(10), squid(20)], [squid(10), squid(30)])
    assert found["claude"]["events"] == 4


@pytest.mark.parametrize("other", [{"up": 999}, {"user": "bob"}, {"path": "/b"}, {"status": 500}])
def test_what_differs_in_anything_is_another_record(services: Any, other: dict[str, Any]) -> None:
    found = services([squid(10), squid(20)], [squid(10, **other), squid(30)])
    assert found["claude"]["events"] == 4
