"""Whatever the bytes: lines = events + rejected + skipped, for every format, and nothing raises."""

from __future__ import annotations

import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shadow_scan.collectors.blocks import LineReader
from shadow_scan.collectors.canonical import canonical
from shadow_scan.collectors.engine import Parser
from shadow_scan.collectors.formats import FORMATS
from shadow_scan.collectors.unwrap import ByteSource

VALID = {
    "squid": b"1790158272.417 33 10.2.3.4 TCP_TUNNEL/200 48 CONNECT claude.ai:443 a HIER_NONE/- -",
    "w3c": b"#Fields: date time c-ip cs-host\n2026-09-23 10:11:12 10.0.0.1 chatgpt.com",
    "zeek": b'{"ts":1790158272.4,"uid":"C1","id.orig_h":"10.0.0.1","server_name":"chatgpt.com"}',
    "bind": b"23-Sep-2026 10:11:12.417 client 10.2.3.4#5 (clau.de): query: clau.de IN A + (::1)",
    "dnsmasq": b"Sep 23 10:11:12 dnsmasq[812]: query[A] chatgpt.com from 10.20.30.44",
}
PIECES = st.one_of(
    st.binary(max_size=60),
    st.sampled_from(
        [b"\t", b" ", b'"', b"#Fields: a b", b"#fields\tts\tuid", b"]: ", b": query: "]
    ),
)
LINES = st.lists(st.lists(PIECES, max_size=8).map(b"".join), max_size=12)


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lines=LINES, place=st.integers(0, 12))
def test_garbage_among_lines_is_counted(name: str, lines: list[bytes], place: int) -> None:
    lines.insert(min(place, len(lines)), VALID.get(name, b""))
    data = b"\n".join(lines) + b"\n"
    parser = Parser(FORMATS[name], kept_segments=frozenset({"m365Copilot"}))
    try:
        for block in LineReader(ByteSource(io.BytesIO(data), "log")).blocks():
            parsed = parser.parse(block)
            canonical(parsed.events)
            counted = len(parsed.events) + len(parsed.rejected) + sum(parsed.skipped.values())
            assert counted == block.count
    finally:
        parser.close()
