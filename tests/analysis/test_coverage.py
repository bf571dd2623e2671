"""The ledger of what can be seen: it changes when a field, a day or an hour is taken away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from shadow_scan.collectors.columns import ordinary
from shadow_scan.commands.scan import ScanRequest, run_scan
from shadow_scan.listings.queries import listing
from shadow_scan.listings.rejects import rejects
from shadow_scan.vocabulary import Activity, Listing
from shadow_scan.workspace import Workspace

MONDAY = datetime(2026, 9, 14, tzinfo=UTC)
DAYS, HOURS, PER_HOUR = 5, range(8, 18), 25
Covered = Callable[..., dict[str | None, dict[str, Any]]]


def line(at: datetime, host: str = "chatgpt.com", user: str = "amara") -> str:
    return (
        f"{at.timestamp():.3f}    100 10.20.30.44 TCP_TUNNEL/200 500 CONNECT {host}:443 {user} "
        "HIER_DIRECT/198.51.100.7 -\n"
    )


def week(skip: Callable[[datetime], bool] = lambda at: False, **words: str) -> str:
    moments = (
        MONDAY + timedelta(days=day, hours=hour, seconds=1 + number * 140)
        for day in range(DAYS)
        for hour in HOURS
        for number in range(PER_HOUR)
    )
    return "".join(line(at, **words) for at in moments if not skip(at))


@pytest.fixture
def covered(tmp_path: Path, workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Covered:
    """Scans a log's text; the rows of coverage by their day."""
    monkeypatch.setenv("SHADOW_SCAN_KEY_FILE", str(tmp_path / "test.key"))

    def scan(text: str) -> dict[str | None, dict[str, Any]]:
        log = tmp_path / "access.log"
        log.write_text(text)
        place = Workspace(workspace)
        run_scan(place, ScanRequest([str(log)]))
        found = listing(place, Listing.COVERAGE, Activity.ALL).records()
        assert sum(row["lines"] for row in found) == len(text.splitlines())
        return {row["day"]: row for row in found}

    return scan


def test_a_whole_week_claims_what_its_fields_carry(covered: Covered) -> None:
    rows = covered(week())
    assert set(rows) == {f"2026-09-{day}" for day in range(14, 19)}
    assert {tuple(row["blind"]) for row in rows.values()} == {
        ("upload sizes", "what was done (no paths)")
    }
    assert rows["2026-09-14"]["fields"] == [
        *("user", "address", "host", "status", "bytes_down", "duration", "action"),
    ]


def test_a_field_that_is_gone_takes_its_claim_along(covered: Covered) -> None:
    rows = covered(week(user="-"))
    assert all("who (no user names)" in row["blind"] for row in rows.values())
    assert all("user" not in row["fields"] for row in rows.values())


def test_a_day_that_is_gone_is_a_row(covered: Covered) -> None:
    row = covered(week(lambda at: at.day == 16))["2026-09-16"]
    assert (row["source_file"], row["format"], row["events"]) == (None, "squid", 0)
    assert row["blind"] == ["the whole day (no record of squid, which has some on other such days)"]


def test_hours_that_are_gone_are_named(covered: Covered) -> None:
    rows = covered(week(lambda at: at.day == 15 and 10 <= at.hour < 13))
    assert "10:00-13:00 UTC (silent; other days speak then)" in rows["2026-09-15"]["blind"]
    assert "UTC" not in " ".join(rows["2026-09-14"]["blind"])


def test_what_hides_names_is_counted(covered: Covered) -> None:
    at = MONDAY + timedelta(hours=9)
    hidden = line(at, "dns.google") * 2 + line(at, "cloudflare-ech.com") + line(at, "192.0.2.7")
    row = covered(line(at) * 4 + hidden)["2026-09-14"]
    assert "further names (2 requests to encrypted DNS)" in row["blind"]
    assert "names behind ECH or a relay (1 request)" in row["blind"]
    assert row["unseen_share"] == pytest.approx(2 / 8)


def test_lines_of_two_shapes_are_no_steps_of_the_clock(
    covered: Covered, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ordinary, "FEWEST_LINES", 1)
    moments = [MONDAY + timedelta(minutes=20 * number) for number in range(60)]
    with_agents = dict.fromkeys(range(0, 60, 20), ' "-" "Agent"\n')
    rows = covered(
        "".join(line(at)[:-1] + with_agents.get(n, "\n") for n, at in enumerate(moments))
    )
    assert None not in rows


def test_a_clock_that_steps_back_is_said(covered: Covered) -> None:
    forth, back = MONDAY + timedelta(hours=12), MONDAY + timedelta(hours=9)
    rows = covered(line(forth) * 3 + line(back) * 3)
    assert rows[None]["blind"] == [
        "when (the clock steps back by over an hour once, first at line 4)"
    ]


def test_rejected_lines_can_be_looked_at(covered: Covered, tmp_path: Path, workspace: Path) -> None:
    rows = covered(line(MONDAY) + "half a li\x1bne https://a:b@c.example/?d=e f\n" + line(MONDAY))
    assert rows[None]["why"] == ["fewer than 10 fields (1, first at line 2)"]
    place = Workspace(workspace)
    assert [row[1:] for row in rejects(place).rows] == [
        (2, "fewer than 10 fields", 1, "half a li\x1bne https://*@c.example/?* f")
    ]
    (tmp_path / "access.log").unlink()
    assert [row[-1] for row in rejects(place).rows] == [None]


def test_an_hour_that_comes_twice_is_doubted(tmp_path: Path, workspace: Path) -> None:
    log, place = tmp_path / "dnsmasq.log", Workspace(workspace)
    log.write_text(
        "".join(
            f"Oct 2{at} dnsmasq[1]: query[A] chatgpt.com from 10.0.0.5\n"
            for at in ("4 02:30:00", "5 02:30:00", "5 03:30:00", "6 02:30:00")
        )
    )
    run_scan(place, ScanRequest([str(log)], zone="Europe/Berlin", year=2026))
    found = listing(place, Listing.COVERAGE, Activity.ALL).records()
    doubted = {row["day"]: [word for word in row["blind"] if "twice" in word] for row in found}
    said = "when (01:00-02:00 UTC, or an hour before: that hour came twice in Europe/Berlin)"
    assert doubted == {"2026-10-24": [], "2026-10-25": [said], "2026-10-26": []}
