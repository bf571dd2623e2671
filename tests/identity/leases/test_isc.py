"""ISC dhcpd: a journal of blocks, read as intervals."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from shadow_scan.identity.leases import Leases, read_leases


def us(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1_000_000


def leases_of(folder: Path, text: str) -> Leases:
    path = folder / "dhcpd.leases"
    path.write_text(text)
    leases = read_leases(path)
    assert leases.lines == leases.used + leases.rejected + leases.skipped == len(text.splitlines())
    return leases


def block(address: str, starts: str, ends: str, **more: str) -> str:
    name = f'  client-hostname "{more["name"]}";\n' if "name" in more else ""
    return (
        f"lease {address} {{\n  starts 3 {starts};\n  ends {ends};\n"
        f"  cltt 3 2026/09/23 06:00:00;\n  binding state {more.get('state', 'active')};\n"
        f"  next binding state free;\n"
        f"  hardware ethernet {more.get('mac', '02:00:00:00:00:44')};\n"
        f'  uid "\\001\\002;}}{{";\n{name}}}\n'
    )


PREAMBLE = """# The format of this file is documented in the dhcpd.leases(5) manual page.
# This lease file was written by isc-dhcp-4.4.3

authoring-byte-order little-endian;
server-duid "\\000\\001{}";
failover peer "x" state {
  my state normal at 3 2026/09/23 06:00:00;
}
"""


def test_a_lease_is_an_interval_of_its_device(tmp_path: Path) -> None:
    text = PREAMBLE + block(
        "10.20.30.44", "2026/09/23 06:00:00", "3 2026/09/23 14:00:00", name="LT-00412"
    )
    leases = leases_of(tmp_path, text)
    (lease,) = leases
    assert (lease.address, lease.device, lease.mac) == (
        "10.20.30.44", "lt-00412", "02:00:00:00:00:44",
    )  # fmt: skip
    assert (lease.begin_us, lease.end_us) == (us("2026-09-23 06:00"), us("2026-09-23 14:00"))
    assert lease.source_line == 9
    assert not lease.assumed
    assert (leases.used, leases.rejected, leases.skipped) == (10, 0, 8)


def test_an_address_reused_within_a_day_has_two_devices(tmp_path: Path) -> None:
    text = block("10.0.0.4", "2026/09/23 06:00:00", "3 2026/09/23 14:00:00", name="a") + block(
        "10.0.0.4", "2026/09/23 10:00:00", "3 2026/09/23 18:00:00", name="b",
        mac="02:00:00:00:00:55",
    )  # fmt: skip
    leases = leases_of(tmp_path, text)
    assert leases.device_at("10.0.0.4", us("2026-09-23 05:59:59")) is None
    assert leases.device_at("10.0.0.4", us("2026-09-23 06:00")) == "a"
    assert leases.device_at("10.0.0.4", us("2026-09-23 10:00") - 1) == "a"
    assert leases.device_at("10.0.0.4", us("2026-09-23 10:00")) == "b"
    assert leases.device_at("10.0.0.4", us("2026-09-23 18:00")) is None


def test_renewals_are_one_interval(tmp_path: Path) -> None:
    text = "".join(
        block("10.0.0.4", f"2026/09/23 {hour:02}:00:00", f"3 2026/09/23 {hour + 8:02}:00:00")
        for hour in (6, 10, 14)
    )
    (lease,) = leases_of(tmp_path, text)
    assert (lease.begin_us, lease.end_us) == (us("2026-09-23 06:00"), us("2026-09-23 22:00"))


def test_a_release_shortens_what_was_promised(tmp_path: Path) -> None:
    text = block("10.0.0.4", "2026/09/23 06:00:00", "3 2026/09/23 14:00:00") + block(
        "10.0.0.4", "2026/09/23 06:00:00", "3 2026/09/23 07:30:00", state="free"
    )
    (lease,) = leases_of(tmp_path, text)
    assert lease.end_us == us("2026-09-23 07:30")


def test_an_abandoned_address_is_held_by_nobody(tmp_path: Path) -> None:
    text = block("10.0.0.4", "2026/09/23 06:00:00", "3 2026/09/23 14:00:00", name="a") + block(
        "10.0.0.4", "2026/09/23 08:00:00", "3 2026/09/24 08:00:00", state="abandoned"
    )
    leases = leases_of(tmp_path, text)
    assert leases.device_at("10.0.0.4", us("2026-09-23 07:00")) == "a"
    assert leases.device_at("10.0.0.4", us("2026-09-23 09:00")) is None


def test_who_held_an_address_before_it_was_given_up_is_known_still(tmp_path: Path) -> None:
    held = block("10.0.0.4", "2026/09/23 06:00:00", "3 2026/09/23 14:00:00", name="a")
    hardware = "  hardware ethernet 02:00:00:00:00:44;\n"
    given_up = block("10.0.0.4", "2026/09/23 06:00:00", "4 2026/09/24 09:00:00", state="abandoned")
    over = block("10.0.0.4", "2026/09/23 06:00:00", "3 2026/09/23 14:00:00", state="backup")
    for text, until in (
        (held + given_up.replace(hardware, ""), "09:00"),
        (held + given_up.replace(hardware, "") + over.replace(hardware, ""), "09:00"),
        (held + over, "14:00"),
    ):
        (lease,) = leases_of(tmp_path, text)
        assert (lease.device, lease.end_us) == ("a", us(f"2026-09-23 {until}"))


def test_never_and_local_time(tmp_path: Path) -> None:
    text = (
        "lease 10.0.0.4 {\n  starts epoch 1790143200; # Wed Sep 23 06:00:00 2026\n"
        "  ends never;\n  hardware ethernet 02:00:00:00:00:44;\n}\n"
    )
    (lease,) = leases_of(tmp_path, text)
    assert (lease.begin_us, lease.end_us) == (us("2026-09-23 06:00"), None)


def test_ipv6_associations_have_their_identifier_in_octal(tmp_path: Path) -> None:
    text = (
        'ia-na "\\001\\000\\000\\000\\000\\001\\000\\001\\052\\053\\054\\055\\002\\000\\000\\000\\000D" {\n'  # noqa: E501
        "  cltt 3 2026/09/23 06:00:00;\n  iaaddr 2001:DB8::44 {\n    binding state active;\n"
        "    preferred-life 27000;\n    max-life 43200;\n    ends 3 2026/09/23 18:00:00;\n"
        "  }\n}\n"
        'ia-pd "\\001\\000\\000\\000" {\n  iaprefix 2001:db8:1::/56 {\n  }\n}\n'
    )
    leases = leases_of(tmp_path, text)
    (lease,) = leases
    assert (lease.address, lease.device) == ("2001:db8::44", "02:00:00:00:00:44")
    assert (lease.begin_us, lease.end_us) == (us("2026-09-23 06:00"), us("2026-09-23 18:00"))
    assert (leases.used, leases.skipped) == (9, 4)


@pytest.mark.parametrize(
    ("inner", "reason"),
    [
        ("  starts 3 2026/13/45 06:00:00;\n  ends never;", "a time that cannot be read"),
        ("  starts 3 2026/09/23 06:00:00;", "a time that cannot be read"),
        ("  starts 3 2026/09/23 06:00:00;\n  ends 3 2026/09/22 06:00:00;", "ends before it starts"),
        ('  starts 3 2026/09/23 06:00:00;\n  client-hostname "x;', "a block that cannot be read"),
        ("  starts epoch 99999999999999;\n  ends never;", "a time that cannot be read"),
    ],
)
def test_a_bad_block_is_rejected_with_its_line(tmp_path: Path, inner: str, reason: str) -> None:
    good = block("10.0.0.5", "2026/09/23 06:00:00", "never", name="good")
    leases = leases_of(tmp_path, f"{good}lease 10.0.0.4 {{\n{inner}\n}}\n{good}")
    assert [(p.line, p.reason) for p in leases.problems.examples] == [(11, reason)]
    assert leases.rejected == inner.count("\n") + 3
    assert {lease.address for lease in leases} == {"10.0.0.5"}


def test_a_block_that_is_cut_off_does_not_take_the_next_with_it(tmp_path: Path) -> None:
    good = block("10.0.0.5", "2026/09/23 06:00:00", "never", name="good")
    leases = leases_of(
        tmp_path, "lease 10.0.0.4 {\n  starts 3 2026/\n" + good + "lease 10.0.0.6 {\n"
    )
    assert [(p.line, p.reason) for p in leases.problems.examples] == [
        (1, "a block that is never closed"),
        (13, "a block that is never closed"),
    ]
    assert leases.rejected == 3
    assert [lease.device for lease in leases] == ["good"]


def test_garbage_between_blocks_is_rejected_and_does_no_harm(tmp_path: Path) -> None:
    good = block("10.0.0.5", "2026/09/23 06:00:00", "never", name="good")
    leases = leases_of(tmp_path, f'{good}}}}} rubbish\n"unclosed\n{good}')
    assert (leases.rejected, len(leases.intervals)) == (2, 1)


def test_hostile_names_are_made_harmless(tmp_path: Path) -> None:
    text = "".join(
        block(f"10.0.0.{at}", "2026/09/23 06:00:00", "never", name=name)
        for at, name in enumerate(["}", "\\033[31mred", 'a\\"; ends never; }', "x" * 5000], 1)
    )
    devices = [lease.device for lease in leases_of(tmp_path, text)]
    assert devices[:2] == ["}", "red"]
    assert all(device.isprintable() and len(device) <= 253 for device in devices)
    assert len(devices) == 4


def test_nested_statements_are_not_the_lease(tmp_path: Path) -> None:
    text = (
        "lease 10.0.0.4 {\n  starts 3 2026/09/23 06:00:00;\n  ends never;\n"
        '  set ddns-fwd-name = "LT-7.corp.example";\n  hardware ethernet 02:00:00:00:00:44;\n'
        '  on expiry {\n    ends 3 2026/09/23 07:00:00;\n    if (1) { log("}"); }\n  }\n}\n'
    )
    (lease,) = leases_of(tmp_path, text)
    assert (lease.device, lease.end_us) == ("lt-7", None)
