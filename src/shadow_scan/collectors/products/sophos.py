"""Sophos: XG/SFOS (key=value) and UTM 9 (httpproxy)."""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.syslog import RECEIVED

_XG_FIELDS = fields.keyed(
    {
        "stamp": "timestamp",
        "date": "date",
        "time": "time",
        "zone": "timezone",
        "kind": "log_type",
        "did": "log_subtype",
        "seconds": "duration",
        "source": "src_ip|srcip|sourceip",
        "destination": "dst_ip|dstip|destinationip",
        "port": "dst_port|dstport",
        "user": "user_name|user",
        "team": "user_gp|user_group",
        "url": "url",
        "domain": "domain|domainname|sni",
        "sent": "sent_bytes|bytes_sent",
        "received": "recv_bytes|bytes_received",
        "code": "status_code|http_status|httpstatus",
        "agent": "user_agent|http_user_agent",
        "referrer": "referer|http_referer",
        "connection": "con_id|connid",
        "origin": "src_port",
        "verb": "http_method|method",
        "stage": "con_event|connevent",
    }
)
# Step by step: a macro's argument is planned as often as it stands in the macro. A time stamp with
# an offset is exact; not all names of zones ('IST') say one.
_XG_TIMED = f"""SELECT *, CASE WHEN stamped IS NULL THEN date || 'T' || time
        || CASE WHEN regexp_full_match(zone, '[+-][0-9:]+') THEN zone
                ELSE coalesce(zone_offset(zone), '') END END AS clocked
    FROM (SELECT *, iso_time(stamp) AS stamped FROM ({_XG_FIELDS}))"""

_XG_SQL = fields.record(
    _XG_TIMED,
    let={
        "instant": f"coalesce(stamped, iso_time(clocked), {RECEIVED})",
        "absolute": "contains(url, '://')",
        # What the scanner stopped on its way (its URLs have no scheme), or protection from threats.
        "is_stopped": "coalesce(kind = 'Anti-Virus' AND url IS NOT NULL "
        "OR kind = 'ATP' AND absolute, false)",
        "has_path": "(absolute OR is_stopped) AND length(url_path(url)) > 1",
        "is_begin": "coalesce(stage = 'Start', false) AND coalesce(did = 'Allowed', true)",
    },
    skipped={
        "no request (another kind of record)": "kind IS NOT NULL AND "
        "kind NOT IN ('Content Filtering', 'Firewall', 'SSL') AND NOT is_stopped",
        # Where rules log both ends; who was denied has no end.
        "no request (its connection ends later)": "is_begin AND {ended}",
    },
    rejected={
        "no type of record": "kind IS NULL",
        "the time cannot be read": "instant IS NULL",
        "no source address": "source IS NULL",
    },
    event_time="instant",
    duration_ms="CASE WHEN kind = 'Firewall' THEN number(seconds) * 1000 END",
    source_ip="source",
    user_name="user",
    department="team",
    authority="""CASE WHEN absolute THEN url_authority(url)
        ELSE with_port(domain, port) END""",
    path="CASE WHEN has_path THEN url_path(url) END",
    destination_ip="destination",
    method="upper(verb)",
    status="nullif(try_cast(code AS INTEGER), 0)",
    bytes_up="CASE WHEN NOT is_begin THEN number(sent) END",
    bytes_down="CASE WHEN NOT is_begin THEN number(received) END",
    user_agent="agent",
    referrer="referrer",
    action="""CASE WHEN did IN ('Denied', 'Drop', 'Block', 'Blocked', 'Virus') THEN 'blocked'
        WHEN did IS NOT NULL THEN 'allowed' END""",
    evidence="CASE WHEN has_path THEN 'transacted' ELSE 'connected' END",
    # An address in the firewall's memory: another connection has it after this one.
    flow="CASE WHEN connection <> '0' THEN concat_ws(' ', connection, source, origin) END",
)
_ENDED = r'\bcon_?n?event="?(?:Stop|End)'


XG = Format(
    name="sophos-xg",
    title="Sophos Firewall (XG, SFOS), web and firewall records",
    kind="firewall",
    carries=(
        *("event_time", "duration_ms", "source_ip", "user_name", "department", "host", "port"),
        *("path", "destination_ip", "method", "status", "bytes_up", "bytes_down", "user_agent"),
        *("referrer_host", "action", "evidence"),
    ),
    recognise=re.compile(
        r"(?:[\w.-]+ )?"
        r'(?:device(?:_name|_model)?="[^"]*"|date=\S+ time=\S+ timezone=\S+|timestamp=\S+) '
        r'(?=.*\blog_type="?\w)(?=.*\blog_component=)'
    ),
    reference="https://docs.sophos.com/nsg/sophos-firewall/latest/Help/en-us/webhelp/onlinehelp/"
    "AdministratorHelp/Logs/index.html",
    sql=fields.remembering(fields.ENDED, _XG_SQL),
    remembers={fields.ENDED: f"regexp_matches(line, '{_ENDED}')"},
    clock="end",
    zone="local",
    notes="times without an offset are local; web and firewall records of a connection are joined",
    aliases=("sophos-sfos",),
)

_IS_UTM = """(contains(line, 'httpproxy') OR contains(line, 'sys="SecureWeb"'))"""
_IS_PACKET = """contains(line, 'sub="packetfilter"')"""
_OTHER = r"^\d{4}:\d\d:\d\d-\d\d:\d\d:\d\d \S+ [\w/-]+(?:\[\d+\])?: "
_BEHIND = r"\b\d{4}: ?\d\d:\d\d-\d\d:\d\d:\d\d\b"
"""Behind a relay's header, where some take the year for the name of a program."""
_UTM_SQL = fields.record(
    fields.keyed(
        {
            "did": "action",
            "verb": "method",
            "source": "srcip",
            "destination": "dstip",
            "port": "dstport",
            "user": "user",
            "team": "group",
            "code": "statuscode",
            "received": "size",
            "url": "url",
            "referrer": "referer",
            "agent": "ua",
            "microseconds": "fullreqtime",
        },
        extra={"stamp": "left(line, 19)"},
    ),
    let={
        "instant": f"""CASE WHEN substr(stamp, 5, 1) = ':'
            THEN from_local(try_strptime(stamp, '%Y:%m:%d-%H:%M:%S'))
            ELSE coalesce(from_local(try_strptime(replace(regexp_extract(left(line, 100),
                '{_BEHIND}'), ' ', ''), '%Y:%m:%d-%H:%M:%S')), {RECEIVED}) END""",
    },
    skipped={
        "no request (the scanner's own word)": f"{_IS_UTM} AND (source IS NULL OR url IS NULL)",
        "no request (another of its programs)": f"NOT ({_IS_UTM} OR {_IS_PACKET}) "
        f"AND regexp_matches(line, '{_OTHER}')",
    },
    rejected={
        "no record of the web proxy": f"NOT ({_IS_UTM} OR {_IS_PACKET})",
        "the time cannot be read": "instant IS NULL",
    },
    event_time="instant",
    duration_ms="number(microseconds) // 1000",
    source_ip="source",
    user_name="user",
    department="team",
    authority="CASE WHEN url IS NULL THEN ':' || port ELSE url_authority(url) END",
    path="CASE WHEN verb IS DISTINCT FROM 'CONNECT' THEN url_path(url) END",
    destination_ip="destination",
    method="upper(verb)",
    status="nullif(try_cast(code AS INTEGER), 0)",
    bytes_down="number(received)",
    user_agent="agent",
    referrer="referrer",
    action="""CASE WHEN did IN ('pass', 'accept') THEN 'allowed'
        WHEN did IN ('block', 'blocked', 'warn', 'drop', 'reject') THEN 'blocked' END""",
    evidence="CASE WHEN verb = 'CONNECT' OR url IS NULL THEN 'connected' ELSE 'transacted' END",
)

UTM = Format(
    name="sophos-utm",
    title="Sophos UTM 9, web proxy and packet filter",
    kind="proxy",
    carries=(
        *("event_time", "duration_ms", "source_ip", "user_name", "department", "host", "port"),
        *("path", "destination_ip", "method", "status", "bytes_down", "user_agent"),
        *("referrer_host", "action", "evidence"),
    ),
    recognise=re.compile(
        r"\d{4}:\d\d:\d\d-\d\d:\d\d:\d\d \S+ httpproxy\[\d+\]: "
        r'|\d{4}:\d\d:\d\d-\d\d:\d\d:\d\d \S+ ulogd\[\d+\]: .*\bsub="packetfilter"'
        r'|(?=.*\bsys="Secure(?:Web|Net)")(?=.*\bsub="(?:http|packetfilter)").*\bsrcip='
    ),
    reference="https://docs.sophos.com/nsg/sophos-utm/utm/9.7/help/en-us/Content/utm/"
    "utmAdminGuide/LoggingReporting.htm",
    sql=_UTM_SQL,
    clock="end",
    zone="local",
    notes="no upload bytes",
)
