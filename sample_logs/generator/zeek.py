"""The sensor in Lisbon: Zeek's conn, ssl and http logs as TSV, its dns log as JSON.

https://docs.zeek.org/en/current/script-reference/log-files.html. No names, addresses only. One
connection is one ``uid``: the name of the server is in ssl or http, the sizes are in conn, which
is written when the connection ends. A lookup has a conn row too; its bytes went to the resolver.
"""

from __future__ import annotations

import json

from .dice import Dice
from .logfile import Line, LogFile, event, skipped
from .model import Channel, Recorder, Visit
from .network import address6_of, address_of, client_port, user_agent
from .period import DAYS, MILLISECOND, clock, decimal_seconds, midnight

RECORDERS = (Recorder.ZEEK, Recorder.ZEEK_DNS)
CONN, SSL, HTTP, DNS = "zeek/conn.log", "zeek/ssl.log", "zeek/http.log", "zeek/dns.log"
FILES = (CONN, SSL, HTTP, DNS)
NAMED_BY = {Channel.TUNNEL: SSL, Channel.PLAIN: HTTP, Channel.LOOKUP: DNS}
FORMATS = {CONN: "zeek-conn", SSL: "zeek-ssl", HTTP: "zeek-http", DNS: "zeek-dns"}

RESOLVER = "10.30.9.53"
LOOKUP_TAKES = 11 * MILLISECOND
QUERY_TYPES = {"A": 1, "AAAA": 28, "HTTPS": 65}

ID = "ts:time uid:string id.orig_h:addr id.orig_p:port id.resp_h:addr id.resp_p:port"
COLUMNS = {
    CONN: f"{ID} proto:enum service:string duration:interval orig_bytes:count resp_bytes:count "
    "conn_state:string local_orig:bool local_resp:bool missed_bytes:count history:string "
    "orig_pkts:count orig_ip_bytes:count resp_pkts:count resp_ip_bytes:count "
    "tunnel_parents:set[string] ip_proto:count",
    SSL: f"{ID} version:string cipher:string curve:string server_name:string resumed:bool "
    "last_alert:string next_protocol:string established:bool ssl_history:string "
    "cert_chain_fps:vector[string] client_cert_chain_fps:vector[string] sni_matches_cert:bool",
    HTTP: f"{ID} trans_depth:count method:string host:string uri:string referrer:string "
    "version:string user_agent:string origin:string request_body_len:count "
    "response_body_len:count status_code:count status_msg:string",
}


def file_of(visit: Visit) -> str:
    """The file that names the host of the visit."""
    return NAMED_BY[visit.channel]


def logs(visits: list[Visit]) -> list[LogFile]:
    """All four; both recorders of the sensor share conn."""
    by_begin = sorted(visits, key=lambda visit: visit.begin)
    conn = sorted((visit for visit in visits if not visit.close_missed), key=lambda v: v.end)
    return [
        _table(CONN, [event(_conn(visit), visit.begin) for visit in conn]),
        _table(SSL, [event(_ssl(v), v.begin) for v in by_begin if v.channel is Channel.TUNNEL]),
        _table(HTTP, [event(_http(v), v.begin) for v in by_begin if v.channel is Channel.PLAIN]),
        LogFile(
            DNS,
            FORMATS[DNS],
            lines=[event(_dns(v), v.begin) for v in by_begin if v.channel is Channel.LOOKUP],
        ),
    ]


def _table(name: str, rows: list[Line]) -> LogFile:
    columns = [column.split(":") for column in COLUMNS[name].split()]
    header = [
        "#separator \\x09",
        "#set_separator\t,",
        "#empty_field\t(empty)",
        "#unset_field\t-",
        f"#path\t{name.removeprefix('zeek/').removesuffix('.log')}",
        f"#open\t{clock(midnight(0)):%Y-%m-%d-%H-%M-%S}",
        "\t".join(["#fields", *(field for field, _ in columns)]),
        "\t".join(["#types", *(kind for _, kind in columns)]),
    ]
    footer = skipped(f"#close\t{clock(midnight(DAYS)):%Y-%m-%d-%H-%M-%S}")
    return LogFile(name, FORMATS[name], lines=[*map(skipped, header), *rows, footer])


def _uid(visit: Visit) -> str:
    return "C" + Dice("uid", visit.identity.name, visit.begin, visit.host).letters(17)


def _start(visit: Visit) -> list[str]:
    """The six columns that every log of the sensor begins with."""
    lookup = visit.channel is Channel.LOOKUP
    port = {Channel.TUNNEL: "443", Channel.PLAIN: "80", Channel.LOOKUP: "53"}[visit.channel]
    return [
        decimal_seconds(visit.begin, 6),
        _uid(visit),
        visit.identity.address,
        str(client_port(visit)),
        RESOLVER if lookup else address_of(visit.host),
        port,
    ]


def _conn(visit: Visit) -> str:
    lookup = visit.channel is Channel.LOOKUP
    service = {Channel.TUNNEL: "ssl", Channel.PLAIN: "http", Channel.LOOKUP: "dns"}
    up, down = (len(visit.host) + 18, 61) if lookup else (visit.bytes_up, visit.bytes_down)
    packets_up, packets_down = up // 1_400 + 1, down // 1_400 + 1
    columns = [
        *_start(visit),
        "udp" if lookup else "tcp",
        service[visit.channel],
        decimal_seconds(LOOKUP_TAKES if lookup else visit.duration, 6),
        str(up),
        str(down),
        "SF",
        "T",
        "T" if lookup else "F",
        "0",
        "Dd" if lookup else "ShADadFf",
        str(packets_up),
        str(up + 28 * packets_up),
        str(packets_down),
        str(down + 28 * packets_down),
        "-",
        "17" if lookup else "6",
    ]
    return "\t".join(columns)


def _ssl(visit: Visit) -> str:
    suite = ["TLSv13", "TLS_AES_128_GCM_SHA256", "x25519"]
    outcome = ["F", "-", "h2", "T", "CsiI", "-", "-", "-"]
    return "\t".join([*_start(visit), *suite, visit.host, *outcome])


def _http(visit: Visit) -> str:
    if visit.page is None:
        raise ValueError(f"{visit.host}: a request that was seen has a page")
    request = ["1", visit.page.method, visit.host, visit.page.path, "-", "1.1", user_agent(visit)]
    return "\t".join([*_start(visit), *request, "-", "0", str(visit.bytes_down - 300), "200", "OK"])


def _dns(visit: Visit) -> str:
    answers = {"A": [address_of(visit.host)], "AAAA": [address6_of(visit.host)]}
    record = {
        "ts": float(decimal_seconds(visit.begin, 6)),
        "uid": _uid(visit),
        "id.orig_h": visit.identity.address,
        "id.orig_p": client_port(visit),
        "id.resp_h": RESOLVER,
        "id.resp_p": 53,
        "proto": "udp",
        "trans_id": visit.begin // MILLISECOND % 65_536,
        "query": visit.host,
        "qclass_name": "C_INTERNET",
        "qtype": QUERY_TYPES[visit.query_type],
        "qtype_name": visit.query_type,
        "rcode_name": "NOERROR",
        "rejected": False,
    }
    if visit.query_type in answers:
        record["answers"] = answers[visit.query_type]
    return json.dumps(record, separators=(",", ":"))
