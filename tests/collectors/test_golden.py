"""Formats with golden files: exact events in every spelling of a file, and nothing lost in any."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shadow_scan.collectors.engine import sample_lines
from shadow_scan.collectors.formats import BY_LOOKS, FORMATS, recognise

from .golden import golden_expected, golden_samples
from .reading import ALL_SHOWN, WRAPPINGS, parsed, shown

SAMPLES = golden_samples()
EXPECTED = golden_expected()
NAMES = sorted(SAMPLES)
PRIVATE, DOCUMENTED = "10.20.30.44", "2001:db8::44"
"""The client of every sample, and the address that takes its place in the IPv6 variant."""
RFC_3164 = "<14>Sep 23 12:11:12 gateway1 "
RFC_5424 = '<14>1 2026-09-23T12:11:12+02:00 gateway1 export 812 - [meta x="1"] \ufeff'
WRITES_SYSLOG_ITSELF = frozenset(
    {
        *("aws-load-balancer", "cisco-firewall", "juniper-srx", "huawei-usg", "hillstone"),
        *("sangfor", "filterlog", "mikrotik", "netfilter"),
    }
)
"""Formats whose own lines begin with a syslog header, or with what looks like one."""


def read(name: str, data: bytes) -> tuple[list[dict[str, object]], int, int]:
    events, skipped, rejected = parsed(data, name, block_bytes=8_000)
    return [shown(event, ALL_SHOWN) for event in events], sum(skipped.values()), rejected


def expected(name: str) -> tuple[list[dict[str, object]], int, int]:
    golden = EXPECTED[name]
    return golden.events, golden.skipped, golden.rejected


@pytest.mark.parametrize(
    "wrappings", [["plain"], ["crlf", "bom", "gzip"], ["unterminated", "utf-16"]], ids="-".join
)
@pytest.mark.parametrize("name", NAMES)
def test_golden_events_in_every_wrapping(name: str, wrappings: list[str]) -> None:
    data = SAMPLES[name].encode()
    for wrapping in wrappings:
        data = WRAPPINGS[wrapping](data)
    assert read(name, data) == expected(name)


@pytest.mark.parametrize("name", NAMES)
def test_clients_may_have_ipv6_addresses(name: str) -> None:
    text = SAMPLES[name]
    assert PRIVATE in text
    ported = text.replace(f"{PRIVATE}:", f"[{DOCUMENTED}]:").replace(PRIVATE, DOCUMENTED)
    events, skipped, rejected = expected(name)
    moved = [
        {key: DOCUMENTED if value == PRIVATE else value for key, value in event.items()}
        for event in events
    ]
    assert read(name, ported.encode()) == (moved, skipped, rejected)


@pytest.mark.parametrize("header", [RFC_3164, RFC_5424])
@pytest.mark.parametrize("name", sorted(set(NAMES) - WRITES_SYSLOG_ITSELF))
def test_golden_events_behind_syslog_headers(name: str, header: str) -> None:
    data = "".join(f"{header}{line}\n" for line in SAMPLES[name].splitlines()).encode()
    found = recognise(sample_lines(data))
    assert found is not None
    assert found.name == name
    assert read(name, data) == expected(name)


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


@pytest.mark.parametrize("name", NAMES)
def test_lines_cut_anywhere_take_nothing_from_what_came_before(name: str) -> None:
    cut = [
        line[: len(line) * part // 7] for line in SAMPLES[name].splitlines() for part in range(7)
    ]
    text = SAMPLES[name] + "".join(f"{line}\n" for line in cut)
    events, skipped, rejected = read(name, text.encode())
    assert events[: len(EXPECTED[name].events)] == EXPECTED[name].events
    assert len(events) + skipped + rejected == text.count("\n")


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_line_is_lost_whatever_is_in_it(name: str, data: st.DataObject) -> None:
    lines = SAMPLES[name].splitlines()
    spoilt = [
        _spoilt(line, data.draw(st.integers(0, len(line))), data.draw(st.text(max_size=8)))
        for line in lines
    ]
    shuffled = data.draw(st.permutations(lines + spoilt))
    text = "\n".join(shuffled).encode(errors="replace").removeprefix(codecs.BOM_UTF8)
    events, skipped, rejected = parsed(text + b"\n", name, block_bytes=1 << 20)
    assert len(events) + sum(skipped.values()) + rejected == text.count(b"\n") + 1


def _spoilt(line: str, at: int, more: str) -> str:
    clean = more.replace("\n", "").replace("\r", "")
    return line[:at] + clean + line[at + len(clean) // 2 :]
