"""A real SNIProxy and a real NGINX that pass TLS on by its greeting, a real curl through them."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
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
    wait_until_written,
    web_servers,
)

pytestmark = pytest.mark.real

_SENT = 5_000
_NAMES = ("claude.ai", "chatgpt.com")
_MODULE = "/usr/lib/nginx/modules/ngx_stream_module.so"


def sniproxy(folder: Path, port: int, tls: int) -> list[str]:
    (folder / "sniproxy.conf").write_text(
        f"pidfile {folder}/pid\n"
        f"error_log {{\n    filename {folder}/error\n}}\n"
        f"access_log {{\n    filename {folder}/sniproxy.log\n}}\n"
        f"listener {LOOPBACK}:{port} {{\n    protocol tls\n    table names\n}}\n"
        "table names {\n" + "".join(f"    {name} {LOOPBACK}:{tls}\n" for name in _NAMES) + "}\n"
    )
    return [real_part("sniproxy"), "-f", "-c", str(folder / "sniproxy.conf")]


def nginx(folder: Path, port: int, tls: int) -> list[str]:
    if not Path(_MODULE).exists():
        real_part("ngx_stream_module.so")
    (folder / "nginx.conf").write_text(
        f"load_module {_MODULE};\ndaemon off;\npid {folder}/nginx.pid;\nevents {{}}\nstream {{\n"
        "    log_format ai '$remote_addr [$time_local] $protocol $status $bytes_sent "
        """$bytes_received $session_time "$ssl_preread_server_name" "$upstream_addr"';\n"""
        f"    access_log {folder}/nginx.log ai;\n    ssl_preread on;\n"
        f"    server {{\n        listen {LOOPBACK}:{port};\n"
        f"        proxy_pass {LOOPBACK}:{tls};\n    }}\n}}\n"
    )
    return [
        *(real_part("nginx"), "-e", str(folder / "nginx.error"), "-c", str(folder / "nginx.conf"))
    ]


_PROGRAMS: dict[str, Callable[[Path, int, int], list[str]]] = {
    "sniproxy": sniproxy,
    "nginx": nginx,
}


@dataclass(frozen=True, slots=True)
class Record:
    log: Path
    tls: int
    begin: datetime
    end: datetime


def ask(port: int, name: str) -> None:
    words = [real_part("curl"), "--silent", "--insecure", "--output", "/dev/null", "--noproxy", "*"]
    words += ["--max-time", "20", "--connect-to", f"::{LOOPBACK}:{port}"]
    subprocess.run([*words, "--data-binary", "x" * _SENT, f"https://{name}/"], check=True)


@pytest.fixture(scope="module", params=_PROGRAMS)
def record(request: pytest.FixtureRequest) -> Iterator[Record]:
    with servers_folder() as folder, web_servers(folder) as web:
        begin, out, port = datetime.now(UTC), folder / "out", free_port()
        for log in ("sniproxy.log", "error"):
            (folder / log).touch(0o666)
            (folder / log).chmod(0o666)
        with out.open("wb") as written:
            server = subprocess.Popen(
                _PROGRAMS[request.param](folder, port, web.tls),
                stdout=written,
                stderr=subprocess.STDOUT,
                cwd=folder,
                **unprivileged(),
            )
        try:
            wait_until_listening(port, server, out)
            for name in _NAMES:
                ask(port, name)
            wait_until_written(folder / f"{request.param}.log", _NAMES)
        finally:
            server.terminate()
            server.wait(20)
        yield Record(folder / f"{request.param}.log", web.tls, begin, datetime.now(UTC))


def test_what_was_passed_on_is_read(record: Record, cli: Cli) -> None:
    done = cli("parse", record.log, "--tz", "UTC")
    assert (done.code, done.err) == (0, "")
    # The test that asked whether somebody listens was a connection, too.
    events = [event for event in done.records() if event["host"]]
    assert [(e["host"], e["port"], e["destination_ip"]) for e in events] == [
        (name, record.tls, LOOPBACK) for name in _NAMES
    ]
    assert {(e["source_ip"], e["action"], e["evidence"]) for e in events} == {
        (LOOPBACK, "allowed", "connected")
    }
    assert all(_SENT < e["bytes_up"] < 2 * _SENT for e in events)
    assert all(100 < e["bytes_down"] < _SENT for e in events)
    slack = timedelta(seconds=2)
    for event in events:
        moment = datetime.fromisoformat(event["event_time"])
        assert record.begin - slack <= moment <= record.end + slack
