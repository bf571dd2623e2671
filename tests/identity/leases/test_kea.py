"""Kea's lease files: rows by their header, whatever the version."""

from __future__ import annotations

from pathlib import Path

import pytest

from shadow_scan.identity.leases import Leases, read_leases

HEADER4 = "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname"
HEADER6 = (
    "address,duid,valid_lifetime,expire,subnet_id,pref_lifetime,lease_type,iaid,prefix_len,"
    "fqdn_fwd,fqdn_rev,hostname,hwaddr,state,user_context,hwtype,hwaddr_source,pool_id"
)
T = 1_790_143_200
SECOND = 1_000_000


def leases_of(folder: Path, *rows: str, header: str = HEADER4 + ",state,user_context") -> Leases:
    path = folder / "kea-leases4.csv"
    path.write_text("\n".join([header, *rows]) + "\n")
    leases = read_leases(path)
    assert leases.lines == leases.used + leases.rejected + leases.skipped == 1 + len(rows)
    return leases


def row(
    expire: int, lifetime: int = 3600, mac: str = "44", name: str = "lt-1", tail: str = ",0,"
) -> str:
    return f"10.0.0.4,02:00:00:00:00:{mac},01:02,{lifetime},{expire},1,0,0,{name}{tail}"


def test_a_lease_began_its_lifetime_before_it_expires(tmp_path: Path) -> None:
    (lease,) = leases_of(tmp_path, row(T + 3600))
    assert (lease.device, lease.mac) == ("lt-1", "02:00:00:00:00:44")
    assert (lease.begin_us, lease.end_us) == (T * SECOND, (T + 3600) * SECOND)
    assert lease.source_line == 2


@pytest.mark.parametrize(
    ("header", "tail"),
    [
        (HEADER4, ""),
        (HEADER4 + ",state", ",0"),
        (HEADER4 + ",state,user_context,pool_id", ",0,,0"),
        (HEADER4 + ",state,user_context,pool_id", ",0"),
    ],
)
def test_the_tail_may_grow(tmp_path: Path, header: str, tail: str) -> None:
    (lease,) = leases_of(tmp_path, row(T, tail=tail), header=header)
    assert lease.device == "lt-1"


def test_renewals_join_and_another_device_cuts(tmp_path: Path) -> None:
    leases = leases_of(tmp_path, row(T + 3600), row(T + 5400), row(T + 7200, mac="55", name="b"))
    assert [
        (x.device, x.begin_us // SECOND - T, (x.end_us or 0) // SECOND - T) for x in leases
    ] == [
        ("lt-1", 0, 3600),
        ("b", 3600, 7200),
    ]


def test_a_delete_marker_erases_no_history(tmp_path: Path) -> None:
    leases = leases_of(tmp_path, row(T + 3600), row(T, lifetime=0))
    assert leases.device_at("10.0.0.4", (T + 60) * SECOND) == "lt-1"
    assert (leases.used, leases.skipped) == (1, 2)


def test_a_reclaimed_lease_keeps_its_name(tmp_path: Path) -> None:
    leases = leases_of(tmp_path, row(T + 3600), row(T + 3600, name="", tail=",2,"))
    assert [lease.device for lease in leases] == ["lt-1"]


def test_a_declined_address_is_held_by_nobody(tmp_path: Path) -> None:
    leases = leases_of(tmp_path, row(T + 3600), row(T + 5400, mac="", name="", tail=",1,"))
    assert leases.device_at("10.0.0.4", (T + 60) * SECOND) == "lt-1"
    assert leases.device_at("10.0.0.4", (T + 1900) * SECOND) is None


def test_a_lease_for_ever_has_no_end(tmp_path: Path) -> None:
    (lease,) = leases_of(tmp_path, row(T + 0xFFFFFFFF, lifetime=0xFFFFFFFF))
    assert (lease.begin_us, lease.end_us) == (T * SECOND, None)


def test_commas_are_escaped(tmp_path: Path) -> None:
    (lease,) = leases_of(tmp_path, row(T, name="a&#x2cb&#x1b[1m"))
    assert lease.device == "a,b"


def test_ipv6_addresses_but_no_prefixes(tmp_path: Path) -> None:
    duid = "00:01:00:01:2a:2b:2c:2d:02:00:00:00:00:66"
    tail = "7,128,1,1,,,0,,,,0"
    leases = leases_of(
        tmp_path,
        f"2001:DB8::5,{duid},3600,{T},1,1800,0,{tail}",
        f"2001:db8:1::,{duid},3600,{T},1,1800,2,{tail}",
        header=HEADER6,
    )
    assert [(x.address, x.device) for x in leases] == [("2001:db8::5", "02:00:00:00:00:66")]
    assert leases.skipped == 2


@pytest.mark.parametrize(
    "bad",
    ["10.0.0.4", "x,02:00:00:00:00:44,,3600,1790143200,1,0,0,a,0,",
     row(99_999_999_999), row(10), row(T, lifetime=-5), row(T, tail=",0,,,,")],
)  # fmt: skip
def test_a_bad_row_is_rejected_with_its_line(tmp_path: Path, bad: str) -> None:
    leases = leases_of(tmp_path, row(T), bad, "")
    assert (leases.used, leases.rejected, leases.skipped) == (1, 1, 2)
    assert leases.problems.examples[0].line == 3
