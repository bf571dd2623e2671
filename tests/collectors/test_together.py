"""Small logs read as one say what each of them says alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shadow_scan.collectors import engine
from shadow_scan.collectors.canonical import canonical
from shadow_scan.collectors.clock import Clock
from shadow_scan.collectors.engine import Parser
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.parsed import ParsedBlock
from shadow_scan.collectors.registry import FORMATS
from shadow_scan.collectors.together import Asked, read_together

from . import resolver_samples, samples
from .golden import golden_samples
from .reading import LATEST, _engine, blocks_of

SAMPLES = samples.SAMPLES | resolver_samples.SAMPLES | golden_samples()
SYSLOG = "<14>Sep 23 12:11:12 gateway1 "
Said = tuple[list[dict[str, Any]], list[tuple[int, str]], dict[str, int]]


def asked(called: str | Format, text: str, clock: Clock | None = None, **parser: Any) -> Asked:
    (block,) = blocks_of(text.encode())
    declared = FORMATS[called] if isinstance(called, str) else called
    own = (declared, clock or Clock("UTC", LATEST))
    return Asked(Parser(*own, engine=_engine(), **parser), block)


def again(one: Asked) -> Asked:
    return Asked(replace(one.parser), one.block)


def said(parsed: ParsedBlock) -> Said:
    events = sorted(canonical(parsed.events).to_pylist(), key=lambda event: event["line_number"])
    return events, sorted(parsed.rejected), parsed.skipped


def logs_of(name: str) -> list[str]:
    """The sample, a part of it, all behind syslog, and with a line that is none."""
    lines = SAMPLES[name].splitlines(keepends=True)
    whole, half = "".join(lines), "".join(lines[: len(lines) // 2 + 1])
    wrapped = "".join(SYSLOG + line for line in lines)
    logs = [whole, half, wrapped, f"{half}\n\n?\n"]
    return [log if log.endswith("\n") else f"{log}\n" for log in logs]


def check(logs: Sequence[Asked]) -> None:
    for one, found in zip(logs, read_together([again(one) for one in logs]), strict=True):
        own = again(one)
        assert found is not None
        assert said(found) == said(own.parser.parse(own.block))


@pytest.mark.parametrize("name", sorted(SAMPLES)[::5])
def test_logs_of_all_kinds_of_formats_say_together_what_they_say_alone(name: str) -> None:
    check([asked(name, log) for log in logs_of(name)])


def test_logs_of_many_formats_and_headers_at_once() -> None:
    names = ("w3c", "zeek", "dnsmasq", "squid")
    check([asked(name, log) for name in names for log in logs_of(name)])


def test_a_parser_stands_behind_its_block() -> None:
    row = "2026-09-23 10:15:00 10.1.2.3 chatgpt.com\n"
    log = asked("w3c", f"#Fields: date time c-ip cs-host\n{row}")
    read_together([log, asked("w3c", SAMPLES["w3c"])])
    assert len(log.parser.parse(asked("w3c", row).block).events) == 1


def test_a_year_is_that_of_the_log_itself() -> None:
    """Of a file that is older than the others the newest moment may be another one."""
    line = "{} dnsmasq[812]: query[A] chatgpt.com from 10.1.2.3\n"
    times = {2026: "Nov 24 10:00:00", 2025: "Dec 24 10:00:00", 2021: "Jul  1 10:00:00"}
    logs = [
        asked("dnsmasq", line.format(time), Clock("UTC", datetime(year, 12, 27, tzinfo=UTC)))
        for year, time in times.items()
    ]
    found = read_together([again(one) for one in logs])
    years = [one and one.events["event_time"][0].as_py().year for one in found]
    assert years == [2026, None, None]  # those are left to their own parsers


def test_what_its_names_may_tell_is_left_to_its_parser() -> None:
    strange = asked("access-line", "no record\n", or_by_names=True)
    assert read_together([again(strange), asked("squid", SAMPLES["squid"])])[0] is None


def test_each_log_holds_its_own_texts_alone() -> None:
    """What waits to be stored is counted by its bytes."""
    client = "2001:db8::{}"
    logs = [
        asked("squid", SAMPLES["squid"].replace(client.format(44), client.format(n)))
        for n in range(9)
    ]
    for number, found in enumerate(read_together(logs)):
        assert found is not None
        addresses = found.events["source_ip"].combine_chunks().dictionary.to_pylist()
        assert client.format(number) in addresses
        assert sorted(addresses) == sorted({*found.events["source_ip"].to_pylist()} - {None})


def test_times_near_the_newest_moment_are_left_to_the_log_itself() -> None:
    now = datetime(2026, 11, 24, 10, tzinfo=UTC)
    text = f"{now:%b %d %H:%M:%S} dnsmasq[812]: query[A] chatgpt.com from 10.1.2.3\n"
    clocks = [Clock("UTC", now + timedelta(hours=hours)) for hours in (24, 2)]
    found = read_together([asked("dnsmasq", text, clock) for clock in clocks])
    assert [one is None for one in found] == [False, True]


def test_logs_of_rejects_alone_and_of_nothing() -> None:
    lookups = [asked("dnsmasq", text) for text in ("Sep 23 10:11:12 dnsmasq[8]: started\n", "\n")]
    check([*lookups, *(asked("squid", "?\n") for _ in range(3))])


def test_what_one_log_breaks_costs_the_others_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_MAX_SET_APART", 3)
    sql = (
        "SELECT line_number, NULL::VARCHAR AS rejected, '10.20.30.44' AS source_ip, "
        "'claude.ai' AS authority, make_timestamp(CAST(line AS BIGINT)) AS event_time FROM lines"
    )
    fragile = replace(FORMATS["squid"], name="fragile", sql=sql, ordinary=None)
    whole, broken = "1790000000000000\n" * 9, "x\n1790000000000000\n" * 5
    few = [asked(fragile, text) for text in (whole, "x\n" + whole, whole)]
    check(few)
    together = read_together([again(one) for one in (*few, asked(fragile, broken))])
    assert together == [None] * 4  # each is read alone
