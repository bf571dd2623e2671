"""Palo Alto Networks: PAN-OS and Prisma Access as CSV, CEF, LEEF, and JSON of the log service.

URL records (THREAT/url) have names and no sizes, TRAFFIC has sizes and no names; both carry the
session. Columns of the CSV only ever grew at the end, so places hold for every version, and for
what the web interface exports under a row of names. In PAN-OS' own CEF template `in` is what the
client sent; that of the log service (`LF`) has it right.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.products.paloalto_rows import (
    ABSENT,
    CUT_ROW,
    IS_CUT,
    IS_SHORT,
    ROW,
    SHORT_ROW,
)
from shadow_scan.collectors.syslog import RECEIVED
from shadow_scan.collectors.variants import Variants

_NOTHING = (*ABSENT, "null")
_CEF = fields.cef(
    {
        "logged": "rt",
        "begun": "PanOSSessionStartTime",
        "start": "start",
        "source": "src",
        "destination": "dst",
        "user": "suser",
        "session": "cn1",
        "source_port": "spt",
        "port": "dpt",
        "did": "act",
        "in_bytes": "in",
        "out_bytes": "out",
        "seconds": "cn3",
        "url": "request",
        "verb": "requestMethod",
        "agent": "requestClientApplication",
        "referrer": "PanOSReferer|requestContext",
        "serial": "deviceExternalId",
        "device": "shost",
        "server_name": "PanOSTLSSNI|PanOSSNI|PanOSServerNameIndication",
    },
    absent=_NOTHING,
    extra={"head5": "upper(cef_header(line, 5))", "head6": "upper(cef_header(line, 6))"},
)
_CEF_NAMED = f"""
    SELECT * EXCLUDE (head5, head6, in_bytes, out_bytes, referrer, begun, start),
        head5 IN ('TRAFFIC', 'THREAT', 'URL', 'DECRYPTION')
            AS of_service,
        CASE WHEN of_service THEN head5 ELSE head6 END AS type,
        CASE WHEN head5 = 'URL' THEN 'url' WHEN of_service THEN lower(head6)
             ELSE lower(head5) END AS subtype,
        type = 'TRAFFIC' AS is_traffic, coalesce(begun, start) AS started,
        CASE WHEN type = 'TRAFFIC' AND begun IS NULL THEN start END AS reported,
        CASE WHEN type = 'TRAFFIC' THEN CASE WHEN of_service THEN out_bytes ELSE in_bytes END END
            AS sent,
        CASE WHEN type = 'TRAFFIC' THEN CASE WHEN of_service THEN in_bytes ELSE out_bytes END END
            AS received,
        CASE WHEN contains(referrer, '://') THEN referrer END AS referrer
    FROM ({_CEF})"""

# Attributes are parted by '|', or by what a LEEF 2.0 header names; the header has the action of a
# session. `devTime` says its zone, where its template is filled in.
_LEEF = fields.pairs(
    {
        "received_at": "ReceiveTime",
        "device_time": "devTime",
        "exact": "TimeGeneratedHighResolution",
        "begun": "StartTime|SessionStartTime",
        "kind": "Type|cat",
        "subtype": "Subtype|subtype|SubType",
        "source": "src",
        "destination": "dst",
        "user": "usrName|SourceUser",
        "session": "SessionID",
        "source_port": "srcPort",
        "port": "dstPort",
        "act": "action",
        "sent": "srcBytes|BytesOut",
        "received": "dstBytes|BytesIn",
        "seconds": "ElapsedTime|SessionDuration",
        "misc": "Miscellaneous|URL",
        "verb": "RequestMethod|HTTPMethod",
        "agent": "UserAgent",
        "referrer": "Referer",
        "serial": "SerialNumber|DeviceSN",
        "forwarded": "identSrc",
        "server_name": "ServerNameIndication|SNI|TLSSNI",
    },
    text="replace(replace(leef_attributes(line), chr(9), '|'), '| ', '|')",
    between="|",
    absent=ABSENT,
)
_LEEF_NAMED = f"""
    SELECT * EXCLUDE (received_at, device_time, exact, begun, act, misc, kind), upper(kind) AS type,
        upper(kind) = 'TRAFFIC' AS is_traffic,
        coalesce(received_at, CASE WHEN ends_with(device_time, 'Z') THEN device_time END) AS logged,
        strftime(CASE WHEN upper(kind) <> 'TRAFFIC' AND exact LIKE '____-__-__T%'
                      THEN iso_time(exact)
                      WHEN device_time LIKE '% GMT' THEN text_time(device_time)
                      WHEN device_time LIKE '%Z' THEN NULL
                      WHEN coalesce(received_at, begun) IS NULL THEN {RECEIVED} END,
                 '%Y-%m-%dT%H:%M:%S.%fZ') AS precise,
        CASE WHEN upper(kind) = 'TRAFFIC' THEN begun END AS started,
        CASE WHEN kind = 'TRAFFIC' AND split_part(line, '|', 5) <> 'TRAFFIC'
             THEN split_part(line, '|', 5) ELSE act END AS did,
        CASE WHEN subtype = 'url' THEN trim(misc, '"') END AS url
    FROM ({_LEEF})"""

_JSON = fields.members(
    {
        "logged": "TimeGeneratedHighResolution|TimeGenerated|TimeReceived",
        "started": "SessionStartTime|SessionStart",
        "type": "LogType",
        "subtype": "Subtype|SubType",
        "source": "SourceAddress|SourceIP",
        "destination": "DestinationAddress|DestinationIP",
        "user": "SourceUser",
        "session": "SessionID",
        "source_port": "SourcePort",
        "port": "DestinationPort",
        "did": "Action",
        "sent": "BytesSent",
        "received": "BytesReceived",
        "seconds": "SessionDuration|ElapsedTime",
        "url": "URL",
        "verb": "HTTPMethod",
        "agent": "UserAgent",
        "referrer": "Referer|HTTPRefererFQDN",
        "serial": "DeviceSN",
        "device": "SourceDeviceHost",
        "server_name": "ServerNameIndication|SNI|TLSSNI|URLDomain",
        "forwarded": "XForwardedForIP|X-Forwarded-ForIP",
        "looked_up": "DNSThreatName",
    },
    text="substr(line, strpos(line, '{'))",
    absent=_NOTHING,
)
# The fields by the names that its documents give them, as collectors make JSON of rows; as custom
# formats have them, parted by bars, some are shorter.
_OWN = {
    "logged": "time_generated|receive_time",
    "started": "start",
    "precise": "high_res_timestamp",
    "type": "type",
    "subtype": "subtype",
    "source": "src",
    "destination": "dst",
    "user": "srcuser|suser",
    "session": "sessionid",
    "source_port": "sport",
    "port": "dport",
    "did": "action|act",
    "sent": "bytes_sent",
    "received": "bytes_received",
    "seconds": "elapsed",
    "url": "misc",
    "verb": "http_method",
    "agent": "user_agent|useragent",
    "referrer": "referer|ref",
    "serial": "serial",
    "device": "src_host|shost",
    "forwarded": "xff_ip|xffip",
    "server_name": "sni",
}
_OWN_JSON = fields.members(_OWN, absent=_NOTHING)
_OWN_PAIRS = fields.pairs(_OWN, between="|", absent=_NOTHING)
_TYPED = """
    SELECT * EXCLUDE (type, subtype, sent, received), upper(type) AS type,
        CASE WHEN upper(type) = 'URL' THEN 'url' ELSE lower(subtype) END AS subtype,
        upper(type) = 'TRAFFIC' AS is_traffic,
        CASE WHEN upper(type) = 'TRAFFIC' THEN sent END AS sent,
        CASE WHEN upper(type) = 'TRAFFIC' THEN received END AS received
    FROM ({fields})"""

_BLOCKING = "'deny', 'drop', 'drop-all', 'block', 'block-url', 'block-continue', 'block-override'"

_SPELLINGS = Variants(
    {
        """contains(line, '"LogType"')""": _TYPED.format(fields=_JSON),
        """starts_with(line, '{') AND contains(line, '"vsys"')""": _TYPED.format(fields=_OWN_JSON),
        "contains(line, '|type=')": _TYPED.format(fields=_OWN_PAIRS),
        fields.stands_within(400, "LEEF:"): _LEEF_NAMED,
        fields.stands_within(400, "|Palo Alto Networks|"): _CEF_NAMED,
        IS_SHORT: SHORT_ROW,
        IS_CUT: CUT_ROW,
        fields.stands_within(300, ","): ROW,
    }
)
_READ = fields.record(
    "SELECT *, coalesce(started, logged) AS began FROM ({fields})",
    let={
        "begin_local": "text_time(began)",
        # Sessions say in the firewall's own clock when they began; what was written later has the
        # offset of that clock.
        # In CEF's own template `start` is when the firewall reported a session, hardly before `rt`.
        "moment": """CASE WHEN reported IS NOT NULL THEN begin_local
                 - CASE WHEN text_time(logged) - begin_local < to_seconds(number(seconds))
                        THEN to_seconds(number(seconds)) ELSE INTERVAL 0 SECONDS END
            WHEN precise IS NULL THEN begin_local
            WHEN started IS NULL THEN iso_time(precise)
            WHEN substr(precise, -6, 1) IN ('+', '-') AND started LIKE '____/__/__ __:__:__'
            THEN iso_time(replace(replace(started, '/', '-'), ' ', 'T') || right(precise, 6))
            ELSE iso_time(precise)
                 - coalesce(text_time(logged) - text_time(started), INTERVAL 0 SECONDS) END""",
        # 'generic:' and the name
        "question": "CASE WHEN subtype = 'dns_security' THEN split_part(looked_up, ':', -1) END",
        "name": "coalesce(question, bare_authority(url), server_name)",
        "said": "lower(did)",
        "path_found": "url_path(url)",
        # What a session's begin has of sizes its end counts again.
        "is_begin": "coalesce(is_traffic AND subtype = 'start', false)",
    },
    skipped={
        "no request (a session's begin; its end is counted)": "is_begin AND {ended}",
        "no request (another kind of record)": """variant > 0 AND regexp_full_match(type,
            '[A-Z]{3,20}')
            AND (type NOT IN ('TRAFFIC', 'THREAT', 'URL', 'DECRYPTION')
                 OR (type = 'THREAT' AND subtype IS DISTINCT FROM 'url' AND question IS NULL))""",
    },
    rejected={
        "no record of PAN-OS": "variant = 0 OR type IS NULL",
        "the row is cut before its addresses": "source IS NULL",
        "the time cannot be read": "moment IS NULL",
        "the record is cut before its URL or sizes": """(subtype = 'url' AND url IS NULL)
            OR (is_traffic AND coalesce(sent, received) IS NULL)""",
    },
    event_time="moment",
    duration_ms="CASE WHEN is_traffic THEN number(seconds) * 1000 END",
    source_ip="coalesce(forwarded, source)",
    user_name="user",
    device_name="device",
    authority="with_port(name, port)",
    path="CASE WHEN name IS NOT NULL AND (verb IS NOT NULL OR length(path_found) > 1) "
    "AND lower(verb) IS DISTINCT FROM 'connect' THEN path_found END",
    destination_ip="CASE WHEN question IS NULL THEN destination END",
    method="upper(verb)",
    bytes_up="CASE WHEN NOT is_begin THEN number(sent) END",
    bytes_down="CASE WHEN NOT is_begin THEN number(received) END",
    user_agent="agent",
    referrer="referrer",
    action=f"""CASE WHEN said IN ({_BLOCKING}) OR starts_with(said, 'reset') THEN 'blocked'
        WHEN said IS NOT NULL THEN 'allowed' END""",
    evidence="""CASE WHEN question IS NOT NULL THEN 'resolved'
        WHEN lower(verb) IS DISTINCT FROM 'connect' AND (verb IS NOT NULL
        OR length(path_found) > 1) THEN 'transacted' ELSE 'connected' END""",
    flow="concat_ws(' ', serial, session, source, source_port)",
)
_SQL = _SPELLINGS.around(_READ)
_ENDED = r"(?i:\btraffic\W{1,3}end\b|\bend\|traffic\||subtype\W{1,4}end\b)"


PALO_ALTO = Format(
    name="paloalto",
    title="Palo Alto Networks PAN-OS and Prisma Access (CSV, CEF, LEEF, JSON)",
    kind="firewall",
    carries=(
        *("event_time", "duration_ms", "source_ip", "user_name", "device_name", "host", "port"),
        *("path", "destination_ip", "method", "bytes_up", "bytes_down", "user_agent"),
        *("referrer_host", "action", "evidence"),
    ),
    recognise=re.compile(
        r"(?:[^,]{0,200}(?<![2-9A-Za-z.]),\d{4}[/-]\d\d[/-]\d\d(?:[ T]| - - - )|(?=\d\d:\d\d:))"
        r"[\d:]{8}[\d.Z]*,[\w-]*,"
        r"(?:TRAFFIC|THREAT|DECRYPTION|USERID|GLOBALPROTECT|SYSTEM|CONFIG|HIPMATCH|AUTHENTICATION),"
        r"|\d{4}-\d\d-\d\dT[\d:]{8}[\d.]*Z,[\w-]*,(?:TRAFFIC|THREAT|DECRYPTION),\w*,\d"
        r"|(?:.{0,200}\b(?:CEF|LEEF): ?)?\d(?:\.\d)?\|Palo Alto Networks\|"
        r'|\{(?=.*"LogType": ?")(?=.*"(?:DeviceSN|SourceAddress)": ?")'
        r'|\{(?=.*"type": ?"(?:TRAFFIC|THREAT|URL)")(?=.*"vsys" ?:)(?=.*"subtype" ?:)(?=.*"src" ?:)'
        r"|(?=.*\|type=(?:TRAFFIC|THREAT|URL|DECRYPTION)\|)(?=.*\|vsys=)(?=.*\|src=)\w+="
    ),
    reference="https://docs.paloaltonetworks.com/pan-os/11-1/pan-os-admin/monitoring",
    sql=fields.remembering(fields.ENDED, _SQL),
    remembers={fields.ENDED: f"regexp_matches(line, '{_ENDED}')"},
    header=fields.same_places,
    header_starts=("Doma", '"Dom'),
    zone="local",
    notes="URL records have no sizes, TRAFFIC records no names; joined by session",
    aliases=("pan-os", "panos", "prisma"),
)
