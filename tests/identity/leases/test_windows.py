"""The Windows DHCP audit log: events in local time, in the server's language."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from shadow_scan.identity.leases import Leases, read_leases

PARIS = ZoneInfo("Europe/Paris")
HEADER = (
    "ID,Date,Time,Description,IP Address,Host Name,MAC Address,User Name, TransactionID, QResult"
)
PREAMBLE = f"""\t\tMicrosoft DHCP Service Activity Log


Event ID  Meaning
00\tThe log was started.
10\tA new IP address was leased to a client.
30\tDNS update request to the named DNS server.

QResult: 0: NoQuarantine, 1:Quarantine, 2:Drop Packet, 3:Probation,6:No Quarantine Information.

{HEADER}
"""


def us(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1_000_000


def leases_of(
    folder: Path, text: str, encoding: str = "utf-8", tz: ZoneInfo | None = PARIS
) -> Leases:
    path = folder / "DhcpSrvLog-Wed.log"
    path.write_bytes(text.replace("\n", "\r\n").encode(encoding))
    leases = read_leases(path, tz=tz, lease_length=timedelta(hours=8))
    assert leases.lines == leases.used + leases.rejected + leases.skipped == text.count("\n")
    return leases


def row(number: int, time: str, date: str = "09/23/26", name: str = "lt-00412.corp.example",
        mac: str = "020000000044", tail: str = ",,1234567,0,,,,,,,,,0") -> str:  # fmt: skip
    return f"{number},{date},{time},Assign,10.20.30.44,{name},{mac}{tail}\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("tail", ["", ",", ",,1234567,0,,,,,,,,,0"])
def test_an_assignment_in_every_encoding_and_width(
    tmp_path: Path, encoding: str, tail: str
) -> None:
    preamble = PREAMBLE.replace("log was started", "Protokoll wurde für é gestartet")
    (lease,) = leases_of(tmp_path, preamble + row(10, "10:11:12", tail=tail), encoding)
    assert (lease.address, lease.device, lease.mac) == (
        "10.20.30.44", "lt-00412", "02:00:00:00:00:44",
    )  # fmt: skip
    assert lease.begin_us == us("2026-09-23 08:11:12")
    assert lease.end_us == us("2026-09-23 16:11:12")
    assert lease.assumed


def test_a_localised_header_is_read_by_place(tmp_path: Path) -> None:
    header = "ID,Datum,Uhrzeit,Beschreibung,IP-Adresse,Hostname,MAC-Adresse,Benutzername\n"
    leases = leases_of(tmp_path, header + row(10, "10:11:12"))
    assert leases.intervals[0].device == "lt-00412"


def test_a_log_without_events_is_recognised(tmp_path: Path) -> None:
    leases = leases_of(tmp_path, PREAMBLE)
    assert (leases.format, leases.used, leases.rejected) == ("windows-dhcp", 0, 0)


def test_only_events_about_leases_count(tmp_path: Path) -> None:
    text = PREAMBLE + "00,09/23/26,00:00:01,Started,,,,,0,6\n" + row(10, "10:00:00")
    text += "".join(row(number, "10:00:05") for number in (24, 30, 31, 32, 35, 36, 55))
    leases = leases_of(tmp_path, text)
    assert (leases.used, leases.rejected) == (1, 0)


@pytest.mark.parametrize("number", [12, 16, 17, 18])
def test_a_release_or_expiry_ends_the_lease(tmp_path: Path, number: int) -> None:
    leases = leases_of(tmp_path, PREAMBLE + row(10, "10:00:00") + row(number, "11:00:00", mac=""))
    assert leases.device_at("10.20.30.44", us("2026-09-23 08:59:59")) == "lt-00412"
    assert leases.device_at("10.20.30.44", us("2026-09-23 09:00")) is None


def test_renewals_join_and_the_next_holder_cuts(tmp_path: Path) -> None:
    text = PREAMBLE + row(10, "08:00:00") + row(11, "12:00:00")
    text += row(10, "13:00:00", name="pc-2", mac="020000000055")
    leases = leases_of(tmp_path, text)
    assert [(x.device, x.begin_us, x.end_us) for x in leases] == [
        ("lt-00412", us("2026-09-23 06:00"), us("2026-09-23 11:00")),
        ("pc-2", us("2026-09-23 11:00"), us("2026-09-23 19:00")),
    ]


def test_the_hour_that_comes_twice(tmp_path: Path) -> None:
    times = ["02:10:00", "02:50:00", "02:20:00", "02:55:00", "03:05:00"]
    text = PREAMBLE + "".join(
        row(10, time, "10/25/26", name=f"pc-{at}") for at, time in enumerate(times)
    )
    begins = [lease.begin_us for lease in leases_of(tmp_path, text)]
    assert begins == [us(f"2026-10-25 {t}") for t in ("00:10", "00:50", "01:20", "01:55", "02:05")]


def test_without_a_zone_utc_is_assumed_and_told(tmp_path: Path) -> None:
    leases = leases_of(tmp_path, PREAMBLE + row(10, "10:00:00"), tz=None)
    assert leases.intervals[0].begin_us == us("2026-09-23 10:00")
    assert leases.problems.counts == {"local times without a zone; read as UTC": 1}


@pytest.mark.parametrize("date", ["23.09.26", "23/09/26", "23.09.2026", "2026-09-23", "9/23/26"])
def test_dates_of_other_languages(tmp_path: Path, date: str) -> None:
    (lease,) = leases_of(tmp_path, PREAMBLE + row(10, "10:00:00", date))
    assert lease.begin_us == us("2026-09-23 08:00")


def test_the_whole_file_decides_where_the_day_stands(tmp_path: Path) -> None:
    text = PREAMBLE + row(10, "10:00:00", "05/09/26") + row(11, "10:00:00", "23/09/26")
    first, _ = leases_of(tmp_path, text)
    assert first.begin_us == us("2026-09-05 08:00")


def test_the_ipv6_log_has_an_identifier(tmp_path: Path) -> None:
    header = "ID,Date,Time,Description,IPv6 Address,Host Name,Error Code, Duid Length, Duid Bytes(Hex),User Name\n"  # noqa: E501
    event = (
        "11004,09/23/26,10:00:00,DHCPV6 Renew,2001:db8::44,{},0,14,000100012A2B2C2D020000000066,\n"
    )
    text = header + "11000,09/23/26,10:00:00,DHCPV6 Solicit,,x,,14,00,\n" + event.format("")
    leases = leases_of(tmp_path, text)
    assert [(x.address, x.device) for x in leases] == [("2001:db8::44", "02:00:00:00:00:66")]


@pytest.mark.parametrize(
    "bad",
    ["10,09/23/26,10:00", "10,13/32/26,10:00:00,Assign,10.0.0.1,a,020000000044",
     "10,09/23/26,25:00:00,Assign,10.0.0.1,a,020000000044",
     "10,09/23/26,10:00:00,Assign,fritz,a,020000000044"],
)  # fmt: skip
def test_a_bad_row_is_rejected_with_its_line(tmp_path: Path, bad: str) -> None:
    leases = leases_of(tmp_path, PREAMBLE + row(10, "09:00:00") + bad + "\n")
    assert (leases.used, leases.rejected) == (1, 1)
    assert leases.problems.examples[0].line == PREAMBLE.count("\n") + 2
