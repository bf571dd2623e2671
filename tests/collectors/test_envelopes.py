"""Every format inside of the records that collectors make of its lines."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from shadow_scan.collectors.formats import recognise, sample_lines
from shadow_scan.collectors.lines.unwrap import open_source

from ..conftest import Cli
from .reading import ALL_SHOWN, parsed, shown
from .test_formats import ALL_SAMPLES

_OF_JOURNALS = ("export", "sequence", "sent")
READS_ITSELF = {("coredns", "runtime"), *(("systemd-resolved", name) for name in _OF_JOURNALS)}
Lines = Sequence[str]
_YEAR = re.compile(r"^((?:<\d+>)?[A-Z][a-z]{2} [ \d]\d) 2026 (?=\d\d:)", re.M)
MOMENT = "2026-09-23T10:11:12.000Z"
WRITES_NO_TIME = frozenset({"bind", "dnsdist", "coredns"})
"""Lines of these samples have no time, and get that of their records."""


def each(record: Callable[[str], Any]) -> Callable[[Lines], str]:
    return lambda lines: "".join(f"{json.dumps(record(line))}\n" for line in lines)


def table(lines: Lines) -> str:
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(["_time", "host", "_raw"])
    rows.writerows([MOMENT, "gw1", line] for line in lines)
    return text.getvalue()


def column(lines: Lines, *names: str) -> str:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(
        [*((name,) for name in names), *((line,) for line in lines)]
    )
    return text.getvalue()


def exported(lines: Lines) -> str:
    """As `journalctl -o export` does."""
    before = "__CURSOR=s=98c2377492;i=2ea\n__REALTIME_TIMESTAMP=1790158272000000\n_HOSTNAME=gw1\n"
    return "".join(f"{before}PRIORITY=6\nMESSAGE={line}\n_PID=8\n\n" for line in lines)


def sequence(mark: str) -> Callable[[Lines], str]:
    record = each(lambda line: {"MESSAGE": line, "__REALTIME_TIMESTAMP": "1790158272000000"})
    return lambda lines: "".join(f"{mark}{one}\n" for one in record(lines).splitlines())


ENVELOPES: dict[str, Callable[[Lines], str]] = {
    "ecs": each(lambda line: {"@timestamp": MOMENT, "event": {"original": line}, "message": "x"}),
    "flat": each(lambda line: {"event.original": line, "@timestamp": MOMENT, "source.ip": "x"}),
    "fields": each(lambda line: {"fields": {"event.original": [line], "@timestamp": [MOMENT]}}),
    "beat": each(lambda line: {"message": line, "@timestamp": MOMENT, "host": {"name": "gw1"}}),
    "runtime": each(lambda line: {"log": f"{line}\n", "stream": "stdout", "time": MOMENT}),
    "search": each(lambda line: {"preview": False, "result": {"_raw": line, "_time": MOMENT}}),
    "gelf": each(
        lambda line: {"short_message": line[:9], "full_message": line, "timestamp": 1790158272.5}
    ),
    "hits": lambda lines: json.dumps(
        {"hits": {"total": {"value": 9}, "hits": [{"_source": {"message": x}} for x in lines]}}
    ),
    "events": lambda lines: json.dumps(
        {"owner": "1", "logEvents": [{"timestamp": 1790158272000, "message": x} for x in lines]}
    ),
    "array": lambda lines: json.dumps([{"_raw": line} for line in lines], indent=1),
    "twice": each(lambda line: {"log": json.dumps({"message": line}), "stream": "stdout"}),
    "lake": each(lambda line: {"result": {"_raw": json.dumps({"event": {"original": line}})}}),
    "table": table,
    "export": exported,
    "sequence": sequence("\x1e"),
    "sent": sequence("data: "),
    "cells": column,
}


def test_a_document_of_lists_is_that_of_their_first_ones(tmp_path: Path) -> None:
    document = {"@timestamp": MOMENT, "source.ip": "10.20.30.44", "url.domain": "claude.ai"}
    listed = {name: [value] for name, value in document.items()}
    text = json.dumps({"_index": "logs", "fields": {**listed, "tags": []}}) + "\n"
    line = lines_in(tmp_path / "log", text)
    assert json.loads(line) == document


def lines_in(path: Path, text: str) -> bytes:
    path.write_text(text, "utf-8")
    with open_source(str(path)) as stream:
        return stream.read(1 << 22)


def events(text: str, name: str) -> tuple[list[dict[str, Any]], int]:
    found, _, rejected = parsed(text.encode(), name, block_bytes=1 << 20)
    return [shown(event, ALL_SHOWN) for event in found], rejected


@pytest.mark.parametrize("name", ALL_SAMPLES)
def test_lines_inside_of_records_are_those_of_their_format(name: str, tmp_path: Path) -> None:
    lines = [line for line in ALL_SAMPLES[name].splitlines() if line]
    whole = [line.strip("\r\n") for line in lines]
    # What a product itself puts around its records is taken off, too, as far in as two of them.
    bare = lines_in(tmp_path / "log", "".join(f"{line}\n" for line in lines)).decode().splitlines()
    plain = [
        tuple(_YEAR.sub(r"\1 ", line) for line in both) for both in zip(bare, whole, strict=True)
    ]
    for envelope, wrapped in ENVELOPES.items():
        if (name, envelope) in READS_ITSELF:
            continue
        inside = lines_in(tmp_path / "log", wrapped(lines))
        found = recognise(sample_lines(inside))
        assert found is not None, envelope
        assert found.name == name, envelope
        # What tells day and month alone has the year of its record.
        told = _YEAR.sub(r"\1 ", inside.decode()).splitlines()
        assert all(map(str.endswith, told, plain)), envelope


@pytest.mark.parametrize("name", sorted(WRITES_NO_TIME))
def test_a_line_without_a_time_has_that_of_its_record(name: str, tmp_path: Path) -> None:
    lines = [line for line in ALL_SAMPLES[name].splitlines() if line]
    expected, _ = events(ALL_SAMPLES[name], name)
    found, rejected = events(lines_in(tmp_path / "log", table(lines)).decode(), name)
    assert rejected == 0
    assert all(event in found for event in expected if name != "coredns")
    assert len(found) > len(expected)


LOOKUP = '[INFO] 10.20.30.44:51234 - 1 "A IN chatgpt.com. udp 30 false 512" NOERROR qr 99 0.01s'
RECORD = "1790158272.417   3387 10.20.30.44 TCP_TUNNEL/200 48213 CONNECT chatgpt.com:443 - H/- -"


def hosts(cli: Cli, file: Path) -> list[tuple[str | None, str | None, str]]:
    run = cli("parse", file)
    assert (run.code, run.err) == (0, "")
    return [(e.get("host"), e.get("source_ip"), e["event_time"][:19]) for e in run.records()]


PORTAL = "9/23/2026, 10:11:12.000 AM"


@pytest.mark.parametrize("moment", ["time", "@timestamp", "_time", "TimeGenerated [UTC]"])
@pytest.mark.parametrize("written", [MOMENT, 1790158272, 1790158272000, "1790158272.0", PORTAL])
def test_times_of_records_in_all_their_spellings(
    cli: Cli, tmp_path: Path, moment: str, written: str | float
) -> None:
    file = tmp_path / "log.json"
    file.write_text(json.dumps({"message": LOOKUP, moment: written}) + "\n")
    assert hosts(cli, file) == [("chatgpt.com", "10.20.30.44", "2026-09-23T10:11:11")]


def test_a_header_of_syslog_is_a_time_whatever_sign_ends_it(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "log.json"
    line = (
        "<166>Sep 23 2026 10:11:12: %ASA-5-304001: 10.20.30.44 Accessed URL "
        "198.51.100.7:http://claude.ai/new"
    )
    file.write_text(json.dumps({"message": line, "@timestamp": "2026-09-23T10:30:00Z"}) + "\n")
    assert hosts(cli, file) == [("claude.ai", "10.20.30.44", "2026-09-23T10:11:12")]


def test_a_table_of_one_column_and_a_line_within_the_content(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(column([RECORD, RECORD], "_raw"))
    assert len(hosts(cli, tmp_path / "log.csv")) == 2
    content = {"timestamp": MOMENT, "message": RECORD}
    (tmp_path / "log.json").write_text(f"{json.dumps({'id': 'x', 'content': content})}\n")
    assert len(hosts(cli, tmp_path / "log.json")) == 1


def test_records_without_a_line_are_rejected_and_counted(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "log.json"
    known = json.dumps({"message": RECORD})
    file.write_text(f'{known}\n{{"other":1}}\nno JSON\n{{"message":null}}\n{known}\n{known[:-9]}')
    run = cli("parse", file)
    assert [event["source_line"] for event in run.records()] == [1, 5]
    assert "3 lines rejected" in run.err
    assert "the last record is cut" in run.err


def test_a_record_as_an_object_is_a_record(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "log.json"
    lines = ALL_SAMPLES["suricata"].splitlines()[:2]
    inside = "".join(f'{{"time":1,"host":"h","event":{line}}}\n' for line in lines)
    file.write_text(inside)
    assert [host for host, _, _ in hosts(cli, file)] == ["claude.ai", None]
    file.write_text("".join(f'{{"_index":"x","_source":{line}}}\n' for line in lines))
    assert [host for host, _, _ in hosts(cli, file)] == ["claude.ai", None]


def test_a_log_inside_of_records_grows_and_is_read_on(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "log.json"
    record = json.dumps({"message": RECORD}) + "\n"
    file.write_text(record)
    for lines in (1, 3):
        file.write_text(record * lines + record[: 20 * (lines - 1)])
        cli("scan", file)
        sources = cli("sources", "--format", "json").json()
        assert [source["events"] for source in sources] == [lines]


def test_rows_before_a_damaged_one_are_kept(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    file.write_text(table([RECORD, RECORD]) + f'{MOMENT},gw1,"{"x" * 200_000}"\n')
    run = cli("parse", file)
    assert len(run.records()) == 2
    assert "damaged after 2 records" in run.err


def test_actions_of_a_bulk_request_are_no_records(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "bulk.ndjson"
    action = '{"index":{"_index":"proxy","_id":"1"}}\n'
    documents = (
        json.dumps({"@timestamp": MOMENT, "message": RECORD}),
        '{"@timestamp":"2026-09-23T10:11:12Z","source":{"ip":"10.20.30.44"},"url":'
        '{"domain":"chatgpt.com","port":443}}',
    )
    for document in documents:
        file.write_text(f"{action}{document}\n" * 2)
        run = cli("parse", file)
        assert (run.code, run.err) == (0, "")
        assert [event["source_line"] for event in run.records()] == [2, 4]
        assert {event["host"] for event in run.records()} == {"chatgpt.com"}


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("mai 04", "05-04"),
        ("févr. 03", "02-03"),
        ("sept. 03", "09-03"),
        ("Okt  9", "10-09"),
        ("<30>dic 31", "12-31"),
    ],
)
def test_months_stand_in_the_language_of_whoever_asked(
    cli: Cli, tmp_path: Path, written: str, day: str
) -> None:
    """`journalctl` writes them so."""
    file = tmp_path / "journal.log"
    record = "10:56:07 fw1 unbound[12]: [12:1] info: 10.20.30.44 claude.ai. A IN"
    file.write_text(f"{written} {record}\nJan 04 {record}\n", "utf-8")
    (first, _) = hosts(cli, file)
    assert first[:2] == ("claude.ai", "10.20.30.44")
    assert first[2][5:] == f"{day}T10:56:07"


def test_a_search_puts_the_numbers_of_lines_before_them(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "found.txt"
    record = "10:11:12 fw1 unbound[12]: [12:1] info: 10.20.30.44 claude.ai. A IN"
    file.write_text(f"8:Sep 23 {record}\n112:Sep 23 {record}\n")
    assert [told[:2] for told in hosts(cli, file)] == [("claude.ai", "10.20.30.44")] * 2


def test_a_clock_is_no_number_of_a_line(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "live.log"
    record = "11:12 dnsmasq[8]: 34 10.20.30.44/5012 query[A] claude.ai from 10.20.30.44"
    file.write_text(f"08:{record}\n09:{record}\n")
    assert [told[2][11:13] for told in hosts(cli, file)] == ["08", "09"]


def test_cloud_foundry_puts_a_time_and_an_app_before_a_record(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "app.log"
    record = (
        '{"start_time":"2026-09-23T10:11:12Z","authority":"claude.ai","method":"GET","path":"/new",'
        '"response_code":"200","response_flags":"-","downstream_remote_address":"10.20.30.44:5",'
        '"bytes_sent":"5","bytes_received":"4","upstream_cluster":"-","upstream_host":"-"}'
    )
    before = "   2026-09-23T12:11:12.28+0200 [APP/PROC/WEB/0] OUT "
    file.write_text(f"{before}{record}\n" * 2)
    assert {told[:2] for told in hosts(cli, file)} == {("claude.ai", "10.20.30.44")}


def test_flows_of_azure_stand_deep_in_records(cli: Cli, tmp_path: Path) -> None:
    """A flow that begins is told of again; what comes in is no request."""
    file = tmp_path / "PT1H.json"
    flows = (
        '["1790158271417,10.20.30.44,198.51.100.7,23956,443,6,O,B,NX,0,0,0,0",'
        '"1790158272417,10.20.30.44,198.51.100.7,23956,443,6,O,E,NX,3,767,2,1580"]},'
        '{"rule":"deny","flowTuples":["1790158273417,203.0.113.9,10.20.30.44,5,22,6,I,D,NX,0,0,0,0"]'
    )
    group = f'"flowGroups":[{{"rule":"allow","flowTuples":{flows}}}]'
    record = f'{{"category":"FlowLogFlowEvent","flowRecords":{{"flows":[{{{group}}}]}}}}'
    file.write_text(f'{{"records":[{record},\n{record}]}}')
    run = cli("parse", file)
    assert (run.code, run.err) == (0, "")
    told = [
        (event["event_time"], event["destination_ip"], event["bytes_up"], event["bytes_down"])
        for event in run.records()
    ]
    assert told == [("2026-09-23T10:11:12.417000Z", "198.51.100.7", 767, 1580)] * 2
    file.write_text(f'{{"records":[{record},\n{record[:-90]}')
    assert "ends early" in cli("parse", file).err


def test_a_sequence_number_is_no_time(tmp_path: Path) -> None:
    packet = "IN=a OUT=b SRC=10.20.30.44 DST=198.51.100.7 PROTO=TCP SPT=5 DPT=443 SEQ=1598596466"
    inside = lines_in(tmp_path / "log", ENVELOPES["export"]([packet]))
    assert inside.decode() == f"2026-09-23T10:11:12Z gw1 {packet}\n"


def test_a_journal_has_texts_of_many_lines_and_may_be_cut(tmp_path: Path) -> None:
    line, begin = (
        "10.20.30.44 GET http://claude.ai/",
        ENVELOPES["export"]([""]).partition("MESS")[0],
    )
    text = f"first\n\n{'x' * 300}"
    many = f"MESSAGE\n{chr(len(text) % 256)}{chr(len(text) // 256)}{chr(0) * 6}{text}\n\n"
    whole = f"{begin}{many}{begin}MESSAGE={line}\n"
    for end in ("", "\n"):
        records = lines_in(tmp_path / "log", whole + end).splitlines()
        assert [json.loads(record)["MESSAGE"] for record in records] == [text, line]
    (tmp_path / "log").write_text(whole[: len(begin) + 200])
    with open_source(str(tmp_path / "log")) as stream:
        assert stream.read(1 << 20) == b""
        assert stream.damage == "the last record is cut"


def verbose(line: str) -> str:
    """As `journalctl -o verbose` does, behind the moment 2026-09-23 10:11:12."""
    place = "[s=98c2;i=2ea;b=5c06;m=ea59;t=65c23b3e4f000;x=3687]"
    return f"Wed 2026-09-23 10:11:12.000000 UTC {place}\n    _PID=8\n    MESSAGE={line}\n"


def test_a_journal_shows_texts_of_many_lines_below_each_other(tmp_path: Path) -> None:
    long = verbose("first\n\n            second\n    _COMM=x\n            y") + verbose(
        "[9B blob data]"
    )
    told = [json.loads(line) for line in lines_in(tmp_path / "log", long).splitlines()]
    assert [record.get("MESSAGE") for record in told] == ["first\n\nsecond", None]
    assert {record["__REALTIME_TIMESTAMP"] for record in told} == {"1790158272000000"}


def test_what_follows_a_long_record_is_read(tmp_path: Path) -> None:
    """While it is read nothing is whole for a while: that is no end of the file."""
    shown = (
        "Debug line with all properties:\nFROMHOST: 'px1', HOSTNAME: 'px1', PRI: 142,\n"
        "syslogtag 'squid:', programname: 'squid',\nTIMESTAMP: 'Sep 23 10:11:13', -\nmsg: '{}'\n"
    )
    long = shown.format(" long" * 600_000) + shown.format(" one")
    assert lines_in(tmp_path / "log", long).endswith(b"long\nSep 23 10:11:13 px1 squid: one\n")


def test_a_text_that_never_ends_keeps_what_a_journal_showed_before(tmp_path: Path) -> None:
    """Were each line added to all that came before, this would take minutes."""
    (tmp_path / "log").write_text(verbose("good") + verbose("bad") + "     \n" * 2_000_000)
    with open_source(str(tmp_path / "log")) as stream:
        assert json.loads(stream.read(1 << 20))["MESSAGE"] == "good"
        while stream.read(1 << 20):
            pass
        assert stream.damage == "a record without an end"


def test_a_program_tells_of_its_start_before_it_tells_of_requests(tmp_path: Path) -> None:
    asked = "client @0x7f 10.20.30.44#5012 (claude.ai): query: claude.ai IN A + (192.0.2.53)"
    start = [f"loading {n} zones" for n in range(60)]
    for journal in (ENVELOPES["export"]([*start, asked]), "".join(map(verbose, [*start, asked]))):
        *_, last = lines_in(tmp_path / "log", journal).decode().splitlines()
        assert last.endswith(asked)
        assert last.startswith("2026-09-23T10:11:12Z ")


@pytest.mark.parametrize(
    ("day", "moment", "year"),
    [
        ("Sep 23", "2021-09-23T10:11:13.000Z", 2021),
        ("Sep 24", "2021-09-23 23:59:59", 2021),  # a clock in the east
        ("Dec 31", "2021-01-01T00:11:12Z", 2020),
        ("Jan  1", "2020-12-31T23:11:12Z", 2021),
        ("Sep 25", "2021-09-23T10:11:13Z", 2020),  # shipped long after
        ("Sep 23", 1_632_391_873_000, 2021),
        ("Sep 23", 1_632_391_873.5, 2021),
    ],
)
@pytest.mark.parametrize("priority", ["", "<30>"])
def test_records_know_the_year_of_a_line_without(
    cli: Cli, tmp_path: Path, day: str, moment: object, year: int, priority: str
) -> None:
    line = f"{priority}{day} 10:11:12 pi1 dnsmasq[812]: query[A] claude.ai from 10.20.30.44"
    said = [json.dumps({"_time": moment, "_raw": line}), table([line]).replace(MOMENT, str(moment))]
    for text in said:
        (tmp_path / "log").write_text(text)
        times = [event["event_time"][:4] for event in cli("parse", tmp_path / "log").records()]
        assert times == [str(year)]


def test_a_line_with_a_year_keeps_it(cli: Cli, tmp_path: Path) -> None:
    line = "Sep 23 2019 10:11:12 pi1 dnsmasq[812]: query[A] claude.ai from 10.20.30.44"
    (tmp_path / "log").write_text(json.dumps({"_time": MOMENT, "_raw": line}))
    events = cli("parse", tmp_path / "log").records()
    assert [event["event_time"][:4] for event in events] == ["2019"]
