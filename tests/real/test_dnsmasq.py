"""A real dnsmasq: names are asked, and its own log names exactly the services behind them."""

from __future__ import annotations

import os
import socket
import struct
import subprocess
import time
from pathlib import Path

import pytest

from ..conftest import Cli, real_part
from .loopback import free_port, stop, wait_until

pytestmark = pytest.mark.real

TYPES = {"A": 1, "AAAA": 28, "HTTPS": 65}


def ask(port: int, name: str, kind: str = "A") -> bool:
    """One question over UDP; whether an answer came."""
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    question = struct.pack(">HHHHHH", os.getpid() & 0xFFFF, 0x0100, 1, 0, 0, 0) + labels
    question += b"\0" + struct.pack(">HH", TYPES[kind], 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(2)
        client.sendto(question, ("127.0.0.1", port))
        try:
            return bool(client.recv(512))
        except (TimeoutError, ConnectionError):
            return False


@pytest.mark.parametrize("queries", ["log-queries", "log-queries=extra"])
def test_exactly_the_names_that_a_real_dnsmasq_was_asked_are_found(
    queries: str, cli: Cli, tmp_path: Path
) -> None:
    dnsmasq = real_part("dnsmasq")
    port, log = free_port(socket.SOCK_DGRAM), tmp_path / "dnsmasq.log"
    words = [
        dnsmasq,
        "--keep-in-foreground",
        f"--port={port}",
        f"--{queries}",
        "--conf-file=/dev/null",
    ]
    words += ["--listen-address=127.0.0.1", "--bind-interfaces", "--no-resolv", "--no-hosts"]
    words += [f"--log-facility={log}", "--address=/#/127.0.0.1", "--address=/claude.ai/0.0.0.0"]
    words += ["--user=root"] if os.getuid() == 0 else []
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: ask(port, "ready.example"), process)
        began = time.time()
        for name, kind in (
            *(("chatgpt.com", "A"), ("chatgpt.com", "AAAA"), ("gemini.google.com", "A")),
            *(("notchatgpt.com", "A"), ("auth.openai.com", "A"), ("claude.ai", "A")),
            ("chatgpt.com.evil.example", "HTTPS"),
        ):
            assert ask(port, name, kind)
    finally:
        stop(process)

    scanned = cli("scan", log, "--plain-users", "--format", "json").json()
    source = scanned["sources"][0]
    assert source["format"] == "dnsmasq"
    assert source["lines"] == len(log.read_text().splitlines())
    assert source["lines"] == source["events"] + source["rejected"] + source["skipped"]
    assert source["rejected"] == 0

    services = {row["service"]: row for row in cli("services", "--format", "json").json()}
    counts = {name: (row["users"], row["events"], row["blocked"]) for name, row in services.items()}
    assert counts == {"chatgpt": (1, 2, 0), "gemini": (1, 1, 0), "claude": (0, 0, 1)}
    assert {row["evidence"] for row in services.values()} == {"resolved", None}
    # dnsmasq writes the local clock without zone or year; here that is this machine's own.
    local = time.strftime("%Y-%m-%dT%H:%M", time.localtime(began))
    assert services["chatgpt"]["first_time"][:15] == local[:15]
    assert [row["user"] for row in cli("users", "--format", "json").json()] == ["127.0.0.1"]
