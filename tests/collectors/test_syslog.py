"""Records of programs behind every header that syslog, relays and container runtimes write."""

from __future__ import annotations

import io

import pytest

from shadow_scan.collectors.canonical import canonical
from shadow_scan.collectors.engine import Parser
from shadow_scan.collectors.formats import recognise, sample_lines
from shadow_scan.collectors.lines.blocks import LineReader
from shadow_scan.collectors.lines.unwrap import ByteSource
from shadow_scan.collectors.registry import FORMATS

from .reading import parsed, parsed_each

HEADERS = (
    "Sep 23 10:11:12 ns1 {tag}[812]: ",
    "<30>Sep 23 10:11:12 ns1 {tag}[812]: ",
    "<30>Sep 23 10:11:12 {tag}[812]: ",
    "124 <30>Sep 23 10:11:12 ns1 {tag}[812]: ",
    "Sep 23 2026 10:11:12 ns1 {tag}[812]: ",
    "<30>1 2026-09-23T10:11:12.000Z ns1 {tag} 812 - - ",
    '<30>1 2026-09-23T12:11:12+02:00 ns1 {tag} 812 - [timeQuality tzKnown="1"] ',
    "2026-09-23T10:11:12+00:00 ns1 {tag}[812]: ",
    "2026-09-23 10:11:12 ns1 {tag}[812]: ",
    "2026-09-23 10:11:12\tDaemon.Info\t10.9.9.9\t{tag}[812]: ",
    "<30>Sep 23 10:11:12 10.9.9.9 Sep 23 10:11:12 ns1 {tag}[812]: ",
    "2026-09-23T10:11:12.000000000Z stdout F {tag}[812]: ",
    "Sep 23 10:11:12.000 ns1 {tag}[812]: ",
    "10.9.9.9 <30>Sep 23 10:11:12 ns1 {tag}[812]: ",
    "<30>Sep 23 10:11:12 ns1 Message forwarded from ns1: {tag}[812]: ",
    "Sep 23 10:11:12 ns1 daemon.info {tag}[812]: ",
    '2026-09-23T10:11:12Z {{job="dns", host="ns1"}}   {tag}[812]: ',
    "Sep 23 10:11:12 10.9.9.9 1 2026-09-23T10:11:12Z ns1 {tag} 812 - - ",
)
RECORDS = {
    "dnsmasq": ("dnsmasq", "query[A] chatgpt.com from 10.20.30.44"),
    "unbound": ("unbound", "[812:0] info: 10.20.30.44 chatgpt.com. A IN"),
    "bind": ("named", "client @0x7 10.20.30.44#51 (x): query: chatgpt.com IN A + (::1)"),
    "coredns": (
        "coredns",
        '[INFO] 10.20.30.44:51 - 1 "A IN chatgpt.com. udp 3 no 5" NOERROR q 1 0s',
    ),
    "pdns-recursor": ("pdns_recursor", "2 [5/1] question for 'chatgpt.com|A' from 10.20.30.44:51"),
    "systemd-resolved": ("systemd-resolved", "Looking up RR for chatgpt.com IN A."),
    "squid": (
        "(squid-1)",
        "1790158272.000      0 10.20.30.44 TCP_TUNNEL/200 4 CONNECT chatgpt.com:443 - H/- -",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RECORDS)
def test_records_are_read_behind_every_header(name: str) -> None:
    tag, record = RECORDS[name]
    lines = [f"{header.format(tag=tag)}{record}\n".encode() for header in HEADERS]
    for header, line, ((event,), _) in zip(HEADERS, lines, parsed_each(name, lines), strict=True):
        found = recognise(sample_lines(line))
        assert found is not None, header
        assert found.name == name, header
        assert event["host"] == "chatgpt.com", header
        assert event["event_time"].isoformat() == "2026-09-23T10:11:12", header
        assert name == "systemd-resolved" or event["source_ip"] == "10.20.30.44", header
        assert (
            name != "systemd-resolved"
            or event["device_name"] in {"ns1", "10.9.9.9"}
            or "[8" in header
        ), header


TABLES = {
    "w3c": "#Software: a proxy\n#Fields: date time c-ip cs-method cs-host cs-uri-path sc-status\n"
    "2026-09-23 10:11:12 10.20.30.44 GET chatgpt.com /x 200",
    "iis": "#Fields: date time c-ip cs-method cs-host cs-uri-stem sc-status sc-win32-status\n"
    "2026-09-23 10:11:12 10.20.30.44 GET chatgpt.com /x 200 0",
    "zeek": "#separator \\x09\n#path\tssl\n#fields\tts\tuid\tid.orig_h\tid.resp_h\tserver_name\n"
    "1790158272.0\tC1\t10.20.30.44\t198.51.100.7\tchatgpt.com",
    "nextdns": "timestamp,domain,query_type,dnssec,protocol,client_ip,status,reasons\n"
    "2026-09-23T10:11:12.000Z,chatgpt.com,A,false,DNS-over-HTTPS,10.20.30.44,,",
}


@pytest.mark.parametrize("name", TABLES)
def test_names_of_columns_are_found_behind_headers(name: str) -> None:
    for header in HEADERS[2::3]:
        text = "".join(f"{header.format(tag='gw')}{line}\n" for line in TABLES[name].splitlines())
        found = recognise(sample_lines(text.encode()))
        assert found is not None, header
        assert found.name == name, header
        # Blocks of a line: what the first one told holds for the rest.
        (event,), _, rejected = parsed(text.encode(), name, block_bytes=64)
        assert (event["host"], event["source_ip"], rejected) == ("chatgpt.com", "10.20.30.44", 0)
        assert event["event_time"].isoformat() == "2026-09-23T10:11:12", header


def test_rows_behind_headers_are_read_on_when_their_file_has_grown() -> None:
    *names, row = (f"{HEADERS[0].format(tag='gw')}{line}" for line in TABLES["w3c"].splitlines())
    first = Parser(FORMATS["w3c"])
    assert events_of(first, "\n".join([*names, row])) == ["chatgpt.com"]
    later = Parser(FORMATS["w3c"], header=first.header)
    assert events_of(later, row) == ["chatgpt.com"]


def events_of(parser: Parser, text: str) -> list[str]:
    blocks = LineReader(ByteSource(io.BytesIO(f"{text}\n".encode()), "log")).blocks()
    tables = [canonical(parser.parse(block).events) for block in blocks]
    return [host for table in tables for host in table["host"].to_pylist()]


def test_a_priority_alone_stands_before_a_record_whose_first_word_may_be_any() -> None:
    record = (
        "<134>9/23/2026 10:11:12 AM 0710 PACKET  0000000028FB94C0 UDP Rcv 10.20.30.44 8857   Q "
    )
    (event,), _, rejected = parsed(
        f"{record}[0001   D   NOERROR] A      .claude.ai.\n".encode(), "windows-dns"
    )
    assert (event["host"], event["source_ip"], rejected) == ("claude.ai", "10.20.30.44", 0)
