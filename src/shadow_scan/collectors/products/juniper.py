"""Juniper SRX: sessions that closed (RT_FLOW, AppTrack), its web filter (RT_UTM), and what lists of
threats stopped (SecIntel).

Where no session is told when it closes, those that were created are all there is.

The structured form carries names of fields, the other one is prose. The time is that of the syslog
header, so the header belongs to the record.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.syslog import time_sql
from shadow_scan.collectors.variants import Variants

_KEYS = {
    "source": "source-address",
    "destination": "destination-address",
    "port": "destination-port",
    "session": "session-id-32|session-id",
    "origin": "source-port",
    "sent": "bytes-from-client",
    "received": "bytes-from-server",
    "seconds": "elapsed-time",
    "user": "username",
    "team": "roles",
    "server": "url|url-host|http-host|object-name|hostname",
    "object": "obj|pathname",
    "did": "action",
}
_ABSENT = ("", "-", "N/A", "NA", "NA NA", "UNKNOWN", "None", "-1")
_KIND = r"(RT_FLOW_SESSION_\w+|APPTRACK_SESSION_\w+|WEBFILTER_URL_\w+|RT_\w+|APPTRACK\w*)"
_ISO = r"^(?:<\d+> ?)?(?:1 )?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?) "
_RELAYED = rf" {_ISO.removeprefix('^')}"
"""Behind the header of a relay."""
_OLD = r"^(?:<\d+> ?)?([A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d) +(?:\S{0,3}[^\s\d]|\S{5})"
_DATED = r"^(?:<\d+> ?)?([A-Z][a-z]{2} [ \d]\d) (\d\d:\d\d:\d\d(?:\.\d+)?)(?: (\d{4}))? .*$"
"""With milliseconds, and the year behind them, where an administrator asked for them."""
_EXTRA = {
    "kind": r"regexp_extract(line, '\b(?:(?:RT_FLOW_SESSION|APPTRACK_SESSION|WEBFILTER_URL)_\w+"
    r"|SECINTEL_ACTION_LOG)')",
    "stamp": f"regexp_extract(line, '{_ISO}', 1)",
    "old_stamp": f"regexp_extract(line, '{_OLD}', 1)",
}
# 'session closed TCP FIN: a/p->b/p 0x0 junos-https … 60(52906) 47(26103) 207 …': packets (bytes) of
# the client and of the server, then seconds; two applications, and the user with roles.
_FLOW = (
    r"([0-9a-fA-F.:]+)/(\d+)->([0-9a-fA-F.:]+)/(\d+) .*? "
    r"(?:(\d+) )?\d+\((\d+)\) \d+\((\d+)\) (\d+)"
    # AppTrack names the user without brackets, and then whether all was encrypted.
    r"(?: (?:\S+ \S+ ([^ (]+)\([^)]*\)|([^ (]+) \S+ (?:Yes|No)))?(?: |$)"
)
# A session that was denied has its two ends alone; one that was created, its number and user too.
_ENDS = r"session (?:denied|created) ([0-9a-fA-F.:]+)/(\d+)->([0-9a-fA-F.:]+)/(\d+) "
_BEGUN = r"session created .* (\d+) ([^ (]+)\([^)]*\) "
# 'ACTION="…" a(p)->b(p) CATEGORY=… URL=… OBJ=… username … roles …'
_FILTER = (
    r"(?:^|[^0-9a-fA-F.:])([0-9a-fA-F.:]+)\(\d+\)->([0-9a-fA-F.:]+)\((\d+)\).* URL=(\S+) OBJ=(\S+)"
    r"(?: (?i:username)[ =](\S+))?(?: (?i:roles)[ =](\S+))?"
)
_PROSE = {
    "flow": f"regexp_extract(line, '{_FLOW}', "
    "['source', 'origin', 'destination', 'port', 'session', 'sent', 'received', 'seconds', "
    "'user', 'tracked'])",
    "ends": f"regexp_extract(line, '{_ENDS}', ['source', 'origin', 'destination', 'port'])",
    "begun": f"regexp_extract(line, '{_BEGUN}', ['session', 'user'])",
    "web": f"regexp_extract(line, '{_FILTER}', "
    "['source', 'destination', 'port', 'server', 'object', 'user', 'team'])",
    **_EXTRA,
}


def _prose(name: str, *kinds: str, other: str = "") -> str:
    found = [f"{kind}.{name}" for kind in kinds] + [other] * bool(other)
    parts = ", ".join(f"nullif({one}, '')" for one in found)
    return f"nullif(coalesce({parts}), 'N/A') AS {name}"


_ENDS_OF = ("flow", "ends", "web")


_PROSE_FIELDS = f"""SELECT line_number, line, kind, stamp, old_stamp,
    {_prose("source", *_ENDS_OF)}, {_prose("destination", *_ENDS_OF)}, {_prose("port", *_ENDS_OF)},
    {_prose("session", "flow", "begun")}, {_prose("origin", "flow", "ends")}, NULL AS did,
    {_prose("sent", "flow")}, {_prose("received", "flow")},
    {_prose("seconds", "flow")},
    {_prose("user", "web", "flow", "begun", other="flow.tracked")}, {_prose("team", "web")},
    {_prose("server", "web")}, {_prose("object", "web")}
    FROM (SELECT line_number, line, {", ".join(f"{sql} AS {name}" for name, sql in _PROSE.items())}
          FROM lines)"""

_JUNOS = "[junos@"
_UNNAMED = r' \[([a-z-]+=")'
"""Structured data to which a log of one's own layout gives no name."""
# What collectors make of the structured form: its fields flat, or below the enterprise's number.
_MEMBERS = fields.members(
    _KEYS,
    text=r"""coalesce(nullif(regexp_extract(line, '"junos@[0-9.]+" ?: ?(\{[^{}]*\})', 1), ''),
        line)""",
    absent=_ABSENT,
    extra={
        **_EXTRA,
        "stamp": r"""regexp_extract(line, '"(?:timestamp|timereported)" ?: ?"([^"]+)"', 1)""",
    },
)
_SQL = fields.record(
    Variants(
        {
            "starts_with(line, '{')": _MEMBERS,
            f"contains(line, '{_JUNOS}') OR regexp_matches(line, '{_UNNAMED}')": fields.keyed(
                _KEYS,
                text=f"""split_part(CASE WHEN contains(line, '{_JUNOS}')
                    THEN split_part(line, '{_JUNOS}', 2)
                    ELSE regexp_replace(line, '^.*?{_UNNAMED}', '\\1') END, '"]', 1) || '"'""",
                absent=_ABSENT,
                extra={
                    **_EXTRA,
                    "stamp": f"""CASE WHEN line < 'A' THEN {_EXTRA["stamp"]}
                        ELSE regexp_extract(line, '{_RELAYED}', 1) END""",
                },
            ),
            "contains(line, '->')": _PROSE_FIELDS,
        }
    ),
    let={
        "instant": f"""CASE WHEN stamp <> '' THEN iso_time(stamp) WHEN old_stamp <> ''
            THEN from_local(yearless_time(regexp_replace(old_stamp, ' +', ' ')))
            ELSE coalesce(text_time(CASE WHEN regexp_matches(line, '{_DATED}')
                THEN regexp_replace(line, '{_DATED}', '\\1 \\3 \\2') END),
                {time_sql("line")}) END""",
        "is_web": "starts_with(kind, 'WEBFILTER')",
        "is_listed": "kind = 'SECINTEL_ACTION_LOG'",
    },
    skipped={
        "no request (its session ends later)": "kind LIKE '%SESSION_CREATE%' AND {ended}",
        "no request (another kind of record)": "variant > 0 AND "
        "NOT regexp_matches(kind, 'SESSION_(?:CREATE|CLOSE|DENY)') AND NOT (is_web OR is_listed)",
    },
    rejected={
        "no record of a session": "variant = 0",
        "the time cannot be read": "instant IS NULL",
        "no source address": "source IS NULL",
    },
    event_time="instant",
    duration_ms="number(seconds) * 1000",
    source_ip="source",
    user_name="user",
    department="team",
    authority="with_port(coalesce(url_authority(server), ''), port)",
    path="CASE WHEN is_web AND port <> '443' AND starts_with(object, '/') THEN object END",
    destination_ip="destination",
    bytes_up="number(sent)",
    bytes_down="number(received)",
    action="""CASE WHEN kind LIKE '%BLOCKED%' OR kind LIKE '%DENY%' OR (is_listed AND did = 'BLOCK')
        THEN 'blocked'
        ELSE 'allowed' END""",
    evidence="CASE WHEN is_web AND port <> '443' AND starts_with(object, '/') THEN 'transacted' "
    "ELSE 'connected' END",
    # Numbers are given again when a session is over.
    flow="CASE WHEN session <> '0' THEN concat_ws(' ', session, source, origin) END",
)

JUNIPER = Format(
    name="juniper-srx",
    title="Juniper SRX sessions, web filter and SecIntel (structured, prose or JSON)",
    kind="firewall",
    carries=(
        *("event_time", "duration_ms", "source_ip", "user_name", "department", "host", "port"),
        *("path", "destination_ip", "bytes_up", "bytes_down", "action", "evidence"),
    ),
    recognise=re.compile(
        r"(?:.{0,120}\s)?(?:RT_FLOW|RT_UTM|RT_SECINTEL|APPTRACK|AppTrack)\b.{0,40}?"
        r"(?:RT_FLOW_SESSION|WEBFILTER_URL|APPTRACK_SESSION|SECINTEL_ACTION)_"
        # Relays may keep the program's name elsewhere.
        r"|(?:.{0,120}\s)?(?:RT_FLOW_SESSION|WEBFILTER_URL|APPTRACK_SESSION)_[A-Z_]+: [A-Za-z]"
        r'|\{(?=.*"source-address" ?:)(?=.*"(?:RT_FLOW_SESSION|WEBFILTER_URL|APPTRACK_SESSION)_)'
    ),
    reference="https://www.juniper.net/documentation/us/en/software/junos/network-mgmt/topics/topic-map/"
    "system-logging-for-a-security-device.html",
    sql=fields.remembering(fields.ENDED, _SQL),
    remembers={fields.ENDED: "contains(line, 'SESSION_CLOSE')"},
    # A session is logged when it closed.
    clock="end",
    zone="local",
    notes="sizes are in sessions that closed, names in web filter records",
    aliases=("juniper",),
)
