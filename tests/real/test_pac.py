"""The exported PAC file in a real browser: what was ruled out reaches no proxy, all else does."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from ..conftest import Cli, real_part
from .network import LOOPBACK

pytestmark = pytest.mark.real

BLOCKED = ("chatgpt.com", "www.chatgpt.com", "deep.x.chatgpt.com", "chat.openai.com",
           "chatgpt-async-webps-prod-eastus-12.webpubsub.azure.com")  # fmt: skip
FREE = ("sora.chatgpt.com", "notchatgpt.com", "chatgpt.com.evil.example", "api.openai.com",
        "x.chat.openai.com")  # fmt: skip
_PAGE = "".join(f'<img src="http://{name}/">' for name in (*BLOCKED, *FREE))


@contextmanager
def _proxy(pac: str) -> Iterator[tuple[str, set[str]]]:
    """A proxy that serves the PAC file and one page, and notes which hosts it is asked for."""
    asked: set[str] = set()

    class Handler(BaseHTTPRequestHandler):
        def do_CONNECT(self) -> None:
            asked.add(self.path.partition(":")[0])
            self.send_error(502)

        def do_GET(self) -> None:
            host = urlsplit(self.path).hostname
            if host is not None:
                asked.add(host)
            body = _PAGE if host == "start.example" else pac if host is None else ""
            self.send_response(200)
            self.send_header("Content-Type", "text/html" if host else _PAC_TYPE)
            self.end_headers()
            port = self.server.server_address[1]
            self.wfile.write(body.replace('"DIRECT"', f'"PROXY {LOOPBACK}:{port}"').encode())

        def log_message(self, *_: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer((LOOPBACK, 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://{LOOPBACK}:{server.server_port}/list.pac", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


_PAC_TYPE = "application/x-ns-proxy-autoconfig"


def test_a_browser_reaches_all_but_what_was_ruled_out(cli: Cli, tmp_path: Path) -> None:
    chromium = real_part("chromium")
    for service, status in (("chatgpt", "unsanctioned"), ("sora", "sanctioned")):
        assert cli("decide", service, status, "--reason", "a test").code == 0
    exported = cli("export", "blocklist", "--to", "pac")
    assert exported.code == 0, exported.err
    with _proxy(exported.out) as (address, asked):
        flags = [
            *("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run"),
            *("--disable-background-networking", f"--user-data-dir={tmp_path / 'profile'}"),
            *(f"--proxy-pac-url={address}", "--timeout=20000", "--dump-dom"),
        ]
        subprocess.run(
            [chromium, *flags, "http://start.example/"],
            capture_output=True,
            timeout=90,
            check=False,
        )
    assert "start.example" in asked
    assert asked & {*BLOCKED, *FREE} == set(FREE)
