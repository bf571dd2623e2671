"""Logs given as their neighbours, two logs in one file, and user columns that hold no person."""

from __future__ import annotations

from typing import Any

import pytest

from shadow_scan.collectors.canonical import NOBODY
from shadow_scan.collectors.formats import recognise, sample_lines
from shadow_scan.collectors.registry import FORMATS
from shadow_scan.identity.names import user_key

from .golden import golden_expected, golden_samples
from .reading import parsed
from .test_formats import ALL_SAMPLES

SAMPLES = golden_samples()
LIKE = {
    "fortinet": ("sophos-xg", "sonicwall", "watchguard", "checkpoint", "zscaler"),
    "paloalto": ("fortinet", "umbrella", "checkpoint", "forcepoint"),
    "zscaler": ("netskope", "umbrella", "cloudflare", "paloalto"),
    "umbrella": ("zscaler", "paloalto", "nextdns"),
    "cloudflare": ("netskope", "entra-global-secure-access", "zscaler"),
    "netskope": ("cloudflare", "iis", "tmg", "zscaler"),
    "checkpoint": ("forcepoint", "fortinet", "juniper-srx"),
    "cisco-wsa": ("skyhigh", "web-server"),
    "skyhigh": ("web-server", "forcepoint", "fortinet"),
    "forcepoint": ("checkpoint", "paloalto", "skyhigh"),
}
STRANGE = {
    "aws-load-balancer": ("w3c", "bind", "coredns", "dns-collector", "iis", "netskope", "umbrella"),
    "coredns": ("infoblox", "systemd-resolved", "cisco-firewall", "hillstone"),
    "zscaler": ("stormshield", "zyxel"),
    "skyhigh": ("access-line",),
    "nextdns": ("suricata", "google-flow", "island", "technitium"),
}
"""What looks like a few words of it, and makes no sense there."""


def counts(name: str, text: str) -> tuple[int, int, int]:
    events, skipped, rejected = parsed(text.encode(), name, block_bytes=1 << 20)
    return len(events), sum(skipped.values()), rejected


@pytest.mark.parametrize("name", LIKE)
def test_a_neighbour_given_as_it_yields_next_to_nothing(name: str) -> None:
    texts = [SAMPLES[neighbour] for neighbour in LIKE[name] if neighbour in SAMPLES]
    text = "".join(text if text.endswith("\n") else f"{text}\n" for text in texts)
    events, skipped, rejected = parsed(text.encode(), name, block_bytes=1 << 20)
    assert len(events) + sum(skipped.values()) + rejected == text.count("\n")
    named = [event for event in events if event["host"]]
    assert len(named) <= len(texts), named


@pytest.mark.parametrize("name", STRANGE)
def test_what_makes_no_sense_is_a_reject_and_no_event(name: str) -> None:
    for strange in STRANGE[name]:
        text = ALL_SAMPLES[strange].removesuffix("\n") + "\n"
        events, skipped, rejected = parsed(text.encode(), name, block_bytes=1 << 20)
        assert events == [], strange
        assert sum(skipped.values()) + rejected == text.count("\n")


def test_a_method_that_a_server_refused_as_junk_is_kept() -> None:
    line = "1790158283.000 0 192.0.2.9 TCP_DENIED/{} 3890 {} http://a.example/ - HIER_NONE/- -\n"
    assert counts("squid", line.format(400, "%16%03%01")) == (1, 0, 0)
    assert counts("squid", line.format(200, "M-SEARCH")) == (1, 0, 0)
    assert counts("squid", line.format(200, "%16%03%01")) == (0, 0, 1)
    assert counts("squid", line.format(2000, "GET")) == (0, 0, 1)
    assert counts("squid", line.format(200, "%16%03%01") * 20_000)[::2] == (0, 20_000)


def test_a_line_with_upload_bytes_is_none_of_squids_native_ones() -> None:
    line = (
        "1790158272.417   3387 10.20.30.44 TCP_TUNNEL/200 48213 9120 CONNECT chatgpt.com:443 amara "
        'HIER_DIRECT/198.51.100.7 - "-" "curl/8.14"\n'
    )
    assert counts("squid", line) == (0, 0, 1)
    assert counts("squid", line * 300) == (0, 0, 300)


@pytest.mark.parametrize("name", sorted(set(LIKE) - {"netskope"}))
def test_two_formats_in_one_file_reject_the_fewer_and_lose_nothing_of_the_more(name: str) -> None:
    other = "barracuda" if name != "barracuda" else "olfeo"
    mine, strange = SAMPLES[name] * 3, SAMPLES[other]
    found = recognise(sample_lines((mine + strange).encode()))
    assert found is not None
    assert found.name == name
    events, _, rejected = counts(name, mine + strange)
    golden = golden_expected()[name]
    assert events == 3 * len(golden.events)
    assert rejected >= 3 * golden.rejected + len(strange.splitlines()) - 2


def users(name: str, text: str) -> list[dict[str, Any]]:
    events, _, _ = parsed(text.encode(), name, block_bytes=1 << 20)
    return events


SPELLINGS = [
    ("CORP\\\\jdoe", "jdoe", "person"),
    ("jdoe@corp.example", "jdoe", "person"),
    ("10.20.30.44", "10.20.30.44", "address"),
    ("Berlin HQ", "berlin hq", "site"),
    ("LT-00412", "lt-00412", "machine"),
    ("LT-00412$", "lt-00412", "machine"),
    ("svc-backup", "svc-backup", "service"),
]


USER_LINES = {
    "cloudflare": '{"Datetime":"2026-09-23T10:11:12Z","Email":"%s","SourceIP":"10.0.0.1",'
    '"HTTPHost":"a.example","URL":"https://a.example/","PolicyName":""}\n',
    "fortinet": 'date=2026-09-23 time=12:11:12 devid="F" eventtime=1790158272 logid="1" '
    'type="utm" subtype="webfilter" user="%s" srcip=10.0.0.1 hostname="a.example" url="/"\n',
    "zscaler": '{"sourcetype":"zscalernss-web","event":{"time":"Wed Sep 23 10:11:14 2026",'
    '"login":"%s","eurl":"a.example/","cip":"10.0.0.1","reqmethod":"GET"}}\n',
}


@pytest.mark.parametrize("name", USER_LINES)
def test_a_user_column_that_holds_something_else_says_what(name: str) -> None:
    text = "".join(USER_LINES[name] % written for written, _, _ in SPELLINGS)
    for event, (written, key, kind) in zip(users(name, text), SPELLINGS, strict=True):
        assert event["user_name"] == key
        is_program = kind == "service" or written.endswith("$")
        assert event["person_name"] == (NOBODY if is_program else {"person": key}.get(kind))
        assert (event["machine_name"] is not None) == (kind == "machine")
        assert user_key(written).kind == kind


def test_every_format_says_what_it_carries_and_where_it_is_documented() -> None:
    for declared in FORMATS.values():
        assert declared.reference.startswith("http")
        assert declared.title
        assert {"event_time", "evidence"} <= set(declared.carries)
