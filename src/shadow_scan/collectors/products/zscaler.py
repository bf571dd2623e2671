"""Zscaler Internet Access by its Nanolog feeds: web, firewall and DNS.

The customer writes the feed's template, so that one record comes as JSON, as tabbed or spaced
key=value under the feed's own names or those of the QRadar and Splunk templates, as CEF, or as CSV
(the default template, or with a line of column names). `reqsize` and `outbytes` are the client's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format, Header
from shadow_scan.collectors.syslog import RECEIVED
from shadow_scan.collectors.variants import Variants

_ABSENT = ("", "-", "None", "NA", "N/A", "NotAvailable", "Unknown", "NotFound", "0.0.0.0")  # noqa: S104
_NAMES = {
    "moment": "epochtime|datetime|time|eventtime",
    "user": "elogin|login|user|username|userName|ologin",
    "team": "edepartment|edept|dept|department",
    "inside": "cintip|cltintip|clientinternalip|clientInternalIP",
    "client": "cip|csip|clt_sip|cltip|ClientIP|clientip|clientIP|srcip|sourceip|src_ip|"
    "clientpublicIP|cpubip|cltpubip",
    "device": "devicehostname|edevicehostname|devicename|edevicename",
    "url": "eurl|url",
    "hostname": "ehost|host|hostname|ehostname|shost",
    "verb": "reqmethod|requestmethod|reqMethod",
    "code": "respcode|status|responsecode|respCode|statuscode|statusCode",
    "sent": "reqsize|requestsize|reqSize|outbytes|reqdatasize",
    "received": "respsize|respSize|responsesize|responseSize|inbytes|respdatasize",
    "agent": "eua|ua|useragent|ueua|userAgent",
    "referrer": "ereferer|referer|refererURL|refererurl",
    "did": "action|reqaction",
    "server": "sip|serverip|serverIP|cdip|srv_dip|dstip|destip|destinationip|sdip",
    "port": "cdport|sdport",
    "question": "dns_req|req",
    "fqdn": "cdfqdn|cltdomain|fqdn",
    "seconds": "duration",
    "protocol": "proto|protocol",
    "millis": "durationms",
    "session": "recordid",
}
_JSON_NAMES = {
    name: "|".join(f"event.{key}|{key}" for key in keys.split("|")) for name, keys in _NAMES.items()
}
# Newer templates have no other way to keep quotes out of a URL than to encode it.
_ENCODED = {
    "url": "b64url",
    "hostname": "b64host",
    "agent": "b64ua",
    "referrer": "b64referer",
    "user": "b64login",
    "team": "b64dept",
}
_JSON_PATHS = {
    **_JSON_NAMES,
    **{f"encoded_{name}": f"event.{key}|{key}" for name, key in _ENCODED.items()},
    "feed_kind": "sourcetype",
}
_DECODED = ", ".join(
    f"coalesce({name}, TRY(decode(from_base64(encoded_{name})))) AS {name}" for name in _ENCODED
)


def _json(text: str) -> str:
    return f"""SELECT * REPLACE ({_DECODED}) FROM (
        {fields.members(_JSON_PATHS, text=text, absent=_ABSENT)})"""


_CEF_NAMES = {
    "moment": "rt",
    "user": "suser",
    "team": "cs1",
    "inside": "sourceTranslatedAddress",
    "client": "src",
    "device": "devicehostname|dhostname",
    "url": "request",
    "hostname": "dhost",
    "verb": "requestMethod",
    "code": "outcome",
    "sent": "out",
    "received": "in",
    "agent": "requestClientApplication",
    "referrer": "requestContext",
    "did": "act",
    "server": "dst",
    "port": "dpt",
    "question": "dnsreq|dns_req|req",
    "fqdn": "cdfqdn",
    "seconds": "cd",
    "protocol": "app",
    "millis": "durationms",
    "session": "externalId",
}
# What Sentinel's template for cloud feeds makes of the same names.
_CEF_JSON_NAMES = {
    name: "|".join(f"event.{key}|{key}" for key in keys.split("|"))
    for name, keys in (_CEF_NAMES | {"moment": "TimeGenerated|rt|timestamp"}).items()
}
# Private Access: what a client asked of a service within; sizes since the last record of the same.
_PRIVATE_NAMES = {
    "moment": "TimestampConnectionStart|LogTimestamp",
    "user": "Username",
    "inside": "ClientPrivateIP",
    "client": "ClientPublicIP",
    "device": "Hostname",
    "hostname": "Host",
    "sent": "ZENBytesRxClient",
    "received": "ZENBytesTxClient",
    "server": "ServerIP",
    "port": "ServerPort",
    "session": "ConnectionID",
}
# What browsers asked of a service within, by its log of that; microseconds are of no request.
_BROWSER_NAMES = {
    "moment": "TimestampRequestReceiveStart|LogTimestamp",
    "user": "NameID",
    "inside": "ClientPrivateIp",
    "client": "ClientPublicIp",
    "url": "URL",
    "hostname": "Host",
    "verb": "Method",
    "code": "StatusCode",
    "sent": "RequestSize",
    "received": "ResponseSize",
    "agent": "UserAgent",
    "session": "ConnectionID",
}
# Its first cell says what was done; the feed of the firewall writes its own name as the category.
_LEEF_NAMES = {
    "moment": "devTime",
    "user": "usrName",
    "team": "role",
    "inside": "srcPreNAT",
    "client": "src",
    "device": "devicehostname|identHostName",
    "url": "url",
    "hostname": "hostname",
    "verb": "reqmethod",
    "code": "respcode",
    "sent": "srcBytes",
    "received": "dstBytes",
    "agent": "useragent",
    "referrer": "referer",
    "server": "dst",
    "port": "dstPort",
    "question": "dnsreq|req",
    "protocol": "appproto",
    "session": "recordid",
}
_BROWSER = f"""SELECT * REPLACE (CASE WHEN starts_with(url, '/') THEN hostname || url ELSE url END
        AS url) FROM ({
    fields.members(_BROWSER_NAMES, text="substr(line, strpos(line, '{'))", absent=_ABSENT)
})"""
_DEFAULT_COLUMNS = (
    *("time", "login", "proto", "eurl", "action", "appname", "appclass", "reqsize", "respsize"),
    *("stime", "ctime", "urlclass", "urlsupercat", "urlcat", "malwarecat", "threatname"),
    *("riskscore", "dlpeng", "dlpdict", "location", "dept", "cip", "sip", "reqmethod", "respcode"),
    *("eua", "ereferer", "ruletype", "rulelabel", "contenttype", "unscannabletype"),
    *("deviceowner", "devicehostname", "keyprotectiontype"),
)
_FIREWALL_COLUMNS = (
    *("time", "login", "dept", "location", "cdport", "csport", "sdport", "ssport", "csip", "cdip"),
    *("ssip", "sdip", "tsip", "tunsport", "tuntype", "action", "dnat", "stateful", "aggregate"),
    *("nwsvc", "nwapp", "ipproto", "ipcat", "destcountry", "avgduration", "rulelabel", "inbytes"),
    *("outbytes", "duration", "durationms", "numsessions", "ipsrulelabel", "threatcat"),
    *("threatname", "deviceowner", "devicehostname"),
)
_DNS_COLUMNS = (
    *("time", "login", "dept", "location", "reqaction", "resaction", "reqrulelabel"),
    *("resrulelabel", "reqtype", "req", "res", "sport", "durationms", "clt_sip", "srv_dip"),
    *("domcat", "category", "deviceowner", "devicehostname"),
)
# The default templates have no names: how their rows begin tells them.
_WRITTEN = '"[A-Z][a-z]{2} [A-Z][a-z]{2} [ \\d]\\d [\\d:]{8} \\d{4}","[^"]*",'
_FIREWALL_ROW = _WRITTEN + r'"[^"]*","[^"]*",(?:"\d*",){4}"[0-9a-fA-F.:]*","[0-9a-fA-F.:]*",'
_DNS_ROW = (
    _WRITTEN + r'"[^"]*","[^"]*",(?:"[A-Z]\w+",){2}"[^"]*","[^"]*","[A-Z][\w ]*","[^"]*","[^"]*",'
    r'"\d*","\d*","[0-9a-fA-F.:]*",'
)
_TABBED_ROW = (
    r"[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d [\d:]{8} \d{4}\t[^\t]*\t[A-Z_]+\t[^\t]*\t[A-Z][a-z]+\t"
)
_TABBED_NAMES = {**_NAMES, "moment": "epochtime|datetime|time"}
_BEGIN = "CASE WHEN NOT contains(left(line, 19), '=') THEN left(line, 19) END"

_IS_TABBED = "(contains(line, chr(9)) OR contains(line, '#011')) AND contains(line, '=')"
_NAMELESS = {
    _FIREWALL_ROW: _FIREWALL_COLUMNS,
    _DNS_ROW: _DNS_COLUMNS,
}
_IS_CSV = """starts_with(line, '"') OR
    (contains(left(line, 60), ',') AND NOT contains(left(line, 60), '='))"""


def read_header(rows: Sequence[str], before: Header) -> Header:
    """The column names of a CSV feed that has a line of them."""
    del before
    return {"fields": [name.strip('" ') for name in re.split(r"[,\t]", rows[-1])]}


def statement(header: Header) -> Variants:
    named = header.get("fields")
    columns = named if isinstance(named, list) else list(_DEFAULT_COLUMNS)
    nameless = {} if isinstance(named, list) else _NAMELESS
    found = Variants(
        {
            **{
                f"regexp_matches(line, '^{row}')": fields.cells(
                    fields.places(others, _NAMES), absent=_ABSENT, extra={"given": "false"}
                )
                for row, others in nameless.items()
            },
            """contains(line, '"ClientPublicIP"') AND contains(line, '"ConnectionID"')""": (
                fields.members(
                    _PRIVATE_NAMES, text="substr(line, strpos(line, '{'))", absent=(*_ABSENT, "0")
                )
            ),
            """contains(line, '"ClientPublicIp"') AND contains(line, '"Exporter"')""": _BROWSER,
            """starts_with(ltrim(line), '{') AND contains(line, '"TimeGenerated"')
                AND contains(line, '"src"')""": fields.members(_CEF_JSON_NAMES, absent=_ABSENT),
            "starts_with(ltrim(line), '{')": _json("line"),
            # What SIEMs have customers put before it.
            "starts_with(line, 'event={')": _json("substr(line, 7)"),
            fields.stands_within(200, "LEEF:"): fields.leef(
                _LEEF_NAMES, absent=_ABSENT, extra={"did": "split_part(line, '|', 5)"}
            ),
            fields.stands_within(400, "|Zscaler|"): fields.cef(
                _CEF_NAMES, absent=_ABSENT, extra={"feed": "cef_header(line, 3)"}
            ),
            f"regexp_matches(line, '^{_TABBED_ROW}')": fields.cells(
                fields.places(columns, _NAMES),
                delimiter="\t",
                absent=_ABSENT,
                extra={"given": "true"},
            ),
            _IS_TABBED: fields.pairs(
                _TABBED_NAMES, text="tabbed(line)", absent=_ABSENT, extra={"begin": _BEGIN}
            ),
            _IS_CSV: fields.cells(
                fields.places(columns, _NAMES), absent=_ABSENT, extra={"given": "true"}
            ),
            # The feed for RSA's NetWitness.
            "contains(line, '^^action=')": fields.pairs(
                _NAMES,
                text="replace(substr(line, strpos(line, 'time=')), '^^', chr(9))",
                absent=_ABSENT,
                extra={"begin": _BEGIN},
            ),
            "contains(line, '=')": fields.keyed(_NAMES, absent=_ABSENT, extra={"begin": _BEGIN}),
        }
    )
    return found.around(_READ)


_READ = fields.record(
    """SELECT * REPLACE (percent_decoded(user) AS user, nullif(percent_decoded(team),
        'Default Department') AS team), coalesce(moment, begin) AS written FROM ({fields})""",
    let={
        "begins": f"coalesce(text_time(written), {RECEIVED})",
        "is_dns": "question IS NOT NULL",
        "is_firewall": "coalesce(is_object, false) AND url IS NULL AND question IS NULL "
        "OR fqdn IS NOT NULL OR (port IS NOT NULL AND url IS NULL)",
        # An '@' in a URL without a scheme is no user of it: what stands behind may be no host.
        "name": """coalesce(question, CASE WHEN contains(split_part(url, '/', 1), '@')
            THEN hostname END, bare_authority(url), hostname, fqdn)""",
        "tunnel": """upper(verb) = 'CONNECT' OR (verb IS NULL AND protocol IN ('SSL',
            'HTTP_PROXY', 'TUNNEL'))""",
    },
    skipped={
        "no request (another of Zscaler's feeds)": "feed_kind IN ('zscalernss-casb', "
        "'zscalernss-audit', 'zscalernss-tunnel', 'zscalernss-alerts')"
    },
    rejected={
        "no record of a Zscaler feed": "variant = 0",
        "not the columns of the feed": """coalesce(given, false) AND NOT coalesce(
            regexp_full_match(client, '[0-9a-fA-F.:]+'), number(sent) IS NOT NULL, false)""",
        "the time cannot be read": "begins IS NULL",
        "neither a client nor a user nor a name": "coalesce(client, user, name) IS NULL",
    },
    event_time="begins",
    duration_ms="coalesce(number(millis), number(seconds) * 1000)",
    # Some templates write the inside address as the client, others as the translated one; nobody
    # translates addresses of IPv6.
    source_ip="""CASE WHEN is_private(client) OR contains(client, ':') THEN client
        ELSE coalesce(inside, client) END""",
    user_name="user",
    device_name="device",
    department="team",
    authority="CASE WHEN is_dns THEN name ELSE with_port(name, port) END",
    path="CASE WHEN NOT coalesce(tunnel, false) AND NOT is_dns THEN url_path(url) END",
    destination_ip="CASE WHEN NOT is_dns THEN server END",
    method="CASE WHEN length(verb) > 2 THEN upper(verb) END",
    status="nullif(try_cast(left(code, 3) AS INTEGER), 0)",  # or `200 - OK`
    bytes_up="number(sent)",
    bytes_down="number(received)",
    user_agent="CASE WHEN contains(agent, '%20') THEN percent_decoded(agent) ELSE agent END",
    referrer="referrer",
    action="""CASE WHEN code = '407' THEN NULL
        WHEN lower(did) SIMILAR TO '.*(block|deny|drop|reset).*' THEN 'blocked'
        WHEN did IS NOT NULL THEN 'allowed' END""",
    evidence="""CASE WHEN is_dns THEN 'resolved' WHEN coalesce(tunnel, false) OR url IS NULL
        THEN 'connected' ELSE 'transacted' END""",
)

ZSCALER = Format(
    name="zscaler",
    title="Zscaler feeds: web, firewall, DNS (JSON, key=value, CEF, LEEF, CSV); Private Access",
    kind="proxy",
    carries=(
        *("event_time", "duration_ms", "source_ip", "user_name", "device_name", "department"),
        *("host", "port", "path", "destination_ip", "method", "status", "bytes_up", "bytes_down"),
        *("user_agent", "referrer_host", "action", "evidence"),
    ),
    recognise=re.compile(
        r'\{(?=.*"ConnectionID" ?:)(?=.*"ClientPublicIP" ?:)(?=.*"(?:ServerIP|Connector)" ?:)'
        r'|\{(?=.*"ConnectionID" ?:)(?=.*"ClientPublicIp" ?:)(?=.*"Exporter" ?:)'
        rf"|{_TABBED_ROW}"
        r'|(?:event=)?\{(?=.*"sourcetype" ?: ?"zscalernss-(?:web|fw|dns|casb|audit|tunnel|alerts))'
        r'|(?:event=)?\{(?=.*"(?:[eo]?login|user)" ?:)'
        r'(?=.*"(?:reqsize|reqdatasize|requestsize)" ?:)(?=.*"(?:cip|ClientIP|clientpublicIP)" ?:)'
        r'|\{(?=.*"(?:csip|clt_sip)" ?:)(?=.*"(?:cdip|srv_dip)" ?:)'
        r"|(?:.{0,200}\b(?:CEF|LEEF): ?)?\d(?:\.\d)?\|Zscaler\|NSS"
        r"|(?:(?=.*(?:\b|#011)(?:vendor|product)=(?:Zscaler|NSS)(?:\b|#011))"
        r"|(?=.*\burlcategory=)(?=.*\brequestsize=)(?=.*\bClientIP=)"
        r"|(?=.*\b(?:csip|clt_sip)=)(?=.*\b(?:cdip|srv_dip)=))"
        r"(?:\d{4}-\d\d-\d\d [\d:]{8}[\t ]+)?\w+="
        rf'|{_WRITTEN}"[A-Z_]+","[^"]*","[A-Z][a-z]+","|{_FIREWALL_ROW}|{_DNS_ROW}'
        r'|(?=.*\blogin\b)(?=.*\breqsize\b)(?=.*\be?url\b)"?(?:\w+"?,"?)+\w+"?$'
    ),
    reference="https://help.zscaler.com/zia/nss-feed-output-format-web-logs",
    sql=statement,
    zone="local",
    header=read_header,
    is_header=fields.names_columns,
    header_starts=('"tim', "time", "date", '"dat', "epoc", "logi", '"log', "even", '"epo'),
    notes="the feed's template says what is there; tunnels that were not decrypted have no method",
    aliases=("zscaler-nss", "zia"),
)
