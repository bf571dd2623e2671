"""The screens in a real terminal (tmux), and in a real browser without a request to elsewhere."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shadow_scan.workspace import Workspace
from tests.conftest import real_part

_PATIENCE = 60


def until(answer: Callable[[], str], words: str) -> str:
    deadline = time.monotonic() + _PATIENCE
    text = ""
    while time.monotonic() < deadline:
        text = answer()
        if words in text:
            return text
        time.sleep(0.3)
    raise AssertionError(f"'{words}' never came:\n{text}")


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[Callable[..., str]]:
    program = real_part("tmux")

    def run(*words: str) -> str:
        command = [program, "-S", str(tmp_path / "socket"), "-f", "/dev/null", *words]
        return subprocess.run(command, capture_output=True, text=True, timeout=30).stdout

    yield run
    run("kill-server")


def test_a_real_terminal_shows_the_queue_and_a_service(
    sample: Workspace, tmux: Callable[..., str]
) -> None:
    command = f"{sys.executable} -m shadow_scan tui --workspace {sample.path}"
    paths = f"PYTHONPATH={os.pathsep.join(path for path in sys.path if path)}"
    tmux("new-session", "-d", "-x", "80", "-y", "24", "-e", paths, command)

    def screen() -> str:
        return tmux("capture-pane", "-p")

    first = until(screen, "ChatGPT")
    assert all(len(line) <= 80 for line in first.splitlines())
    assert "upload to training" in first
    tmux("send-keys", "Enter")
    assert "ChatGPT by OpenAI" in until(screen, "Users by day")
    tmux("send-keys", "Escape")
    until(screen, "Why it is first")
    tmux("send-keys", "q")
    until(lambda: tmux("list-sessions") or "gone", "gone")


@pytest.fixture
def served(sample: Workspace) -> Iterator[str]:
    pytest.importorskip("textual_serve")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = ["-m", "shadow_scan", "tui", "--serve", "--port", str(port)]
    process = subprocess.Popen(
        [sys.executable, *words, "--workspace", str(sample.path)],
        stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )  # fmt: skip
    assert process.stderr is not None
    found = re.search(r"http://\S+", process.stderr.readline())
    assert found
    yield found[0]
    process.send_signal(signal.SIGINT)
    process.wait(30)
    process.stderr.close()


def test_a_real_browser_draws_it_and_asks_nobody_else(served: str, tmp_path: Path) -> None:
    chromium = real_part("chromium")
    log = tmp_path / "net.json"
    subprocess.run(
        [
            chromium, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            f"--user-data-dir={tmp_path / 'profile'}", f"--log-net-log={log}",
            "--window-size=1200,800", "--timeout=25000", "--virtual-time-budget=20000",
            f"--screenshot={tmp_path / 'page.png'}", served,
        ],
        capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    assert (tmp_path / "page.png").stat().st_size > 5_000
    own = served.split("/?")[0].removeprefix("http://")
    asked = set(re.findall(r'"url":"(?:https?|wss?)://([^/"]+)', log.read_text("utf-8", "replace")))
    assert own in asked
    assert {host for host in asked if not _of_the_browser(host)} == {own}


def _of_the_browser(host: str) -> bool:
    """What the browser asks for itself, whatever page is open."""
    return host.endswith((".google.com", ".googleapis.com", ".gstatic.com")) and "fonts" not in host


def test_without_the_key_or_from_elsewhere_nothing_is_served(served: str) -> None:
    import http.client

    own = served.split("/?")[0].removeprefix("http://")
    key = served.partition("?key=")[2]

    def status(path: str, **headers: str) -> int:
        connection = http.client.HTTPConnection(own, timeout=20)
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status

    assert status(f"/?key={key}") == 200
    assert status("/") == 403
    assert status("/?key=wrong") == 403
    assert status(f"/?key={key}", Host="rebound.example") == 403
    assert status(f"/ws?key={key}", Origin="http://elsewhere.example") == 403
