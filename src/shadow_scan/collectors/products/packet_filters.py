"""Packet filters: filterlog of pfSense and OPNsense, MikroTik's RouterOS and the kernel's netfilter
(UniFi, EdgeRouter, Firewalla, ufw). The first packet of a connection, at best: no names, no sizes.

What goes to the filter itself is nobody's request to a service. Rules that only log say nothing of
what became of the packet.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.syslog import RECEIVED, RECEIVED_SOON
from shadow_scan.collectors.variants import Variants

_CARRIES = (
    "event_time",
    "source_ip",
    "device_name",
    "port",
    "destination_ip",
    "action",
    "evidence",
)
_NOTES = "no names, no users and no sizes: only addresses, which many services share"

# rule,sub-rule,anchor,tracker,interface,reason,action,direction,4,tos,ecn,ttl,id,offset,flags,
# number,protocol,length,source,destination,ports…; of IPv6 there are three words less before the
# ends.
_ROW = (
    r"\d*,\d*,[^,]*,[^,]*,[^,]*,[\w-]+,(?:pass|block|reject|nat|rdr|binat|unkn\w*),(?:in|out),[46],"
)
_FILTERLOG_SQL = fields.record(
    f"""SELECT line_number, line, header, {RECEIVED_SOON} AS instant, part[7] AS did,
        part[CASE part[9] WHEN '4' THEN 19 ELSE 16 END] AS source,
        part[CASE part[9] WHEN '4' THEN 20 ELSE 17 END] AS server,
        try_cast(part[CASE part[9] WHEN '4' THEN 22 ELSE 19 END] AS INTEGER) AS port,
        lower(part[CASE part[9] WHEN '4' THEN 17 ELSE 13 END]) IN ('tcp', 'udp') AS has_ports
    FROM (SELECT line_number, line, header,
        string_split(nullif(regexp_extract(line, '{_ROW}.*'), ''), ',') AS part FROM lines)""",
    skipped={"no request (a translation)": "did IN ('nat', 'rdr', 'binat')"},
    rejected={
        "no record of the filter": "did IS NULL",
        "the time cannot be read": "instant IS NULL",
        "no ends of a packet": "coalesce(server, '') = ''",
    },
    event_time="instant",
    source_ip="source",
    authority="CASE WHEN has_ports THEN ':' || port END",
    destination_ip="server",
    action="""CASE WHEN did = 'pass' THEN 'allowed'
        WHEN did IN ('block', 'reject') THEN 'blocked' END""",
    evidence="'connected'",
)

FILTERLOG = Format(
    name="filterlog",
    title="pfSense and OPNsense, packets of the filter (filterlog)",
    kind="firewall",
    carries=_CARRIES,
    recognise=re.compile(rf".{{0,200}}?(?<![\w,]){_ROW}"),
    reference="https://docs.netgate.com/pfsense/en/latest/monitoring/logs/raw-filter-format.html",
    sql=_FILTERLOG_SQL,
    zone="local",
    notes=_NOTES,
    aliases=("pfsense", "opnsense"),
)

_ASKED = r"([0-9a-fA-F.:]+) ([A-Z]+) (\S+) +action=(allow|deny|redirect)"
_END = r"(\[[0-9a-fA-F:.]+\]|[0-9.]+):(\d+)"
# 'forward: in:lan out:wan, src-mac …, proto TCP (SYN), address:port->address:port, NAT …, len 52',
# and of the router's own proxy 'web-proxy,account address METHOD url action=allow cache=MISS'.
_MIKROTIK_SQL = fields.record(
    rf"""SELECT line_number, line, coalesce({RECEIVED}, from_local(try_strptime(
            regexp_extract(line, '^[A-Za-z]{{3}}/\d\d/\d{{4}} \d\d:\d\d:\d\d'),
            '%b/%d/%Y %H:%M:%S'))) AS instant,
        regexp_extract(whole, '\b(\w+): ?in:.* out:', 1) AS chain,
        regexp_matches(whole, '(?:^|[ :])[a-z][a-z-]+(?:,[a-z-]+)+ ') AS has_topics,
        regexp_extract(line, 'src-mac ([0-9a-fA-F:]{{17}})', 1) AS mac,
        regexp_extract(line, ', {_END}->{_END}', ['source', 'source_port', 'server', 'port'])
            AS ends,
        contains(line, '(SYN)') AS begins,
        CASE WHEN contains(line, ' action=') THEN regexp_extract(line, '{_ASKED}',
            ['client', 'verb', 'url', 'verdict']) END AS asked,
        CASE WHEN contains(line, ' query from ') THEN regexp_extract(line,
            ' query from \[?([0-9a-fA-F.:]+?)\]?: (?:#\d+ )?(\S+?)\.? [A-Z]+',
            ['client', 'name']) END AS lookup
    FROM (SELECT *, coalesce(header || line, line) AS whole FROM lines)""",
    let={
        "answer": "NOT begins AND coalesce(is_answer(try_cast(ends.source_port AS INTEGER), "
        "try_cast(ends.port AS INTEGER)), false)",
        "question": "nullif(lookup.name, '')",
        "verb": "nullif(asked.verb, '')",
        "other": """chain = '' AND coalesce(asked.verb, '') = ''
            AND coalesce(lookup.name, '') = '' AND has_topics""",
        "url": "asked.url",
        "verdict": "asked.verdict",
    },
    skipped={
        "no request (to the router itself, or its own)": "chain IN ('input', 'output')",
        "no request (another kind of message)": "other",
    },
    rejected={
        "no message of a router": "chain = '' AND verb IS NULL AND question IS NULL AND NOT other",
        "the time cannot be read": "instant IS NULL",
        "no ends of a packet": "verb IS NULL AND question IS NULL AND ends.server = '' "
        r"AND NOT regexp_matches(line, '(?i)proto (?:ipv6-)?(?:icmp|igmp|gre|\d)')",
    },
    event_time="instant",
    source_ip="""CASE WHEN verb IS NOT NULL THEN asked.client
        WHEN question IS NOT NULL THEN lookup.client
        WHEN answer THEN trim(ends.server, '[]') ELSE trim(ends.source, '[]') END""",
    device_name="CASE WHEN NOT answer THEN nullif(mac, '') END",
    authority="""CASE WHEN verb IS NOT NULL THEN url_authority(url)
        WHEN question IS NOT NULL THEN question
        WHEN ends.server <> '' THEN ':' || CASE WHEN answer THEN ends.source_port
            ELSE ends.port END END""",
    path="CASE WHEN verb <> 'CONNECT' THEN url_path(url) END",
    destination_ip="nullif(trim(CASE WHEN answer THEN ends.source ELSE ends.server END, '[]'), '')",
    method="verb",
    action="""CASE WHEN verdict = 'allow' THEN 'allowed'
        WHEN verdict IN ('deny', 'redirect') THEN 'blocked' END""",
    evidence="""CASE WHEN question IS NOT NULL THEN 'resolved'
        WHEN verb <> 'CONNECT' THEN 'transacted' ELSE 'connected' END""",
)

MIKROTIK = Format(
    name="mikrotik",
    title="MikroTik RouterOS: packets of the firewall, its web proxy and resolver",
    kind="firewall",
    carries=("host", "path", "method", *_CARRIES),
    recognise=re.compile(
        r".{0,120}?(?:\bin:(?>\S.*? out:)(?>.*?\bproto )[A-Za-z]"
        rf"|{_ASKED} cache=|\bdns,\w+ (?>.*?query from ))"
    ),
    reference="https://help.mikrotik.com/docs/spaces/ROS/pages/328094/Log",
    sql=_MIKROTIK_SQL,
    zone="local",
    notes=_NOTES + "; only the web proxy names hosts, and says what it did",
    aliases=("routeros",),
)

# '[WAN_OUT-20-D]IN=eth1 OUT=eth0 MAC=… SRC=… DST=… LEN=60 … PROTO=TCP SPT=… DPT=… SYN URGP=0'
_FIELDS = fields.keyed(
    {
        "entered": "IN",
        "gone": "OUT",
        "source": "SRC",
        "server": "DST",
        "protocol": "PROTO",
        "source_port": "SPT",
        "port": "DPT",
    },
    text="substr(line, strpos(line, 'IN='))",
    extra={
        "rule": "left(line, greatest(strpos(line, 'IN=') - 1, 0))",
        "begins": "contains(line, ' SYN ') AND NOT contains(line, ' ACK ')",
    },
)
_NETFILTER_SQL = fields.record(
    f"SELECT *, {RECEIVED} AS instant FROM ({_FIELDS})",
    let={
        "answer": "NOT begins AND is_answer(try_cast(source_port AS INTEGER), "
        "try_cast(port AS INTEGER))",
        "letter": r"regexp_extract(rule, '-([ADR])(?:-\d+)?\]', 1)",
    },
    skipped={
        "no request (to the machine itself, or its own)": "source IS NOT NULL "
        "AND (entered IS NULL OR gone IS NULL)",
        "no request (another kind of message)": "NOT contains(line, 'IN=') "
        "AND contains(coalesce(header || line, line), 'kernel: ')",
    },
    rejected={
        "the time cannot be read": "instant IS NULL",
        "no ends of a packet": "source IS NULL OR server IS NULL",
    },
    event_time="instant",
    source_ip="CASE WHEN answer THEN server ELSE source END",
    authority="':' || CASE WHEN answer THEN source_port ELSE port END",
    destination_ip="CASE WHEN answer THEN source ELSE server END",
    # What rules are called by UniFi ('-D]', '-A-10000]'), ufw and people.
    action="""CASE WHEN letter = 'A' THEN 'allowed' WHEN letter <> '' THEN 'blocked'
        WHEN regexp_matches(rule, '(?i)\\b(?:block|drop|deny|reject)') THEN 'blocked'
        WHEN regexp_matches(rule, '(?i)\\b(?:allow|accept)') THEN 'allowed' END""",
    evidence="'connected'",
)

# What UniFi's own application sends. The time in it is the record's; the header has the sending's.
_UNIFI = r"(?:CEF: ?)?0\|Ubiquiti\|UniFi "
_UNIFI_FIELDS = fields.cef(
    {
        "stamp": "UNIFIutcTime",
        "source": "src|UNIFIsrcClientIp",
        "device": "UNIFIsrcClientAlias|UNIFIsrcClientHostname|UNIFIsrcClientMac",
        "server": "dst|UNIFIdstClientIp",
        "gateway": "UNIFIdstDeviceIp",
        "name": "UNIFIdstDomain",
        "port": "dpt",
        "did": "act",
    },
    absent=("", "-", "null"),
)
_UNIFI_SQL = fields.record(
    f"SELECT *, coalesce(text_time(stamp), {RECEIVED}) AS instant FROM ({_UNIFI_FIELDS})",
    skipped={
        "no request (to the machine itself, or its own)": "server IS NULL AND name IS NULL "
        "AND gateway IS NOT NULL",
        "no request (another kind of message)": "coalesce(server, name, gateway) IS NULL",
    },
    rejected={"the time cannot be read": "instant IS NULL"},
    event_time="instant",
    source_ip="source",
    device_name="device",
    authority="coalesce(with_port(name, port), ':' || port)",
    destination_ip="server",
    action="CASE WHEN did IN ('blocked', 'block') THEN 'blocked' "
    "WHEN did IN ('allowed', 'allow') THEN 'allowed' END",
    evidence="'connected'",
)

NETFILTER = Format(
    name="netfilter",
    title="Linux netfilter's packets (iptables, ufw, UniFi with its CEF, EdgeRouter, Firewalla)",
    kind="firewall",
    carries=("host", *_CARRIES),
    recognise=re.compile(
        r".{0,200}?\bIN=\S* OUT=\S* (?=.*\bSRC=\S+ DST=\S+ )(?=.*\bPROTO=)"
        rf"|{_UNIFI}(?=.*\bUNIFI\w+=)"
    ),
    reference="https://netfilter.org/documentation/",
    sql=Variants({"contains(line, '0|Ubiquiti|UniFi ')": _UNIFI_SQL, "true": _NETFILTER_SQL}),
    zone="local",
    notes=_NOTES + "; only UniFi's CEF names hosts, and seldom",
    aliases=("iptables", "ufw", "unifi"),
)
