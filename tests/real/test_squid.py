"""A real Squid: its own log names exactly the services that were asked for through it."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ..conftest import Cli, real_part
from .loopback import answers, free_port, stop, wait_until, web_server

pytestmark = pytest.mark.real

NAMES = (
    *("chatgpt.com", "claude.ai", "api.openai.com", "chat.deepseek.com", "auth.openai.com"),
    *("intranet.example", "notchatgpt.com", "chatgpt.com.evil.example"),
)
CONFIGURATION = """
http_port 127.0.0.1:{port}
hosts_file {folder}/hosts
dns_nameservers 127.0.0.1
pid_filename {folder}/squid.pid
cache_log {folder}/cache.log
access_log stdio:{folder}/access.log squid
cache deny all
coredump_dir {folder}
shutdown_lifetime 1 seconds
auth_param basic program {checker}
auth_param basic realm test
acl people proxy_auth REQUIRED
acl web port {web}
acl forbidden dstdomain chat.deepseek.com
acl CONNECT method CONNECT
http_access deny !web
http_access deny !people
http_access deny forbidden
http_access allow all
"""


@dataclass(frozen=True)
class Proxy:
    port: int
    web: int
    log: Path
    process: subprocess.Popen[bytes]

    def get(self, host: str, user: str | None = None, *, tunnel: bool = False) -> None:
        """One request through the proxy with curl, which need not succeed."""
        words = ["curl", "--silent", "--output", os.devnull, "--max-time", "10"]
        words += ["--proxy", f"http://127.0.0.1:{self.port}"]
        words += ["--proxy-user", f"{user}:secret"] if user else []
        words += ["--proxytunnel"] if tunnel else []
        subprocess.run([*words, f"http://{host}:{self.web}/some/page?q=private"], check=False)


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[Proxy]:
    squid = real_part("squid")
    real_part("curl")
    folder = Path("/var/tmp") / f"shadow-scan-{os.getpid()}-{time.monotonic_ns()}"
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    checker = folder / "checker"
    checker.write_text("#!/bin/sh\nwhile read -r line; do echo OK; done\n")
    checker.chmod(0o755)
    (folder / "hosts").write_text("".join(f"127.0.0.1 {name}\n" for name in NAMES))
    with web_server() as web:
        port = free_port()
        text = CONFIGURATION.format(port=port, web=web, folder=folder, checker=checker)
        (folder / "squid.conf").write_text(text)
        words = [squid, "-N", "-f", str(folder / "squid.conf")]
        process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_until(lambda: answers(port), process)
            yield Proxy(port, web, folder / "access.log", process)
        finally:
            stop(process)
            shutil.rmtree(folder, ignore_errors=True)


def test_exactly_the_services_that_went_through_a_real_squid_are_found(
    proxy: Proxy, cli: Cli
) -> None:
    began = time.time()
    proxy.get("chatgpt.com")  # a challenge, 407
    for _ in range(3):
        proxy.get("chatgpt.com", "amara", tunnel=True)
    proxy.get("claude.ai", "amara", tunnel=True)
    proxy.get("claude.ai", "jonas")
    proxy.get("api.openai.com", "CORP%5Cjonas")
    proxy.get("chat.deepseek.com", "jonas", tunnel=True)
    for host in ("auth.openai.com", "intranet.example", "notchatgpt.com"):
        proxy.get(host, "amara")
    proxy.get("chatgpt.com.evil.example", "amara", tunnel=True)
    stop(proxy.process)
    ended = time.time()

    scanned = cli("scan", proxy.log, "--plain-users", "--format", "json")
    assert scanned.code == 0, scanned.err
    totals = scanned.json()
    assert totals["lines"] == len(proxy.log.read_text().splitlines())
    assert totals["rejected"] == 0

    services = {row["service"]: row for row in cli("services", "--format", "json").json()}
    counts = {name: (row["users"], row["events"], row["blocked"]) for name, row in services.items()}
    assert counts == {
        "chatgpt": (1, 3, 0),
        "claude": (2, 2, 0),
        "openai-api": (1, 1, 0),
        "deepseek": (0, 0, 1),
    }
    assert services["chatgpt"]["evidence"] == "connected"
    assert services["claude"]["evidence"] == "transacted"
    assert services["chatgpt"]["bytes_up"] is None
    assert services["chatgpt"]["bytes_down"] >= 3000
    for moment in ("first_time", "last_time"):
        seen = services["claude"][moment]
        assert _utc(began - 1) <= seen <= _utc(ended + 1)
    users = {row["user"]: row["services"] for row in cli("users", "--format", "json").json()}
    assert users == {"amara": 2, "jonas": 2}
    assert "private" not in cli("export", "events").out


def _utc(moment: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(moment))
