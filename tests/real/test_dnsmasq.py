"""A real dnsmasq with its query log, asked over UDP from several loopback addresses."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
    ("127.0.0.12", "claude.ai", "A"),
    ("127.0.0.12", "claude.ai", "HTTPS"),
    ("127.0.0.13", "chat.deepseek.com", "A"),
    ("127.0.0.13", "notclaude.ai", "A"),
    ("127.0.0.13", "chatgpt.com.portal.example", "A"),
)
_PATIENCE_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Record:
    log: Path
    begin: datetime
    end: datetime


@contextmanager
def _resolver(folder: Path, verbosity: str, zone: str) -> Iterator[int]:
    port = free_port()
    words = [
        *("--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts"),
        *(f"--port={port}", f"--listen-address={LOOPBACK}", "--bind-interfaces"),
        *(verbosity, f"--log-facility={folder}/dnsmasq.log", f"--pid-file={folder}/pid"),
        *("--address=/#/127.0.0.1", "--address=/deepseek.com/0.0.0.0"),
    ]
    server = subprocess.Popen(
        [real_part("dnsmasq"), *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={"PATH": os.environ.get("PATH", os.defpath), "TZ": zone},
        **unprivileged(),
    )
    try:
        yield port
    finally:
        server.terminate()
        server.wait(10)


def _answered(port: int, name: str, kind: str, source: str) -> None:
    """Ask once; only before the server stands does a question stay without an answer."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            if ask(port, name, kind, source) is not None:
                return
        except ConnectionRefusedError:
            pass
        time.sleep(0.02)
    raise AssertionError("dnsmasq does not answer")


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Callable[..., Record]]:
    with servers_folder() as folder:

        def made(verbosity: str, zone: str = "UTC") -> Record:
            begin = datetime.now(UTC)
            with _resolver(folder, verbosity, zone) as port:
                _answered(port, "ready.example", "A", LOOPBACK)
                for source, name, kind in _ASKED:
                    _answered(port, name, kind, source)
            return Record(folder / "dnsmasq.log", begin, datetime.now(UTC))

        yield made


def _inside(record: Record, moment: str) -> bool:
    """dnsmasq writes whole seconds."""
    at = datetime.fromisoformat(moment)
    return record.begin - timedelta(seconds=1) <= at <= record.end + timedelta(seconds=1)


@pytest.mark.parametrize("verbosity", ["--log-queries", "--log-queries=extra"])
def test_every_question_is_an_event_and_every_other_line_is_skipped(
    record: Callable[..., Record], cli: Cli, verbosity: str
) -> None:
    written = record(verbosity)
    parsed = cli("parse", written.log)
    assert (parsed.code, parsed.err) == (0, "")
    events = parsed.records()
    asked = [(e["source_ip"], e["host"]) for e in events if e["host"] != "ready.example"]
    assert asked == [(source, name.lower()) for source, name, _ in _ASKED]
    assert {event["evidence"] for event in events} == {"resolved"}
    assert all(_inside(written, event["event_time"]) for event in events)
    blocked = [event["host"] for event in events if event["action"] == "blocked"]
    assert blocked == ["chat.deepseek.com"]


@pytest.mark.parametrize("verbosity", ["--log-queries", "--log-queries=extra"])
def test_scanning_finds_exactly_the_services_that_were_looked_up(
    record: Callable[..., Record], cli: Cli, verbosity: str
) -> None:
    written = record(verbosity)
    scanned = cli("scan", written.log, "--plain-users", "--format", "json")
    assert scanned.code == 0, scanned.err
    summary = scanned.json()
    assert summary["rejected"] == 0
    assert summary["lines"] == len(written.log.read_text().splitlines())
    assert summary["lines"] == summary["events"] + summary["skipped"]
    found = {row["service"]: row for row in cli("services", "--format", "json").json()}
    assert {
        name: (row["users"], row["blocked"], row["evidence"]) for name, row in found.items()
    } == {
        "chatgpt": (2, 0, "resolved"),
        "claude": (1, 0, "resolved"),
        "deepseek": (0, 1, None),
    }
    assert {row["user"] for row in cli("users", "--format", "json").json()} == {
        "127.0.0.11",
        "127.0.0.12",
    }


def test_a_resolver_elsewhere_is_read_by_its_own_clock(
    record: Callable[..., Record], cli: Cli
) -> None:
    written = record("--log-queries", zone="America/New_York")
    events = cli("parse", written.log, "--tz", "America/New_York").records()
    assert len(events) == len(_ASKED) + 1
    assert all(_inside(written, event["event_time"]) for event in events)
