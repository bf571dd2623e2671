"""`formats new`: what is proposed is read, what is uncertain is marked and left out."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from ..conftest import Cli

CSV = (
    "Timestamp;Client IP;User;URL;Method;Status;Sent;Received;Elapsed_ms;Action;User-Agent\n"
    "05/13/2026 11:30:29;10.20.30.44;CORP\\amara;https://chatgpt.com/c;POST;200;812;4012;33;Allowed;"
    "Mozilla/5.0 (X11)\n"
    "05/02/2026 11:30:30;10.20.30.45;N/A;https://claude.ai/;GET;403;12;99;1;Denied;curl/8\n"
)
JSON = "".join(
    json.dumps({"when": 1_790_158_272 + n, "net": {"client.ip": "10.0.0.9", "query_name": host},
                "rcode": 0, "took": 3, "user": {"name": "amara"}, "host": {"name": "gw"}}) + "\n"
    for n, host in enumerate(["chatgpt.com", "claude.ai"])
)  # fmt: skip
PAIRS = (
    'time="2026-09-23T12:11:12+02:00" src=10.0.0.9 dst=198.51.100.7 user=amara host=chatgpt.com '
    "request_size=12 sent=9\n"
    'time="2026-09-23T12:11:13+02:00" src=10.0.0.9 dst=198.51.100.7 user=amara host=claude.ai '
    "request_size=13 sent=9\n"
)
CEF = (
    "Sep 23 10:11:12 gw CEF:0|Acme|Gate|1|1|web|1|rt=1790158272000 src=10.0.0.9 suser=Amara Okafor "
    "request=https://claude.ai/x requestMethod=GET out=5 in=6\n"
)
PLAIN = (
    "2026-09-23 10:11:12,10.0.0.9,claude.ai,POST,-\n2026-09-23 10:11:13,10.0.0.9,a.example,GET,-\n"
)


def proposed(cli: Cli, tmp_path: Path, text: str, *more: str) -> tuple[Any, dict[str, Any]]:
    file = tmp_path / "our-log.txt"
    file.write_text(text)
    run = cli("formats", "new", file, *more, stdin="")
    assert run.code == 0, run.err
    return run, tomllib.loads(run.out)


def events(cli: Cli, tmp_path: Path) -> list[dict[str, Any]]:
    run = cli("parse", tmp_path / "our-log.txt", "--as", "our-log")
    assert run.err.replace("note: our-log.txt: times without a zone are taken as UTC\n", "") == ""
    return run.records()


def test_a_table_is_proposed_saved_and_read(cli: Cli, tmp_path: Path, workspace: Path) -> None:
    run, mapping = proposed(cli, tmp_path, CSV)
    assert (workspace / "formats" / "our-log.toml").read_text() == run.out
    assert mapping["fields"] == {
        "event_time": "Timestamp", "source_ip": "Client IP", "user_name": "User", "url": "URL",
        "method": "Method", "status": "Status", "duration": "Elapsed_ms", "action": "Action",
        "user_agent": "User-Agent",
    }  # fmt: skip
    assert mapping["time"] == {"format": "%m/%d/%Y %H:%M:%S", "zone": "local"}
    assert mapping["absent"] == ["", "-", "N/A"]
    assert '# bytes_up = "Sent"  # uncertain' in run.out
    assert "uncertain, left out: bytes_down = Received" in run.err
    assert "2 of 3 lines of the sample read, 0 rejected" in run.err
    assert [(e["host"], e["user_name"], e["action"]) for e in events(cli, tmp_path)] == [
        ("chatgpt.com", "amara", "allowed"),
        ("claude.ai", None, "blocked"),
    ]
    assert cli("parse", tmp_path / "our-log.txt").records()[0]["format"] == "our-log"


def test_nested_keys_with_dots_are_found(cli: Cli, tmp_path: Path) -> None:
    _run, mapping = proposed(cli, tmp_path, JSON)
    assert mapping["shape"] == "json"
    assert mapping["kind"] == "dns"
    assert mapping["fields"]["host"] == "net.query_name"
    assert mapping["fields"]["source_ip"] == "net.client\\.ip"
    assert mapping["fields"]["user_name"] == "user.name"
    assert [(e["host"], e["source_ip"], e["evidence"]) for e in events(cli, tmp_path)] == [
        ("chatgpt.com", "10.0.0.9", "resolved"),
        ("claude.ai", "10.0.0.9", "resolved"),
    ]


def test_pairs_and_their_directions(cli: Cli, tmp_path: Path) -> None:
    _run, mapping = proposed(cli, tmp_path, PAIRS)
    assert mapping["fields"]["bytes_up"] == "request_size"
    assert mapping["fields"]["destination_ip"] == "dst"
    assert mapping["time"]["zone"] == "written"
    assert [e["bytes_up"] for e in events(cli, tmp_path)] == [12, 13]
    assert events(cli, tmp_path)[0]["event_time"] == "2026-09-23T10:11:12.000000Z"


def test_cef_names_its_vendor_and_leaves_directions_to_a_person(cli: Cli, tmp_path: Path) -> None:
    _run, mapping = proposed(cli, tmp_path, CEF)
    assert mapping["recognise"] == ["Acme|Gate"]
    assert "bytes_up" not in mapping["fields"]
    (event,) = events(cli, tmp_path)
    assert (event["host"], event["path"], event["method"]) == ("claude.ai", "/x", "GET")


def test_rows_without_names_say_what_their_values_say(cli: Cli, tmp_path: Path) -> None:
    _run, mapping = proposed(cli, tmp_path, PLAIN)
    assert mapping["header"] is False
    assert mapping["fields"] == {"event_time": "column1", "method": "column4", "host": "column3"}
    assert len(events(cli, tmp_path)) == 2


def test_a_day_that_may_be_a_month_is_said(cli: Cli, tmp_path: Path) -> None:
    run, _ = proposed(cli, tmp_path, CSV.replace("05/13/2026", "05/12/2026"))
    assert "day or month first?" in run.err


def test_it_writes_where_it_is_told_and_overwrites_nothing(cli: Cli, tmp_path: Path) -> None:
    target = tmp_path / "own.toml"
    run, _ = proposed(cli, tmp_path, CSV, "-o", str(target), "--name", "gateway")
    assert target.read_text() == run.out
    again = cli("formats", "new", tmp_path / "our-log.txt", "-o", target, stdin="")
    assert again.code == 2
    assert "there is a mapping of this name" in again.err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nothing of the kind\nat all\n", "neither delimited"),
        ("", "nothing stands in it"),
        ("Time;User;Client;URL\n", "no line behind the names"),
        ("a;b;c\n1;2;3\n4;5;6\n", "no column looks like a time"),
        ("[1790158272] unbound[1:0] info: 10.0.0.1 a.example. A IN\n", "read already, as unbound"),
    ],
)
def test_what_it_cannot_do_it_says(cli: Cli, tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "a.log"
    file.write_text(text)
    run = cli("formats", "new", file, stdin="")
    assert run.code == 2
    assert said in run.err


ODD = {
    "a rare delimiter, and bare names": (
        "when^who^ziel\n1790158272417^amara^claude.ai\n1790158273417^amara^chatgpt.com\n",
        {"event_time": "when", "user_name": "who", "host": "ziel"},
        {"format": "epoch", "zone": "utc"},
        {"host": "claude.ai", "path": None, "evidence": "connected"},
    ),
    "a delimiter of two signs": (
        "stamp||user||site\n2026-09-23 12:11:12,5+02||amara||claude.ai\n",
        {"event_time": "stamp", "user_name": "user", "host": "site"},
        {"format": "iso", "zone": "written"},
        {"event_time": "2026-09-23T10:11:12.500000Z", "user_name": "amara"},
    ),
    "a day beside its clock, and decimal commas": (
        "Datum;Uhrzeit;Site;Upload;Sent KB\n"
        "23.09.2026;10:11:12;claude.ai;1.234;1,5\n23.09.2026;10:11:13;claude.ai;0,0;2\n",
        {"event_time": ["Datum", "Uhrzeit"], "host": "Site", "bytes_up": "Upload"},
        {"format": "%d.%m.%Y %H:%M:%S", "zone": "local"},
        {"event_time": "2026-09-23T10:11:12.000000Z", "bytes_up": 1234},
    ),
    "blanks, behind what looks like a header of syslog": (
        "2026-09-23 10:11:12 amara 10.1.2.3 claude.ai /new 200\n"
        "2026-09-23 10:11:13 amara 10.1.2.3 a.example / 200\n",
        {"event_time": ["column1", "column2"], "host": "column5"},
        {"format": "iso", "zone": "local"},
        {"event_time": "2026-09-23T10:11:12.000000Z", "host": "claude.ai"},
    ),
    "a column of row numbers has no name": (
        ",when,login,site\n0,23.09.26 10:11,amara,claude.ai\n1,23.09.26 10:12,amara,claude.ai\n",
        {"event_time": "when", "user_name": "login", "host": "site"},
        {"format": "%d.%m.%y %H:%M", "zone": "local"},
        {"event_time": "2026-09-23T10:11:00.000000Z", "user_name": "amara", "host": "claude.ai"},
    ),
    "what may be thousands, months that only few rows tell, and the recorder's own name": (
        "Date,Host,Website,Download\n05/13/2026 1:02:03 PM,gw.example,claude.ai,\"12,345\"\n"
        + "".join(
            f'05/02/2026 1:02:0{n} PM,gw.example,a{n}.example,"1,000"\n' for n in range(10)
        ),
        {"event_time": "Date", "host": "Website"},
        {"format": "%m/%d/%Y %I:%M:%S %p", "zone": "local"},
        {"event_time": "2026-05-13T13:02:03.000000Z", "host": "claude.ai"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("table", ODD)
def test_odd_tables(cli: Cli, tmp_path: Path, table: str) -> None:
    text, named, time, event = ODD[table]
    run, mapping = proposed(cli, tmp_path, text)
    assert (mapping["fields"], mapping["time"]) == (named, time)
    assert f"{text.count(chr(10)) - mapping['header']} of" in run.err
    assert event.items() <= events(cli, tmp_path)[0].items()
    assert ("nothing says where to: name host or url" in run.err) == ("host" not in named)


@pytest.mark.parametrize(
    "hostile", ["x\u202ey", 'a"; DROP TABLE t; --', "]\n[fields", "é\x07", "\x7f"]
)
def test_hostile_names_stay_names(cli: Cli, tmp_path: Path, hostile: str) -> None:
    record = {"time": "2026-09-23T10:11:12Z", "host": "claude.ai", hostile: "Mozilla/5.0"}
    run, mapping = proposed(cli, tmp_path, json.dumps(record) + "\n")
    assert mapping["fields"]["user_agent"] == hostile
    assert "\x07" not in run.err
    assert "\u202e" not in run.err
    assert [e["user_agent"] for e in events(cli, tmp_path)] == ["Mozilla/5.0"]


def test_a_path_is_known_under_the_name_of_an_address_and_seconds_are_a_duration(
    cli: Cli, tmp_path: Path
) -> None:
    record = {"time": "2026-09-23T10:11:12Z", "host": "claude.ai", "uri": "/new", "seconds": 0.25}
    run, mapping = proposed(cli, tmp_path, json.dumps(record) + "\n")
    assert (mapping["fields"]["path"], mapping["units"]) == ("uri", {"duration": "s"})
    assert "url" not in run.out
    (event,) = events(cli, tmp_path)
    assert (event["path"], event["duration_ms"]) == ("/new", 250)


def test_names_of_other_languages_and_addresses_without_a_name(cli: Cli, tmp_path: Path) -> None:
    text = (
        "Zeit;Benutzername;Rechner;Ziel;Gesendet;Urteil\n"
        "23.09.2026 10:11:12;amara;10.20.30.44;https://claude.ai/x;12;permit\n"
        "23.09.2026 10:11:13;amara;10.20.30.44;https://claude.ai/y;13;deny\n"
    )
    run, mapping = proposed(cli, tmp_path, text)
    assert mapping["fields"] == {
        "event_time": "Zeit",
        "user_name": "Benutzername",
        "source_ip": "Rechner",
        "url": "Ziel",
        "action": "Urteil",
    }
    assert '# bytes_up = "Gesendet"  # uncertain' in run.out
    run, mapping = proposed(cli, tmp_path, text.replace("Rechner", "Wo"), "--name", "other")
    assert "source_ip" not in mapping["fields"]
    assert '# source_ip = "Wo"  # uncertain: it has addresses, and its name does not' in run.out
