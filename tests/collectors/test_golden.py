"""Formats with golden files: exact events, bare and behind headers; lines for none but them."""

from __future__ import annotations

import pytest

from shadow_scan.collectors.formats import BY_LOOKS, recognise, sample_lines
from shadow_scan.collectors.registry import FORMATS

from .golden import golden_expected, golden_samples
from .reading import ALL_SHOWN, parsed, parsed_each, shown

SAMPLES = golden_samples()
EXPECTED = golden_expected()
NAMES = sorted(SAMPLES)
PRIVATE, DOCUMENTED = "10.20.30.44", "2001:db8::44"
"""The client of every sample, and the address that takes its place in the IPv6 variant."""
HEADERS = (
    "<14>Sep 23 12:11:12 gateway1 ",
    '<14>1 2026-09-23T12:11:12+02:00 gateway1 export 812 - [meta x="1"] \ufeff',
)
WRITES_SYSLOG_ITSELF = frozenset(
    {
        *("aws-load-balancer", "cisco-firewall", "juniper-srx", "huawei-usg", "hillstone"),
        *("sangfor", "filterlog", "mikrotik", "netfilter", "openshell", "draytek", "i-filter"),
        *("f5-ssl-orchestrator", "velocloud", "nsx", "yamaha-rtx"),
    }
)
"""Formats whose own lines begin with a syslog header, or with what looks like one."""


def read(name: str, data: bytes) -> tuple[list[dict[str, object]], int, int]:
    events, skipped, rejected = parsed(data, name, block_bytes=8_000)
    return [shown(event, ALL_SHOWN) for event in events], sum(skipped.values()), rejected


@pytest.mark.parametrize("name", NAMES)
def test_golden_events_and_those_of_clients_with_ipv6_addresses(name: str) -> None:
    text = SAMPLES[name]
    assert PRIVATE in text
    ported = text.replace(f"{PRIVATE}:", f"[{DOCUMENTED}]:").replace(PRIVATE, DOCUMENTED)
    golden = EXPECTED[name]
    moved = [
        {key: DOCUMENTED if value == PRIVATE else value for key, value in event.items()}
        for event in golden.events
    ]
    both = (text if text.endswith("\n") else f"{text}\n") + ported
    expected = golden.events + moved, 2 * golden.skipped, 2 * golden.rejected
    assert read(name, both.encode()) == expected


@pytest.mark.parametrize("name", sorted(set(NAMES) - WRITES_SYSLOG_ITSELF))
def test_golden_events_behind_syslog_headers(name: str) -> None:
    lines = SAMPLES[name].splitlines()
    logs = ["".join(f"{header}{line}\n" for line in lines).encode() for header in HEADERS]
    for log in logs:
        found = recognise(sample_lines(log))
        assert found is not None
        assert found.name == name
    for events, rejected in parsed_each(name, logs):
        assert [shown(event, ALL_SHOWN) for event in events] == EXPECTED[name].events
        assert rejected == EXPECTED[name].rejected


@pytest.mark.parametrize("name", NAMES)
def test_no_golden_event_claims_what_its_format_does_not_carry(name: str) -> None:
    said = {key for event in EXPECTED[name].events for key in event}
    assert said <= set(FORMATS[name].carries)


@pytest.mark.parametrize("name", NAMES)
def test_every_line_speaks_for_its_own_format_or_for_none(name: str) -> None:
    for line in SAMPLES[name].splitlines():
        speakers = {
            declared.name for declared in FORMATS.values() if declared.recognise.match(line)
        }
        assert speakers <= {name, BY_LOOKS}, line
