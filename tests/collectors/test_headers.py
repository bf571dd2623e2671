"""Rows under a row of names: in whatever order, with more columns, changed within the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from .reading import ALL_SHOWN, WHOLE, parsed, shown

Columns = dict[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Table:
    """Columns of two rows; the first ones stay in their places, since they tell a header."""

    first: Columns
    more: Columns
    delimiter: str = ","
    prefix: str = ""

    def written(self, columns: Columns) -> str:
        rows = zip(*columns.values(), strict=True)
        lines = [self.prefix + self.delimiter.join(columns)]
        return "".join(f"{line}\n" for line in [*lines, *map(self.delimiter.join, rows)])

    def plain(self) -> str:
        return self.written({**self.first, **self.more})

    def reversed(self) -> str:
        return self.written({**self.first, **dict(reversed(self.more.items()))})

    def widened(self) -> str:
        added = {f"unknown{n}": (f"u{n}", f"v{n}") for n in range(2)}
        return self.written({**self.first, "other": ("x", "y"), **self.more, **added})


TIMES = {"date": ("2026-09-23", "2026-09-23"), "time": ("10:11:12", "10:11:13")}
HOSTS = ("chatgpt.com", "claude.ai")
SIZES = {"sc-bytes": ("20", "21"), "cs-bytes": ("10", "11")}
CLIENTS = ("10.20.30.44", "10.20.30.71")
TABLES = {
    "defender": Table(
        {"Timestamp": ("2026-09-23T10:11:12Z", "2026-09-23T10:11:13Z")},
        {
            "DeviceName": ("lt-1", "lt-2"),
            "ActionType": ("ConnectionSuccess", "ConnectionSuccess"),
            "RemoteIP": ("198.51.100.7", "198.51.100.8"),
            "RemotePort": ("443", "8443"),
            "RemoteUrl": HOSTS,
            "LocalIP": CLIENTS,
            "InitiatingProcessAccountUpn": ("ada@corp.example", ""),
        },
    ),
    "zscaler": Table(
        {"time": ("Wed Sep 23 10:11:12 2026", "Wed Sep 23 10:11:13 2026")},
        {
            "login": ("ada@corp.example", "mia@corp.example"),
            "url": ("chatgpt.com/c/1", "claude.ai/new"),
            "requestsize": ("10", "11"),
            "responsesize": ("20", "21"),
            "reqmethod": ("POST", "GET"),
            "respcode": ("200", "403"),
            "action": ("Allowed", "Blocked"),
            "cip": CLIENTS,
            "department": ("Sales", "Legal"),
        },
    ),
    "skyhigh": Table(
        {"username": ("ada", "mia")},
        {
            "request_timestamp_epoch": ("1790158272", "1790158273"),
            "requested_host": HOSTS,
            "requested_path": ("/c/1", "/new"),
            "server_to_client_bytes": ("20", "21"),
            "client_to_server_bytes": ("10", "11"),
            "http_action": ("POST", "GET"),
            "http_status_code": ("200", "200"),
            "client_ip": CLIENTS,
        },
    ),
    "netskope": Table(
        TIMES,
        {
            **SIZES,
            "cs-username": ("ada@corp.example", "mia@corp.example"),
            "cs-method": ("POST", "GET"),
            "cs-uri": ("/c/1", "/new"),
            "cs-host": HOSTS,
            "sc-status": ("200", "200"),
            "x-cs-session-id": ("7", "8"),
            "x-cs-userip": CLIENTS,
        },
    ),
    "w3c": Table(
        TIMES,
        {
            **SIZES,
            "c-ip": CLIENTS,
            "cs-username": ("ada", "-"),
            "cs-method": ("POST", "CONNECT"),
            "cs-host": HOSTS,
            "cs-uri-port": ("443", "443"),
            "cs-uri-path": ("/c/1", "-"),
            "sc-status": ("200", "200"),
        },
        " ",
        "#Fields: ",
    ),
    "iis": Table(
        TIMES,
        {
            **SIZES,
            "s-port": ("443", "443"),
            "cs-method": ("POST", "GET"),
            "cs-uri-stem": ("/c/1", "/new"),
            "cs-host": HOSTS,
            "c-ip": CLIENTS,
            "cs-username": ("CORP\\ada", "-"),
            "sc-status": ("200", "403"),
        },
        " ",
        "#Software: Microsoft Internet Information Services 10.0\n#Fields: ",
    ),
    "tmg": Table(
        {"c-ip": CLIENTS},
        {
            **TIMES,
            **SIZES,
            "cs-username": ("CORP\\ada", "CORP\\mia"),
            "r-host": HOSTS,
            "r-ip": ("198.51.100.7", "198.51.100.8"),
            "r-port": ("443", "443"),
            "s-operation": ("CONNECT", "CONNECT"),
            "cs-uri": ("chatgpt.com:443", "claude.ai:443"),
            "sc-status": ("200", "12202"),
        },
        "\t",
        "#Software: Microsoft Forefront Threat Management Gateway\n#Fields: ",
    ),
    "zeek": Table(
        {"ts": ("1790158272.5", "1790158273.5")},
        {
            "uid": ("C1", "C2"),
            "id.orig_h": CLIENTS,
            "id.orig_p": ("5", "6"),
            "id.resp_h": ("198.51.100.7", "198.51.100.8"),
            "id.resp_p": ("443", "443"),
            "server_name": HOSTS,
        },
        "\t",
        "#separator \\x09\n#path\tssl\n#fields\t",
    ),
    "nextdns": Table(
        {"timestamp": ("2026-09-23T10:11:12.417Z", "2026-09-23T10:11:13Z"), "domain": HOSTS},
        {
            "query_type": ("A", "HTTPS"),
            "client_ip": ("203.0.113.20", "203.0.113.21"),
            "status": ("", "blocked"),
            "device_name": ("LT-1", ""),
            "device_local_ip": ("10.20.30.44", ""),
        },
    ),
    "nfdump": Table(
        {"ts": ("2026-09-23 10:11:12", "2026-09-23 10:11:13")},
        {
            **{f"x{n}": ("0", "0") for n in range(7)},
            "td": ("2.000", "1.000"),
            "sa": CLIENTS,
            "da": ("198.51.100.7", "198.51.100.8"),
            "sp": ("50000", "50001"),
            "dp": ("443", "443"),
            "pr": ("TCP", "TCP"),
            "ibyt": ("10", "11"),
            "obyt": ("20", "21"),
        },
    ),
}


def read(name: str, text: str, block_bytes: int = WHOLE) -> list[dict[str, Any]]:
    events, _, rejected = parsed(text.encode(), name, block_bytes=block_bytes)
    assert rejected == 0
    return [shown(event, ALL_SHOWN) for event in events]


@pytest.mark.parametrize("name", TABLES)
def test_columns_are_known_by_their_names(name: str) -> None:
    table = TABLES[name]
    events = read(name, table.plain())
    assert len(events) == 2
    assert all(len(event) > 3 for event in events)
    assert read(name, table.reversed()) == events
    assert read(name, table.widened()) == events


@pytest.mark.parametrize("block_bytes", [40, WHOLE])
@pytest.mark.parametrize("name", TABLES)
def test_a_header_within_the_file_counts_from_there_on(name: str, block_bytes: int) -> None:
    table = TABLES[name]
    text = table.plain() + table.reversed() + table.widened() + table.plain()
    assert read(name, text, block_bytes) == 4 * read(name, table.plain())


EXPORT = (
    "Domain,Receive Time,Serial #,Type,Threat/Content Type,Config Version,Generate Time,"
    "Source address,Destination address,NAT Source IP,NAT Destination IP,Rule,Source User\n"
)
UMBRELLA = "Timestamp,Policy Identity,Identities,InternalIp,ExternalIp,Action,QueryType\n"


@pytest.mark.parametrize(
    ("name", "header", "row"),
    [
        ("paloalto", EXPORT,
         "1,2026/09/23 10:14:40,01,TRAFFIC,end,1,2026/09/23 10:14:40,10.20.30.44,198.51.100.7,,,r,"
         "corp\\ada,,ssl,vsys1,a,b,c,d,fwd,x,7,1,52984,443,0,0,0x0,tcp,allow,30,10,20,310,"
         "2026/09/23 10:11:10,207,any"),
        ("umbrella", UMBRELLA,
         '"2026-09-23 10:11:12","ada","ada","10.20.30.44","203.0.113.9","Allowed","1 (A)",'
         '"NOERROR","claude.ai.","x","AD Users","AD Users",""'),
    ],
)  # fmt: skip
def test_names_above_rows_of_fixed_places_are_no_row(name: str, header: str, row: str) -> None:
    (event,) = read(name, f"{header}{row}\n")
    assert (event["source_ip"], event["user_name"]) == ("10.20.30.44", "ada")
    quoted = '"' + header.strip().replace(",", '","') + '"\n'
    assert read(name, f"{quoted}{row}\n{header}{row}\n") == [event, event]
