"""A generated capture against its truth: every name, no wrong one, every byte."""

from __future__ import annotations

import gzip
import struct
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import zstandard

from tests.conftest import Cli
from tests.packets import wire
from tests.packets.capture_file import pcap, pcapng
from tests.packets.reading import Read, flow_facts, read
from tests.packets.traffic import Traffic, office


def truth(traffic: Traffic) -> list[tuple[object, ...]]:
    return [
        (
            *(flow.source, flow.target, flow.asked_port, flow.host, flow.up, flow.down),
            flow.evidence,
        )
        for flow in traffic.flows
    ]


def assert_true(found: Read, traffic: Traffic) -> None:
    lookups = [e for e in found.events if e["port"] is None]
    flows = [e for e in found.events if e["port"] is not None]
    assert sorted(map(flow_facts, flows), key=repr) == sorted(truth(traffic), key=repr)
    assert sorted((e["source_ip"], e["host"]) for e in lookups) == sorted(traffic.lookups)
    assert {e["evidence"] for e in lookups} == {"resolved"}
    assert found.packets == len(traffic.frames())
    assert not found.rejected
    assert found.damage is None


def test_every_kind_of_flow_has_its_name_and_its_bytes() -> None:
    traffic = office(rounds=12)
    assert len({flow.kind for flow in traffic.flows}) == 17
    assert_true(read(pcap(traffic.frames())), traffic)


@pytest.mark.parametrize("seed", range(2, 6))
def test_other_orders_of_the_same_office(seed: int) -> None:
    traffic = office(seed)
    assert_true(read(pcap(traffic.frames())), traffic)


def _cooked(packet: bytes) -> bytes:
    kind = 0x86DD if packet[0] >> 4 == 6 else 0x0800
    return struct.pack(">HHHQH", 0, 1, 6, 0, kind) + packet


def _cooked_2(packet: bytes) -> bytes:
    kind = 0x86DD if packet[0] >> 4 == 6 else 0x0800
    return struct.pack(">HHIHBBQ", kind, 0, 2, 1, 0, 6, 0) + packet


def _null(packet: bytes) -> bytes:
    return struct.pack("<I", 30 if packet[0] >> 4 == 6 else 2) + packet


def _ppp(packet: bytes) -> bytes:
    return (b"\0\x57" if packet[0] >> 4 == 6 else b"\0\x21") + packet


def _pppoe(packet: bytes) -> bytes:
    head = struct.pack(">BBHH", 0x11, 0, 1, len(packet) + 2)
    return wire.ethernet(head + _ppp(packet), kind=0x8864)


def _in_ip(packet: bytes) -> bytes:
    protocol = 41 if packet[0] >> 4 == 6 else 4
    return wire.ethernet(wire.ip("203.0.113.1", "203.0.113.2", protocol, packet))


def _in_ip6(packet: bytes) -> bytes:
    protocol = 41 if packet[0] >> 4 == 6 else 4
    return wire.ethernet(wire.ip("2001:db8:f::1", "2001:db8:f::2", protocol, packet))


def _gre(packet: bytes) -> bytes:
    kind = 0x86DD if packet[0] >> 4 == 6 else 0x0800
    head = struct.pack(">HHI", 0x2000, kind, 7)
    return wire.ethernet(wire.ip("203.0.113.1", "203.0.113.2", 47, head + packet))


def _vxlan(packet: bytes) -> bytes:
    inside = b"\x08\0\0\0\0\0\x2a\0" + wire.ethernet(packet)
    return wire.ethernet(
        wire.ip("203.0.113.1", "203.0.113.2", 17, wire.udp((50_000, 4789), inside))
    )


def _gre_mpls(packet: bytes) -> bytes:
    head = struct.pack(">HHI", 0, 0x8847, 0x0000_1140)
    return wire.ethernet(wire.ip("203.0.113.1", "203.0.113.2", 47, head + packet))


def _vxlan_gpe(packet: bytes) -> bytes:
    inside = struct.pack(">BxxBI", 0x0C, 2 if packet[0] >> 4 == 6 else 1, 0x2A00) + packet
    return wire.ethernet(wire.ip("203.0.113.1", "203.0.113.2", 17, wire.udp((5, 4790), inside)))


def _geneve(packet: bytes) -> bytes:
    kind = 0x86DD if packet[0] >> 4 == 6 else 0x0800
    inside = struct.pack(">BxHII", 1, kind, 256, 0x01020304) + packet
    return wire.ethernet(wire.ip("203.0.113.1", "203.0.113.2", 17, wire.udp((5, 6081), inside)))


def _snap(packet: bytes) -> bytes:
    kind = 0x86DD if packet[0] >> 4 == 6 else 0x0800
    return wire.ethernet(
        b"\xaa\xaa\3\0\0\0" + struct.pack(">H", kind) + packet, kind=len(packet) + 8
    )


def _security_group(packet: bytes) -> bytes:
    kind = 0x86DD if packet[0] >> 4 == 6 else 0x0800
    return wire.ethernet(struct.pack(">BBHHH", 1, 1, 1, 5, kind) + packet, tags=[4], kind=0x8909)


def _mpls(packet: bytes) -> bytes:
    return wire.ethernet(b"\0\1\0\x40" + b"\0\2\1\x40" + packet, kind=0x8847)


def _destination_options(packet: bytes) -> bytes:
    if packet[0] >> 4 == 4:
        return wire.ethernet(packet)
    options = bytes([packet[6], 0]) + b"\1\4" + bytes(4)
    size = struct.pack(">H", len(packet) - 40 + 8)
    return wire.ethernet(packet[:4] + size + b"\x3c" + packet[7:40] + options + packet[40:])


LINKS: dict[str, tuple[int, Callable[[bytes], bytes]]] = {
    "VLAN": (1, lambda packet: wire.ethernet(packet, tags=[7])),
    "QinQ": (1, lambda packet: wire.ethernet(packet, tags=[7, 8])),
    "cooked": (113, _cooked),
    "cooked 2": (276, _cooked_2),
    "raw": (101, lambda packet: packet),
    "loopback": (0, _null),
    "PPP": (9, _ppp),
    "PPPoE": (1, _pppoe),
    "PPPoE link": (51, lambda packet: _pppoe(packet)[14:]),
    "MPLS": (1, _mpls),
    "MPLS in GRE": (1, _gre_mpls),
    "VXLAN GPE": (1, _vxlan_gpe),
    "Geneve": (1, _geneve),
    "SNAP": (1, _snap),
    "security group tag": (1, _security_group),
    "IP in IPv4": (1, _in_ip),
    "IP in IPv6": (1, _in_ip6),
    "GRE": (1, _gre),
    "VXLAN": (1, _vxlan),
    "IPv6 options": (1, _destination_options),
}


@pytest.mark.parametrize("name", LINKS)
def test_links_and_tunnels(name: str) -> None:
    link, wrap = LINKS[name]
    traffic = office(rounds=1, wrap=wrap)
    assert_true(read(pcap(traffic.frames(), link=link)), traffic)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("nano", [False, True])
def test_byte_orders_and_fractions(order: str, nano: bool) -> None:
    traffic = office(rounds=1)
    data = pcap(traffic.frames(), order=order, nano=nano)
    assert_true(read(data), traffic)
    assert_true(read(pcapng(traffic.frames(), order=order)), traffic)
    assert_true(read(pcap(traffic.frames(), modified=True)), traffic)


def test_times_are_exact() -> None:
    traffic = office(rounds=2)
    for data in (pcap(traffic.frames(), nano=True), pcapng(traffic.frames())):
        found = {
            (event["source_ip"], event["host"]): event
            for event in read(data).events
            if event["host"] and event["port"]
        }
        for flow in traffic.flows:
            if flow.host:
                event = found[flow.source, flow.host]
                begin = event["event_time"] - datetime(1970, 1, 1)
                assert begin // timedelta(microseconds=1) == flow.begin
                assert event["duration_ms"] == (flow.end - flow.begin) // 1000


@pytest.mark.parametrize("packing", ["plain", "gzip", "zstd"])
@pytest.mark.parametrize("piped", [False, True])
def test_scan_stores_a_capture(cli: Cli, tmp_path: Path, packing: str, piped: bool) -> None:
    traffic = office(rounds=1)
    traffic.tls("chatgpt.com", padding=1216, down=90_000)
    data = pcap(traffic.frames())
    packers: dict[str, Callable[[bytes], bytes]] = {
        "plain": bytes,
        "gzip": gzip.compress,
        "zstd": zstandard.compress,
    }
    packed = packers[packing](data)
    (tmp_path / "office.bin").write_bytes(packed)
    given = {"stdin": packed} if piped else {}
    done = cli("scan", "-" if piped else tmp_path / "office.bin", "--format", "json", **given)
    assert done.code == 0, done.err
    totals = done.json()
    assert totals["lines"] == len(traffic.frames())
    assert totals["sources"][0]["format"] == "pcap"
    services = cli("services", "--format", "json").json()
    assert [(s["service"], s["events"], s["bytes_down"]) for s in services] == [
        ("chatgpt", 1, 90_000)
    ]


def test_a_capture_is_read_once_and_a_grown_one_anew(cli: Cli, tmp_path: Path) -> None:
    traffic = office(rounds=2)
    traffic.tls("chatgpt.com", down=90_000)
    frames = traffic.frames()
    path, copy = tmp_path / "office.pcap", tmp_path / "copy.pcap.gz"
    path.write_bytes(pcap(frames[: len(frames) // 2]))
    assert cli("scan", path).code == 0
    path.write_bytes(pcap(frames))
    copy.write_bytes(gzip.compress(pcap(frames)))
    again = cli("scan", tmp_path, "--format", "json")
    assert again.code == 0, again.err
    sources = cli("sources", "--format", "json").json()
    assert [(s["format"], s["lines"]) for s in sources] == [("pcap", len(frames))]
    assert sources[0]["events"] == len(traffic.flows) + len(traffic.lookups)
    assert cli("services", "--format", "json").json()[0]["bytes_down"] == 90_000
    third = cli("scan", tmp_path, "--format", "json").json()
    assert third["lines"] == 0
