"""The second opinion: tshark and pyshark on generated captures, and on those of real clients."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import math
import os
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import load_pem_x509_certificate

from shadow_scan.collectors.packets.tshark.dumpcap import require_capturing
from shadow_scan.errors import InputError
from shadow_scan.workspace import Workspace
from tests.conftest import Cli, command, real_part
from tests.packets import wire
from tests.packets.capture_file import pcap
from tests.packets.live import Start, capturing, quic_server
from tests.packets.reading import flow_facts, read
from tests.packets.traffic import Traffic, office
from tests.real.network import LOOPBACK, free_port, web_servers

NAME_FIELDS = ("tls.handshake.extensions_server_name", "http.host", "dns.qry.name")


def tshark_names(path: Path) -> list[str]:
    """Every name that tshark sees, one for each flow that has it."""
    fields = [word for name in ("tcp.stream", "udp.stream", *NAME_FIELDS) for word in ("-e", name)]
    command = [
        *(real_part("tshark"), "-n", "-r", str(path), "-o", "tcp.reassemble_out_of_order:TRUE"),
        *("-Y", "tls.handshake.type==1 || http.request || dns.flags.response==0"),
        *("-T", "fields", "-E", "occurrence=a", "-E", "aggregator=,", *fields),
    ]
    done = subprocess.run(command, capture_output=True, timeout=60, check=True)
    found = set()
    for line in done.stdout.decode().splitlines():
        tcp, udp, server, host, question = line.split("\t")
        for name in filter(None, (server or host.partition(":")[0] or question).split(",")):
            found.add((tcp.split(",")[0], udp.split(",")[0], name))
    return sorted(name for _, _, name in found)


def test_the_same_names_as_tshark_on_generated_traffic(tmp_path: Path) -> None:
    traffic = office(rounds=4)
    for version in wire.DRAFT_SALTS:
        traffic.quic(f"draft{version & 255}.example", version=version, padding=1216)
    path = tmp_path / "office.pcap"
    path.write_bytes(pcap(traffic.frames()))
    ours, theirs = read(path.read_bytes()).hosts, tshark_names(path)
    # tshark needs the server's side of a STARTTLS; it names nothing that is not there.
    assert set(theirs) <= set(ours)
    assert [name for name in ours if not name.startswith("mail.")] == theirs


def test_pyshark_reads_the_same_flows(run_cli: Cli, tmp_path: Path) -> None:
    real_part("tshark")
    traffic = office(rounds=2)
    path = tmp_path / "office.pcap"
    path.write_bytes(pcap(traffic.frames()))
    ours, theirs = run_cli("parse", path), run_cli("parse", path, "--reader", "pyshark")
    assert theirs.code == 0, theirs.err
    facts = [sorted(map(repr, map(_comparable, run.records()))) for run in (ours, theirs)]
    assert facts[0] == facts[1]


def _comparable(event: dict[str, Any]) -> tuple[Any, ...]:
    """tshark needs the server's side of a STARTTLS, and does not split a CONNECT's port off."""
    host = None if str(event["host"]).startswith("mail.") else event["host"]
    facts = list(flow_facts({**event, "host": host}))
    facts[2] = None
    return (*facts, event["event_time"], event["duration_ms"])


def test_pyshark_says_that_a_capture_is_cut(run_cli: Cli, tmp_path: Path) -> None:
    real_part("tshark")
    data = pcap(office(rounds=1).frames())
    (tmp_path / "cut.pcap").write_bytes(data[:-7])
    done = run_cli("parse", tmp_path / "cut.pcap", "--reader", "pyshark")
    assert done.code == 3
    assert "cut in mid-packet" in done.err
    assert len(done.records()) >= 15


def test_an_unknown_link_type_goes_to_pyshark_by_itself(run_cli: Cli, tmp_path: Path) -> None:
    """IEEE 802.11 with a bare data header (105), which our reader does not know."""
    real_part("tshark")

    def wireless(packet: bytes) -> bytes:
        kind = b"\x86\xdd" if packet[0] >> 4 == 6 else b"\x08\0"
        return b"\x08\0\0\0" + bytes(18) + b"\0\0" + b"\xaa\xaa\3\0\0\0" + kind + packet

    traffic = Traffic(wrap=wireless)
    traffic.tls("air.example", padding=1216)
    path = tmp_path / "air.pcap"
    path.write_bytes(pcap(traffic.frames(), link=105))
    done = run_cli("scan", path)
    assert done.code == 0, done.err
    assert "link type 105 is not known here: read by pyshark" in done.err
    assert [event["host"] for event in run_cli("parse", path).records()] == ["air.example"]


def test_without_tshark_it_says_what_to_install(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    path = tmp_path / "office.pcap"
    path.write_bytes(pcap(office(rounds=1).frames()))
    for words in (("capture", "lo"), ("parse", path, "--reader", "pyshark")):
        done = cli(*words)
        assert done.code == 2
        assert "apt-get install --no-install-recommends tshark" in done.err
    assert cli("parse", path).code == 0


# Real clients --------------------------------------------------------------------------------


def test_the_same_names_as_tshark_for_real_clients(start: Start, tmp_path: Path) -> None:
    curl, chromium = real_part("curl"), real_part("chromium")
    path, quic = tmp_path / "real.pcapng", free_port()
    names = [f"c{number}.example" for number in range(4)]
    with (
        web_servers(tmp_path) as web,
        quic_server(tmp_path / "loopback.pem", quic),
        capturing(start, path, f"port {web.tls} or port {web.plain} or port {quic}"),
    ):
        for name in names:
            for scheme, port in (("https", web.tls), ("http", web.plain)):
                asked = [f"{scheme}://{name}:{port}/", "--resolve", f"{name}:{port}:{LOOPBACK}"]
                subprocess.run([curl, "-sk", "-m", "10", *asked], capture_output=True, check=True)
        for address in (f"https://tcp.example:{web.tls}/", f"https://udp.example:{quic}/"):
            _browse(chromium, tmp_path, address, quic)
    ours = read(path.read_bytes())
    theirs = tshark_names(path)
    assert ours.damage is None
    assert set(ours.hosts) == set(theirs)
    assert {*names, "tcp.example", "udp.example"} <= set(ours.hosts)
    assert any(e["host"] == "udp.example" and e["port"] == quic for e in ours.events)


def _browse(chromium: str, folder: Path, address: str, quic: int) -> None:
    certificate = load_pem_x509_certificate((folder / "loopback.pem").read_bytes())
    public = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    hashed = base64.b64encode(hashlib.sha256(public).digest()).decode()
    flags = [
        *("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run"),
        *("--disable-background-networking", f"--user-data-dir={folder / 'profile'}"),
        f"--host-resolver-rules=MAP *.example {LOOPBACK}",
        f"--origin-to-force-quic-on=udp.example:{quic}",
        *(f"--ignore-certificate-errors-spki-list={hashed}", "--enable-quic", "--dump-dom"),
    ]
    subprocess.run([chromium, *flags, address], capture_output=True, timeout=60, check=False)


def test_capture_sees_what_a_client_asks_beside_scans(
    run_cli: Cli, start: Start, environment: dict[str, str], workspace: Path, tmp_path: Path
) -> None:
    real_part("tshark")
    if os.geteuid() != 0:
        pytest.skip("capturing takes the rights of root here")
    log = tmp_path / "access.log"
    log.write_text("1790158272.063 59 10.1.2.7 TCP_TUNNEL/200 6359 CONNECT claude.ai:443 - - -\n")
    variables = {**environment, "SHADOW_SCAN_WORKSPACE": str(workspace)}
    words = command("capture", "lo", "--for", "10m", "--filter", "port 53")
    capture = start(words, env=variables, stderr=subprocess.PIPE)
    assert capture.stderr is not None
    assert b"starting tshark on lo" in capture.stderr.readline()
    assert b"watching lo" in capture.stderr.readline()
    talk = _resolving("chatgpt.com", seconds=120)
    assert run_cli("scan", log).code == 0
    said = run_cli("sources").err
    while "a scan is running" in said:  # what was seen is written just now
        said = run_cli("sources").err
    assert "live:lo: a capture that goes on" in said
    assert "access.log" not in said
    while talk.is_alive() and not _live_packets(run_cli):
        time.sleep(0.5)
    with Workspace(workspace).scanning(patience=math.inf):
        capture.send_signal(signal.SIGINT)
        assert b"stopped" in capture.stderr.readline()
        assert b"waiting for a scan to end" in capture.stderr.readline()
    assert capture.wait(60) == 0
    services = run_cli("services", "--activity", "all", "--format", "jsonl").records()
    assert {s["service"]: s["evidence"] for s in services} == {
        "chatgpt": "resolved",
        "claude": "connected",
    }
    scanned, captured = run_cli("sources", "--format", "jsonl").records()
    assert (captured["source_file"], captured["status"]) == ("live:lo", "read")
    assert captured["lines"] >= captured["events"] > 0
    assert (scanned["source_file"], scanned["events"]) == (str(log), 1)


def _live_packets(run_cli: Cli) -> int:
    sources = run_cli("sources", "--format", "jsonl").records()
    return sum(source["lines"] for source in sources if source["format"] == "live")


@pytest.mark.parametrize(
    ("interface", "only", "told"),
    [("lo", "prt 53", "capture filter"), ("nosuch0", "port 53", "nosuch0")],
)
def test_what_dumpcap_does_not_take_is_told_at_once(interface: str, only: str, told: str) -> None:
    """Behind a dumpcap that ended at once, pyshark would wait for packets for ever."""
    real_part("dumpcap")
    with pytest.raises(InputError, match=told):
        require_capturing(interface, only)


def _resolving(name: str, seconds: int) -> threading.Thread:
    def ask() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for number in range(seconds * 2):
                with contextlib.suppress(OSError):
                    sender.sendto(wire.dns_query(number, name), (LOOPBACK, 53))
                time.sleep(0.5)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    return thread
