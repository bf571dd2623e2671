"""A real HAProxy in front of a web server, a real curl through it, and its logs over syslog."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

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

_AGENT = 'Mozilla/5.0 (X11; "quoted" {braces}; ü 5%)'
_JSON = (
    r"""log-format '{"time":"%t","client":"%ci","port":%cp,"frontend":"%ft","backend":"%b","""
    r""""method":"%HM","uri":"%HU","status":%ST,"bytes_read":%B,"bytes_uploaded":%U,"""
    r""""host":"%[capture.req.hdr(0)]","user_agent":"%[capture.req.hdr(1),json(utf8s)]"}'"""
)
_LOGS = {"http": "option httplog", "clf": "option httplog clf", "json": _JSON}
_ASKED = [
    ("GET", "claude.ai", "/new?x=1", 200),
    ("POST", "chatgpt.com", "/backend-api/me", 200),
    ("GET", "claude.ai", "/forbidden/x", 403),
]


@dataclass(frozen=True, slots=True)
class Record:
    logs: dict[str, Path]
    begin: datetime
    end: datetime


def configuration(ports: dict[str, int], sinks: dict[str, socket.socket], web: int) -> str:
    text = "defaults\n    mode http\n" + "".join(
        f"    timeout {of} 5s\n" for of in ("client", "server", "connect")
    )
    text += f"backend web\n    server one {LOOPBACK}:{web}\n"
    for name, log in _LOGS.items():
        text += f"""frontend {name}
    bind {LOOPBACK}:{ports[name]}
    log {LOOPBACK}:{sinks[name].getsockname()[1]} local0
    {log}
    capture request header Host len 64
    capture request header User-Agent len 128
    http-request deny if {{ path_beg /forbidden }}
    default_backend web
"""
    return text


def ask(curl: str, port: int, method: str, host: str, path: str, status: int) -> None:
    words = [curl, "--silent", "--output", "/dev/null", "--noproxy", "*", "--max-time", "20"]
    words += ["--write-out", "%{http_code}", "--user-agent", _AGENT, "--header", f"Host: {host}"]
    words += ["--data-binary", "x" * 2000] if method == "POST" else []
    done = subprocess.run(
        [*words, f"http://{LOOPBACK}:{port}{path}"], capture_output=True, text=True, check=True
    )
    assert done.stdout == str(status)


def sink() -> socket.socket:
    """What a syslog server would be."""
    opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    opened.bind((LOOPBACK, 0))
    opened.settimeout(10)
    return opened


def received(sink: socket.socket, file: Path) -> Path:
    """As many lines as there were requests; of a probe without one there is a line, too."""
    lines: list[bytes] = []
    while len(lines) < len(_ASKED):
        line = sink.recv(65536).rstrip(b"\n")
        lines += [] if b"BADREQ" in line else [line]
    file.write_bytes(b"".join(line + b"\n" for line in lines))
    return file


@pytest.fixture(scope="module")
def record() -> Iterator[Record]:
    haproxy, curl = real_part("haproxy"), real_part("curl")
    sinks = {name: sink() for name in _LOGS}
    ports = {name: free_port() for name in _LOGS}
    with servers_folder() as folder, web_servers(folder) as web:
        (folder / "haproxy.cfg").write_text(configuration(ports, sinks, web.plain))
        begin, log = datetime.now(UTC), folder / "out"
        with log.open("wb") as out:
            server = subprocess.Popen(
                [haproxy, "-db", "-f", str(folder / "haproxy.cfg")],
                stdout=out,
                stderr=subprocess.STDOUT,
                cwd=folder,
                **unprivileged(),
            )
        try:
            for port in ports.values():
                wait_until_listening(port, server, log)
                for asked in _ASKED:
                    ask(curl, port, *asked)
            logs = {name: received(sinks[name], folder / f"{name}.log") for name in _LOGS}
        finally:
            server.terminate()
            server.wait(20)
            for opened in sinks.values():
                opened.close()
        yield Record(logs, begin, datetime.now(UTC))


@pytest.mark.parametrize("log", _LOGS)
def test_a_log_is_read_as_what_was_asked(log: str, record: Record, cli: Cli) -> None:
    done = cli("parse", record.logs[log], "--tz", "UTC")
    assert (done.code, done.err) == (0, "")
    events = done.records()
    assert [(e["method"], e["host"], e["path"], e["status"]) for e in events] == [
        (method, host, path.split("?")[0], status) for method, host, path, status in _ASKED
    ]
    assert {(e["format"], e["source_ip"], e["user_agent"]) for e in events} == {
        ("haproxy", LOOPBACK, _AGENT)
    }
    assert [e["action"] for e in events] == ["allowed", "allowed", "blocked"]
    assert all(e["bytes_down"] > 100 for e in events)
    assert [(e["bytes_up"] or 0) > 2000 for e in events] == [False, log == "json", False]
    slack = timedelta(seconds=1)
    for event in events:
        moment = datetime.fromisoformat(event["event_time"])
        assert record.begin - slack <= moment <= record.end + slack
