"""A real NGINX as a forward proxy, a real curl through it, and its log in the recommended form."""

from __future__ import annotations

import re
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

_RECIPES = Path(__file__).parents[2] / "docs" / "recipes.md"
_CONFIGURATION = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
    {recommended}
    access_log {folder}/combined.log combined;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen {address}:{port};
        location / {{
            proxy_pass http://{address}:{web};
            proxy_set_header Host $host;
        }}
        location /forbidden {{ return 403; }}
    }}
}}
"""
_SAID = "%{http_code} %{size_request} %{size_header} %{size_download}"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request through the proxy, and what curl knows of it."""

    host: str
    path: str
    method: str
    user: str | None
    agent: str
    status: int
    up: int
    down: int


@dataclass(frozen=True, slots=True)
class Record:
    folder: Path
    begin: datetime
    end: datetime
    asked: list[Asked]


def recommended(folder: Path) -> str:
    found = re.search(r"(log_format ai .*?;)\naccess_log \S+ ai;", _RECIPES.read_text(), re.DOTALL)
    assert found is not None
    return f"{found.group(1)}\n    access_log {folder}/ai.log ai;"


def ask(curl: str, proxy: int, url: str, *more: str, user: str | None = None) -> Asked:
    words = [curl, "--silent", "--output", "/dev/null", "--noproxy", "", "--max-time", "20"]
    words += ["--proxy", f"http://{LOOPBACK}:{proxy}", "--write-out", _SAID]
    agent = f'Mozilla/5.0 (X11; "quoted", ü) {len(more)}'
    words += ["--user-agent", agent, *(["--user", f"{user}:right"] if user else [])]
    done = subprocess.run([*words, *more, url], capture_output=True, text=True, check=True)
    status, up, header, download = done.stdout.split()
    host, _, path = url.removeprefix("http://").partition("/")
    method = "POST" if more else "GET"
    path = f"/{path.split('?')[0]}"
    down = int(header) + int(download)
    return Asked(host, path, method, user, agent, int(status), int(up), down)


@pytest.fixture(scope="module")
def record() -> Iterator[Record]:
    nginx, curl, port = real_part("nginx"), real_part("curl"), free_port()
    with servers_folder() as folder, web_servers(folder) as web:
        text = _CONFIGURATION.format(
            folder=folder,
            address=LOOPBACK,
            port=port,
            web=web.plain,
            recommended=recommended(folder),
        )
        (folder / "nginx.conf").write_text(text)
        begin = datetime.now(UTC)
        server = subprocess.Popen(
            [nginx, "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            **unprivileged(),
        )
        try:
            wait_until_listening(port, server, folder / "error.log")
            upload = ("--data-binary", "x" * 2000)
            asked = [
                ask(curl, port, "http://chatgpt.com/backend-api/me?secret=1", user="alice"),
                ask(curl, port, "http://claude.ai/api/organizations", *upload, user="bob"),
                ask(curl, port, "http://claude.ai/forbidden/x"),
                ask(curl, port, "http://api.openai.com/v1/models", *upload),
            ]
        finally:
            server.terminate()
            server.wait(20)
        yield Record(folder, begin, datetime.now(UTC), asked)


def test_the_recommended_log_is_read_as_what_was_asked(record: Record, cli: Cli) -> None:
    log = record.folder / "ai.log"
    done = cli("parse", log)
    assert (done.code, done.err) == (0, "")
    events = done.records()
    assert [
        (event["host"], event["path"], event["method"], event["user_name"], event["user_agent"])
        for event in events
    ] == [(one.host, one.path, one.method, one.user, one.agent) for one in record.asked]
    assert [(event["status"], event["bytes_up"], event["bytes_down"]) for event in events] == [
        (one.status, one.up, one.down) for one in record.asked
    ]
    assert {event["source_ip"] for event in events} == {LOOPBACK}
    assert all(0 <= event["duration_ms"] < 20_000 for event in events)
    slack = timedelta(seconds=1)
    for event in events:
        moment = datetime.fromisoformat(event["event_time"])
        assert record.begin - slack <= moment <= record.end + slack


def test_the_combined_log_says_the_same_without_what_it_does_not_have(
    record: Record, cli: Cli
) -> None:
    done = cli("parse", record.folder / "combined.log")
    assert (done.code, done.err) == (0, "")
    assert [
        (e["format"], e["host"], e["path"], e["method"], e["user_name"], e["status"])
        for e in done.records()
    ] == [
        ("web-server", one.host, one.path, one.method, one.user, one.status) for one in record.asked
    ]
    assert [e["user_agent"] for e in done.records()] == [one.agent for one in record.asked]
