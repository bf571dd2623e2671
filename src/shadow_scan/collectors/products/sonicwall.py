"""SonicWall: web hits (m=97) and connections that closed (m=537), key=value or CEF.

Where none is told when it closes, those that opened (m=98) are all there is.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.syslog import RECEIVED
from shadow_scan.collectors.variants import Variants

_KEYS = {
    "message": "m",
    "written": "time",
    "source": "srcV6|src",
    "destination": "dstV6|dst",
    "user": "usr|user",
    "server": "dstname|fqdn",
    "argument": "arg",
    "verb": "op",
    "sent": "sent",
    "received": "rcvd",
    "milliseconds": "cdur",
    "code": "result",
    "did": "fw_action",
    "agent": "userAgent",
}
_CEF_KEYS = {
    "written": "rt",
    "source": "src",
    "destination": "dst",
    "user": "susr|suser",
    "server": "dhost|dname",
    "request": "request",
    "verb": "requestMethod",
    "sent": "out",
    "received": "in",
    "port": "dpt",
    "did": "act|fw_action",
}
# TCP and UDP that a rule stopped, from outside and from the LAN.
_DROPPED = "'36', '37', '173', '174'"
_SQL = fields.record(
    Variants(
        {
            "strpos(upper(left(line, 100)), '|SONICWALL|') > 0": fields.cef(
                _CEF_KEYS,
                extra={
                    "message": "cef_header(line, 5)",
                    "argument": "NULL",
                    "code": "NULL",
                    "milliseconds": "NULL",
                    "agent": "NULL",
                },
            ),
            "contains(line, 'sn=')": fields.keyed(_KEYS, extra={"request": "NULL", "port": "NULL"}),
        }
    ),
    let={
        "instant": f"coalesce(text_time(written), {RECEIVED})",
        "name": "coalesce(server, split_part(url_authority(request), ':', 1))",
        "place": "coalesce(try_cast(port AS INTEGER), port_of(destination))",
        "way": "coalesce(argument, url_path(request))",
        "seen_inside": "starts_with(way, '/') AND (length(way) > 1 OR verb IS NOT NULL)",
    },
    skipped={
        "no request (its connection ends later)": "message = '98' AND {ended}",
        "no request (another kind of message)": "message IS NOT NULL "
        f"AND message NOT IN ('97', '98', '537', '1153', '14', '16', {_DROPPED})",
    },
    rejected={
        "no record of SonicWall": "variant = 0",
        "no kind of message": "message IS NULL",
        "the time cannot be read": "instant IS NULL",
        "no source address": "source IS NULL",
    },
    event_time="instant",
    duration_ms="number(milliseconds)",
    source_ip="host_of(source)",
    user_name="CASE WHEN NOT starts_with(user, 'Unknown') THEN user END",
    authority="with_port(coalesce(name, ''), place)",
    path="CASE WHEN seen_inside THEN way END",
    destination_ip="host_of(destination)",
    # Newer systems write the number of the method.
    method="""CASE WHEN regexp_full_match(verb, '[A-Za-z]+') THEN upper(verb)
        WHEN verb = '1' THEN 'GET' WHEN verb = '2' THEN 'POST' WHEN verb = '3' THEN 'HEAD' END""",
    status="nullif(try_cast(code AS INTEGER), 0)",
    bytes_up="number(sent)",
    bytes_down="number(received)",
    user_agent="agent",
    action=f"""CASE WHEN message IN ('14', {_DROPPED})
        OR lower(did) IN ('drop', 'deny', 'block') THEN 'blocked' ELSE 'allowed' END""",
    evidence="CASE WHEN seen_inside THEN 'transacted' ELSE 'connected' END",
)
_CLOSED = r"\bm=537\b|\|537\|"


SONICWALL = Format(
    name="sonicwall",
    title="SonicWall web and connection messages (key=value, CEF)",
    kind="firewall",
    carries=(
        *("event_time", "duration_ms", "source_ip", "user_name", "host", "port", "path"),
        *("destination_ip", "method", "status", "bytes_up", "bytes_down", "user_agent", "action"),
        "evidence",
    ),
    recognise=re.compile(
        r"(?:.{0,200}\bCEF: ?)?\d\|SonicWall\|"
        # A relay may take `id=firewall` for the name of a program.
        r"|(?=.*\bsn=)(?=.*\btime=)(?=.*\bfw=)(?=.*\bpri=\d)"
        r" *(?:\d{4}-\d\d-\d\d [\d:.,]+ +)?(?:[0-9a-f.:]+ +)?(?:id=\S+|sn=\w+) ",
        re.I,
    ),
    reference="https://www.sonicwall.com/techdocs/pdf/sonicos-7-0-log-events-reference-guide.pdf",
    sql=fields.remembering(fields.ENDED, _SQL),
    remembers={fields.ENDED: f"regexp_matches(line, '{_CLOSED}')"},
    # Both messages come when it is over.
    clock="end",
    zone="local",
    notes="message 97 is a web hit, 537 a connection that closed (98 one that "
    "opened, read where no 537 is), 1153 one of an SSL VPN's client, "
    "14 a site that was blocked, 16 one that was allowed; 36, 37, 173 and 174 are connections that "
    "were stopped",
)
