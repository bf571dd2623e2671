"""What a product logs of connections apart from the requests in them, and what was asked in the
clear before: each visit counts once, and none is lost."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .conftest import seen


def squid(end: int, seconds: int, what: str, status: str, down: int, up: int) -> str:
    return (
        f"{1790158200 + end}.000 {seconds * 1000} 10.20.30.44 {status} {down} {up} {what} ada "
        'HIER_DIRECT/198.51.100.7 - "-" "curl/8.14" -'
    )


REDIRECT = squid(10, 0, "GET http://claude.ai/", "TCP_MISS/301", 400, 500)
TUNNEL = squid(71, 60, "CONNECT claude.ai:443", "TCP_TUNNEL/200", 48_000, 912_000)
INNER = squid(20, 1, "POST https://claude.ai/api/organizations/x", "TCP_MISS/200", 4_000, 90_000)


def zscaler(feed: str, second: int, **event: str) -> str:
    known = {"time": f"Wed Sep 23 10:11:{second:02} 2026", "login": "ada@example.com", **event}
    return json.dumps({"sourcetype": f"zscalernss-{feed}", "event": known})


def asked(second: int, action: str = "Allowed", url: str = "chatgpt.com/backend-api/f") -> str:
    return zscaler(
        *("web", second), proto="HTTPS", eurl=url, action=action, reqsize="20000", respsize="4000",
        cip="10.20.30.44", sip="198.51.100.9", reqmethod="POST", respcode="200",
    )  # fmt: skip


def connected(second: int, name: str = "chatgpt.com") -> str:
    return zscaler(
        *("fw", second), csip="10.20.30.44", cdip="198.51.100.9", cdport="443", cdfqdn=name,
        action="Allow", outbytes="45000", inbytes="15000", duration="30",
    )  # fmt: skip


def cloudflare(**event: object) -> str:
    known = {"Email": "ada@example.com", "SourceInternalIP": "10.20.30.44", "Action": "allow"}
    return json.dumps(known | event)


def test_what_was_asked_in_the_clear_takes_no_tunnel_away(services: Any) -> None:
    found = services([REDIRECT, TUNNEL])
    assert (found["claude"]["bytes_up"], found["claude"]["bytes_down"]) == (912_500, 48_400)


@pytest.mark.parametrize(
    ("status", "proves"), [(200, "connected"), (302, "resolved"), (503, "resolved")]
)
def test_a_tunnel_that_leads_nowhere_proves_no_connection(
    services: Any, status: int, proves: str
) -> None:
    found = services([squid(10, 1, "CONNECT claude.ai:443", f"TCP_TUNNEL/{status}", 0, 500)])
    assert (found["claude"]["evidence"], found["claude"]["users"]) == (proves, 1)


def test_what_was_asked_inside_still_stands_for_its_tunnel(services: Any) -> None:
    found = services([REDIRECT, INNER, TUNNEL])
    assert (found["claude"]["bytes_up"], found["claude"]["bytes_down"]) == (90_500, 4_400)


def test_a_firewall_saw_the_tunnel_that_a_proxy_sent_somebody_to(services: Any) -> None:
    zeek = {"ts": 1790158212.0, "uid": "C1", "id.orig_h": "10.20.30.44", "id.orig_p": 50_000,
            "id.resp_h": "198.51.100.7", "id.resp_p": 443, "server_name": "claude.ai"}  # fmt: skip
    users = [squid(0, 0, "GET http://other.example/", "TCP_MISS/200", 1, 1)]
    found = services(users, [REDIRECT], [json.dumps(zeek)])
    assert found["claude"]["events"] == 2


@pytest.mark.parametrize("turned", [False, True])
def test_connections_and_requests_of_one_product_are_one_visit(services: Any, turned: bool) -> None:
    logs = [[connected(5), connected(40)], [asked(12), asked(42)]]
    found = services(*(reversed(logs) if turned else logs))
    assert seen(found["chatgpt"]) == (1, 1, 2, 40_000, 8_000)


def test_a_connection_without_requests_counts_itself(services: Any) -> None:
    found = services([connected(5, "claude.ai")], [asked(12)])
    assert seen(found["chatgpt"]) == (1, 1, 1, 20_000, 4_000)
    assert seen(found["claude"]) == (1, 1, 1, 45_000, 15_000)


def test_the_connection_of_a_blocked_request_lets_nothing_through(services: Any) -> None:
    found = services([connected(5)], [asked(12, "Blocked")])
    assert (found["chatgpt"]["events"], found["chatgpt"]["blocked"]) == (0, 1)


def test_requests_without_sizes_are_lent_those_of_their_session(services: Any) -> None:
    request = {"Datetime": "2026-09-23T10:11:12Z", "HTTPHost": "claude.ai", "HTTPMethod": "POST",
               "URL": "https://claude.ai/api/organizations/x", "HTTPStatusCode": 200}  # fmt: skip
    session = {"SessionStartTime": "2026-09-23T10:11:05Z", "SessionEndTime": "2026-09-23T10:12:00Z",
               "SessionID": "7f", "SNI": "claude.ai", "DestinationPort": 443,
               "ClientTCPBytesSent": 45_000, "BytesReceived": 15_000}  # fmt: skip
    found = services([cloudflare(**request), cloudflare(**session)])
    assert seen(found["claude"]) == (1, 1, 1, 45_000, 15_000)


def netskope(second: int, sent: int, host: str = "claude.ai") -> str:
    return json.dumps(
        {
            "x-cs-timestamp": 1_790_158_272 + second,
            "cs-username": "ada@example.com",
            "x-cs-userip": "10.20.30.44",
            "cs-host": host,
            "cs-uri": "/new",
            "cs-method": "POST",
            "cs-bytes": sent,
            "sc-bytes": 4 * sent,
            "sc-status": 200,
            "x-cs-app": "Claude",
        }
    )


def netskope_page(second: int, sent: int) -> str:
    return json.dumps(
        {
            "timestamp": 1_790_158_272 + second,
            "type": "page",
            "user": "ada@example.com",
            "userip": "10.20.30.44",
            "url": "claude.ai/new",
            "app": "Claude",
            "client_bytes": sent,
            "server_bytes": 4 * sent,
            "conn_starttime": 1_790_158_272 + second,
            "conn_endtime": 1_790_158_332 + second,
            "conn_duration": 60,
            "access_method": "Client",
            "traffic_type": "CloudApp",
        }
    )


@pytest.mark.parametrize("turned", [False, True])
def test_pages_that_sum_up_transactions_are_their_witnesses(services: Any, turned: bool) -> None:
    logs = [[netskope(5, 100), netskope(20, 300)], [netskope_page(0, 400), netskope_page(900, 70)]]
    found = services(*(reversed(logs) if turned else logs))
    # two transactions, and a page of a time of which there are none
    assert seen(found["claude"]) == (1, 1, 3, 470, 1_880)
