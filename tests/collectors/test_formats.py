"""Every format: exact events, recognised among all others, in whatever it comes wrapped."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from shadow_scan.collectors.clock import Clock
from shadow_scan.collectors.engine import Parser
from shadow_scan.collectors.formats import named, recognise, sample_lines
from shadow_scan.collectors.lines.blocks import LineReader
from shadow_scan.collectors.lines.unwrap import ByteSource
from shadow_scan.collectors.registry import FORMATS
from shadow_scan.errors import UsageError

from . import resolver_samples, samples
from .golden import golden_expected, golden_samples
from .reading import ALL_SHOWN, SHOWN, WRAPPINGS, lines_of, parsed, parsed_each, shown

SAMPLES = samples.SAMPLES | resolver_samples.SAMPLES
EXPECTED = samples.EXPECTED | resolver_samples.EXPECTED
ALL_SAMPLES = SAMPLES | golden_samples()


def only(names: Iterable[str], event: dict[str, Any]) -> dict[str, Any]:
    return {name: event[name] for name in event if name in names}


def test_every_format_has_a_sample() -> None:
    assert set(SAMPLES) == set(EXPECTED)
    assert set(golden_samples()) == set(golden_expected())
    assert set(ALL_SAMPLES) == set(FORMATS)


@pytest.mark.parametrize("name", SAMPLES)
def test_events_are_exact(name: str) -> None:
    events, skipped, rejected = parsed(SAMPLES[name].encode(), name)
    fields = ALL_SHOWN if name in resolver_samples.SAMPLES else SHOWN
    expected, found = EXPECTED[name], [shown(event, ALL_SHOWN) for event in events]
    assert [only(fields, e) for e in found] == [only(fields, e) for e in expected.events]
    assert (sum(skipped.values()), rejected) == (expected.skipped, expected.rejected)
    said = {key for event in found for key in event if event[key] is not None}
    assert said <= set(FORMATS[name].carries)


@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_every_wrapping_holds_the_same_lines(wrapping: str) -> None:
    """Which is all that a statement sees: the events are those of the plain log."""
    for name, text in ALL_SAMPLES.items():
        assert lines_of(WRAPPINGS[wrapping](text.encode())) == lines_of(text.encode()), name


@pytest.mark.parametrize("name", ALL_SAMPLES)
def test_a_format_is_recognised_among_all_others(name: str) -> None:
    found = recognise(sample_lines(ALL_SAMPLES[name].encode()))
    assert found is not None
    assert found.name == name


def test_local_clocks_are_read_in_their_zone_across_a_change_of_daylight_saving() -> None:
    line = "25-Oct-2026 {} client 10.0.0.1#5 (clau.de): query: clau.de IN A + (::1)\n"
    text = line.format("01:30:00.000") + line.format("04:30:00.000")
    events, _, _ = parsed(text.encode(), "bind", "Europe/Berlin")
    assert [event["event_time"].hour for event in events] == [23, 3]


def test_a_line_without_a_year_is_the_newest_that_can_be() -> None:
    line = "Dec 30 10:00:00 dnsmasq[1]: query[A] claude.ai from 10.0.0.1\n"
    parser = Parser(FORMATS["dnsmasq"], Clock("UTC", datetime(2026, 2, 1, tzinfo=UTC)))
    block = next(LineReader(ByteSource(io.BytesIO(line.encode()), "log")).blocks())
    assert parser.parse(block).events["event_time"].to_pylist()[0].year == 2025


def test_as_takes_names_and_aliases_and_names_the_nearest() -> None:
    assert named("pihole") is FORMATS["dnsmasq"]
    with pytest.raises(UsageError) as caught:
        named("suricat")
    assert "did you mean 'suricata'?" in caught.value.remedy


HEADERS = {
    "rfc3164": "<14>Sep 23 12:11:12 proxy1 squid[812]: ",
    "rfc3164-bare": "Sep 23 12:11:12 proxy1 ",
    "rfc5424": '<14>1 2026-09-23T12:11:12+02:00 proxy1 squid 812 - [meta x="1"] \ufeff',
    "counted": "212 <14>1 2026-09-23T12:11:12Z proxy1 squid - - - ",
    "relayed": "Sep 23 12:11:13 relay1 <14>Sep 23 12:11:12 proxy1 squid[812]: ",
}
WITH_OWN_HEADERS = {
    *("dnsmasq", "bind", "unbound", "infoblox", "efficientip", "pdns-recursor", "dnsdist"),
    *("coredns", "systemd-resolved", "windows-dns"),
}
"""Resolvers write syslog themselves."""


@pytest.mark.parametrize("name", sorted(set(SAMPLES) - WITH_OWN_HEADERS))
def test_syslog_headers_are_peeled_off(name: str) -> None:
    lines = [line for line in SAMPLES[name].splitlines() if line]
    logs = ["".join(f"{header}{line}\n" for line in lines).encode() for header in HEADERS.values()]
    expected = [only(SHOWN, event) for event in EXPECTED[name].events]
    for log in logs:
        found = recognise(sample_lines(log))
        assert found is not None
        assert found.name == name
    for header, (events, _) in zip(HEADERS, parsed_each(name, logs), strict=True):
        assert [shown(event) for event in events][: len(expected)] == expected, header


QUESTION = "client @0x7f 10.0.0.1#5 (claude.ai): query: claude.ai IN A + (::1)"


@pytest.mark.parametrize(
    ("name", "line", "hour"),
    [
        ("bind", f"Sep 23 12:11:12 ns1 named[812]: {QUESTION}", 12),
        ("bind", f"<30>1 2026-09-23T12:11:12+02:00 ns1 named 812 - - {QUESTION}", 10),
        ("bind", f"Sep 23 12:11:12 relay 23-Sep-2026 08:11:12.000 queries: info: {QUESTION}", 8),
        ("unbound", "Sep 23 12:11:12 ns1 unbound[7:0]: info: 10.0.0.1 claude.ai. A IN", 12),
        ("unbound", "2026-09-23T12:11:12+02:00 ns1 unbound[7:0]: info: 10.0.0.1 x. A IN", 10),
        ("dnsmasq", "2026-09-23T12:11:12+02:00 ns1 dnsmasq[7]: query[A] x from 10.0.0.1", 10),
    ],
)
def test_resolvers_are_read_from_syslog_too(name: str, line: str, hour: int) -> None:
    found = recognise([line])
    assert found is not None
    assert found.name == name
    events, _, rejected = parsed(line.encode(), name)
    assert (len(events), rejected) == (1, 0)
    assert events[0]["event_time"].hour == hour
    assert events[0]["source_ip"] == "10.0.0.1"
