"""A real Squid, a real curl through it, and what is made of the log that Squid itself wrote."""

from __future__ import annotations

import io
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from shadow_scan.collectors.columns import ordinary
from shadow_scan.collectors.engine import Parser
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.lines.blocks import LineReader
from shadow_scan.collectors.lines.unwrap import ByteSource
from shadow_scan.collectors.products.logformat import RECOMMENDED
from shadow_scan.collectors.registry import FORMATS

from ..conftest import Cli, real_part
from .network import (
    LOOPBACK,
    free_port,
    servers_folder,
    unprivileged,
    wait_until_listening,
    web_servers,
)

pytestmark = pytest.mark.real

_SERVICES = ("chatgpt.com", "claude.ai", "api.openai.com", "chat.deepseek.com", "auth.openai.com")
_FALSE_FRIENDS = ("chatgpt.com.portal.example", "notclaude.ai", "openai.com.example")
_ANONYMOUS = "127.0.0.7"
_ROWS = 13
"""Twelve requests, and before them the bare connection that tested whether Squid stands: Squid
writes a row `error:transaction-end-before-headers` for it."""

_CONFIGURATION = """
http_port {address}:{port}
hosts_file {folder}/hosts
dns_nameservers 127.0.0.1
auth_param basic program /bin/sh {folder}/helper.sh
auth_param basic children 1 startup=1
auth_param basic realm staff
acl staff proxy_auth REQUIRED
acl web_ports port {plain} {tls}
acl tls_ports port {tls}
acl CONNECT method CONNECT
acl forbidden dstdomain chat.deepseek.com
acl unnamed src {anonymous}
http_access deny !web_ports
http_access deny CONNECT !tls_ports
http_access deny forbidden
http_access allow unnamed
http_access deny !staff
http_access allow staff
cache deny all
{logformat}
access_log stdio:{folder}/access.log squid
access_log stdio:{folder}/ai.log ai
access_log stdio:{folder}/common.log common
access_log stdio:{folder}/combined.log combined
cache_log {folder}/cache.log
pid_filename {folder}/squid.pid
coredump_dir {folder}
shutdown_lifetime 1 seconds
netdb_filename none
pinger_enable off
"""

# A helper of Squid's basic authentication answers each line 'user password' with OK or ERR.
_HELPER = """
while read -r user password; do
    if [ "$password" = right ]; then echo OK; else echo ERR; fi
done
"""


@dataclass(frozen=True, slots=True)
class Record:
    log: Path
    begin: datetime
    end: datetime
    tls: int
    plain: int


@dataclass(frozen=True, slots=True)
class Browser:
    """curl through the proxy."""

    curl: str
    proxy: int

    def get(
        self, url: str, *more: str, user: str | None = None, source: str = LOOPBACK
    ) -> tuple[int, int]:
        """(status of the answer, status of the CONNECT)"""
        words = [self.curl, "--silent", "--show-error", "--insecure", "--output", "/dev/null"]
        words += ["--proxy", f"http://{LOOPBACK}:{self.proxy}", "--interface", source]
        words += [
            "--noproxy",
            "",
            "--max-time",
            "20",
            "--write-out",
            "%{http_code} %{http_connect}",
        ]
        if user is not None:
            words += ["--proxy-user", f"{user}:right"]
        done = subprocess.run(
            [*words, *more, url], capture_output=True, text=True, timeout=30, check=False
        )
        status, tunnel = done.stdout.split()
        return int(status), int(tunnel)


@pytest.fixture(scope="module")
def record() -> Iterator[Record]:
    squid, curl = real_part("squid"), real_part("curl")
    port = free_port()
    with servers_folder() as folder, web_servers(folder) as web:
        names = "".join(f"{LOOPBACK} {name}\n" for name in (*_SERVICES, *_FALSE_FRIENDS))
        (folder / "hosts").write_text(names)
        (folder / "helper.sh").write_text(_HELPER)
        values = {"plain": web.plain, "tls": web.tls, "anonymous": _ANONYMOUS}
        values["logformat"] = RECOMMENDED
        text = _CONFIGURATION.format(address=LOOPBACK, port=port, folder=folder, **values)
        (folder / "squid.conf").write_text(text)
        begin = datetime.now(UTC)
        server = subprocess.Popen(
            [squid, "-N", "-f", str(folder / "squid.conf")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            **unprivileged(),
        )
        try:
            wait_until_listening(port, server, folder / "cache.log")
            _a_day_of_use(Browser(curl, port), web.tls, web.plain)
        finally:
            server.terminate()
            server.wait(20)
        yield Record(folder / "access.log", begin, datetime.now(UTC), web.tls, web.plain)


def _a_day_of_use(browser: Browser, tls: int, plain: int) -> None:
    for page in ("", "backend-api/conversation", "backend-api/me"):
        assert browser.get(f"https://chatgpt.com:{tls}/{page}", user="alice") == (200, 200)
    assert browser.get(f"https://chatgpt.com:{tls}/", user="bob") == (200, 200)
    assert browser.get(f"https://api.openai.com:{tls}/v1/models", user="CORP%5CBob") == (200, 200)
    upload = ("--data-binary", "x" * 2000)
    assert browser.get(f"http://claude.ai:{plain}/api/organizations?secret=1", *upload,
                       source=_ANONYMOUS) == (200, 0)  # fmt: skip
    for name in ("auth.openai.com", *_FALSE_FRIENDS):
        assert browser.get(f"https://{name}:{tls}/", user="alice") == (200, 200)
    assert browser.get(f"https://chat.deepseek.com:{tls}/", user="alice") == (0, 403)
    assert browser.get(f"https://chatgpt.com:{tls}/", source="127.0.0.9") == (0, 407)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _inside(record: Record, *moments: str) -> bool:
    slack = timedelta(milliseconds=50)
    return all(record.begin - slack <= _moment(m) <= record.end + slack for m in moments)


def test_every_line_that_squid_wrote_is_an_event_with_what_curl_did(
    record: Record, cli: Cli
) -> None:
    done = cli("parse", record.log)
    assert (done.code, done.err) == (0, "")
    probe, *events = done.records()
    assert len(events) + 1 == _ROWS == len(record.log.read_text().splitlines())
    assert all(_inside(record, event["event_time"]) for event in events)
    assert (probe["host"], probe["path"], probe["action"]) == (None, None, None)
    first = events[0]
    assert first["user_name"] == "alice"
    assert (first["host"], first["port"]) == ("chatgpt.com", record.tls)
    assert (first["method"], first["status"], first["path"]) == ("CONNECT", 200, None)
    assert (first["action"], first["evidence"]) == ("allowed", "connected")
    assert first["destination_ip"] == LOOPBACK
    assert first["bytes_up"] is None
    assert first["bytes_down"] > 0
    upload = next(event for event in events if event["host"] == "claude.ai")
    assert (upload["method"], upload["path"]) == ("POST", "/api/organizations")
    assert (upload["evidence"], upload["source_ip"]) == ("transacted", _ANONYMOUS)
    assert upload["user_name"] is None
    denied = next(event for event in events if event["host"] == "chat.deepseek.com")
    assert (denied["action"], denied["status"]) == ("blocked", 403)
    challenge = next(event for event in events if event["status"] == 407)
    assert (challenge["action"], challenge["source_ip"]) == (None, "127.0.0.9")


def test_scanning_finds_exactly_the_services_that_were_used(record: Record, cli: Cli) -> None:
    scanned = cli("scan", record.log, "--format", "json")
    assert scanned.code == 0, scanned.err
    summary = scanned.json()
    assert {k: summary[k] for k in ("lines", "events", "rejected", "skipped")} == {
        "lines": _ROWS, "events": _ROWS, "rejected": 0, "skipped": 0,
    }  # fmt: skip
    found = {
        row["service"]: row
        for row in cli("services", "--activity", "all", "--format", "json").json()
    }
    assert {
        name: (row["users"], row["events"], row["blocked"], row["evidence"])
        for name, row in found.items()
    } == {
        "chatgpt": (2, 4, 0, "connected"),
        "openai-api": (1, 1, 0, "connected"),
        "claude": (1, 1, 0, "transacted"),
        "deepseek": (0, 0, 1, None),
    }
    used = [row for row in found.values() if row["events"]]
    assert all(_inside(record, row["first_time"], row["last_time"]) for row in used)
    assert all(row["first_time"] <= row["last_time"] for row in used)


def test_users_have_their_names_and_teams_when_the_organisation_wants_it(
    record: Record, cli: Cli, tmp_path: Path
) -> None:
    people = tmp_path / "people.csv"
    people.write_text("user,team\nalice,Sales\nbob,Legal\n")
    assert cli("scan", record.log, "--plain-users", "--people", people).code == 0
    rows = cli("users", "--activity", "all", "--format", "json").json()
    assert {
        row["user"]: (row["user_kind"], row["team"], row["services"], row["events"]) for row in rows
    } == {
        "alice": ("person", "Sales", 1, 3),
        "bob": ("person", "Legal", 2, 2),
        _ANONYMOUS: ("address", "unattributed", 1, 1),
    }
    teams = {
        row["team"]: row["users"]
        for row in cli("teams", "--activity", "all", "--format", "json").json()
    }
    assert teams == {"Sales": 1, "Legal": 1, "unattributed": 1}


def test_no_name_of_a_person_or_address_reaches_a_workspace_of_pseudonyms(
    record: Record, cli: Cli, workspace: Path
) -> None:
    assert cli("scan", record.log).code == 0
    users = {row["user"] for row in cli("users", "--activity", "all", "--format", "json").json()}
    assert all(user[:2] in ("u-", "a-") for user in users)
    # the compiled rules hold names of services, and "hibob" is one
    kept = [f for f in workspace.rglob("*") if f.is_file() and f.parent.name != "cache"]
    written = b"".join(f.read_bytes() for f in kept)
    for name in (b"alice", b"bob", _ANONYMOUS.encode(), b"secret=1"):
        assert name not in written


@pytest.mark.parametrize(
    ("name", "format_name"),
    [("ai", "squid-ai"), ("common", "squid-combined"), ("combined", "squid-combined")],
)
def test_squids_other_formats_say_the_same_as_its_native_one(
    record: Record, cli: Cli, name: str, format_name: str
) -> None:
    log = record.log.with_name(f"{name}.log")
    native = [json.loads(line) for line in cli("parse", record.log).out.splitlines()]
    done = cli("parse", log)
    assert (done.code, done.err) == (0, "")
    other = [json.loads(line) for line in done.out.splitlines()]
    assert {event["format"] for event in other} == {format_name}
    same = ("source_ip", "user_name", "host", "port", "path", "method", "status", "action")
    assert [[event[key] for key in same] for event in other] == [
        [event[key] for key in same] for event in native
    ]
    if name == "ai":
        sent = {event["host"]: event["bytes_up"] for event in other if event["method"] == "POST"}
        assert sent["claude.ai"] > 2000
        assert all(event["user_agent"].startswith("curl/") for event in other if event["host"])
        assert [event["event_time"] for event in other] == [e["event_time"] for e in native]


@pytest.mark.parametrize(("log", "name"), [("access.log", "squid"), ("ai.log", "squid-ai")])
def test_lines_of_squid_itself_are_read_by_columns(
    record: Record, monkeypatch: pytest.MonkeyPatch, log: str, name: str
) -> None:
    monkeypatch.setattr(ordinary, "FEWEST_LINES", 1)
    data = record.log.with_name(log).read_bytes()

    def read(declared: Format) -> list[dict[str, Any]]:
        (block,) = LineReader(ByteSource(io.BytesIO(data), log)).blocks()
        parsed = Parser(declared).parse(block)
        assert parsed.rejected == []
        return parsed.events.to_pylist()

    expected = read(replace(FORMATS[name], ordinary=None))
    monkeypatch.delattr(Parser, "_by_statement")
    assert read(FORMATS[name]) == expected
    assert len(expected) == _ROWS
