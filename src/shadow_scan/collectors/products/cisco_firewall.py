"""Cisco Secure Firewall: connection events of Threat Defense (FTD, 430002 and 430003), and of ASA
the URLs that somebody asked for (304001, 304002), connections that ended (302014, 302016) and those
that an access list denied (106023, 106100). IOS tells what connections of its firewall carried.
Where ASA tells of no end, connections that were built (302013, 302015) are all there is.

FTD names hosts and the bytes of each way; a begin and an end of one connection are joined. ASA's
connections have addresses alone, and one sum of bytes, which is nobody's.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.syslog import time_sql
from shadow_scan.collectors.variants import FIELDS, Variants

_KEYS = {
    "first_packet": "FirstPacketSecond",
    "device": "DeviceUUID",
    "instance": "InstanceID",
    "connection": "ConnectionID",
    "did": "AccessControlRuleAction|Access Control Rule Action",
    "forwarded": "OriginalClientSrcIP|Original Client IP",
    "client": "SrcIP",
    "server": "DstIP",
    "client_port": "SrcPort",
    "port": "DstPort",
    "user": "User",
    "url": "URL",
    "referenced": "ReferencedHost|Referenced Host|SSLServerName|TLSServerName",
    "looked_up": "DNSQuery|DNS Query",
    "application": "ApplicationProtocol|Application Protocol",
    "referrer": "HTTPReferer|HTTP Referrer",
    "code": "HTTPResponse|HTTP Response Code",
    "seconds": "ConnectionDuration",
    "sent": "InitiatorBytes|Initiator Bytes",
    "received": "ResponderBytes|Responder Bytes",
}
_PART = "chr(31)"
_NOBODY = ("", "-", "N/A", "Unknown", "Not Found", "No Authentication Required", "(null)", "None")
# Older ones name the engine and the policy, and have the two ends behind all pairs.
_OLDER = "contains(line, 'SFIMS: [')"
_ENGINE = r"\bSFIMS: (?:\[[^\]]*\] ?)*"
_ENDS = r"\{\w+\} (\S+?):(\d+)(?: \(.*?\))? -> (\S+?):(\d+)(?: \(.*?\))?\s*$"
# 'Key: value, Next Key: value': of what clients call themselves, commas are a part.
_FTD_PAIRS = fields.pairs(
    _KEYS,
    text=f"""replace(replace(replace(replace(CASE WHEN {_OLDER}
        THEN regexp_replace(line, '{_ENGINE}', {_PART}) ELSE replace(line, 'SFIMS: ', {_PART}) END,
        '-430003: ', {_PART}), '-430002: ', {_PART}), ', ', {_PART}), ': ', '=')""",
    between="\x1f",
    absent=_NOBODY,
    extra={
        "number": "CASE WHEN contains(line, '-430003: ') OR "
        "contains(line, ' ConnectType: End,') OR contains(line, 'Connection Type: End,') "
        "THEN '430003' ELSE '430002' END",
        "opened": "false",
        "ends": f"""CASE WHEN {_OLDER} THEN regexp_extract(line, '{_ENDS}',
            ['client', 'cp', 'server', 'port']) END""",
        "whole_agent": """CASE WHEN contains(line, ', UserAgent: ') THEN regexp_extract(
            line, ', UserAgent: (.*?)(?:, [A-Z][A-Za-z]*(?: [A-Z][A-Za-z]*)*: |$)', 1) END""",
    },
)
_FTD = f"""SELECT * REPLACE (coalesce(client, ends.client) AS client,
    coalesce(server, ends.server) AS server, coalesce(port, ends.port) AS port)
    FROM ({_FTD_PAIRS})"""
# The management center's own stream as CEF: connections, and files that came through them.
_STREAM = fields.keyed(
    {
        "first_packet": "start|rt",
        "device": "dvchost",
        "instance": "dvcpid",
        "connection": "externalId",
        "did": "act",
        "client": "src",
        "server": "dst",
        "port": "dpt",
        "user": "suser",
        "url": "request|Request",
        "sent": "bytesOut",
        "received": "bytesIn",
    },
    text=r"""CASE WHEN contains(line, ';src=') THEN regexp_replace(line, ' ?;(\w+=)', ' \1', 'g')
        ELSE line END""",
    absent=_NOBODY,
    shape="escaped",
    extra={
        "number": """CASE WHEN starts_with(cef_header(line, 5), 'RNA:1003:') THEN '430003'
            WHEN contains(line, 'request=') THEN '430002' ELSE cef_header(line, 5) END""",
        "opened": "false",
    },
)
_STREAMED = f"""SELECT * REPLACE (CASE WHEN NOT starts_with("user", '{{') THEN "user" END AS "user",
    CASE WHEN number = '430003' THEN connection END AS connection) FROM ({_STREAM})"""
# What the client of that stream writes for Splunk; its other records are no connections.
_WRITTEN = fields.keyed(
    {
        "kind": "rec_type",
        "first_packet": "first_pkt_sec",
        "last_packet": "last_pkt_sec",
        "device": "sensor",
        "instance": "instance_id",
        "connection": "connection_id",
        "did": "fw_rule_action",
        "client": "src_ip",
        "server": "dest_ip",
        "port": "dest_port",
        "user": "user",
        "url": "url",
        "referenced": "referenced_host|ssl_server_name",
        "looked_up": "dns_query",
        "application": "app_proto",
        "referrer": "http_referrer",
        "answered": "http_response",
        "whole_agent": "user_agent",
        "sent": "src_bytes",
        "received": "dest_bytes",
    },
    absent=_NOBODY,
    extra={"opened": "false"},
)
_FOR_SPLUNK = f"""SELECT * EXCLUDE (kind, answered, last_packet), nullif(answered, '0') AS code,
    CAST(try_cast(last_packet AS BIGINT) - try_cast(first_packet AS BIGINT) AS VARCHAR) AS seconds,
    CASE kind WHEN '71' THEN '430003' ELSE kind END AS number FROM ({_WRITTEN})"""
# Firepower had the same pairs behind its name before messages had numbers.
_OF_FTD = r"-43000[23]: |^(?:.{0,200}\b)?SFIMS: (?:Protocol: |\[.*\] ?Connection Type: )"
_PRIVATE = r"^(?:10\.|127\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|f[cd])"
_URL = r"(?:(\S+?)@)?([0-9a-fA-F.:]+)(?: ?\([^)]*\))? Accessed URL ([0-9a-fA-F.:]+?):(\S+)"
_DENIED_URL = r"Access denied URL (\S+) SRC ([0-9a-fA-F.:]+) DEST:? ([0-9a-fA-F.:]+?):? "
# No pattern of more than four groups, or that has to be tried, is found at once.
_PLACE = r"[^:\s]+:\[?([0-9a-fA-F.:]+)\]?/(\d+)"
_END = _PLACE + r"(?:\([^)]*\))? (?:\([^)]*\)(?:\([^)]*\))? )*"
_BUILT = rf"^ connection \d+ (?:for|from) {_END}to {_PLACE}"
_ENDED = rf"^ connection \d+ (?:for|from) {_END}to {_END}duration \d+:\d\d:\d\d"
_ENDS_BY, _BEGINS_BY = "'302014', '302016', '302304'", "'302013', '302015', '302303'"
_LASTED = r"^ duration (\d+):(\d\d):(\d\d)"
_SEEN = (
    r"access-list \S+ (permitted|est-allowed|denied) \w+ [^/\s]+/([0-9a-fA-F.:]+)\((\d+)\)"
    r"(?:\([^)]*\))? -> [^/\s]+/([0-9a-fA-F.:]+)\((\d+)\)"
)
_BEHIND = r"\(([^(),\\]+\\[^(),]+)[^()]*\) (?:Accessed URL|->|dst) "
"""Whom the identity firewall knows behind the client's address; a name alone is the host's."""
_REFUSED = rf"Deny \w+ src {_PLACE}(?: ?\([^)]*\))? dst {_PLACE}"
# The names of what a pattern finds, with those that it does not have as NULL.
_ASA = f"""SELECT line_number, line, header, number,
        coalesce(nullif(asked.client, ''), nullif(denied.client, ''), nullif(refused.client, ''),
            nullif(seen.client, ''), CASE WHEN turned THEN ended.a ELSE ended.b END) AS client,
        coalesce(nullif(asked.server, ''), nullif(denied.server, ''), nullif(refused.server, ''),
            nullif(seen.server, ''), CASE WHEN turned THEN ended.b ELSE ended.a END) AS server,
        coalesce(nullif(refused.port, ''), nullif(seen.port, ''),
            CASE WHEN turned THEN ended.pb ELSE ended.pa END) AS port,
        coalesce(nullif(asked.who, ''), CASE WHEN number IN ('304001', '106023', '106100')
                AND contains(line, '\\') THEN nullif(regexp_extract(line, '{_BEHIND}', 1), '')
            WHEN ended.a <> '' THEN coalesce(
            CASE WHEN turned AND contains(line, ') to ') THEN nullif(
                regexp_extract(line, '[\\d)] ?\\((?:LOCAL\\\\)?([^()/]*)\\) to ', 1), '') END,
            nullif(regexp_extract(left(line, strpos(line, ' duration ')),
                '\\((?:LOCAL\\\\)?([^()]*)\\) $', 1), ''),
            -- of whoever had to log in, behind the reason
            CASE WHEN ends_with(rtrim(line), ')')
                AND NOT regexp_matches(line, ' bytes \\d+ \\([^()]+\\) *$') THEN
                regexp_extract(line, '[ )]\\((?:LOCAL\\\\)?([^()/]+)\\) *$', 1) END) END) AS "user",
        coalesce(nullif(asked.url, ''), nullif(denied.url, '')) AS url,
        CASE WHEN lasted.h <> '' THEN CAST(CAST(lasted.h AS INTEGER) * 3600
            + CAST(lasted.m AS INTEGER) * 60 + CAST(lasted.s AS INTEGER) AS VARCHAR) END AS seconds,
        CASE WHEN number IN ('304002', '106023') OR seen.did = 'denied' THEN 'Block'
            ELSE 'Allow' END AS did,
        coalesce(seen.did <> 'denied', number IN ({_BEGINS_BY}) AND {{ended}}) AS opened, turned
    FROM (SELECT *, is_answer(try_cast(ended.pb AS INTEGER), try_cast(ended.pa AS INTEGER))
            -- what is built says its direction, too, where ports do not tell
            OR contains(line, ': Built inbound ') AND NOT is_answer(
                try_cast(ended.pa AS INTEGER), try_cast(ended.pb AS INTEGER)) AS turned
        FROM (SELECT *, regexp_extract(line, '-(\\d{{6}}): ', 1) AS number,
            CASE WHEN number = '304001'
                THEN regexp_extract(line, '{_URL}', ['who', 'client', 'server', 'url'])
                END AS asked,
            CASE WHEN number = '304002'
                THEN regexp_extract(line, '{_DENIED_URL}', ['url', 'client', 'server'])
                END AS denied,
            CASE WHEN number = '106023'
                THEN regexp_extract(line, '{_REFUSED}', ['client', 'cp', 'server', 'port'])
                END AS refused,
            CASE WHEN number = '106100'
                THEN regexp_extract(line, '{_SEEN}', ['did', 'client', 'cp', 'server', 'port'])
                END AS seen,
            CASE WHEN number IN ({_ENDS_BY})
                THEN regexp_extract(substr(line, strpos(line, ' connection ')), '{_ENDED}',
                                    ['a', 'pa', 'b', 'pb'])
                WHEN number IN ({_BEGINS_BY}) AND NOT {{ended}}
                THEN regexp_extract(substr(line, strpos(line, ' connection ')), '{_BUILT}',
                                    ['a', 'pa', 'b', 'pb']) END AS ended,
            CASE WHEN number IN ({_ENDS_BY})
                THEN regexp_extract(substr(line, strpos(line, ' duration ')), '{_LASTED}',
                                    ['h', 'm', 's']) END AS lasted
        FROM lines))"""

_TRAIL = (
    r"initiator \(([0-9a-fA-F.:]+?):(\d+)\) sent (\d+) bytes -- "
    r"responder \(([0-9a-fA-F.:]+?):(\d+)\) sent (\d+) bytes"
)
# 'Stop https session: initiator (address:port) sent 812 bytes -- responder (address:port) sent …'
_IOS = f"""SELECT line_number, line, header, false AS opened,
        CASE WHEN contains(line, ':Stop ') THEN '430003' ELSE 'begun' END AS number,
        nullif(trail.client, '') AS client, nullif(trail.server, '') AS server,
        trail.port AS port, trail.sent AS sent, trail.received AS received
    FROM (SELECT *, regexp_extract(line, '{_TRAIL}', ['client', 'cp', 'sent', 'server', 'port',
        'received']) AS trail FROM lines)"""

_SQL = fields.record(
    Variants(
        {
            fields.stands_within(300, "|Cisco|Firepower|"): _STREAMED,
            "starts_with(line, 'rec_type=')": _FOR_SPLUNK,
            "(contains(line, '-43000') OR contains(line, 'SFIMS: ')) "
            f"AND regexp_matches(line, '{_OF_FTD}')": _FTD,
            "contains(line, '%FW-6-SESS_AUDIT_TRAIL')": _IOS,
            "contains(line, '%')": _ASA,
        }
    ).around(
        f"""SELECT *, {time_sql("stamped")} AS received_at
            FROM (SELECT *, CASE WHEN first_packet IS NULL THEN coalesce(header || line, line) END
                AS stamped FROM ({FIELDS}))"""
    ),
    let={
        "begin": "coalesce(iso_time(first_packet), epoch_time(first_packet))",
        "millis": "number(seconds) * 1000",
        # Of other connections it is the name that the filter went by.
        "question": "CASE WHEN coalesce(application ILIKE 'dns%', port = '53') THEN looked_up END",
        "name": "coalesce(bare_authority(url), referenced, looked_up)",
        "way": "CASE WHEN variant < 5 OR contains(url, '://') THEN url_path(url) ELSE url END",
        "verdict": "lower(did)",
    },
    skipped={
        "no request (another kind of message)": "number NOT IN ('430002', '430003', '304001', "
        f"'304002', {_ENDS_BY}, {_BEGINS_BY}, '106023', '106100')",
        "no request (its connection ends later)": "opened",
        # Interfaces stand in the order of their security: who is private, began it.
        "no request (comes in)": f"number IN ({_ENDS_BY}, {_BEGINS_BY}) "
        f"AND regexp_matches(server, '{_PRIVATE}') AND NOT regexp_matches(client, '{_PRIVATE}')",
    },
    rejected={
        "no message of this firewall": "variant = 0 OR coalesce(number, '') = ''",
        "no source address": "client IS NULL",
        "the time cannot be read": "coalesce(begin, received_at) IS NULL",
    },
    event_time="coalesce(begin + to_milliseconds(coalesce(millis, 0)), received_at)",
    duration_ms="CASE WHEN number <> '430002' THEN millis END",
    source_ip="coalesce(forwarded, client)",
    user_name='"user"',
    authority="""CASE WHEN question IS NOT NULL THEN question
        WHEN variant = 5 AND NOT contains(url, '://') THEN ':' || port
        ELSE coalesce(with_port(name, port), ':' || port) END""",
    path="CASE WHEN starts_with(way, '/') THEN way END",
    destination_ip="CASE WHEN question IS NULL THEN server END",
    status="try_cast(code AS INTEGER)",
    bytes_up="CASE WHEN number = '430003' AND question IS NULL THEN number(sent) END",
    bytes_down="CASE WHEN number = '430003' AND question IS NULL THEN number(received) END",
    user_agent="whole_agent",
    referrer="CASE WHEN contains(referrer, '://') THEN referrer END",
    action="""CASE WHEN regexp_matches(verdict, 'block|deny|reset') THEN 'blocked'
        WHEN verdict IS NOT NULL THEN 'allowed' END""",
    evidence="""CASE WHEN question IS NOT NULL THEN 'resolved'
        WHEN starts_with(url, 'http://') OR length(way) > 1 THEN 'transacted'
        ELSE 'connected' END""",
    flow="""CASE WHEN question IS NULL AND connection IS NOT NULL
        THEN concat_ws(' ', device, instance, connection, first_packet) END""",
)

CISCO_FIREWALL = Format(
    name="cisco-firewall",
    title="Cisco Secure Firewall: FTD connections, ASA URLs and connections",
    kind="firewall",
    carries=(
        *("event_time", "duration_ms", "source_ip", "user_name", "host", "port", "path"),
        *("destination_ip", "status", "bytes_up", "bytes_down", "user_agent", "referrer_host"),
        *("action", "evidence"),
    ),
    recognise=re.compile(
        r"[^%{]{0,160}%(?:ASA|FTD|NGIPS|PIX|FWSM)-(?:[a-z]+-)?\d-\d{6}: "
        r"|[^%{]{0,160}%FW-6-SESS_AUDIT_TRAIL(?:_START)?: "
        r"|(?:.{0,200}\bCEF: ?)?\d\|Cisco\|Firepower\|"
        r"|(?:[^%{]{0,160} )?SFIMS: (?:Protocol: \w+, SrcIP: |\[.*\] ?Connection Type: )"
        r"|rec_type=\d+ .*\brec_type_simple="
    ),
    reference="https://www.cisco.com/c/en/us/td/docs/security/firepower/Syslogs/fptd_syslog_guide",
    sql=fields.remembering(fields.ENDED, _SQL),
    remembers={
        fields.ENDED: "contains(line, 'Teardown TCP ') OR contains(line, 'Teardown UDP ') "
        "OR contains(line, '-430003: ')"
    },
    # Connections are logged when they end.
    clock="end",
    zone="local",
    notes="hosts and sizes from FTD alone; ASA's connections have addresses, its URLs hosts; "
    "those that were built are read where none is told to end",
    aliases=("cisco-ftd", "cisco-asa", "ftd", "asa", "firepower"),
)
