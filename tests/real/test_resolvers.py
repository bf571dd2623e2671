"""Real resolvers with their query logs: BIND, Unbound, PowerDNS; asked by several clients."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ..conftest import Cli, real_part
from .network import LOOPBACK, ask, free_port, servers_folder, unprivileged

pytestmark = pytest.mark.real

_ASKED = (
    ("127.0.0.11", "chatgpt.com", "A"),
    ("127.0.0.11", "chatgpt.com", "AAAA"),
    ("127.0.0.12", "ChatGPT.com", "A"),
    ("127.0.0.12", "claude.ai", "HTTPS"),
    ("127.0.0.13", "notclaude.ai", "A"),
    ("127.0.0.13", "xn--bcher-kva.example", "A"),
)
_READY = "ready.example"
_PATIENCE_SECONDS = 60.0
_ZONE = """$TTL 60
@ IN SOA ns.example. hostmaster.example. 1 3600 600 86400 60
@ IN NS ns.example.
ns.example. IN A 127.0.0.1
chatgpt.com. IN A 127.0.0.1
"""


@dataclass(frozen=True, slots=True)
class Server:
    """A resolver: its command, and the log that it writes (None: what it says on stdout)."""

    command: list[str]
    log: Path | None
    part: str


@dataclass(frozen=True, slots=True)
class Record:
    log: Path
    begin: datetime
    end: datetime


def _bind(folder: Path, port: int, time_style: str) -> Server:
    log, config = folder / "query.log", folder / "named.conf"
    config.write_text(
        f'options {{ directory "{folder}"; listen-on port {port} {{ {LOOPBACK}; }}; '
        f'listen-on-v6 {{ none; }}; recursion no; querylog yes; pid-file "{folder}/pid"; '
        f'session-keyfile "{folder}/key"; managed-keys-directory "{folder}"; }};\n'
        "controls { };\n"
        f'logging {{ channel asked {{ file "{log}"; print-time {time_style}; print-category yes; '
        "print-severity yes; }; category queries { asked; }; category general { asked; }; };\n"
    )
    return Server([real_part("named"), "-f", "-n", "1", "-c", str(config)], log, "named")


def _unbound(folder: Path, port: int, more: str) -> Server:
    log, config = folder / "unbound.log", folder / "unbound.conf"
    config.write_text(
        f"server:\n  interface: {LOOPBACK}\n  port: {port}\n  do-daemonize: no\n  chroot: ''\n"
        f"  username: ''\n  directory: '{folder}'\n  pidfile: '{folder}/pid'\n  use-syslog: no\n"
        f"  logfile: '{log}'\n  log-queries: yes\n  log-replies: yes\n  num-threads: 1\n"
        f"  access-control: 127.0.0.0/8 allow\n  local-zone: '.' static\n  {more}\n"
        "remote-control:\n  control-enable: no\n"
    )
    return Server([real_part("unbound"), "-d", "-c", str(config)], log, "unbound")


def _recursor(folder: Path, port: int, structured: str) -> Server:
    (folder / "root.zone").write_text(_ZONE)
    words = [
        *(f"--config-dir={folder}", "--daemon=no", f"--local-address={LOOPBACK}"),
        *(f"--local-port={port}", f"--socket-dir={folder}", "--quiet=no", "--loglevel=6"),
        *("--disable-syslog=yes", "--write-pid=no", "--threads=1", "--allow-from=127.0.0.0/8"),
        *(f"--auth-zones=.={folder}/root.zone", "--security-poll-suffix=", "--dnssec=off"),
        # The classic log does not name what its packet cache answers.
        *(f"--structured-logging={structured}", f"--disable-packetcache={_other(structured)}"),
    ]
    return Server([real_part("pdns_recursor"), *words], None, "pdns_recursor")


def _other(word: str) -> str:
    return "no" if word == "yes" else "yes"


_RESOLVERS: dict[str, tuple[str, Callable[[Path, int, str], Server], str]] = {
    "bind-local": ("bind", _bind, "yes"),
    "bind-iso": ("bind", _bind, "iso8601-utc"),
    "unbound": ("unbound", _unbound, ""),
    "unbound-tagged": ("unbound", _unbound, "log-tag-queryreply: yes"),
    "unbound-ascii": ("unbound", _unbound, "log-time-ascii: yes"),
    "recursor-classic": ("pdns-recursor", _recursor, "no"),
    "recursor-structured": ("pdns-recursor", _recursor, "yes"),
}


def _answered(
    port: int, name: str, kind: str, source: str, server: subprocess.Popen[bytes], said: Path
) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            if ask(port, name, kind, source) is not None:
                return
        except ConnectionRefusedError:
            pass
        time.sleep(0.05)
    ended = "has ended" if server.poll() is not None else "does not answer"
    last_words = said.read_text(errors="replace")[-2000:]
    raise AssertionError(f"the resolver {ended}; it says: {last_words}")


def _asked(folder: Path, server: Server, port: int) -> Record:
    begin = datetime.now(UTC)
    said = folder / "said.log"
    with said.open("wb") as out:
        process = subprocess.Popen(
            server.command,
            stdout=out,
            stderr=subprocess.STDOUT,
            env={"PATH": os.environ.get("PATH", os.defpath), "TZ": "UTC"},
            **unprivileged(),
        )
        try:
            _answered(port, _READY, "A", LOOPBACK, process, said)
            for source, name, kind in _ASKED:
                _answered(port, name, kind, source, process, said)
        finally:
            process.terminate()
            process.wait(10)
    return Record(server.log or said, begin, datetime.now(UTC))


@pytest.fixture(params=sorted(_RESOLVERS))
def resolver(request: pytest.FixtureRequest) -> Iterator[tuple[str, Record]]:
    name, made, variant = _RESOLVERS[request.param]
    with servers_folder() as folder:
        port = free_port()
        yield name, _asked(folder, made(folder, port, variant), port)


def test_every_question_is_an_event_and_every_line_is_counted(
    resolver: tuple[str, Record], cli: Cli
) -> None:
    name, written = resolver
    parsed = cli("parse", written.log)
    assert (parsed.code, parsed.err) == (0, "")
    events = [event for event in parsed.records() if event["host"] != _READY]
    assert [(e["source_ip"], e["host"]) for e in events] == [(s, n.lower()) for s, n, _ in _ASKED]
    assert {(event["format"], event["evidence"]) for event in events} == {(name, "resolved")}
    second = timedelta(seconds=1)
    for event in events:
        at = datetime.fromisoformat(event["event_time"])
        assert written.begin - second <= at <= written.end + second
    summary = cli("scan", written.log, "--plain-users", "--format", "json").json()
    assert summary["rejected"] == 0
    assert summary["lines"] == len(written.log.read_text().splitlines())
    assert summary["lines"] == summary["events"] + summary["skipped"]
    found = {row["service"]: row["users"] for row in cli("services", "--format", "json").json()}
    assert found == {"chatgpt": 2, "claude": 1}
