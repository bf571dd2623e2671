"""Formats that an organisation declares itself: read, recognised, and never run as SQL."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ..conftest import Cli, Run

CSV = """
shape = "csv"
columns = ["Zeit", "Nutzer", "Client", "Ziel", "Hoch", "Runter", "Dauer", "Was"]
absent = ["", "n/a"]
[fields]
event_time = "Zeit"
user_name = "Nutzer"
source_ip = "Client"
url = "Ziel"
bytes_up = "Hoch"
bytes_down = "Runter"
duration = "Dauer"
action = "Was"
[time]
format = "%d.%m.%Y %H:%M:%S"
zone = "Europe/Berlin"
[units]
bytes = "KiB"
duration = "s"
[actions]
allowed = ["ja"]
blocked = ["nein"]
"""
ROWS = (
    "Zeit,Nutzer,Client,Ziel,Hoch,Runter,Dauer,Was\n"
    '23.09.2026 12:11:12,CORP\\amara,10.20.30.44,"https://chatgpt.com/c/1,2?x=2",2,10,1.5,ja\n'
    "23.09.2026 12:11:13,n/a,10.20.30.45,claude.ai:443,0.5,,,NEIN\n"
    "Zeitlos,x,10.20.30.44,https://chatgpt.com/,2,10,1.5,ja\n"
    "23.09.2026 12:11:14,x,10.20.30.44,https://chatgpt.com/,viel,10,1.5,ja\n"
    "23.09.2026 12:11:14,x\n"
)


@pytest.fixture
def declare(workspace: Path) -> Any:
    def written(name: str, text: str) -> None:
        folder = workspace / "formats"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.toml").write_text(text, "utf-8")

    return written


def said(run: Run) -> list[dict[str, Any]]:
    """What the events say, without provenance."""
    told = ("format", "source_file", "source_line")
    return [{k: v for k, v in e.items() if v is not None and k not in told} for e in run.records()]


def test_rows_are_read_as_declared_and_what_is_wrong_is_rejected(
    cli: Cli, declare: Any, tmp_path: Path
) -> None:
    declare("our-proxy", CSV)
    file = tmp_path / "a.csv"
    file.write_text(ROWS)
    run = cli("parse", file)
    assert said(run) == [
        {"event_time": "2026-09-23T10:11:12.000000Z", "user_name": "amara",
         "source_ip": "10.20.30.44", "host": "chatgpt.com", "path": "/c/1,2", "bytes_up": 2048,
         "bytes_down": 10240, "duration_ms": 1500, "action": "allowed", "evidence": "transacted"},
        {"event_time": "2026-09-23T10:11:13.000000Z", "source_ip": "10.20.30.45", "port": 443,
         "host": "claude.ai", "path": "/", "bytes_up": 512, "action": "blocked",
         "evidence": "transacted"},
    ]  # fmt: skip
    assert {event["format"] for event in run.records()} == {"our-proxy"}
    for reason in ("the time cannot be read", "bytes_up is no number", "number of cells"):
        assert reason in run.err
    scanned = cli("scan", file, "--format", "json").json()
    assert [scanned[k] for k in ("lines", "events", "rejected", "skipped")] == [6, 2, 3, 1]
    listed = {row["format"]: row for row in cli("formats", "--format", "json").json()}
    assert listed["our-proxy"]["kind"] == "proxy"


def test_columns_may_come_in_another_order_and_a_row_is_never_taken_for_a_header(
    cli: Cli, declare: Any, tmp_path: Path
) -> None:
    declare("ours", 'shape = "csv"\ncolumns = ["time", "host"]\n'
            '[fields]\nevent_time = "time"\nhost = "host"\n')  # fmt: skip
    file = tmp_path / "a.csv"
    file.write_text(
        "host,time\nhost.example,2026-09-23 10:11:12\nHost , time\nx.example,2026-09-24\n"
    )
    run = cli("parse", file, "--as", "ours")
    assert [event["host"] for event in run.records()] == ["host.example", "x.example"]


def test_a_renamed_column_is_not_read_out_of_its_old_place_and_half_a_byte_is_none(
    cli: Cli, declare: Any, tmp_path: Path
) -> None:
    declare("ours", 'shape = "csv"\ncolumns = ["time", "user", "host", "up"]\ndelimiter = "§"\n'
            '[fields]\nevent_time = "time"\nuser_name = "user"\nhost = "host"\n'
            'bytes_up = "up"\n')  # fmt: skip
    file = tmp_path / "a.csv"
    file.write_text(
        "time§user§host§up\n2026-09-23 10:11:12§amara§x.example§7.0\n"
        "2026-09-23 10:11:12§amara§x.example§7.5\n"
        "time§who§user§up\n2026-09-24 10:11:12§10.0.0.9§bo§7\n"
    )
    run = cli("parse", file, "--as", "ours")
    said_of = [(e["user_name"], e["host"], e["bytes_up"]) for e in run.records()]
    assert said_of == [("amara", "x.example", 7), ("bo", None, 7)]
    assert "bytes_up is no whole number of bytes" in run.err


OTHERS = {
    "json": (
        'shape = "json"\nkind = "dns"\n[fields]\nevent_time = "event.when"\nhost = "q\\\\.name"\n'
        'source_ip = "who\'s \\"ip\\""\n[time]\nformat = "epoch"\n',
        [
            json.dumps({"event": {"when": when}, "q.name": "a.ai", "who's \"ip\"": "10.0.0.9"})
            for when in (1_790_158_272.5, "1790158272500")
        ],
        {"host": "a.ai", "source_ip": "10.0.0.9", "evidence": "resolved",
         "event_time": "2026-09-23T10:11:12.500000Z"},
    ),
    "keyvalue": (
        'shape = "keyvalue"\n[fields]\nevent_time = ["d", "t"]\nurl = "u"\nbytes_up = "out"\n'
        'method = "m"\n[only]\nkey = "type"\nvalues = ["web"]\n',
        [
            '<14>Sep 23 10:11:12 h type=web d=2026-09-23 t=10:11:12 u="https://a.ai/x y?z" '
            "m=POST out=7",
            "<14>Sep 23 10:11:12 h type=fw d=2026-09-23 t=10:11:12 u=x m=POST out=1",
        ],
        {"host": "a.ai", "path": "/x y", "method": "POST", "bytes_up": 7, "evidence": "transacted",
         "event_time": "2026-09-23T10:11:12.000000Z"},
    ),
    "cef": (
        'shape = "cef"\nrecognise = ["Acme|Gate"]\n[fields]\nevent_time = "rt"\nurl = "request"\n'
        'bytes_up = "out"\nuser_name = "suser"\n[time]\nformat = "epoch"\n',
        ["Sep 23 10:11:12 h CEF:0|Acme|Gate|1|1|x|1|rt=1790158272000 suser=amara o "
         "request=https://a.ai/api?q\\=1 out=5"],
        {"host": "a.ai", "path": "/api", "user_name": "amara o", "bytes_up": 5,
         "evidence": "transacted", "event_time": "2026-09-23T10:11:12.000000Z"},
    ),
    "leef": (
        'shape = "leef"\nrecognise = ["Acme|Gate"]\n'
        '[fields]\nevent_time = "devTime"\nhost = "host"\n',
        ["LEEF:2.0|Acme|Gate|1|1|^|devTime=2026-09-23T12:11:12+02:00^host=a.ai"],
        {"host": "a.ai", "evidence": "connected", "event_time": "2026-09-23T10:11:12.000000Z"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("shape", OTHERS)
def test_every_shape(cli: Cli, declare: Any, tmp_path: Path, shape: str) -> None:
    mapping, lines, expected = OTHERS[shape]
    declare("ours", mapping)
    file = tmp_path / "a.log"
    file.write_text("\n".join(lines) + "\n")
    run = cli("parse", file)
    assert run.err == ""
    assert said(run)
    assert all(event == expected for event in said(run))


HOSTILE = "x'); DROP TABLE lines; --"


@pytest.mark.parametrize(
    ("mapping", "log"),
    [
        (CSV, ROWS.splitlines()[0] + "\n23.09.2026 12:11:14,x,10.20.30.44\n"),
        (
            'shape = "json"\n[fields]\nevent_time = "t"\nsource_ip = "c"\nhost = "h"\n',
            '{"t": "2026-09-23T10:11:12Z", "c": "10.1.2.3", "h": "x", "Was": 1}\n{"t": "2026-09\n',
        ),
    ],
    ids=["csv", "json"],
)
def test_part_of_a_record_is_rejected_before_its_kind_is_asked(
    cli: Cli, declare: Any, tmp_path: Path, mapping: str, log: str
) -> None:
    declare("ours", f'{mapping}\n[only]\nkey = "Was"\nvalues = ["ja"]\n')
    (tmp_path / "a.log").write_text(log, "utf-8")
    assert "1 line rejected" in cli("parse", tmp_path / "a.log", "--as", "ours").err


@pytest.mark.parametrize("shape", ["csv", "json", "keyvalue"])
def test_hostile_names_are_only_names(cli: Cli, declare: Any, tmp_path: Path, shape: str) -> None:
    name = json.dumps(HOSTILE)
    columns = f'columns = ["t", {name}]\n' if shape == "csv" else ""
    declare("ours", f'shape = "{shape}"\n{columns}delimiter = ","\nabsent = ["\'; SELECT 1"]\n'
            f'[fields]\nevent_time = "t"\nhost = {name}\n'
            f'action = {name}\n[actions]\nblocked = ["\' OR 1=1"]\n')  # fmt: skip
    line = {
        "csv": f't,"{HOSTILE}"\n2026-09-23 10:11:12,a.ai\n',
        "json": json.dumps({"t": "2026-09-23T10:11:12Z", HOSTILE: "a.ai"}) + "\n",
        "keyvalue": f"t=2026-09-23 10:11:12,{HOSTILE}=a.ai\n",
    }[shape]
    file = tmp_path / "a.log"
    file.write_text(line)
    run = cli("parse", file, "--as", "ours")
    assert "Traceback" not in run.err
    assert [event["host"] for event in run.records()] in (["a.ai"], [None])
    assert shape == "keyvalue" or run.records()[0]["host"] == "a.ai"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            'shape = "json"\n[fields]\nevent_time = "t"\nuser_nme = "u"\n',
            "did you mean 'user_name'?",
        ),
        ('shape = "json"\n[fields]\nhost = "t"\n', "fields.event_time"),
        ('shape = "jsonn"\n[fields]\nevent_time = "t"\n', "'csv', 'json', 'keyvalue'"),
        (
            'shape = "csv"\ncolumns = ["a"]\n[fields]\nevent_time = "t"\n',
            "'t' is none of the columns",
        ),
        (
            'shape = "csv"\ncolumns = ["a", "t", "T"]\n[fields]\nevent_time = "t"\n',
            "'t' is several columns",
        ),
        ('shape = "csv"\n[fields]\nevent_time = "t"\n', "csv needs its columns"),
        ('shape = "cef"\n[fields]\nevent_time = "t"\n', "Vendor|Product"),
        (
            'shape = "json"\n[fields]\nevent_time = "t"\n[time]\nzone = "Europe/Berln"\n',
            "Europe/Berlin",
        ),
        ('shape = "json"\n[fields]\nevent_time = "t"\n[time]\nformat = "epok"\n', "iso, epoch"),
        ('shape = "json"\n[fields]\nevent_time = "t"\n[time]\nformat = "%Y %Q"\n', "'%Q' stands"),
        (
            'shape = "json"\n[fields]\nevent_time = "t"\n[time]\nformat = "%d %b %T"\n',
            "'%T' stands",
        ),
        ('shape = "json"\n[fields]\nevent_time = "t"\n[time]\nformat = "%d %b"\n', "names no year"),
        ('shape = "csv"\ndelimiter = "\\n"\n[fields]\nevent_time = "t"\n', "end of a line"),
        ('shape = "json"\n[fields]\nevent_time = 5\n', "fields.event_time: Input should"),
        ('shape = "json"\n[fields]\nevent_time = "t"\nhost = "T"\n', "differ by their case"),
        ("shape = ", "no TOML"),
        ("#" * (1 << 20) + "#", "larger than 1 MiB"),
    ],
)
def test_a_wrong_mapping_is_one_clear_error(
    cli: Cli, declare: Any, tmp_path: Path, text: str, told: str
) -> None:
    declare("ours", text)
    (tmp_path / "a.log").write_text("x\n")
    run = cli("parse", tmp_path / "a.log")
    assert run.code == 2
    assert told in run.err
    assert "ours.toml" in run.err


def test_a_name_that_is_taken_or_no_name_is_refused(cli: Cli, declare: Any, tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("x\n")
    declare("squid", OTHERS["json"][0])
    assert "'squid' is a format already" in cli("parse", tmp_path / "a.log").err


def test_a_file_that_nobody_knew_is_read_once_its_mapping_is_there(
    cli: Cli, declare: Any, tmp_path: Path
) -> None:
    file = tmp_path / "a.csv"
    file.write_text(ROWS)
    assert cli("scan", file).code == 3
    declare("our-proxy", CSV)
    assert cli("scan", file, "--format", "json").json()["events"] == 2
    with file.open("a") as grown:
        grown.write("23.09.2026 12:12:12,mlind,10.20.30.44,https://claude.ai/,2,10,1.5,ja\n")
    assert cli("scan", file, "--format", "json").json()["events"] == 1
