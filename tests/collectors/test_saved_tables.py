"""Tables as people and programs save them, and entries of a journal as it exports them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ..conftest import Cli

LINE = "1790158272.417    250 10.20.30.44 TCP_TUNNEL/200 99 CONNECT claude.ai:443 ada H/- -"
DEFENDER = (
    "Timestamp;DeviceName;ActionType;RemoteIP;RemotePort;RemoteUrl;LocalIP\n"
    "2026-09-23T10:11:12Z;lt-1;ConnectionSuccess;198.51.100.7;443;claude.ai;10.20.30.44\n"
)
SYSMON = (
    '"TimeCreated","Id","Message"\r\n"9/23/2026 12:11:12 PM","22","Dns query:\r\n'
    "UtcTime: 2026-09-23 10:11:12.417\r\nProcessId: 812\r\nQueryName: claude.ai\r\n"
    'QueryStatus: 0\r\nImage: C:\\x\\chrome.exe\r\nUser: CORP\\ada"\r\n'
)
UMBRELLA = (
    "Timestamp;Most Granular Identity;Identities;InternalIp;ExternalIp;Action;QueryType;"
    "ResponseCode;Domain;Categories;Most Granular Identity Type;Identity Types\n"
    "2026-09-23 10:11:12;ada;ada,LT-1;10.20.30.44;203.0.113.20;Allowed;1 (A);NOERROR;claude.ai.;"
    "AI;AD Users;AD Users,Roaming Computers\n"
)
SAVED: dict[str, tuple[str, dict[str, Any]]] = {
    "semicolons": (DEFENDER, {"format": "defender", "source_ip": "10.20.30.44"}),
    "semicolons, and cells that hold commas": (
        UMBRELLA,
        {"format": "umbrella", "user_name": "ada"},
    ),
    "semicolons, and a portal's times in German": (
        '"TimeGenerated [UTC]";Protocol;SourceIp;SourcePort;DestinationPort;Fqdn;Action;Policy\n'
        '"23.9.2026, 10:11:12.417";HTTPS;10.20.30.44;52984;443;claude.ai;Allow;p1\n',
        {"format": "column-names", "source_ip": "10.20.30.44", "action": "allowed"},
    ),
    "a portal's times as British browsers write them": (
        '"TimeGenerated [UTC]",Computer,SyslogMessage\n'
        '"23/09/2026, 10:11:12.417",gw1,"query[A] claude.ai from 10.20.30.44"\n',
        {"format": "dnsmasq", "source_ip": "10.20.30.44"},
    ),
    "a spreadsheet's word for them": ("sep=;\n" + DEFENDER, {"format": "defender"}),
    "what PowerShell selected": (
        "#TYPE Selected.System.Object\r\n" + SYSMON,
        {"format": "sysmon", "user_name": "ada"},
    ),
    "a column of numbers": (
        "," + DEFENDER.replace(";", ",").replace("\n2026", "\n0,2026"),
        {"format": "defender", "destination_ip": "198.51.100.7"},
    ),
    "lines under the number of their column": (f',0\n0,"{LINE}"\n', {"format": "squid"}),
    "a client of MySQL": (
        "+---------------------+-------------+-------------------+\n"
        "| time                | src_ip      | url               |\n"
        "+---------------------+-------------+-------------------+\n"
        "| 2026-09-23 10:11:12 | 10.20.30.44 | https://claude.ai |\n"
        "+---------------------+-------------+-------------------+\n1 row in set (0.00 sec)\n",
        {"format": "column-names", "source_ip": "10.20.30.44"},
    ),
    "a client of PostgreSQL": (
        "         time          |   client    |        url        \n"
        "-----------------------+-------------+-------------------\n"
        " 2026-09-23 10:11:12+00 | 10.20.30.44 | https://claude.ai\n(1 row)\n",
        {"format": "column-names", "source_ip": "10.20.30.44"},
    ),
    "a client of DuckDB": (
        "┌─────────────────────┬─────────────┬───────────────────┐\n"
        "│        time         │  client_ip  │        url        │\n"
        "│      timestamp      │   varchar   │      varchar      │\n"
        "├─────────────────────┼─────────────┼───────────────────┤\n"
        "│ 2026-09-23 10:11:12 │ 10.20.30.44 │ https://claude.ai │\n"
        "└─────────────────────┴─────────────┴───────────────────┘\n",
        {"format": "column-names", "source_ip": "10.20.30.44"},
    ),
    "a journal": (
        "__CURSOR=s=a;i=1\n__REALTIME_TIMESTAMP=1790158272417000\nSYSLOG_IDENTIFIER=dnsmasq\n"
        "MESSAGE=query[A] claude.ai from 10.20.30.44\n_HOSTNAME=gw1\n\n",
        {"format": "dnsmasq", "source_ip": "10.20.30.44"},
    ),
    "a container that is followed": (
        'egress-7d9f-abcde istio-proxy {"start_time":"2026-09-23T10:11:12.417Z","method":"CONNECT",'
        '"path":null,"authority":"claude.ai:443","response_code":200,"response_flags":"-",'
        '"bytes_received":812,"bytes_sent":99,"duration":250,"user_agent":"curl/8",'
        '"downstream_remote_address":"10.20.30.44:5012","upstream_host":"198.51.100.7:443"}\n',
        {"format": "envoy", "bytes_up": 812},
    ),
}


@pytest.mark.parametrize("case", SAVED)
def test_what_was_saved_is_read_as_what_it_is(case: str, cli: Cli, tmp_path: Path) -> None:
    text, said = SAVED[case]
    file = tmp_path / "saved.log"
    file.write_bytes(text.encode())
    run = cli("parse", file)
    (event,) = run.records()
    assert (run.code, event["host"]) == (0, "claude.ai")
    assert event["event_time"][:19] in ("2026-09-23T10:11:12", "2026-09-23T10:11:11")
    assert {name: event.get(name) for name in said} == said


def test_a_table_that_no_format_knows_stays_as_it_is(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "notes.csv"
    file.write_text("when;who;what;where;why\n1;2;3;4;5\n")
    assert cli("parse", file).records() == []
