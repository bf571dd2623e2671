"""Names that stand on the wire in other ways, and those that must not be believed."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from shadow_scan.collectors.packets.names.hello import parse_hello
from shadow_scan.collectors.packets.names.ja4 import ja4
from tests.conftest import Cli
from tests.packets import wire
from tests.packets.capture_file import BEGIN, pcap
from tests.packets.reading import Read, read
from tests.packets.traffic import Traffic

HELLO = wire.records(wire.hello("asked.example", padding=1216))
LDAP = bytes.fromhex("301d02010177188016") + b"1.3.6.1.4.1.1466.20037"
LDAP_LONG = b"\x30\x84\0\0\0\x21\2\1\1\x77\x84\0\0\0\x18\x80\x16" + LDAP[-22:]
MYSQL = b"\x20\0\0\1" + struct.pack("<IIB", 0x0000_0A00, 1 << 24, 33) + bytes(23)
RDP = bytes.fromhex("030000130ee000000000000100080003000000")
PROXY_2 = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c" + bytes(12)

DIALOGUES = {
    "SMTP": b"EHLO me.example\r\nSTARTTLS\r\n",
    "IMAP": b"a1 CAPABILITY\r\na2 STARTTLS\r\n",
    "POP3": b"STLS\r\n",
    "FTP": b"AUTH TLS\r\n",
    "XMPP": b"<stream:stream to='x.example'><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
    "LDAP": LDAP,
    "LDAP with long lengths": LDAP_LONG,
    "LDAP, behind a search": bytes.fromhex("30050201016300") + LDAP,
    "XMPP with names of any script": "<stream:stream to='\N{GREEK SMALL LETTER PI}.example'>"
    "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>".encode(),
    "PostgreSQL, GSS refused": bytes.fromhex("0000000804d216300000000804d2162f"),
    "PostgreSQL": bytes.fromhex("0000000804d2162f"),
    "MySQL": MYSQL,
    "RDP": RDP,
    "SOCKS 5": b"\5\1\0" + b"\5\1\0\1\xc6\x33\x64\1\1\xbb",
    "SOCKS 5 with a name": b"\5\2\0\2" + b"\1\3bob\3pwd" + b"\5\1\0\3\x0dother.example\1\xbb",
    "SOCKS 4a": b"\4\1\1\xbb\0\0\0\1bob\0other.example\0",
    "PROXY 1": b"PROXY TCP4 192.0.2.1 192.0.2.2 5 443\r\n",
    "PROXY 2": PROXY_2,
    "PROXY before CONNECT": b"PROXY UNKNOWN\r\nCONNECT x.example:443 HTTP/1.1\r\n\r\n",
}


def conversation(*parts: bytes, port: int = 443, down: int = 0) -> Read:
    traffic = Traffic()
    traffic.tcp(traffic.new_flow("made", None, port=port), list(parts), down)
    return read(pcap(traffic.frames()))


@pytest.mark.parametrize("name", DIALOGUES)
def test_what_may_stand_before_a_hello(name: str) -> None:
    assert conversation(DIALOGUES[name], HELLO[:1380], HELLO[1380:]).hosts == ["asked.example"]
    assert conversation(DIALOGUES[name] + HELLO).hosts == ["asked.example"]
    whole = DIALOGUES[name] + HELLO
    bits = [whole[at : at + 37] for at in range(0, len(whole), 37)]
    assert conversation(*bits).hosts == ["asked.example"]


def test_sql_server_packs_its_hello_into_messages() -> None:
    prelogin = b"\x12\1\0\x2f\0\0\1\0" + bytes(39)
    parts = [HELLO[at : at + 700] for at in range(0, len(HELLO), 700)]
    packed = b"".join(
        struct.pack(">BBHI", 0x12, part is parts[-1], 8 + len(part), 256) + part for part in parts
    )
    assert conversation(prelogin, packed, port=1433).hosts == ["asked.example"]
    stream = prelogin + packed
    bits = [stream[at : at + 37] for at in range(0, len(stream), 37)]
    assert conversation(*bits, port=1433).hosts == ["asked.example"]
    assert conversation(prelogin, b"\x12\1\0\x10\0\0\1\0nobodyhere", port=1433).hosts == []


@pytest.mark.parametrize("size", [1, 3])
def test_hellos_by_the_byte(size: int) -> None:
    bits = [HELLO[at : at + size] for at in range(0, len(HELLO), size)]
    assert conversation(*bits).hosts == ["asked.example"]
    assert conversation(wire.records(wire.hello("asked.example"), size)).hosts == ["asked.example"]


def test_a_dialogue_that_only_speaks_of_tls_has_no_name() -> None:
    mail = b"MAIL FROM:<a@b.example>\r\nDATA\r\nsay STARTTLS, please\r\n"
    assert conversation(mail, HELLO, port=25).hosts == []
    refused = b"STARTTLS\r\nMAIL FROM:<a@b.example>\r\n"
    assert conversation(refused, b"RCPT TO:<x@y.example>\r\n", port=25).hosts == []


def test_a_tunnel_without_a_hello_has_the_name_that_was_asked_for() -> None:
    found = conversation(
        b"CONNECT api.example:8443 HTTP/1.1\r\nUser-Agent: sdk/1\r\n\r\n", b"SSH-2.0-x"
    )
    event = found.events[0]
    assert (event["host"], event["port"], event["user_agent"]) == ("api.example", 8443, "sdk/1")


def test_http_hosts() -> None:
    far = b"GET / HTTP/1.1\r\nZ: " + b"z" * 9000 + b"\r\nHost: far.example\r\n\r\n"
    for head, host in (
        (b"GET / HTTP/1.1\r\nhOsT:  Web.Example:8080 \r\n\r\n", "web.example"),
        (b"POST http://proxy.example/a HTTP/1.0\r\nHost: b.example\r\n\r\n", "proxy.example"),
        (b"GET / HTTP/1.0\n\n", None),
        (b"GET / HTTP/1.1\r\nHost: a.example\r\nHost: b.example\r\n\r\n", None),
        (far, "far.example"),
    ):
        assert conversation(head, port=80).events[0]["host"] == host


# Encrypted hellos -----------------------------------------------------------------------------


def with_lookups(hello: bytes, *answers: tuple[str, list[str]], records: bytes = b"") -> Read:
    """A flow to 198.51.100.1 by a client that had these names answered before."""
    traffic = Traffic()
    flow = traffic.new_flow("made", None)
    for at, (name, addresses) in enumerate(answers):
        traffic.lookup(flow.source, name, addresses, time=flow.begin - 90_000 + at * 1000)
    if records:
        message = wire.dns_answer(9, "real.example", kind=65, more=records, count=1)
        back = wire.udp((53, 4000), message)
        traffic.put(flow.begin - 50_000, wire.ip("192.0.2.253", flow.source, 17, back))
    traffic.tcp(flow, [wire.records(hello)], 100)
    return read(pcap(traffic.frames()))


def flow_of(found: Read) -> tuple[str | None, str]:
    (event,) = [event for event in found.events if event["port"] == 443]
    return event["host"], event["evidence"]


def test_the_outer_name_of_an_encrypted_hello() -> None:
    known = wire.hello("cloudflare-ech.com", encrypted=True)
    assert flow_of(with_lookups(known)) == (None, "connected")
    told = ("real.example", ["198.51.100.1"])
    assert flow_of(with_lookups(known, told)) == ("real.example", "resolved")
    other = wire.hello("public.example", encrypted=True)
    assert flow_of(with_lookups(other, told)) == (None, "connected")
    # Browsers send random bytes in that place to every server: then the name is the real one.
    grease = wire.hello("real.example", encrypted=True)
    assert flow_of(with_lookups(grease)) == ("real.example", "connected")
    assert flow_of(with_lookups(grease, told)) == ("real.example", "connected")
    # The extension alone, without a key to a hello within, hides nothing.
    inner = wire.hello("cloudflare-ech.com", more=wire.extension(0xFE0D, b"\1"))
    assert flow_of(with_lookups(inner)) == ("cloudflare-ech.com", "connected")


def test_public_names_are_learned_from_https_records() -> None:
    contents = (
        b"\1\0\x20\0\x20" + b"k" * 32 + b"\0\4\0\1\0\1" + b"\x20" + b"\x0epublic.example" + b"\0\0"
    )
    configuration = b"\xfe\x0d" + struct.pack(">H", len(contents)) + contents
    configurations = struct.pack(">H", len(configuration)) + configuration
    data = b"\0\1\0" + struct.pack(">HH", 5, len(configurations)) + configurations
    record = b"\xc0\x0c" + struct.pack(">HHIH", 65, 1, 300, len(data)) + data
    hello = wire.hello("public.example", encrypted=True)
    assert flow_of(with_lookups(hello)) == ("public.example", "connected")
    assert flow_of(with_lookups(hello, records=record)) == (None, "connected")


# Resolved by ----------------------------------------------------------------------------------


def test_a_nameless_connection_is_named_by_the_one_answer_before_it() -> None:
    nameless = wire.hello(None)
    one = ("chat.example", ["198.51.100.1", "198.51.100.9"])
    assert flow_of(with_lookups(nameless, one)) == ("chat.example", "resolved")
    assert flow_of(with_lookups(nameless, one, ("other.example", ["198.51.100.1"])))[0] is None
    assert flow_of(with_lookups(nameless, ("chat.example", ["198.51.100.7"])))[0] is None
    asked_twice = with_lookups(nameless, one, one)
    assert flow_of(asked_twice) == ("chat.example", "resolved")


def test_an_answer_names_nothing_that_began_before_or_belongs_to_another() -> None:
    traffic = Traffic()
    flow = traffic.new_flow("made", None)
    traffic.tcp(flow, [wire.records(wire.hello(None))], 100)
    traffic.lookup(flow.source, "late.example", [flow.target], time=flow.begin + 400)
    traffic.lookup("192.0.2.200", "theirs.example", [flow.target], time=flow.begin - 4000)
    assert flow_of(read(pcap(traffic.frames())))[0] is None


def test_answers_follow_aliases_and_ignore_strangers() -> None:
    stranger = (
        wire.dns_name("bank.example") + struct.pack(">HHIH", 1, 1, 9, 4) + bytes([198, 51, 100, 1])
    )
    aliased = wire.dns_answer(1, "chat.example", ["198.51.100.1"], alias="edge.cdn.example")
    poisoned = wire.dns_answer(2, "mine.example", more=stranger, count=1)
    for message, host in ((aliased, "chat.example"), (poisoned, None)):
        traffic = Traffic()
        flow = traffic.new_flow("made", None)
        back = wire.ip("192.0.2.253", flow.source, 17, wire.udp((53, 4000), message))
        traffic.put(flow.begin - 1000, back)
        traffic.tcp(flow, [wire.records(wire.hello(None))], 100)
        assert flow_of(read(pcap(traffic.frames())))[0] == host


def test_questions_count_once_and_answers_alone_count() -> None:
    query, answer = wire.dns_query(5, "once.example"), wire.dns_answer(5, "once.example")
    up = wire.ip("192.0.2.1", "192.0.2.2", 17, wire.udp((4000, 53), query))
    down = wire.ip("192.0.2.2", "192.0.2.1", 17, wire.udp((53, 4000), answer))
    frames = [
        (BEGIN + at * 2_000_000, wire.ethernet(p)) for at, p in enumerate((up, up, down, down))
    ]
    (event,) = read(pcap(frames)).events
    assert (event["source_ip"], event["host"], event["line_number"]) == (
        "192.0.2.1",
        "once.example",
        1,
    )
    (alone,) = read(pcap(frames[2:])).events
    assert (alone["source_ip"], alone["evidence"]) == ("192.0.2.1", "resolved")
    later = [*frames, (BEGIN + 600_000_000, wire.ethernet(up))]
    assert len(read(pcap(later)).events) == 2


def test_dns_over_tcp() -> None:
    traffic = Traffic()
    flow = traffic.new_flow("made", None, port=53)
    names = [f"n{at}.example" for at in range(40)]
    stream = b"".join(
        struct.pack(">H", len(message)) + message
        for message in (wire.dns_query(at, name) for at, name in enumerate(names))
    )
    pieces = [stream[at : at + 71] for at in range(0, len(stream), 71)]
    traffic.tcp(flow, pieces, 0, lambda places: [places[1], places[0], *places[2:]])
    found = read(pcap(traffic.frames()))
    assert found.hosts == sorted(names)
    assert {event["evidence"] for event in found.events} == {"resolved"}


# QUIC -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [1, 0x6B3343CF, *wire.DRAFT_SALTS])
def test_versions_of_quic(version: int) -> None:
    traffic = Traffic()
    traffic.quic("quic.example", version=version, padding=1216, shuffle=True)
    assert read(pcap(traffic.frames())).hosts == ["quic.example"]


def test_a_client_that_took_its_servers_id_keeps_its_keys() -> None:
    traffic = Traffic()
    flow = traffic.new_flow("made", "late.example")
    body, clock = wire.hello("late.example", padding=1216), traffic._clock(flow)
    first, second = (wire.crypto_frame(at, body[at : at + 1000]) for at in (0, 1000))
    traffic.datagram(flow, clock, wire.initial(b"original", b"original", 0, first))
    traffic.datagram(
        flow,
        clock,
        wire.initial(b"original", b"ofserver", 0, b"\2\0\0\0\0", is_client=False),
        back=True,
    )
    traffic.datagram(flow, clock, wire.initial(b"original", b"ofserver", 1, second))
    assert read(pcap(traffic.frames())).hosts == ["late.example"]


def test_what_only_looks_like_quic_has_no_name() -> None:
    traffic = Traffic()
    flow = traffic.new_flow("made", None)
    clock, body = traffic._clock(flow), wire.hello("forged.example")
    sealed = wire.initial(b"original", b"original", 0, wire.crypto_frame(0, body))
    spoiled = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for payload in (spoiled, sealed[:400], b"\xc0\0\0\0\1" + bytes(1000), b"\xff" * 1200):
        traffic.datagram(flow, clock, payload)
    assert read(pcap(traffic.frames())).hosts == []


# JA4 ------------------------------------------------------------------------------------------


def test_ja4_of_the_published_example() -> None:
    ciphers = "130113021303c02bc02fc02cc030cca9cca8c013c014009c009d002f0035"
    signatures = bytes.fromhex("0403080404010503080505010806" + "0601")
    kinds = [0x1B, 0x33, 0x4469, 0x17, 0x2D, 0x05, 0x0B, 0x12, 0xFF01, 0x0A, 0x23, 0x15]
    extensions = wire.extension(0x3A3A, b"") + wire.server_name("x.example")
    extensions += b"".join(wire.extension(kind, b"\0\0") for kind in kinds)
    extensions += wire.extension(16, b"\0\x0c\2h2\x08http/1.1") + wire.extension(43, b"\4\3\4\3\3")
    extensions += wire.extension(13, struct.pack(">H", len(signatures)) + signatures)
    listed = bytes.fromhex("2a2a" + ciphers)
    body = b"\3\3" + bytes(33) + struct.pack(">H", len(listed)) + listed + b"\1\0"
    hello = parse_hello(body + struct.pack(">H", len(extensions)) + extensions)
    assert hello is not None
    assert ja4(hello, "t") == "t13d1516h2_8daaf6152771_e5627efa2ab1"


def test_parse_prints_the_shape_of_a_hello(cli: Cli, tmp_path: Path) -> None:
    traffic = Traffic()
    traffic.tls("shape.example")
    traffic.quic("shape.example")
    traffic.http("shape.example")
    (tmp_path / "shapes.pcap").write_bytes(pcap(traffic.frames()))
    shapes = [event["ja4"] for event in cli("parse", tmp_path / "shapes.pcap").records()]
    heads = sorted(str(shape).partition("_")[0] for shape in shapes)
    assert heads == ["None", "q13d0405h3", "t13d0405h2"]
