"""A few synthetic lines of every format, and what must come out of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Expected:
    events: list[dict[str, Any]]
    skipped: int = 0
    rejected: int = 0


_MOZILLA = "Mozilla/5.0 (X11; Linux x86_64)"

SAMPLES = {
    "squid": (
        "1790158272.417   3387 2001:db8::44 TCP_TUNNEL/200 48213 CONNECT chatgpt.com:443 "
        "CORP%5CAmara HIER_DIRECT/198.51.100.7 -\n"
        "1790158280.004    212 10.20.30.71 TCP_DENIED/403 3911 CONNECT [2001:db8::1]:443 - "
        "HIER_NONE/- text/html\n"
        "1790158281.000      5 10.20.30.71 TCP_MISS/200 99 GET http://a.example:8080/x?q=1 - "
        f'HIER_DIRECT/198.51.100.9 text/html "https://ref.example/p" "{_MOZILLA}"\n'
        "1790158282.000      0 10.20.30.71 TCP_DENIED/407 9 CONNECT claude.ai:443 - HIER_NONE/- -\n"
        "1790158283.000      0 10.20.30.71 NONE_NONE/000 0 - error:bad - HIER_NONE/- -\n"
        "\n"
        "1790158284.000      x 10.20.30.71 TCP_MISS/200 9 GET http://a.example/ - HIER_NONE/- -\n"
    ),
    "squid-ai": (
        "1790158272.417   3387 2001:db8::44 TCP_TUNNEL/200 48213 9120 CONNECT chatgpt.com:443 "
        'amara.okafor HIER_DIRECT/198.51.100.7 - "-" "curl/8.14" chatgpt.com\n'
        "1790158273.000     12 10.20.30.71 TCP_MISS/200 99 812 POST https://claude.ai/api/x?q=1 - "
        f'HIER_DIRECT/198.51.100.9 text/html "https://claude.ai/chat" "{_MOZILLA}" claude.ai\n'
        "1790158273.000     12 10.20.30.71 TCP_MISS/200\n"
    ),
    "squid-combined": (
        "2001:db8::44 - amara.okafor [23/Sep/2026:12:11:12 +0200] "
        f'"CONNECT chatgpt.com:443 HTTP/1.1" 200 48213 "-" "{_MOZILLA}" TCP_TUNNEL:HIER_DIRECT\n'
        "10.20.30.71 - - [23/Sep/2026:12:11:13 +0200] "
        '"GET http://a.example/x?q=1 HTTP/1.1" 403 99 "https://ref.example/p" "-" '
        "TCP_DENIED:HIER_NONE\n"
        '10.20.30.71 - - [23/Sep/2026:12:11:14 +0200] "GET http://a.example/ HTTP/1.1" 200 5 '
        "TCP_MISS:HIER_DIRECT\n"
        '10.20.30.71 - - [23/Foo/2026:12:11:14 +0200] "GET / HTTP/1.1" 200 5 TCP_MISS:HIER_DIRECT\n'
    ),
    "w3c": (
        "#Software: SGOS 7.3.15.2\n"
        "#Fields: date time time-taken c-ip sc-status s-action sc-bytes cs-bytes cs-method "
        "cs-uri-scheme cs-host cs-uri-port cs-uri-path cs-username cs(Referer) cs(User-Agent) "
        "sc-filter-result\n"
        "2026-09-23 10:11:12 61 2001:db8::44 200 TCP_NC_MISS 1842 20411 POST https chatgpt.com 443 "
        f'/backend-api/conversation jdoe https://chatgpt.com/ "{_MOZILLA}" OBSERVED\n'
        "2026-09-23 10:14:40 207000 10.20.30.71 0 TUNNELED 48970 57844 unknown ssl claude.ai 443 / "
        "CORP\\mlind - - OBSERVED\n"
        "#Fields: date time c-ip cs-host\n"
        "2026-09-23 10:15:00 10.20.30.71 claude.ai\n"
        "2026-09-23 10:15:00 10.20.30.71\n"
    ),
    "zeek": (
        "#separator \\x09\n#path\tssl\n"
        "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tserver_name\n"
        "1790158272.417519\tC1\t2001:db8::44\t52984\t198.51.100.7\t443\tChatGPT.com\n"
        "#path\tdns\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tquery\n"
        "1790158273.000000\tC2\t10.20.30.44\t5353\t10.0.0.53\t53\tclaude.ai\n"
        "1790158273.000000\tC2\t10.20.30.44\n"
        "#path\tfiles\n"
        "1790158273.000000\tC2\t10.20.30.44\t5353\t10.0.0.53\t53\tx\n"
        "#close\t2026-09-23\n"
    ),
    "suricata": (
        '{"timestamp":"2026-09-23T10:11:12.417519+0000","flow_id":18,"event_type":"tls",'
        '"src_ip":"2001:db8::44","dest_ip":"198.51.100.7","dest_port":443,"tls":{"sni":"claude.ai"}}\n'
        '{"timestamp":"2026-09-23T10:14:40.5+0000","flow_id":18,"event_type":"flow",'
        '"src_ip":"10.20.30.44","dest_ip":"198.51.100.7","dest_port":443,"flow":{"bytes_toserver":57,'
        '"bytes_toclient":68,"start":"2026-09-23T10:11:12.4+0000","end":"2026-09-23T10:11:13.4+0000"}}\n'
        '{"timestamp":"2026-09-23T12:11:12+0200","flow_id":2,"event_type":"dns","src_ip":"10.0.0.1",'
        '"dest_ip":"10.0.0.53","dns":{"type":"query","rrname":"chatgpt.com","rrtype":"A"}}\n'
        '{"timestamp":"2026-09-23T10:11:12+0000","flow_id":3,"event_type":"dns","src_ip":"10.0.0.1",'
        '"dest_ip":"10.0.0.53","dns":{"type":"request","queries":[{"rrname":"gemini.google.com"}]}}\n'
        '{"timestamp":"2026-09-23T10:11:12+0000","flow_id":3,"event_type":"dns","src_ip":"10.0.0.53",'
        '"dest_ip":"10.0.0.1","dns":{"type":"answer","rrname":"chatgpt.com"}}\n'
        '{"timestamp":"2026-09-23T10:11:12+0000","flow_id":4,"event_type":"http","src_ip":"10.0.0.1",'
        '"dest_ip":"198.51.100.9","dest_port":80,"http":{"hostname":"a.example","url":"/x?q=1",'
        '"http_method":"GET","http_user_agent":"curl/8","status":200,"length":12}}\n'
        '{"timestamp":"2026-09-23T10:11:12+0000","event_type":"alert","src_ip":"10.0.0.1",'
        '"tls":{"sni":"claude.ai"}}\n'
        '{"timestamp":"2026-09-23T10:11:12\n'
    ),
    "bind": (
        "23-Sep-2026 10:11:12.417 queries: info: client @0x7f62b8 10.20.30.44#51234 (chatgpt.com): "
        "query: chatgpt.com IN A +E(0)K (10.20.0.53)\n"
        "2026-09-23T10:11:13.000Z client 2001:db8::5#53211 (Claude.AI): view internal: "
        "query: Claude.AI IN TYPE65 + (2001:db8::53)\n"
        "23-Sep-2026 10:11:14.000 general: info: zone example/IN: loaded serial 1\n"
        "no time client 10.0.0.1#5 (x.example): query: x.example IN A\n"
    ),
    "dnsmasq": (
        "Sep 23 10:11:12 dnsmasq[812]: query[A] chatgpt.com from 10.20.30.44\n"
        "Sep 23 10:11:12 dnsmasq[812]: forwarded chatgpt.com to 192.0.2.53\n"
        "Sep  3 10:11:12 dnsmasq[812]: 11 2001:db8::7/5123 query[A] claude.ai from 2001:db8::7\n"
        "Sep  3 10:11:12 dnsmasq[812]: 11 2001:db8::7/5123 gravity blocked claude.ai is 0.0.0.0\n"
        "Sep 23 10:11:12 dnsmasq[812]: query[A] from\n"
    ),
    "unbound": (
        "[1790158272] unbound[17265:1f] info: 10.20.30.44 chatgpt.com. A IN\n"
        "[1790158272] unbound[17265:0] query: 10.20.30.44 chatgpt.com. A IN\n"
        "[1790158273] unbound[17265:0] info: query: 2001:db8::7 claude.ai. HTTPS IN\n"
        "[1790158273] unbound[17265:0] info: reply: 10.20.30.44 chatgpt.com. A IN NOERROR 0 0 5\n"
        "Sep 23 10:11:14 ns1 unbound[17265:0]: info: 10.20.30.44 claude.ai. A IN\n"
        "[1790158274] unbound[17265:0] info: server stats for thread 0: 10 queries\n"
        "somebody else\n"
    ),
}


def event(
    time: str, source: str | None, host: str | None, evidence: str, **more: Any
) -> dict[str, Any]:
    """An event's fields in the order of the contract; None is left out."""
    known = {"event_time": time, "source_ip": source, "host": host, "evidence": evidence, **more}
    return {name: value for name, value in known.items() if value is not None}


EXPECTED = {
    "squid": Expected(
        [
            event("2026-09-23 10:11:09.030000", "2001:db8::44", "chatgpt.com", "connected",
                  user_name="amara", port=443, method="CONNECT", status=200, bytes_down=48213,
                  duration_ms=3387, action="allowed"),
            event("2026-09-23 10:11:19.792000", "10.20.30.71", "2001:db8::1", "connected", port=443,
                  method="CONNECT", status=403, bytes_down=3911, duration_ms=212, action="blocked"),
            event("2026-09-23 10:11:20.995000", "10.20.30.71", "a.example", "transacted", port=8080,
                  path="/x", method="GET", status=200, bytes_down=99, duration_ms=5,
                  user_agent=_MOZILLA, referrer_host="ref.example", action="allowed"),
            event("2026-09-23 10:11:22", "10.20.30.71", "claude.ai", "connected", port=443,
                  method="CONNECT", status=407, bytes_down=9, duration_ms=0),
            event("2026-09-23 10:11:23", "10.20.30.71", None, "transacted", bytes_down=0,
                  duration_ms=0),
        ],
        skipped=1,
        rejected=1,
    ),
    "squid-ai": Expected(
        [
            event("2026-09-23 10:11:09.030000", "2001:db8::44", "chatgpt.com", "connected",
                  user_name="amara.okafor", port=443, method="CONNECT", status=200, bytes_up=9120,
                  bytes_down=48213, duration_ms=3387, user_agent="curl/8.14", action="allowed"),
            event("2026-09-23 10:11:12.988000", "10.20.30.71", "claude.ai", "transacted",
                  path="/api/x", method="POST", status=200, bytes_up=812, bytes_down=99,
                  duration_ms=12, user_agent=_MOZILLA, referrer_host="claude.ai",
                  action="allowed"),
        ],
        rejected=1,
    ),
    "squid-combined": Expected(
        [
            event("2026-09-23 10:11:12", "2001:db8::44", "chatgpt.com", "connected", port=443,
                  user_name="amara.okafor", method="CONNECT", status=200, bytes_down=48213,
                  user_agent=_MOZILLA, action="allowed"),
            event("2026-09-23 10:11:13", "10.20.30.71", "a.example", "transacted", path="/x",
                  method="GET", status=403, bytes_down=99, referrer_host="ref.example",
                  action="blocked"),
            event("2026-09-23 10:11:14", "10.20.30.71", "a.example", "transacted", path="/",
                  method="GET", status=200, bytes_down=5, action="allowed"),
        ],
        rejected=1,
    ),
    "w3c": Expected(
        [
            event("2026-09-23 10:11:11.939000", "2001:db8::44", "chatgpt.com", "transacted",
                  user_name="jdoe", port=443, path="/backend-api/conversation", method="POST",
                  status=200, bytes_up=20411, bytes_down=1842, duration_ms=61,
                  user_agent=_MOZILLA, referrer_host="chatgpt.com", action="allowed"),
            event("2026-09-23 10:11:13", "10.20.30.71", "claude.ai", "connected", port=443,
                  user_name="mlind", bytes_up=57844, bytes_down=48970, duration_ms=207000,
                  action="allowed"),
            event("2026-09-23 10:15:00", "10.20.30.71", "claude.ai", "transacted"),
        ],
        skipped=3,
        rejected=1,
    ),
    "zeek": Expected(
        [
            event("2026-09-23 10:11:12.417519", "2001:db8::44", "chatgpt.com", "connected",
                  port=443),
            event("2026-09-23 10:11:13", "10.20.30.44", "claude.ai", "resolved"),
        ],
        skipped=8,
        rejected=1,
    ),
    "suricata": Expected(
        [
            event("2026-09-23 10:11:12.417519", "2001:db8::44", "claude.ai", "connected", port=443),
            event("2026-09-23 10:11:12.400000", "10.20.30.44", None, "connected", bytes_up=57,
                  bytes_down=68, duration_ms=1000),
            event("2026-09-23 10:11:12", "10.0.0.1", "chatgpt.com", "resolved"),
            event("2026-09-23 10:11:12", "10.0.0.1", "gemini.google.com", "resolved"),
            event("2026-09-23 10:11:12", "10.0.0.1", "a.example", "transacted", port=80, path="/x",
                  method="GET", status=200, bytes_down=12, user_agent="curl/8"),
        ],
        skipped=2,
        rejected=1,
    ),
    "bind": Expected(
        [
            event("2026-09-23 10:11:12.417000", "10.20.30.44", "chatgpt.com", "resolved"),
            event("2026-09-23 10:11:13", "2001:db8::5", "claude.ai", "resolved"),
        ],
        skipped=1,
        rejected=1,
    ),
    "dnsmasq": Expected(
        [
            event("2026-09-23 10:11:12", "10.20.30.44", "chatgpt.com", "resolved"),
            event("2026-09-03 10:11:12", "2001:db8::7", "claude.ai", "resolved", action="blocked"),
        ],
        skipped=2,
        rejected=1,
    ),
    "unbound": Expected(
        [
            event("2026-09-23 10:11:12", "10.20.30.44", "chatgpt.com", "resolved"),
            event("2026-09-23 10:11:12", "10.20.30.44", "chatgpt.com", "resolved"),
            event("2026-09-23 10:11:13", "2001:db8::7", "claude.ai", "resolved"),
            event("2026-09-23 10:11:14", "10.20.30.44", "claude.ai", "resolved"),
        ],
        skipped=2,
        rejected=1,
    ),
}  # fmt: skip
