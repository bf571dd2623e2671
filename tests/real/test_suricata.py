"""The eve.json of a real Suricata, with the settings that its package brings."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Cli, real_part
from tests.packets.capture_file import pcap
from tests.packets.live import Start, capturing, greet_by_quic, quic_server
from tests.packets.traffic import office
from tests.real.network import LOOPBACK, web_servers

pytestmark = pytest.mark.real

_SETTINGS = "/etc/suricata/suricata.yaml"
_QUIC = 443
"""On no other port does Suricata look for it."""
_SECRET = "hunter2secret"


def watched(capture: Path, folder: Path) -> Path:
    """What Suricata writes of a capture. Loopback packets have no checksums."""
    words = [
        *("-c", _SETTINGS, "-S", "/dev/null", "-k", "none"),
        *("-l", str(folder), "-r", str(capture)),
    ]
    subprocess.run([real_part("suricata"), *words], capture_output=True, timeout=120, check=True)
    return folder / "eve.json"


def told(eve: Path, kind: str) -> list[dict[str, Any]]:
    records = map(json.loads, eve.read_text().splitlines())
    return [record for record in records if record["event_type"] == kind]


def test_a_generated_capture_is_read_record_by_record(cli: Cli, tmp_path: Path) -> None:
    traffic = office(rounds=4)
    capture = tmp_path / "office.pcap"
    capture.write_bytes(pcap(traffic.frames()))
    eve = watched(capture, tmp_path)
    parsed = cli("parse", eve)
    assert (parsed.code, parsed.err) == (0, "")
    events = parsed.records()
    asked = [(e["source_ip"], e["host"]) for e in events if e["evidence"] == "resolved"]
    assert sorted(asked) == sorted(traffic.lookups)
    flows = [(e["bytes_up"], e["bytes_down"]) for e in events if e["bytes_up"] is not None]
    assert Counter(flows) == Counter(
        (flow["flow"]["bytes_toserver"], flow["flow"]["bytes_toclient"])
        for flow in told(eve, "flow")
    )
    named = {(flow.source, flow.host) for flow in traffic.flows if flow.kind.startswith("QUIC")}
    assert {(e["source_ip"], e["host"]) for e in events if e["port"]} <= named
    assert len(told(eve, "quic")) + len(flows) + len(asked) == len(events)


def test_names_and_sizes_of_real_clients_are_one_request_each(
    cli: Cli, start: Start, tmp_path: Path
) -> None:
    real_part("suricata")
    capture = tmp_path / "real.pcapng"
    with (
        web_servers(tmp_path) as web,
        capturing(start, capture, f"port {web.tls} or port {web.plain} or port {_QUIC}"),
        quic_server(tmp_path / "loopback.pem", _QUIC),
    ):
        _fetched(f"https://chatgpt.com:{web.tls}/c/1?q={_SECRET}")
        _fetched(f"http://claude.ai:{web.plain}/new?q={_SECRET}")
        greet_by_quic("gemini.google.com", _QUIC)
    eve = watched(capture, tmp_path)
    events = cli("parse", eve).records()
    (page,) = [event for event in events if event["evidence"] == "transacted"]
    assert (page["host"], page["port"], page["path"]) == ("claude.ai", web.plain, "/new")
    assert (page["method"], page["status"], page["bytes_down"]) == ("GET", 200, 6)
    assert page["user_agent"].startswith("curl/")
    scanned = cli("scan", eve, "--plain-users", "--format", "json")
    assert (scanned.code, _SECRET in scanned.out) == (0, False), scanned.err
    found = cli("services", "--activity", "all", "--format", "json").json()
    sizes = {flow["flow_id"]: flow["flow"] for flow in told(eve, "flow")}
    for service, kind in (("chatgpt", "tls"), ("claude", "http"), ("gemini", "quic")):
        (row,) = [row for row in found if row["service"] == service]
        size = sizes[told(eve, kind)[0]["flow_id"]]
        down = page["bytes_down"] if kind == "http" else size["bytes_toclient"]
        assert (row["users"], row["events"]) == (1, 1), service
        assert (row["bytes_up"], row["bytes_down"]) == (size["bytes_toserver"], down), service


def _fetched(address: str) -> None:
    host, port = address.split("/")[2].split(":")
    words = ["-sk", "-m", "10", address, "--resolve", f"{host}:{port}:{LOOPBACK}"]
    subprocess.run([real_part("curl"), *words], capture_output=True, check=True)
