"""Skyhigh (McAfee, Trellix) Web Gateway: the classic access.log, key=value, and the cloud's log.

Values of key=value are written without quotes and hold blanks. `client_ip` is the inside address,
`source_ip` the one it leaves by. Four sizes mean: from client, to server, from server, to client.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format, Header
from shadow_scan.collectors.syslog import RECEIVED
from shadow_scan.collectors.variants import FIELDS, Variants

_KEYS = {
    "epoch": "request_timestamp_epoch|timestamp_epoch|devicetime",
    "stamp": "request_timestamp|timestamp|time|rt|date|time_stamp|datetime",
    "user": "username|user|user_id_name|auth_user|suser",
    "inside": "client_ip",
    "outside": "source_ip|srcip|src|src_ip",
    "device": "client_system_name",
    "verb": "http_action|mtd|method|requestMethod|http_method|cs-method",
    "hostname": "requested_host|dhost|host|destination_host",
    "uri": "requested_path|path",
    "url": "url|request|uri|cs-uri",
    "sent": "client_to_server_bytes|source_bytes|bytes_from_client|cs-bytes",
    "received": "server_to_client_bytes|destination_bytes|bytes_to_client|sc-bytes",
    "sizes": "bytes",
    "code": "http_status_code|status|status_code",
    "did": "result|action",
    "reason": "block_reason|block_res",
    "agent": "user_agent|useragent|ua|http_user_agent",
    "product": "user_agent_product",
    "comment": "user_agent_comment",
    "release": "user_agent_version",
    "referrer": "referer|referrer|http_referrer|http_referer",
    "server": "destination_ip|destip|dstip|dst|server_ip|dst_ip|dest_ip|dest",
    "port": "destination_port|dport|urlp|url_port|http_port|dstport",
    "first_line": "http_request_first_line|request_line",
}
_ABSENT = ("", "-", "-1", "unknown")

# A rule of the vendor writes these; whose bytes it counts nobody says.
_CEF = {
    "stamp": "rt",
    "user": "suser",
    "outside": "src",
    "verb": "requestMethod",
    "hostname": "dhost",
    "url": "request",
    "server": "dst",
    "agent": "requestClientApplication",
    "blocked_by": "cn1",
    "counted": "cn1Label",
    "flexible": "flexNumber1",
    "flexed": "flexNumber1Label",
    "acted": "act",
}
_LEEF = {
    "stamp": "devTime",
    "user": "usrName",
    "outside": "src",
    "code": "httpStatus|responseCode|status",
    "url": "url|request",
    "server": "dst",
    "reason": "blockReason",
    "verb": "httpMethod|method|requestMethod|Meth",
    "agent": "userAgent|usrAgent|agent",
    "acted": "action",
    "sent": "bytes_from_client|srcBytes",
    "received": "bytes_to_client|bytes_from_server|dstBytes",
    "referrer": "Referer|referer",
    "took": "timeTaken",
}
# A name, or the number of the reason for a block.
_LEEF_VERDICT = r"""CASE WHEN regexp_full_match(split_part(line, '|', 5), '[1-9]\d*')
    THEN 'BLOCKED' ELSE split_part(line, '|', 5) END"""
_LEEF_FIELDS = fields.leef(_LEEF, absent=_ABSENT, extra={"did": _LEEF_VERDICT})
_LEEF_SQL = f"SELECT * REPLACE (coalesce(acted, did) AS did) FROM ({_LEEF_FIELDS})"
# The cloud's log without a line of names.
_CLOUD = (
    *("user_id", "username", "source_ip", "http_action", "server_to_client_bytes"),
    *("client_to_server_bytes", "requested_host", "requested_path", "result", "virus"),
    *("request_timestamp_epoch", "request_timestamp", "uri_scheme", "category", "media_type"),
    *("application_type", "reputation", "last_rule", "http_status_code", "client_ip", "location"),
    *("block_reason", "user_agent_product", "user_agent_version", "user_agent_comment"),
    *("process_name", "destination_ip", "destination_port"),
)
# [time] "user" client status "POST https://... HTTP/1.1" "topic" "reputation" "type" size "agent"
# The status may be quoted; a log of one's own may leave fields out: each is known by its look.
_ADDRESS = "[0-9a-fA-F]*[.:][0-9a-fA-F.:]+"
# As the vendor's own log has them: what went to the client, and since 7.5 what came from it.
_DEFAULT = (
    r'^\[[^\]]*\] "[^"]*" \S+ "?\d{3}"? "[A-Z]+ [^"]*" "[^"]*" "[^"]*" "[^"]*" '
    r'(\d+) (?:(\d+) )?"([^"]*)"'
)
_CLASSIC = rf"""
    SELECT * REPLACE (coalesce(nullif(own.received, ''), received) AS received,
        coalesce(dash_null(own.agent), agent) AS agent), nullif(own.sent, '') AS sent FROM (
    SELECT line_number, line, regexp_extract(line, '\[([^\]]+)\]', 1) AS bracketed,
        regexp_extract(line, '{_DEFAULT}', ['received', 'sent', 'agent']) AS own,
        dash_null(quoted[2]) AS user,
        regexp_extract(quoted[3], '([0-9a-fA-F.:]*[.:][0-9a-fA-F.:]+)', 1) AS inside,
        regexp_extract(line,
            '\] (?:"[^"]*" )?\S+ (?:{_ADDRESS} +(?:\d+ )?)?"?(\d{{3}})[" ]', 1) AS code,
        list_filter(quoted, lambda piece: regexp_matches(piece, '^[A-Z]+ \S+ HTTP/'))[1]
            AS first_line,
        list_filter(quoted, lambda piece: regexp_matches(piece, '^ \d+ $'))[-1] AS received,
        list_filter(quoted, lambda piece:
            regexp_matches(piece, '^[A-Za-z][\w.-]*/[vV]?\d[\w.]*(?: |$)')
            AND NOT regexp_matches(piece, '^(?:audio|video|image|text|application)/'))[1]
            AS agent
    FROM (SELECT line_number, line, string_split(line, '"') AS quoted FROM lines))"""


# A file that names its columns first is read by them, whatever a company chose.
_NAMES = re.compile(r'#? ?time_stamp (?=.*"req_line")')
_LAID_OUT = {**_KEYS, "stamp": "stamp", "first_line": "req_line", "bracketed": "time_stamp"}
_PIECE = """dash_null(trim(piece[{}], '[]"'))"""
_PIECES = r"""regexp_extract_all(line, '\[[^\]]*\]|"[^"]*"|\S+')"""


def _laid_out(names: Sequence[str]) -> str:
    columns = [
        f"coalesce({', '.join(map(_PIECE.format, of))}) AS {key}"
        for key, of in fields.places(names, _LAID_OUT).items()
        if isinstance(of, tuple)
    ]
    return f"""SELECT line_number, line, {", ".join(columns)}
        FROM (SELECT line_number, line, {_PIECES} AS piece FROM lines)"""


# What the vendor's add-on for Splunk recommends: columns, and then fields that have names.
# Its sizes are those of the server's side: what went there and what came back.
_ITS_TIME = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?(?: [+-]\d{4})?|\d{10}"
_COLUMNED = (
    rf"^({_ITS_TIME}) (\d{{3}}) ([a-z]+) (\S+) \w+ ([A-Z]+) (\S+) (\d+) (\d+)/(\d+) (\d+)/\d+ "
)
_COLUMNED_SQL = f"""SELECT line_number, line, head.*, path AS uri, agent, server, "user"
    FROM (SELECT *, regexp_extract(line, '{_COLUMNED}', ['stamp', 'code', 'did', 'inside', 'verb',
        'hostname', 'port', 'sent', 'received', 'took']) AS head FROM ({
    fields.keyed(
        {"path": "up", "agent": "ua", "server": "dip", "user": "u|usr|user"}, absent=_ABSENT
    )
}))"""
# Its later release names the columns, too.
_LETTERS = r" s=\d{3} ac=\w+ "
_LETTERED_SQL = fields.keyed(
    {
        "code": "s",
        "did": "ac",
        "reason": "breason",
        "inside": "src",
        "verb": "m",
        "hostname": "d",
        "port": "dp",
        "received": "bi",
        "sent": "bo",
        "uri": "up",
        "agent": "ua",
        "user": "u",
        "server": "dip",
    },
    absent=_ABSENT,
    extra={"stamp": r"regexp_extract(line, '^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4}')"},
)

# '[23/Sep/2026:12:11:15 +0200]status="200/0" srcip="…"', as the vendor's first app for Splunk had
# it.
_BRACKETED = r"nullif(regexp_extract(line, '^(?:\S.{0,100} )?\[(\d\d/[^\]]*)\]', 1), '')"
_UNBRACKETED = r"regexp_replace(line, '^(?:\S.{0,100} )?\[\d\d/[^\]]*\]', '')"


def read_header(rows: Sequence[str], before: Header) -> Header:
    """The column names of a CSV export of the cloud's log, or of a file of the gateway."""
    del before
    if _NAMES.match(rows[-1]):
        return {"layout": re.findall(r"[\w.-]+", rows[-1])}
    return {"fields": [name.strip('" ') for name in rows[-1].split(",")]}


def statement(header: Header) -> Variants:
    named = header.get("fields")
    columns = named if isinstance(named, list) else list(_CLOUD)
    layout = header.get("layout")
    classic = _laid_out(list(map(str, layout))) if isinstance(layout, list) else _CLASSIC
    found = Variants(
        {
            r"regexp_matches(line, '^\[\d\d/\w{3}/\d{4}[^\]]*\] ')": classic,
            f"regexp_matches(line, '{_COLUMNED}')": _COLUMNED_SQL,
            f"regexp_matches(line, '{_LETTERS}')": _LETTERED_SQL,
            "starts_with(line, '{')": fields.members(_KEYS, absent=_ABSENT),
            fields.stands_within(200, "LEEF:"): _LEEF_SQL,
            # 'McAfeeWG|time_stamp=[…]|auth_user=…|src_ip=…', 'McAfee|host=proxy|devicetime=…'
            "regexp_matches(line, '^McAfee(WG)?[|]')": f"""SELECT * REPLACE (
                CASE WHEN NOT starts_with(line, 'McAfee|') THEN hostname END AS hostname),
                trim(stamp, '[]') AS bracketed
                FROM ({fields.pairs(_KEYS, between="|", absent=_ABSENT)})""",
            fields.stands_within(200, "|McAfee|Web Gateway|"): f"""SELECT *,
                coalesce(acted, CASE WHEN blocked_by <> '0'
                    AND coalesce(counted, 'Block Reason') ILIKE '%block%' THEN 'BLOCKED' END)
                    AS did,
                CASE WHEN flexed ILIKE '%status%' THEN flexible
                    ELSE cef_header(line, 5) END AS code
                FROM ({fields.cef(_CEF, absent=_ABSENT)})""",
            "regexp_matches(line, 'bytes=|srcip=|bytes_to_client=')": f"""SELECT *,
                coalesce(trim(stamp, '[]'), {_BRACKETED}) AS bracketed
                FROM ({fields.keyed(_KEYS, text=_UNBRACKETED, absent=_ABSENT)})""",
            "contains(line, ',')": fields.cells(fields.places(columns, _KEYS), absent=_ABSENT),
        }
    )
    return found.around(_READ)


_READ = fields.record(
    FIELDS,
    let={
        "begins": f"""coalesce(epoch_time(epoch), text_time(stamp), timezone('UTC',
            try_strptime(bracketed, '%d/%b/%Y:%H:%M:%S %z')),
            CASE WHEN variant BETWEEN 5 AND 8 THEN {RECEIVED} END)""",
        "request": "string_split(first_line, ' ')",
        "asked": "coalesce(verb, request[1])",
        "target": "coalesce(url, request[2])",
        "tunnel": "upper(asked) IN ('CONNECT', 'CERTVERIFY')",
        "size": "string_split(sizes, '/')",
        "number_of": "try_cast(left(code, 3) AS INTEGER)",
    },
    skipped={"no request (a check of the certificate before one)": "upper(asked) = 'CERTVERIFY'"},
    rejected={
        "no record of Skyhigh Web Gateway": "variant = 0 OR user LIKE '% HTTP/%'",
        "the time cannot be read": "begins IS NULL",
        "neither a host nor a request": "coalesce(hostname, target) IS NULL",
    },
    event_time="begins",
    duration_ms="number(took)",
    source_ip="coalesce(inside, outside)",
    user_name=r"CASE WHEN NOT starts_with(user, '(') THEN user END",
    device_name="device",
    authority="""CASE WHEN hostname IS NOT NULL THEN with_port(hostname, port)
        ELSE url_authority(target) END""",
    path="CASE WHEN NOT coalesce(tunnel, false) THEN coalesce(uri, url_path(target)) END",
    destination_ip="server",
    method="upper(asked)",
    status="nullif(number_of, 0)",
    bytes_up="number(coalesce(sent, CASE WHEN len(size) > 1 THEN size[1] END))",
    bytes_down="number(trim(coalesce(received, size[-1])))",
    user_agent="""coalesce(agent,
        product || coalesce('/' || release, '') || coalesce(' ' || comment, ''))""",
    referrer="referrer",
    action="""CASE WHEN number_of = 407
            OR number_of BETWEEN 300 AND 399 AND starts_with(reason, 'Authentication') THEN NULL
        WHEN upper(did) IN ('DENIED', 'DENY', 'BLOCKED', 'BLOCK')
            OR number_of = 403 AND reason IS NOT NULL
            OR regexp_matches(code, '/[1-9]')
        THEN 'blocked' ELSE 'allowed' END""",
    evidence="CASE WHEN coalesce(tunnel, false) THEN 'connected' ELSE 'transacted' END",
)

SKYHIGH = Format(
    name="skyhigh",
    title="Skyhigh (McAfee, Trellix) Web Gateway: access.log, key=value, CEF, LEEF, cloud",
    kind="proxy",
    carries=(
        *("event_time", "duration_ms", "source_ip", "user_name", "device_name", "host", "port"),
        *("path", "destination_ip", "method", "status", "bytes_up", "bytes_down", "user_agent"),
        *("referrer_host", "action", "evidence"),
    ),
    recognise=re.compile(
        r'\[\d\d/\w{3}/\d{4}:[\d:]{8} [+-]\d{4}\] "[^"]*" (?:[0-9a-fA-F.:]+ ){1,2} ?(?:\d+ )?'
        r'"?\d{3}"? (?:[A-Z]+_\w+ )?"[A-Z]+ \S+ HTTP'
        rf"|(?:{_ITS_TIME}) \d{{3}} [a-z]+ \S+ \w+ [A-Z]+ \S+ \d+ \d+/\d+ \d+/\d+ "
        r"|(?=.*\bserver_to_client_bytes=)(?=.*\brequested_host=)\w+="
        r"|(?:.{0,200}\b(?:CEF|LEEF): ?)?\d(?:\.\d)?\|McAfee\|Web Gateway\|"
        r'|\{(?=.*"server_to_client_bytes" ?:)(?=.*"requested_host" ?:)'
        rf"|McAfee(?:WG)?\||{_NAMES.pattern}"
        r'|"-?\d+","[^"]*","[0-9a-fA-F.:]+","[A-Z-]+","\d+","\d+","[^"]*","[^"]*","[A-Z]+","'
        rf"|\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{{4}} (?:host=\S+)?{_LETTERS}"
        r"|(?=.*\bbytes_to_client=)(?=.*\bbytes_from_client=)(?=.*\bhttp_method=)"
        r"|(?=.*\bsrcip=)(?=.*\bmtd=)(?=.*\bbytes=)"
        r"|(?=.*\bhttp_request_first_line=)(?=.*\bsource_bytes=)"
        r'|(?=.*\bserver_to_client_bytes\b)(?=.*\brequested_host\b)"?\w+"?,'
    ),
    reference="https://success.myshn.net/Skyhigh_Secure_Web_Gateway_(Cloud)",
    sql=statement,
    header=read_header,
    is_header=lambda line: _NAMES.match(line) is not None or fields.names_columns(line),
    header_starts=("#tim", "# ti", "user", '"use', "requ", '"req', '"tim', "time"),
    zone="local",
    clock="end",
    notes="the classic log has no upload bytes before 7.5",
    aliases=("mcafee-web-gateway", "mwg", "trellix"),
)
