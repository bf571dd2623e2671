"""Resolvers and endpoints: the variants of one product."""

from __future__ import annotations

import pytest

from shadow_scan.collectors.formats import recognise

from .reading import WHOLE, parsed

PACKET = "0F3C PACKET  000001E7C4B3A2D0 UDP Rcv 10.0.0.9  8d2f   Q [0001   D   NOERROR] A      "


@pytest.mark.parametrize(
    ("first", "second", "day"),
    [
        ("9/23/2026 10:11:12 PM", "9/2/2026 10:11:12 PM", "2026-09-02"),
        ("23/09/2026 22:11:12", "02/09/2026 22:11:12", "2026-09-02"),
        ("23/9/2026 10:11:12 p.m.", "2/9/2026 10:11:12 p.m.", "2026-09-02"),
        ("02.09.2026 22:11:12", "02.09.2026 22:11:12", "2026-09-02"),
        ("2026-09-02 22:11:12", "2026-09-02 22:11:12", "2026-09-02"),
        ("20260902 22:11:12", "20260902 22:11:12", "2026-09-02"),
        ("9/2/2026 10:11:12 PM", "9/2/2026 10:11:12 PM", "2026-09-02"),
        ("02/09/2026 22:11:12", "02/09/2026 22:11:12", "2026-09-02"),
    ],
)
def test_windows_dates_of_every_locale(first: str, second: str, day: str) -> None:
    lines = [f"{moment} {PACKET}(6)claude(2)ai(0)" for moment in (first, second)]
    found = recognise(lines)
    assert found is not None
    assert found.name == "windows-dns"
    events, _, rejected = parsed(
        "".join(f"{line}\n" for line in lines).encode(), "windows-dns", block_bytes=WHOLE
    )
    assert rejected == 0
    assert events[1]["event_time"].isoformat() == f"{day}T22:11:12"
    assert events[1]["host"] == "claude.ai"


@pytest.mark.parametrize(
    ("name", "line", "expected"),
    [
        ("pdns-recursor", "Nov 25 23:05:47 1 [1/1] question for 'a.example|A' from 10.0.0.9:4",
         ("2026-11-25T23:05:47", "10.0.0.9", "a.example")),
        ("pdns-recursor", "<30>1 2026-09-23T12:11:12+02:00 rec pdns_recursor 9 - - 1 [1/1] "
         "question for 'a.example|A' from 10.0.0.9:4",
         ("2026-09-23T10:11:12", "10.0.0.9", "a.example")),
        ("dnsdist", "2026-09-23T10:11:12+00:00 lb dnsdist[7]: Packet from 10.0.0.9:4 for "
         "a.example. TYPE65 with id 9", ("2026-09-23T10:11:12", "10.0.0.9", "a.example")),
        ("coredns", '2026-09-23T10:11:12.5Z stderr F [INFO] 10.0.0.9:4 - 2 "A IN a.example. udp 51 '
         'false 1232" SERVFAIL qr,rd 51 0s',
         ("2026-09-23T10:11:12.500000", "10.0.0.9", "a.example")),
        ("infoblox", "Sep 23 12:11:12 ib infoblox-responses: 23-Sep-2026 10:11:12.000 client "
         "10.0.0.9#5: UDP: query: a.example IN A response: REFUSED -",
         ("2026-09-23T10:11:12", "10.0.0.9", "a.example")),
        ("efficientip", "<30>1 2026-09-23T10:11:12Z sds named 9 - - client 10.0.0.9#5: query: "
         "a.example IN A (10.0.0.53)", ("2026-09-23T10:11:12", "10.0.0.9", "a.example")),
        ("systemd-resolved", "2026-09-23T10:11:12.000+00:00 lt systemd-resolved[8]: Looking up RR "
         "for a.example IN AAAA", ("2026-09-23T10:11:12", None, "a.example")),
    ],
)  # fmt: skip
def test_variants(name: str, line: str, expected: tuple[str, str | None, str]) -> None:
    found = recognise([line])
    assert found is not None
    assert found.name == name
    events, _, rejected = parsed(line.encode(), name)
    assert rejected == 0
    (event,) = events
    assert (event["event_time"].isoformat(), event["source_ip"], event["host"]) == expected


@pytest.mark.parametrize(
    ("name", "question", "answer"),
    [
        ("infoblox", "client 10.0.0.9#5 (a.example): query: a.example IN A + (10.0.0.53)",
         "client 10.0.0.9#5: UDP: query: A.example IN A response: NOERROR + a.example. 60 IN A"),
        ("efficientip", "client 10.0.0.9#5: query: a.example IN A (10.0.0.53)",
         "client 10.0.0.9#5 (a.example.): answer: a.example. IN A (10.0.0.53) -> NOERROR"),
        ("ocsf",
         '{"class_uid":4003,"time":1790158272000,"activity_id":1,"query":{"hostname":"a.example"},'
         '"src_endpoint":{"ip":"10.0.0.9","port":5},"metadata":{}}',
         '{"class_uid":4003,"time":1790158272000,"activity_id":2,"query":{"hostname":"a.example"},'
         '"src_endpoint":{"ip":"10.0.0.9","port":5},"metadata":{}}'),
    ],
)  # fmt: skip
def test_an_answer_counts_only_without_its_question(name: str, question: str, answer: str) -> None:
    head = "" if name == "ocsf" else "Sep 23 10:11:12 ns1 named[7]: "
    both = f"{head}{question}\n{head}{answer}\n".encode()
    events, skipped, rejected = parsed(both, name, block_bytes=WHOLE)
    assert (len(events), rejected) == (1, 0)
    assert skipped == {"an answer to a question read already": 1}
    events, _, _ = parsed(f"{head}{answer}\n".encode(), name)
    assert [event["host"] for event in events] == ["a.example"]
