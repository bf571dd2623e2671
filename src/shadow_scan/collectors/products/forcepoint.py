"""Forcepoint (Websense) web security: CEF, LEEF, its own key=value, the cloud's log and files.

The user comes as a directory path whose units name a department for nothing. `out` and `bytes_out`
are what the client sent. The key=value record has no time of its own: its syslog header's counts.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.variants import FIELDS, Variants

_CEF = {
    "moment": "rt|start|end",
    "did": "act",
    "login": "loginID|suid",
    "user": "suser",
    "client": "src",
    "forwarded": "sourceTranslatedAddress",
    "server": "dst",
    "port": "dpt",
    "hostname": "dhost|destinationHostName",
    "url": "request",
    "verb": "requestMethod",
    "agent": "requestClientApplication",
    "sent": "out",
    "received": "in",
    "device": "shost",
    "code": "proxyStatus-code|serverStatus-code",
    "protocol": "app",
    "millis": "duration",
}
_LEEF = {
    **_CEF,
    "moment": "devTime|rt",
    "user": "usrName",
    "port": "dstPort",
    "url": "url",
    "verb": "method",
    "agent": "userAgent",
    "sent": "srcBytes",
    "received": "dstBytes",
    "code": "proxyStatus-code|serverStatus-code",
    "did": "action|act",
}
_KEYED = {
    "moment": "time|rt",
    "did": "action_summary|action",
    "login": "loginID",
    "user": "user",
    "client": "src_host|src_ip|src",
    "server": "dst_ip",
    "hostname": "dst_host",
    "port": "dst_port",
    "url": "url",
    "verb": "http_method",
    "agent": "http_user_agent",
    "sent": "bytes_out",
    "received": "bytes_in",
    "code": "http_proxy_status_code|http_response",
    "millis": "duration",
}
_CLOUD = {
    "moment": "DateAndTime",
    "did": "Action|Disposition",
    "user": "UserID|User",
    "client_number": "ClientIP",
    "server_number": "DestinationIP",
    "url": "URI|URL",
    "hostname": "Host",
    "verb": "Method|HTTPMethod",
    "agent": "UserAgent",
    "sent": "RequestSize",
    "received": "ResponseSize",
    "code": "HTTPStatus|Status",
    "port": "DestinationPort",
    "team": "Department|GroupName",
}
# The files that its script fetches from the cloud: https://www.websense.com/content/support/library/
# web/hosted/siem_guide/siem_format.aspx, in the order that Elastic has for them.
_FILE: dict[str, int | tuple[int, ...]] = {
    "user": 3,
    "device": 4,
    "did": 6,
    "url": 9,
    "server": 11,
    "client": (12, 10),
    "agent": 15,
    "code": 16,
    "verb": 17,
}
_FILE_MOMENT = """substr(line, 8, 4) || '-' || substr(line, 5, 2) || '-' || substr(line, 2, 2)
    || 'T' || substr(line, 15, 8) || 'Z'"""
_FILE_ROW = (
    r'"\d\d/\d\d/\d{4}","\d\d:\d\d:\d\d",(?:"[^"]*",){6}"(?:[^"]|"")*",'
    r'"[0-9a-fA-F.:]*",(?:"(?:[0-9a-fA-F.:]+|Not available|None)",){2}(?:"(?:[^"]|"")*",){3}'
    r'"(?:\d{3}|None)","[A-Za-z]+"'
)
_ABSENT = ("", "-", "N/A", "None", "Not available")
_UNIT = r"""replace(regexp_extract(line, '\bOU\\?=((?:[^,/\\]|\\.)+)', 1), '\', '')"""
_STAMP = r"""regexp_extract(split_part(coalesce(header || line, line), 'vendor=', 1),
    '.*\b(\d{4}-\d\d-\d\dT[^ ]+|[A-Z][a-z]{2} [ \d]\d (?:\d{4} )?[\d:]{8}(?: [A-Z]{3,4}\b)?)', 1)"""
# What was done stands in LEEF's header.
_TRANSACTION = r"regexp_extract(line, '[|]transaction:(\w+)', 1)"
_UNSIGNED = r"regexp_matches(line, '^[12]\.\d\|')"
_IS_CEF = " OR ".join(fields.stands_within(200, f"|{name}|") for name in ("Forcepoint", "Websense"))

_SPELLINGS = Variants(
    {
        """starts_with(line, '{') OR contains(line, '{"')""": fields.members(
            _CLOUD, text="rtrim(substr(line, strpos(line, '{')), ']')", absent=_ABSENT
        ),
        # 'LEEF: 1.0': what a blank follows was taken for a program's name.
        rf"{fields.stands_within(200, 'LEEF:')} OR {_UNSIGNED}": fields.leef(
            _LEEF, absent=_ABSENT, extra={"unit": _UNIT, "transaction": _TRANSACTION}
        ),
        f"regexp_matches(line, '^{_FILE_ROW}')": fields.cells(
            _FILE, absent=_ABSENT, extra={"unit": "NULL::VARCHAR", "moment": _FILE_MOMENT}
        ),
        _IS_CEF: (fields.cef(_CEF, absent=_ABSENT, extra={"unit": _UNIT})),
        "contains(line, 'vendor=')": fields.keyed(
            _KEYED,
            # The units of a directory path are no keys.
            text=r"""regexp_replace(substr(line, strpos(line, 'vendor=')),
                ' (OU|CN|DC|O)=', ' \1\\=', 'g')""",
            absent=_ABSENT,
            extra={"unit": _UNIT},
        ),
    }
)
# Step by step: a macro's argument is planned as often as it stands in the macro.
_DATED = f"""SELECT *, CASE WHEN stamp < 'A' THEN stamp WHEN zone IS NOT NULL
        THEN strftime(clocked, '%Y-%m-%dT%H:%M:%S') || zone END AS zoned
    FROM (SELECT *, CASE WHEN day_length = 20 THEN try_strptime(day, '%b %d %Y %H:%M:%S')
        ELSE yearless_time(day) END AS clocked
    FROM (SELECT *, zone_offset(substr(stamp, day_length + 2)) AS zone,
        CASE WHEN stamp >= 'A' THEN left(stamp, day_length) END AS day
    FROM (SELECT *, CASE WHEN stamp LIKE '___ __ ____ %' THEN 20 ELSE 15 END AS day_length
    FROM (SELECT *, CASE WHEN told IS NULL THEN {_STAMP} END AS stamp
    FROM (SELECT *, text_time(moment) AS told FROM ({FIELDS}))))))"""
_READ = fields.record(
    _DATED,
    let={
        "begins": "coalesce(told, iso_time(zoned), from_local(clocked))",
        "tunnel": "upper(verb) = 'CONNECT'",
        "done": "lower(coalesce(did, nullif(transaction, '')))",
        "status_code": "try_cast(code AS INTEGER)",
        "from_client": "coalesce(client, number_address(client_number))",
    },
    rejected={
        "no record of Forcepoint": "variant = 0",
        "the time cannot be read": "begins IS NULL",
        "no source address": "from_client IS NULL",
    },
    event_time="begins",
    duration_ms="number(millis)",
    source_ip="coalesce(forwarded, from_client)",
    user_name=r"coalesce(login, replace(user, '\,', ','))",
    device_name="device",
    department="coalesce(team, nullif(unit, ''))",
    authority="coalesce(bare_authority(url), with_port(hostname, port))",
    path="CASE WHEN NOT coalesce(tunnel, false) THEN url_path(url) END",
    destination_ip="coalesce(server, number_address(server_number))",
    method="upper(verb)",
    status="nullif(status_code, 0)",
    bytes_up="number(sent)",
    bytes_down="number(received)",
    user_agent="agent",
    action="""CASE WHEN status_code = 407 THEN NULL WHEN done LIKE '%block%' THEN 'blocked'
        WHEN done IS NOT NULL THEN 'allowed' END""",
    evidence="CASE WHEN coalesce(tunnel, false) THEN 'connected' ELSE 'transacted' END",
)

FORCEPOINT = Format(
    name="forcepoint",
    title="Forcepoint and Websense web security (CEF, LEEF, key=value, cloud)",
    kind="proxy",
    carries=(
        *("event_time", "duration_ms", "source_ip", "user_name", "device_name", "department"),
        *("host", "port", "path", "destination_ip", "method", "status", "bytes_up", "bytes_down"),
        *("user_agent", "action", "evidence"),
    ),
    recognise=re.compile(
        r"(?:.{0,200}\bCEF: ?)?0\|(?:Forcepoint|Websense)\|"
        r"|(?:LEEF: ?)?[\d.]+\|(?:Forcepoint|Websense)\|"
        r"|.{0,160}\bvendor=(?:Websense|Forcepoint)(?: \w+)? product="
        r"|.{0,160}\bvendor=(?:Websense|Forcepoint)\w* action="
        rf"|{_FILE_ROW}"
        r'|\[?\{(?=.*"DateAndTime": ?\d)(?=.*"ClientIP": ?\d)'
    ),
    reference="https://help.forcepoint.com/security/en-us/onlinehelp/",
    sql=_SPELLINGS.around(_READ),
    zone="local",
    notes="a directory path in the user's column names units: they stand as department",
    aliases=("websense",),
)
