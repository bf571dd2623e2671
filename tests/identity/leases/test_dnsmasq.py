"""dnsmasq: a snapshot, and honest about what a snapshot does not say."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from shadow_scan.identity.leases import Leases, read_leases

EXPIRY = 1_790_187_072
DAY = 86_400
SECOND = 1_000_000


def leases_of(folder: Path, text: str, written: int = EXPIRY - 3600, hours: int = 24) -> Leases:
    path = folder / "dnsmasq.leases"
    path.write_text(text)
    os.utime(path, (written, written))
    leases = read_leases(path, lease_length=timedelta(hours=hours))
    assert leases.lines == leases.used + leases.rejected + leases.skipped == len(text.splitlines())
    return leases


LINE = f"{EXPIRY} 02:00:00:00:00:44 10.20.30.44 LT-00412 01:02:00:00:00:00:44\n"


def test_the_begin_is_assumed_and_says_so(tmp_path: Path) -> None:
    (lease,) = leases_of(tmp_path, LINE)
    assert (lease.device, lease.mac) == ("lt-00412", "02:00:00:00:00:44")
    assert (lease.begin_us, lease.end_us) == ((EXPIRY - DAY) * SECOND, EXPIRY * SECOND)
    assert lease.assumed


def test_the_lease_was_held_when_the_file_was_written(tmp_path: Path) -> None:
    (lease,) = leases_of(tmp_path, LINE, written=EXPIRY - 3600, hours=1)
    assert lease.begin_us == (EXPIRY - 3600) * SECOND
    (lease,) = leases_of(tmp_path, LINE, written=EXPIRY - 3 * DAY, hours=1)
    assert lease.begin_us == (EXPIRY - 3 * DAY) * SECOND


def test_a_lease_without_a_name_is_its_hardware(tmp_path: Path) -> None:
    (lease,) = leases_of(tmp_path, f"{EXPIRY} 06-02:00:00:00:00:44 10.0.0.4 * *\n")
    assert lease.device == "02:00:00:00:00:44"


def test_a_name_that_many_devices_have_is_no_device(tmp_path: Path) -> None:
    (lease,) = leases_of(tmp_path, f"{EXPIRY} 02:00:00:00:00:44 10.0.0.4 iPhone *\n")
    assert lease.device == "02:00:00:00:00:44"


def test_a_lease_for_ever_has_no_end(tmp_path: Path) -> None:
    (lease,) = leases_of(tmp_path, "0 02:00:00:00:00:44 10.0.0.4 tv *\n", written=EXPIRY)
    assert (lease.begin_us, lease.end_us) == ((EXPIRY - DAY) * SECOND, None)


def test_ipv6_rows_have_a_number_in_place_of_the_hardware(tmp_path: Path) -> None:
    text = (
        LINE + "duid 00:01:00:01:2a:2b:2c:2d:02:00:00:00:00:01\n"
        f"{EXPIRY} 1234567 2001:db8::44 * 00:01:00:01:2a:2b:2c:2d:02:00:00:00:00:66\n"
        f"{EXPIRY} T99 2001:db8::45 lt-2 *\n"
    )
    leases = leases_of(tmp_path, text)
    assert [(x.address, x.device) for x in leases] == [
        ("10.20.30.44", "lt-00412"),
        ("2001:db8::44", "02:00:00:00:00:66"),
        ("2001:db8::45", "lt-2"),
    ]
    assert leases.skipped == 1


@pytest.mark.parametrize(
    "bad",
    ["43200 02:00:00:00:00:44 10.0.0.4 x *", "x 02:00:00:00:00:44 10.0.0.4 x *", "hello",
     f"{EXPIRY} 02:00:00:00:00:44 10.0.0.999 x *", f"{EXPIRY}0000 02:00:00:00:00:44 10.0.0.4 x *"],
)  # fmt: skip
def test_a_bad_line_is_rejected_with_its_line(tmp_path: Path, bad: str) -> None:
    leases = leases_of(tmp_path, f"{LINE}{bad}\n\n")
    assert (leases.used, leases.rejected, leases.skipped) == (1, 1, 1)
    assert leases.problems.examples[0].line == 2
