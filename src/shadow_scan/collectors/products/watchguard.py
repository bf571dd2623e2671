"""WatchGuard Firebox: the traffic log of its proxies, key=value behind a message number, or LEEF.

LEEF records have no time of their own: that of their syslog header counts.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.syslog import RECEIVED
from shadow_scan.collectors.variants import Variants

# '(time) https-proxy[pid]: msg_id="2CFF-0000" Allow 1-Trusted 0-External tcp source destination
# port port msg="…" key="…"': the addresses stand bare between the interfaces and the first key.
_HEAD = r'msg_id="[^"]*" (?:\w+="[^"]*" )*(\w+):? '
_ADDRESS = r"([0-9a-fA-F:.]+)"

_KEYS = {
    "user": "src_user|user",
    "server": "dstname|server_name|sni|host|question|fqdn_dst_match",
    "argument": "arg|path",
    "verb": "op|method",
    "sent": "sent_bytes",
    "received": "rcvd_bytes",
    "seconds": "elapsed_time|duration",
    "written": "time|timestamp",
    "agent": "user_agent",
    "code": "status",
    "source": "src_ip|src",
    "destination": "dst_ip|dst",
    "port": "dstPort|dst_port",
    "verdict": "disp|action",
}
_BARE = fields.keyed(
    _KEYS,
    extra={
        "head": "regexp_extract(line, "
        rf"'{_HEAD}.*? \S*(?:tcp|udp|icmp)(?: \d+ \d+)? {_ADDRESS} {_ADDRESS}(?: (\d+) (\d+))?', "
        "['did', 'source', 'destination', 'source_port', 'port'])",
        "stamp": r"regexp_extract(line, '\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)', 1)",
    },
)
_MONITOR_LINE = (
    r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (?:\S+ )?"
    rf"(Allow|Deny|Proxy\w+):? {_ADDRESS} {_ADDRESS} [^ ]+/\w+ (?:(\d+) (\d+) )?"
)
"""The same record as the traffic monitor shows and saves it: the ports behind the service."""
_MONITOR = fields.keyed(
    _KEYS,
    extra={
        "head": f"regexp_extract(line, '^{_MONITOR_LINE}', "
        "['stamp', 'did', 'source', 'destination', 'source_port', 'port'])",
    },
)
_SQL = fields.record(
    Variants(
        {
            fields.stands_within(200, "|WatchGuard|"): fields.leef(
                _KEYS, extra={"stamp": "NULL::VARCHAR"}
            ),
            f"regexp_matches(line, '^{_MONITOR_LINE}')": f"""SELECT * EXCLUDE (head) REPLACE (
                head.source AS source, head.destination AS destination, head.port AS port,
                head.did AS verdict), replace(head.stamp, ' ', 'T') AS stamp FROM ({_MONITOR})""",
            "true": f"""SELECT * EXCLUDE (head) REPLACE (
                coalesce(nullif(head.source, ''), source) AS source,
                coalesce(nullif(head.destination, ''), destination) AS destination,
                coalesce(nullif(head.port, ''), port) AS port,
                coalesce(nullif(head.did, ''), verdict) AS verdict) FROM ({_BARE})""",
        }
    ),
    let={
        "instant": "coalesce(iso_time(coalesce(nullif(stamp, ''), replace(written, ' ', 'T')) "
        f"|| 'Z'), {RECEIVED})",
        "did": "lower(verdict)",
        "span": "try_cast(regexp_extract(seconds, '[0-9.]+') AS DOUBLE) * 1000",
    },
    rejected={
        "no record of traffic": "coalesce(source, '') = ''",
        "the time cannot be read": "instant IS NULL",
    },
    event_time="instant",
    duration_ms="CAST(round(span) AS BIGINT)",
    source_ip="source",
    user_name="user",
    authority="""CASE WHEN port = '53' THEN server
        ELSE with_port(server, port) END""",
    path="CASE WHEN starts_with(argument, '/') THEN argument END",
    destination_ip="destination",
    method="upper(verb)",
    status="try_cast(code AS INTEGER)",
    bytes_up="number(sent)",
    bytes_down="number(received)",
    user_agent="agent",
    action="""CASE WHEN regexp_matches(did, 'deny|denied|drop|block') THEN 'blocked'
        ELSE 'allowed' END""",
    evidence="""CASE WHEN starts_with(argument, '/') THEN 'transacted'
        WHEN port = '53' THEN 'resolved' ELSE 'connected' END""",
)

WATCHGUARD = Format(
    name="watchguard",
    title="WatchGuard Firebox traffic log",
    kind="firewall",
    carries=(
        *("event_time", "duration_ms", "source_ip", "user_name", "host", "port", "path"),
        *("destination_ip", "method", "status", "bytes_up", "bytes_down", "user_agent", "action"),
        "evidence",
    ),
    recognise=re.compile(
        r'(?:[^"]{0,120} )?msg_id="\w{4}-\w{4}" (?:fqdn_\w+="[^"]*" )*'
        r'(?:Allow|Deny|Proxy\w+|action="\w+" src_ip=)'
        r'|(?:[^"]{0,120} )?(?:msg_id="\w{4}-\w{4}" )?disp="\w+" '
        r"(?=.*\bsrc(?:_ip)?=)(?=.*\bdst(?:_ip)?=)"
        rf"|{_MONITOR_LINE}"
        r"|(?:.{0,200}\bLEEF: ?)?1\.0\|WatchGuard\|"
    ),
    reference="https://www.watchguard.com/help/docs/fireware/12/en-US/log_catalog/",
    sql=_SQL,
    # Traffic is logged when the connection has ended.
    clock="end",
    notes="names where a proxy action or content inspection saw them",
)
