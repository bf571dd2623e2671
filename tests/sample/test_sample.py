"""What the committed sample promises as a whole."""

from __future__ import annotations

import csv
import gzip
import ipaddress
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from generator import catalogue, company
from generator.logfile import gzip_stored
from generator.sample import write_sample

from .naive_reader import requests, text_of

DOCUMENTATION = [
    ipaddress.ip_network(text)
    for text in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
]
OFFICES = ipaddress.ip_network("10.0.0.0/8")
FUNCTIONS = {
    "sales-marketing",
    "customer-service",
    "operations",
    "finance-procurement",
    "engineering",
    "legal",
    "hr",
    "design",
    "research",
    "general",
}


def _log_texts(sample: Path, truth: dict[str, Any]) -> dict[str, str]:
    return {source["file"]: text_of(sample / source["file"]) for source in truth["sources"]}


def test_writing_the_sample_again_gives_exactly_the_committed_bytes(
    sample: Path, tmp_path: Path
) -> None:
    written = write_sample(tmp_path)
    assert len(written) == len(set(written)) > 10
    for path in written:
        committed = sample / path.relative_to(tmp_path)
        assert path.read_bytes() == committed.read_bytes(), committed


def test_the_sample_holds_no_file_that_the_generator_would_not_write(
    sample: Path, tmp_path: Path
) -> None:
    expected = {path.relative_to(tmp_path) for path in write_sample(tmp_path)}
    present = {
        path.relative_to(sample)
        for folder in ("squid", "proxysg", "zeek", "bind", "dnsmasq")
        for path in (sample / folder).rglob("*")
    }
    assert present <= expected


def test_the_whole_folder_stays_below_a_megabyte(sample: Path) -> None:
    files = [
        path
        for path in sample.rglob("*")
        if path.is_file() and not {".mypy_cache", "__pycache__"} & set(path.parts)
    ]
    assert 500_000 < sum(path.stat().st_size for path in files) < 1_000_000


def test_the_truth_counts_the_lines_that_are_there(sample: Path, truth: dict[str, Any]) -> None:
    texts = _log_texts(sample, truth)
    for source in truth["sources"]:
        assert source["lines"] == texts[source["file"]].count("\n"), source["file"]
        assert texts[source["file"]].endswith("\n")


def test_lines_are_events_rejected_and_skipped_and_the_totals_are_their_sums(
    truth: dict[str, Any],
) -> None:
    for source in [*truth["sources"], truth["totals"]]:
        assert source["lines"] == source["events"] + source["rejected"] + source["skipped"]
    for key in ("lines", "events", "rejected", "skipped"):
        assert truth["totals"][key] == sum(source[key] for source in truth["sources"])
    services = truth["services"].values()
    assert truth["totals"]["ai_events"] == sum(service["events"] for service in services)
    assert truth["totals"]["sessions"] == sum(service["sessions"] for service in services)
    assert truth["totals"]["ai_events"] == sum(team["events"] for team in truth["teams"].values())


def test_people_by_team_add_up_to_the_users_of_a_service(truth: dict[str, Any]) -> None:
    for service, said in truth["services"].items():
        assert sum(said["teams"].values()) == said["users"], service


def test_ai_is_a_minority_of_the_events(truth: dict[str, Any]) -> None:
    assert truth["totals"]["ai_events"] * 2 < truth["totals"]["events"]


def test_every_address_is_private_or_kept_for_documentation(
    sample: Path, truth: dict[str, Any]
) -> None:
    texts = [*_log_texts(sample, truth).values(), (sample / "settings.toml").read_text()]
    for text in texts:
        for found in set(re.findall(r"(?<![\w./])\d+\.\d+\.\d+\.\d+(?![\w.])", text)):
            address = ipaddress.ip_address(found)
            assert address in OFFICES or any(address in net for net in DOCUMENTATION), found
        for found in set(re.findall(r"\b[0-9a-f]{1,4}(?::[0-9a-f]{1,4})*::[0-9a-f]{1,4}\b", text)):
            assert ipaddress.ip_address(found) in DOCUMENTATION[-1], found


def test_every_host_is_an_ai_vendors_or_ends_in_example(sample: Path) -> None:
    vendors = catalogue.AI_HOSTS | {
        host for service in catalogue.SERVICES.values() for host in service.silent
    }
    hosts = {request.host for request in requests(sample)}
    assert len(hosts) > 50
    assert {host for host in hosts - vendors if not host.endswith(".example")} == {"gemini.com"}


def test_the_packed_day_unpacks_with_the_standard_library_and_has_no_time_of_its_own(
    sample: Path,
) -> None:
    raw = (sample / "squid/access-20260923.log.gz").read_bytes()
    assert raw[4:8] == b"\0\0\0\0"
    assert gzip.decompress(raw).startswith(b"1790")


@pytest.mark.parametrize("size", [0, 1, 0xFFFF, 0x10000, 200_000])
def test_packing_by_hand_gives_back_what_was_packed(size: int) -> None:
    plain = bytes(number % 251 for number in range(size))
    assert gzip.decompress(gzip_stored(plain)) == plain


def test_the_first_week_in_oslo_ends_its_lines_with_lf_and_the_second_with_crlf(
    sample: Path,
) -> None:
    first, second = ((sample / f"proxysg/main-2026-w{week}.log").read_bytes() for week in (38, 39))
    assert b"\r" not in first
    assert second.count(b"\r\n") == second.count(b"\n") > 100


def test_the_fields_change_their_order_in_the_middle_of_a_file(sample: Path) -> None:
    text = text_of(sample / "proxysg/main-2026-w38.log")
    headers = [line for line in text.splitlines() if line.startswith("#Fields")]
    assert len(headers) == 2
    assert headers[0] != headers[1]
    assert sorted(headers[0].split()) == sorted(headers[1].split())


def test_people_have_a_team_and_a_function_that_the_product_knows(sample: Path) -> None:
    with (sample / "people.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["user", "email", "team", "function", "device", "site"]
    assert 35 <= len(rows) <= 50
    assert {row["function"] for row in rows} <= FUNCTIONS
    assert len({row["user"] for row in rows}) == len({row["device"] for row in rows}) == len(rows)
    assert not {contractor.name for contractor in company.CONTRACTORS} & {r["user"] for r in rows}


def test_the_settings_map_some_subnets_and_leave_visitors_out(sample: Path) -> None:
    settings = tomllib.loads((sample / "settings.toml").read_text(encoding="utf-8"))
    assert set(settings) == {"subnets"}
    assert set(settings["subnets"].values()) <= set(company.FUNCTION_OF_TEAM)
    assert "10.30.2.0/24" not in settings["subnets"]
