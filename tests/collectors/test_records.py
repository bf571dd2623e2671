"""Inputs without lines: every record once, in order, whatever the document looks like."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shadow_scan.collectors.lines.unwrap import open_source
from shadow_scan.collectors.records import mitmproxy
from shadow_scan.collectors.records.json_documents import Splitter
from shadow_scan.collectors.records.json_shapes import Shape, shape_of

from ..conftest import Cli

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(alphabet='ab"\\{}[],:\n é', max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)
_RECORDS = st.lists(st.dictionaries(st.text(max_size=4), _VALUES, max_size=4), max_size=6)


def _split(document: bytes, shape: Shape, size: int) -> list[Any]:
    splitter = Splitter(shape)
    chunks = [document[at : at + size] for at in range(0, len(document), size)]
    found = [element for chunk in chunks for element in splitter.feed(chunk)]
    assert splitter.depth == 0
    return [json.loads(element) for element in found]


@settings(max_examples=50, deadline=None)
@given(records=_RECORDS, size=st.integers(1, 40), indent=st.sampled_from([None, 2]))
def test_documents_are_cut_where_their_elements_end(
    records: list[dict[str, Any]], size: int, indent: int | None
) -> None:
    listed = json.dumps(records, indent=indent, ensure_ascii=False).encode()
    assert _split(listed, Shape(2), size) == records
    beside = {"first": [{"no": "record"}], "Records": records, "last": {"Records": 1}}
    keyed = json.dumps(beside, indent=indent, ensure_ascii=False).encode()
    assert _split(keyed, Shape(3, b"Records"), size) == records
    stream = "\n".join(json.dumps(record, indent=2) for record in records).encode()
    assert _split(stream, Shape(1), size) == records


@pytest.mark.parametrize(
    ("head", "shape"),
    [
        (b'[{"a": 1}', Shape(2)),
        (b"\n [\n  {", Shape(2)),
        (b"[]", Shape(2)),
        (b'{"Records":[{"a":1}', Shape(3, b"Records")),
        (b'{"count":2,"value": [ {"a":1}', Shape(3, b"value")),
        (b'{"a":{"records":[{"a":1}', Shape(4, b"records")),
        (b'{\n  "a": 1', Shape(1)),
        (b'{\n  "dns": {\n    "queries": [\n      {\n', Shape(1)),
        (b'{"log":{"version":"1.2","creator":{}', Shape(4, b"entries", is_har=True)),
        (b'{"a":1}\n{"a":2}\n', None),
        (b'{"t":1,"events":[{"a":1}]}\n{"t":2,"events":[{"a":1}]}\n', None),
        (b'{"events":[{"a":1},\n{"a":2}]}\n', Shape(3, b"events")),
        (b'{"records":[{"a":1}]}\n{"records":[{"a":1}]}\n', Shape(3, b"records")),
        (b'{"log":"[INFO] x","stream":"stdout"}', None),
        (b'{"a":1}{"a":2}', Shape(1)),
        (b'{"a":"}{\\"b"}\n{"a":2}\n', None),
        (b'{"fields":["a","b"],"rows":[["1","2"]]}', Shape(3, b"rows", columns=("a", "b"))),
        (
            b'{"columns":[{"name":"a","type":"ip"}],"values":[["1"]]}',
            Shape(3, b"values", columns=("a",)),
        ),
        (
            b'{"schema":[{"name":"a"}],"total":1,"datarows":[["1"]]}',
            Shape(3, b"datarows", columns=("a",)),
        ),
        (
            b'[{"FrameType":"DataTable","TableKind":"QueryProperties","Columns":[{"ColumnName":"x"}],'
            b'"Rows":[[1]]},{"FrameType":"DataTable","TableKind":"PrimaryResult","Columns":'
            b'[{"ColumnName":"a"}],"Rows":[["1"]]}]',
            Shape(4, b"Rows", columns=("a",)),
        ),
        (b'{"schema":{"fields":[{"name":"a"}]},"data":{"values":[[1,2]]}}', None),
        (b'{"results":[[{"field":"a","value":"1"}]]}', Shape(3, b"results")),
        (b"[1790158272] unbound[1:0] info: x", None),
        (b"plain text", None),
    ],
)
def test_the_head_tells_where_the_records_are(head: bytes, shape: Shape | None) -> None:
    assert shape_of(head) == shape


QUESTIONS = [
    {
        "query_timestamp": f"2026-09-23T10:11:{second:02}Z", "query_name": f"{name}.",
        "srcaddr": "10.4.1.9", "srcids": {"instance": "i-0a1"}, "version": "1.100000",
    }
    for second, name in enumerate(["chatgpt.com", "claude.ai", "gemini.google.com"])
]  # fmt: skip


def _hosts(run: Any) -> list[str]:
    return [event["host"] for event in run.records()]


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("packed", [False, True])
def test_arrays_are_read_as_the_format_of_their_elements(
    cli: Cli, tmp_path: Path, indent: int | None, packed: bool
) -> None:
    for document in (QUESTIONS, {"Records": QUESTIONS}):
        file = tmp_path / "questions.json"
        text = json.dumps(document, indent=indent).encode()
        file.write_bytes(gzip.compress(text) if packed else text)
        run = cli("parse", file)
        assert (run.code, run.err) == (0, "")
        assert _hosts(run) == ["chatgpt.com", "claude.ai", "gemini.google.com"]
        assert [event["source_line"] for event in run.records()] == [1, 2, 3]
        assert {event["format"] for event in run.records()} == {"route53-resolver"}


def test_a_cut_array_keeps_what_is_whole_and_says_so(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "cut.json"
    file.write_text(json.dumps({"Records": QUESTIONS})[:-40])
    run = cli("parse", file)
    assert run.code == 3
    assert _hosts(run) == ["chatgpt.com", "claude.ai"]
    assert "ends early or is damaged after 2 records" in run.err
    file.write_text(json.dumps({"Records": QUESTIONS[:2]})[:-40])
    assert "ends early or is damaged after 1 record\n" in cli("parse", file).err


def test_deep_nesting_is_read_past(cli: Cli, tmp_path: Path) -> None:
    deep = '{"a":' * 100_000 + "1" + "}" * 100_000
    file = tmp_path / "deep.json"
    parts = [json.dumps(QUESTIONS[0]), deep, json.dumps(QUESTIONS[1])]
    file.write_text("[" + ",".join(parts) + "]")
    run = cli("parse", file)
    assert _hosts(run) == ["chatgpt.com", "claude.ai"]
    assert "1 line rejected" in run.err


def _entry(url: str, **more: Any) -> dict[str, Any]:
    request = {
        "method": "POST", "url": url, "headersSize": 400, "bodySize": 20_000, "cookies": [],
        "headers": [{"name": "User-Agent", "value": "Mozilla/5.0"},
                    {"name": "Cookie", "value": "session=secret"}],
        "postData": {"mimeType": "application/json", "text": '{"prompt":"secret"}'},
    }  # fmt: skip
    response = {"status": 200, "headersSize": -1, "bodySize": -1,
                "content": {"size": 4012, "text": "secret" * 300_000}}  # fmt: skip
    return {"startedDateTime": "2026-09-23T10:11:12.000Z", "time": 812.2, "request": request,
            "response": response, "serverIPAddress": "198.51.100.7", **more}  # fmt: skip


def test_archives_of_browsers_lose_bodies_and_keep_sizes(cli: Cli, tmp_path: Path) -> None:
    pages = [{"id": "page_1", "title": "x", "startedDateTime": "2026-09-23T10:11:12.000Z"}]
    entries = [_entry("https://chatgpt.com/backend-api/x?token=secret"), {"time": []}]
    log = {"version": "1.2", "creator": {"name": "b"}, "pages": pages, "entries": entries}
    file = tmp_path / "session.har"
    file.write_text(json.dumps({"log": log}, indent=1))
    run = cli("parse", file)
    (event,) = run.records()
    assert (event["host"], event["path"]) == ("chatgpt.com", "/backend-api/x")
    assert (event["bytes_up"], event["bytes_down"], event["duration_ms"]) == (20_400, 4_012, 812)
    assert event["user_agent"] == "Mozilla/5.0"
    assert "secret" not in run.out
    assert "1 line rejected: no entry of an HTTP archive" in run.err
    with open_source(str(file)) as stream:
        assert b"secret" not in stream.read(1 << 24)


def _dumped(value: Any) -> bytes:
    """A tnetstring, as mitmproxy writes its flows."""
    if isinstance(value, dict):
        text, kind = b"".join(_dumped(part) for pair in value.items() for part in pair), b"}"
    elif isinstance(value, list):
        text, kind = b"".join(map(_dumped, value)), b"]"
    elif value is None:
        text, kind = b"", b"~"
    elif isinstance(value, bytes | str):
        text, kind = (value, b",") if isinstance(value, bytes) else (value.encode(), b";")
    else:
        text, kind = str(value).encode(), b"^" if isinstance(value, float) else b"#"
    return b"%d:%b%b" % (len(text), text, kind)


_FLOW = {
    "type": "http",
    "response": {
        "status_code": 200,
        "content": b"secret" * 9,
        "headers": [[b"Set-Cookie", b"secret"]],
    }
    | {"timestamp_end": 1790158272.667},
    "request": {
        "host": "198.51.100.7",
        "port": 443,
        "method": b"POST",
        "path": b"/new?token=secret",
        "headers": [[b"Host", b"claude.ai"], [b"User-Agent", "Tool ü".encode()]],
        "content": b"secret" * 1_000,
        "timestamp_start": 1790158272.417,
    },
    "client_conn": {"peername": ["10.20.30.44", 50128]},
    "server_conn": {"peername": ["198.51.100.7", 443]},
    "metadata": {"proxyauth": ["ada", "secret"]},
}


def test_dumps_of_mitmproxy_lose_bodies_and_keep_sizes(cli: Cli, tmp_path: Path) -> None:
    whole, file = _dumped(_FLOW), tmp_path / "flows"
    other = _dumped({"type": "tcp", "request": [whole]})
    file.write_bytes(whole + other + whole[:-9])
    run = cli("parse", file)
    assert (run.code, "after 2 flows" in run.err, "secret" in run.out) == (3, True, False)
    (event,) = run.records()
    assert (event["user_name"], event["source_ip"]) == ("ada", "10.20.30.44")
    assert (event["host"], event["port"], event["path"]) == ("claude.ai", 443, "/new")
    assert (event["status"], event["duration_ms"]) == (200, 250)
    assert (event["bytes_up"], event["bytes_down"]) == (6_000 + 17 + 21, 54 + 20)
    assert event["user_agent"] == "Tool ü"


@pytest.mark.parametrize(
    "data",
    [
        b"12:4:type;4:htt",
        b"20:" + b"9:" * 10 + b"}",
        b"30:4:type;" + b"4:x" * 7 + b"}",
        b"4:x~" * 9,
    ],
)
def test_what_only_begins_like_a_dump_is_no_event(data: bytes) -> None:
    assert mitmproxy.reduced(data) == mitmproxy.UNREADABLE


NAMES = ("chatgpt.com", "claude.ai", "a.example")


def pihole(path: Path, rows: Sequence[tuple[int, str, int]]) -> Path:
    """A database as FTL lays it out: (id, name, status)."""
    with sqlite3.connect(path) as base:
        base.executescript(
            "CREATE TABLE IF NOT EXISTS query_storage (id INTEGER PRIMARY KEY, timestamp, type, "
            "status, domain, client, forward);"
            "CREATE TABLE IF NOT EXISTS domain_by_id (id INTEGER PRIMARY KEY, domain TEXT);"
            "CREATE TABLE IF NOT EXISTS client_by_id (id INTEGER PRIMARY KEY, ip TEXT, name TEXT);"
            "INSERT OR REPLACE INTO client_by_id VALUES (1, '10.20.30.44', 'lt-00412.lan');"
        )
        for number, name, status in rows:
            key = NAMES.index(name)
            base.execute("INSERT OR REPLACE INTO domain_by_id VALUES (?, ?)", (key, name))
            base.execute(
                "INSERT INTO query_storage VALUES (?, ?, 1, ?, ?, 1, NULL)",
                (number, 1_790_158_272.5 + number, status, key),
            )
    base.close()
    return path


def test_the_database_of_pihole_is_read_by_its_rows(cli: Cli, tmp_path: Path) -> None:
    file = pihole(tmp_path / "pihole-FTL.db", [(1, "chatgpt.com", 2), (2, "claude.ai", 1)])
    run = cli("parse", file)
    assert (run.code, run.err) == (0, "")
    found = [(e["event_time"], e["source_ip"], e["device_name"], e["host"], e["action"])
             for e in run.records()]  # fmt: skip
    assert found == [
        ("2026-09-23T10:11:13.500000Z", "10.20.30.44", "lt-00412", "chatgpt.com", "allowed"),
        ("2026-09-23T10:11:14.500000Z", "10.20.30.44", "lt-00412", "claude.ai", "blocked"),
    ]


def test_older_databases_hold_names_in_the_table_itself(cli: Cli, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "old.db") as base:
        base.execute("CREATE TABLE queries (id INTEGER, timestamp, type, status, domain, client)")
        base.execute("INSERT INTO queries VALUES (1, 1790158272, 1, 3, 'claude.ai', '10.0.0.9')")
    base.close()
    run = cli("parse", tmp_path / "old.db")
    assert [(e["host"], e["source_ip"]) for e in run.records()] == [("claude.ai", "10.0.0.9")]


def test_a_grown_database_gives_only_its_new_rows(cli: Cli, tmp_path: Path) -> None:
    file = pihole(tmp_path / "pihole-FTL.db", [(1, "chatgpt.com", 2), (2, "claude.ai", 2)])
    first = cli("scan", file, "--format", "json").json()
    assert (first["lines"], first["events"]) == (2, 2)
    pihole(file, [(3, "a.example", 2)])
    second = cli("scan", file, "--format", "json").json()
    assert (second["lines"], second["events"]) == (1, 1)
    copy = tmp_path / "backup.db"
    copy.write_bytes(file.read_bytes())
    assert cli("scan", copy, "--format", "json").json()["lines"] == 0


def test_a_database_that_forgot_its_oldest_rows_is_not_read_again(cli: Cli, tmp_path: Path) -> None:
    file = pihole(tmp_path / "pihole-FTL.db", [(1, "chatgpt.com", 2), (2, "claude.ai", 2)])
    assert cli("scan", file, "--format", "json").json()["events"] == 2
    for number in (3, 4):
        with sqlite3.connect(file) as base:
            base.execute("DELETE FROM query_storage WHERE id = ?", (number - 2,))
        base.close()
        assert cli("scan", file, "--format", "json").json()["lines"] == 0
        pihole(file, [(number, "a.example", 2)])
        summary = cli("scan", file, "--format", "json").json()
        assert (summary["lines"], summary["events"]) == (1, 1)
    other = pihole(tmp_path / "other.db", [(4, "claude.ai", 2), (5, "claude.ai", 2)])
    assert cli("scan", other, "--format", "json").json()["lines"] == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"SQLite format 3\0" + b"\xff" * 5_000, "SQLite database cannot be read"),
        (b"SQLite format 3\0", "SQLite database cannot be read"),
        (b"PAR1 and nothing else", "Parquet file is damaged"),
    ],
)
def test_what_only_pretends_gets_a_clear_error(
    cli: Cli, tmp_path: Path, content: bytes, said: str
) -> None:
    file = tmp_path / "broken"
    file.write_bytes(content)
    for command in ("parse", "scan"):
        run = cli(command, file)
        assert run.code == 3
        assert said in run.err


def test_hostile_databases_run_no_views_and_change_nothing(cli: Cli, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "trap.db") as base:
        base.execute(
            "CREATE VIEW queries AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
            " SELECT i AS id, 1 AS timestamp, 2 AS status, 'x' AS domain, 'y' AS client FROM n"
        )
    base.close()
    before = (tmp_path / "trap.db").read_bytes()
    run = cli("parse", tmp_path / "trap.db")
    assert run.code == 3
    assert "no table of DNS queries" in run.err
    assert (tmp_path / "trap.db").read_bytes() == before


def test_databases_inside_of_archives_are_named(cli: Cli, tmp_path: Path) -> None:
    file = pihole(tmp_path / "pihole-FTL.db", [(1, "chatgpt.com", 2)])
    packed = tmp_path / "pihole-FTL.db.gz"
    packed.write_bytes(gzip.compress(file.read_bytes()))
    run = cli("parse", packed)
    assert run.code == 3
    assert "SQLite data inside of an archive" in run.err
    assert "unpack it" in run.err


_EVENT = (
    "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'>\n  <System>\n"
    "    <Provider Name='Microsoft-Windows-Sysmon'/>\n    <EventID>22</EventID>\n"
    "    <Computer>lt-00412</Computer>\n  </System>\n  <EventData>\n"
    "    <Data Name='UtcTime'>2026-09-23 10:11:12.000</Data>\n"
    "    <Data Name='QueryName'>{}</Data>\n  </EventData>\n</Event>"
)


@pytest.mark.parametrize("between", ["\n", "", "\r\n  "])
@pytest.mark.parametrize(
    ("before", "after"), [("", ""), ("<?xml version='1.0'?><Events>", "</Events>")]
)
@pytest.mark.parametrize("flat", [False, True])
def test_events_in_xml_are_cut_where_they_end(
    cli: Cli, tmp_path: Path, between: str, before: str, after: str, flat: bool
) -> None:
    events = between.join(_EVENT.format(name) for name in NAMES)
    text = before + (events.replace("\n", "") if flat else events) + after
    file = tmp_path / "events.xml"
    file.write_text(text)
    run = cli("parse", file)
    assert (run.code, run.err) == (0, "")
    assert _hosts(run) == list(NAMES)
    assert {event["format"] for event in run.records()} == {"sysmon"}
    file.write_text(text[: text.rindex("QueryName")])
    cut = cli("parse", file)
    assert _hosts(cut) == list(NAMES[:2])
    assert "ends early or is damaged after 2 events" in cut.err


def test_results_of_a_search_in_xml_are_cut_where_they_end(cli: Cli, tmp_path: Path) -> None:
    rows = [
        f"<result offset='0'><field k='Datetime'><value><text>2026-09-23T10:11:12Z</text></value>"
        f"</field><field k='HTTPHost'><v><sg h='1'>{name[:3]}</sg>{name[3:]}</v></field>"
        f"<field k='SourceIP'><value><text>10.20.30.44</text></value></field>"
        f"<field k='Email'><value><text>a&amp;b@corp.example</text></value></field></result>"
        for name in NAMES
    ]
    text = "<?xml version='1.0'?>\n<results preview='0'>" + "\n".join(rows) + "</results>"
    file = tmp_path / "results.xml"
    file.write_text(text)
    run = cli("parse", file)
    assert (run.code, run.err) == (0, "")
    assert _hosts(run) == list(NAMES)
    assert {event["user_name"] for event in run.records()} == {"a&b"}
    file.write_text(text[: text.rindex("Email")])
    cut = cli("parse", file)
    assert _hosts(cut) == list(NAMES[:2])
    assert "ends early or is damaged after 2 results" in cut.err


def test_records_behind_their_counts_are_read_once_however_they_are_cut(
    cli: Cli, tmp_path: Path
) -> None:
    lines = [
        f"<134>Sep 23 10:11:12 px1 squid[8]: 1790158272.{number}     10 10.20.30.44 TCP_MISS/200 "
        f"99 GET http://claude.ai/ä{number} - HIER_DIRECT/198.51.100.7 text/html".encode()
        for number in range(100, 150)
    ]
    stream = b"".join(b"%d %b" % (len(line), line) for line in lines)
    log = tmp_path / "stream.log"
    for length in (1_003, 5_000, len(stream)):
        log.write_bytes(stream[:length])
        assert cli("scan", log).code == 0
    (row,) = cli("sources", "--format", "json").json()
    assert (row["lines"], row["events"], row["rejected"]) == (50, 50, 0)
    log.write_bytes(stream + b"and then no count")
    broken = cli("parse", log)
    assert len(broken.records()) == 50
    assert "after 50 records none stands behind the count of its bytes" in broken.err


OCSF = [
    {
        "class_uid": 4003, "activity_id": 6, "time": 1_790_158_272_000 + number,
        "query": {"hostname": f"{name}.", "type": "A"}, "rcode": None,
        "src_endpoint": {"ip": "10.4.1.9", "port": 48_701, "instance_uid": "i-0a1"},
        "metadata": {"version": "1.1.0", "product": {"name": "Route 53"}},
    }
    for number, name in enumerate(NAMES)
]  # fmt: skip


def test_parquet_is_read_row_group_by_row_group(cli: Cli, tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(OCSF), buffer, row_group_size=2)
    file = tmp_path / "events.gz.parquet"
    file.write_bytes(buffer.getvalue())
    run = cli("parse", file)
    assert (run.code, run.err) == (0, "")
    assert _hosts(run) == list(NAMES)
    assert run.records()[2]["event_time"] == "2026-09-23T10:11:12.002000Z"
    assert {event["device_name"] for event in run.records()} == {"i-0a1"}
    summary = cli("scan", file, "--format", "json").json()
    assert (summary["lines"], summary["events"], summary["rejected"]) == (3, 3, 0)

    middle = len(buffer.getvalue()) // 4
    file.write_bytes(buffer.getvalue()[:middle] + b"\xff" * 64 + buffer.getvalue()[middle + 64 :])
    assert cli("parse", file).code == 3


def test_a_record_without_measure_costs_no_other_one(cli: Cli, tmp_path: Path) -> None:
    line = "1790158272.417 3387 10.0.0.1 TCP_TUNNEL/200 48213 CONNECT chatgpt.com:443 ada D/- -"
    record = f'{{\n  "@timestamp" => 2026-09-23T10:11:12.000Z,\n  "message" => "{line}"\n}}\n'
    file = tmp_path / "shown.log"
    file.write_text(record * 2 + record.replace("ada", "a" * (9 << 20)) + record * 3)
    scanned = cli("scan", file, "--format", "json").json()
    assert {key: scanned[key] for key in ("lines", "events", "rejected")} == {
        "lines": 6, "events": 5, "rejected": 1,
    }  # fmt: skip


_MESSAGE = (
    "Dns query:\nRuleName: -\nUtcTime: 2026-09-23 10:11:12.417\nProcessId: 412\nQueryName: {}\n"
    "QueryStatus: 0\nImage: C:\\Program Files\\a browser\\browser.exe\nUser: CORP\\ada"
)
_ANOTHER = "Process Create:\nRuleName: -\nUtcTime: 2026-09-23 10:11:12.418\nProcessId: 413"
_OF_SPLUNK = (
    "09/23/2026 10:11:13 AM\nLogName=Microsoft-Windows-Sysmon/Operational\nEventCode={}\n"
    "ComputerName=lt-00412\nUser=NOT_TRANSLATED\nMessage={}\n"
)
_OF_ITS_TOOL = (
    "Event[{n}]\n  Log Name: Microsoft-Windows-Sysmon/Operational\n"
    "  Source: Microsoft-Windows-Sysmon\n  Event ID: {}\n  User: S-1-5-18\n"
    "  User Name: NT AUTHORITY\\SYSTEM\n  Computer: lt-00412\n  Description: \n{}\n\n"
)
_OF_POWERSHELL = (
    "\nTimeCreated  : 9/23/2026 10:11:13 AM\nProviderName : Microsoft-Windows-Sysmon\n"
    "Id           : {}\nMachineName  : lt-00412\nMessage      : {}\n"
)
_VIEWED = 'Information{d}9/23/2026 10:11:13 AM{d}Microsoft-Windows-Sysmon{d}{}{d}-{d}"{}"\n'


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("head", "event", "indent"),
    [
        ("", _OF_SPLUNK, ""),
        ("", _OF_ITS_TOOL, ""),
        ("\n", _OF_POWERSHELL, " " * 15),
        ("Ebene,Datum und Uhrzeit,Quelle,Ereignis-ID,Aufgabe\n", _VIEWED.replace("{d}", ","), ""),
        ("Level\tDate and Time\tSource\tEvent ID\tTask\n", _VIEWED.replace("{d}", "\t"), ""),
    ],
)
def test_events_as_people_see_them_have_many_lines(
    cli: Cli, tmp_path: Path, head: str, event: str, indent: str, line_end: str
) -> None:
    told = [(22, _MESSAGE.format(NAMES[0])), (1, _ANOTHER), (22, _MESSAGE.format(NAMES[1]))]
    events = [
        event.format(number, message.replace("\n", f"\n{indent}"), n=n)
        for n, (number, message) in enumerate(told)
    ]
    file = tmp_path / "events.txt"
    file.write_bytes((head + "".join(events)).replace("\n", line_end).encode())
    run = cli("parse", file)
    assert (run.code, run.err) == (0, "")
    assert _hosts(run) == list(NAMES[:2])
    assert {(e["user_name"], e["user_agent"]) for e in run.records()} == {("ada", "browser.exe")}
    if not head.strip():
        assert {e["device_name"] for e in run.records()} == {"lt-00412"}


@pytest.mark.parametrize("end", ["\0", "\n\0"])
@pytest.mark.parametrize("last", ["", "\0"])
def test_records_that_zeros_end_are_lines(cli: Cli, tmp_path: Path, end: str, last: str) -> None:
    query = "query[A] {} from 10.20.30.44"
    syslog = [f"<30>Sep 23 10:11:12 pi1 dnsmasq[812]: {query.format(name)}" for name in NAMES]
    gelf = [
        json.dumps({"version": "1.1", "host": "pi1", "short_message": f"dnsmasq[812]: {text}"})
        for text in map(query.format, NAMES)
    ]
    for told in (syslog, [text[:-1] + ', "timestamp": 1790158272.417}' for text in gelf]):
        file = tmp_path / "received"
        file.write_text(end.join(told) + last)
        run = cli("parse", file)
        assert (run.code, run.err) == (0, "")
        assert _hosts(run) == list(NAMES)
