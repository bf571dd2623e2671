"""A real Dante, a real curl through its SOCKS, and its log."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Iterator
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

_SENT = 5_000
_CLOSED = "127.0.0.9"
_SETTINGS = """logoutput: {log}
internal: {here} port = {port}
external: {here}
clientmethod: none
socksmethod: none
user.privileged: {user}
user.unprivileged: {user}
client pass {{ from: 0/0 to: 0/0 }}
socks block {{ from: 0/0 to: {closed}/32 log: connect error }}
socks pass {{ from: 0/0 to: 0/0 log: connect disconnect error }}
"""


def ask(port: int, web: int, to: str) -> None:
    words = [real_part("curl"), "--silent", "--output", "/dev/null", "--max-time", "20"]
    words += ["--proxy", f"socks5://{LOOPBACK}:{port}", "--data-binary", "x" * _SENT]
    done = subprocess.run([*words, "--noproxy", "", f"http://{to}:{web}/"], check=False)
    assert (done.returncode == 0) == (to == LOOPBACK)


def user() -> str:
    """Who it runs as, with its rights and without."""
    return "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name


@pytest.fixture(scope="module")
def log() -> Iterator[tuple[Path, int]]:
    with servers_folder() as folder, web_servers(folder) as web:
        port, out = free_port(), folder / "out"
        (folder / "dante.conf").write_text(
            _SETTINGS.format(
                log=folder / "dante.log", here=LOOPBACK, port=port, user=user(), closed=_CLOSED
            )
        )
        with out.open("wb") as written:
            server = subprocess.Popen(
                [real_part("danted"), "-f", str(folder / "dante.conf"), "-p", str(folder / "pid")],
                stdout=written,
                stderr=subprocess.STDOUT,
                cwd=folder,
                **unprivileged(),
            )
        try:
            wait_until_listening(port, server, out)
            for to in (LOOPBACK, _CLOSED):
                ask(port, web.plain, to)
        finally:
            server.terminate()
            server.wait(20)
        yield folder / "dante.log", web.plain


def test_a_connection_is_read_with_its_sizes(log: tuple[Path, int], cli: Cli) -> None:
    done = cli("parse", log[0], "--tz", "UTC")
    assert (done.code, done.err) == (0, "")
    opened, closed, refused = done.records()
    for event in (opened, closed):
        ends = event["source_ip"], event["destination_ip"], event["port"], event["action"]
        assert ends == (LOOPBACK, LOOPBACK, log[1], "allowed")
    assert (opened["bytes_up"], opened["bytes_down"]) == (None, None)
    assert _SENT < closed["bytes_up"] < 2 * _SENT
    assert 0 < closed["bytes_down"] < 1_000
    assert (refused["destination_ip"], refused["action"]) == (_CLOSED, "blocked")
