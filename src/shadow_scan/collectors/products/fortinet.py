"""FortiGate and FortiProxy: traffic, web filter, DNS, application and SSL records.

Three spellings of one log: `key="value"` parted by blanks, the same parted by commas (CSV mode),
and CEF with the keys behind `FTNTFGT`. Sizes are in the traffic records, names in the others; both
carry the session's number. In CEF `out` is what the client sent.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.syslog import RECEIVED
from shadow_scan.collectors.variants import Variants

_KEYS = {
    **{name: name for name in ("date", "time", "eventtime", "tz", "type", "subtype")},
    # Behind the bars stand the names of FortiOS 4, and short ones of FortiAnalyzer.
    "logid": "logid|log_id",
    "eventtype": "eventtype",
    "session": "sessionid",
    "direction": "direction",
    "serial": "devid|device_id|devname",
    "sent": "sentbyte|sentb|sent|reqlength",
    "sent_since": "sentdelta",
    "received": "rcvdbyte|rcvdb|rcvd|resplength",
    "received_since": "rcvddelta",
    "seconds": "duration|dur",
    "did": "action|status",
    "source": "srcip|src_ip|src",
    "client": "clientip",
    "forwarded": "forwardedfor",
    "device": "srcname|src_name",
    "user": "user|unauthuser|unauth_user",
    "team": "group",
    "destination": "dstip|dst_ip|dst",
    "target": "dstname|dst_name",
    "port": "dstport|dst_port",
    "hostname": "hostname|sni",
    "question": "qname",
    "url": "url",
    "verb": "httpmethod|reqmethod",
    "code": "statuscode|respcode",
    "agent": "agent",
    "referrer": "referralurl",
    "raw": "rawdata",
}


def _own(name: str) -> str:
    """FortiGate's own keys in CEF, under both of the prefixes that it has had, and as FortiAnalyzer
    forwards them."""
    return f"FTNTFGT{name}|FortinetFortiGate{name}|ad.{name}|{name}"


_ABSENT = ("", "-", "N/A")
_CEF_KEYS = {
    **{name: _own(name) for name in ("date", "time", "eventtime", "tz", "eventtype")},
    "type": _own("type") + "|cat",
    "subtype": _own("subtype"),
    "logid": _own("logid"),
    "session": "externalId|externalID",
    "begun": "start",
    "direction": _own("direction"),
    "serial": "deviceExternalId|dvchost",
    "sent": "out",
    "sent_since": _own("sentdelta"),
    "received": "in",
    "received_since": _own("rcvddelta"),
    "seconds": _own("duration"),
    "did": "act|" + _own("action"),
    "source": "src",
    "client": _own("clientip"),
    "forwarded": _own("forwardedfor"),
    "device": "shost",
    "user": "duser|suser|" + _own("unauthuser"),
    "team": _own("group"),
    "destination": "dst",
    "target": _own("dstname"),
    "port": "dpt",
    "hostname": "dhost|" + _own("sni"),
    "question": _own("qname"),
    "url": "request",
    "verb": _own("httpmethod"),
    "code": _own("statuscode"),
    "agent": "requestClientApplication|" + _own("agent"),
    "referrer": _own("referralurl"),
    "raw": _own("rawdata"),
}
# Written by others, its type stands in the header alone.
_OF_CEF = f"""SELECT * REPLACE (coalesce(type, CASE
    WHEN regexp_matches(cef_header(line, 5) || ' ' || cef_header(line, 6), '(?i)\\btraffic\\b')
    THEN 'traffic' END) AS type) FROM ({fields.cef(_CEF_KEYS, absent=_ABSENT)})"""
# What FortiAnalyzer makes of records of any device, with names of its own.
_NORMAL_KEYS = {
    "eventtime": "data_timestamp|itime",
    "type": "event_type",
    "subtype": "event_subtype",
    "logid": "event_id",
    "session": "net_sessionid",
    "direction": "net_direction",
    "serial": "data_sourceid",
    "sent": "net_sentbytes",
    "received": "net_recvbytes",
    "seconds": "net_duration",
    "did": "event_action",
    "source": "src_ip|host_ip",
    "device": "src_hostname",
    "user": "user_name|src_user|user_id",
    "team": "user_group",
    "destination": "dst_ip",
    "port": "dst_port",
    "hostname": "dst_domain|tls_sni",
    "question": "dns_query",
    "url": "http_url",
    "verb": "http_method",
    "code": "http_status",
    "agent": "http_agent|http_user_agent",
    "referrer": "http_referer",
}
# The client on computers names them, and programs, by keys that the firewall has for others.
_CLIENT_KEYS = {
    **_KEYS,
    "logid": "id",
    "did": "utmaction",
    "device": "hostname",
    "hostname": "remotename",
    "destination": "dstip|destinationip",
    "port": "dstport|destinationport",
    "agent": "srcname",
    "session": "sessionid",
}
_BLOCKING = (
    "'blocked', 'block', 'deny', 'denied', 'dropped', 'reset', 'redirect', 'redirected', 'ip-conn'"
)

_FIELDS = Variants(
    {
        fields.stands_within(400, "|Fortinet|"): _OF_CEF,
        # Collectors leave out the device's time where they have told it in their own.
        "starts_with(line, '{')": fields.members(
            {**_KEYS, "begun": "start|@timestamp"}, absent=_ABSENT
        ),
        "contains(line, 'data_parsername=')": fields.keyed(_NORMAL_KEYS, absent=_ABSENT),
        """starts_with(line, '"') AND contains(line, '","')""": fields.pairs(
            _KEYS,
            text="""replace(trim(line, '"'), '","', chr(31))""",
            between="\x1f",
            absent=_ABSENT,
        ),
        fields.stands_within(120, ", time="): fields.keyed(
            _KEYS, text="replace(line, ', ', ',')", between=",", absent=_ABSENT
        ),
        fields.stands_within(120, ",time="): fields.keyed(_KEYS, between=",", absent=_ABSENT),
        "contains(line, 'remotename=')": fields.keyed(_CLIENT_KEYS, absent=_ABSENT),
        "contains(line, 'type=')": fields.keyed(_KEYS, absent=_ABSENT),
    }
)

# The session's own number comes again after a restart: device and client belong to its name.
_SQL = fields.record(
    _FIELDS,
    let={
        "kind": """CASE WHEN subtype = 'local' THEN NULL WHEN type LIKE 'traffic%' THEN 'traffic'
            WHEN concat(type, subtype) LIKE '%webfilter%' THEN 'webfilter'
            WHEN concat(type, subtype) LIKE '%dns%' THEN 'dns'
            WHEN concat(type, subtype) LIKE '%app-ctrl%' THEN 'application'
            WHEN concat(type, subtype) LIKE '%ssl%' THEN 'ssl'
            WHEN subtype = 'casb' THEN 'application'
            WHEN (hostname IS NOT NULL OR contains(url, '://'))
                AND (regexp_matches(concat(type, subtype), 'virus|dlp|file')
                OR concat(type, subtype) LIKE '%ips%' AND direction = 'outgoing') THEN 'content'
            END""",
        "moment": f"""coalesce(epoch_time(eventtime),
            iso_time(date || 'T' || time || coalesce(tz, '')), text_time(begun),
            CASE WHEN date IS NULL THEN {RECEIVED} END)""",
        # Extended logs have the head of the request in one field, parted by bars.
        "told": """CASE WHEN raw IS NOT NULL
            THEN regexp_extract(raw, 'Method=(\\w+)', 1) END""",
        "asked_by": """CASE WHEN raw IS NOT NULL
            THEN regexp_extract(raw, 'User-Agent=([^|]+)', 1) END""",
        "way": "upper(coalesce(verb, nullif(told, '')))",
        "running": "sent_since IS NOT NULL OR right(logid, 5) IN ('00020', '00022')",
        "name": """coalesce(question, hostname,
            CASE WHEN NOT starts_with(url, '/') THEN url_authority(url) END, target)""",
        "blocked": f"did IN ({_BLOCKING})",
    },
    skipped={
        "no request (another kind of record)": "type IS NOT NULL AND kind IS NULL",
        "asked by no client": "kind = 'dns' AND source IS NULL",
        # Unless all domains are logged, the answer that a filter saw is all that is written.
        "an answer, no question": "kind = 'dns' AND eventtype = 'dns-response' AND NOT blocked "
        "AND {asked}",
    },
    rejected={
        "no record of FortiGate": "variant = 0",
        "no type of record": "type IS NULL",
        "the time cannot be read": "moment IS NULL",
        "no source address": "source IS NULL",
    },
    event_time="moment",
    duration_ms="CASE WHEN kind = 'traffic' AND NOT coalesce(running, false) "
    "THEN number(seconds) * CASE WHEN subtype = 'http-transaction' THEN 1 ELSE 1000 END END",
    # Who is behind another proxy.
    source_ip="""coalesce(client, CASE WHEN regexp_full_match(forwarded, '[0-9a-fA-F:.]+')
        THEN forwarded END, source)""",
    # Of who came by a certificate, its name stands behind.
    user_name="split_part(user, ',cn=', 1)",
    device_name="device",
    department="team",
    authority="CASE WHEN kind = 'dns' THEN name ELSE with_port(name, port) END",
    path="CASE WHEN way IS DISTINCT FROM 'CONNECT' THEN url_path(url) END",
    destination_ip="CASE WHEN kind <> 'dns' THEN destination END",
    method="way",
    status="try_cast(code AS INTEGER)",
    bytes_up="""CASE WHEN kind = 'traffic'
        THEN number(CASE WHEN running THEN sent_since ELSE sent END) END""",
    bytes_down="""CASE WHEN kind = 'traffic'
        THEN number(CASE WHEN running THEN received_since ELSE received END) END""",
    user_agent="coalesce(agent, nullif(asked_by, ''))",
    referrer="referrer",
    action="CASE WHEN blocked THEN 'blocked' WHEN did IS NOT NULL THEN 'allowed' END",
    evidence="""CASE WHEN kind = 'dns' THEN 'resolved'
        WHEN url IS NOT NULL AND way IS DISTINCT FROM 'CONNECT' THEN 'transacted'
        ELSE 'connected' END""",
    flow="CASE WHEN kind <> 'dns' THEN concat_ws(' ', serial, source, session) END",
)

FORTINET = Format(
    name="fortinet",
    title="FortiGate and FortiProxy (key=value, CSV mode, CEF, JSON)",
    kind="firewall",
    carries=(
        *("event_time", "duration_ms", "source_ip", "user_name", "device_name", "department"),
        *("host", "port", "path", "destination_ip", "method", "status", "bytes_up", "bytes_down"),
        *("user_agent", "referrer_host", "action", "evidence"),
    ),
    recognise=re.compile(
        r"(?:.{0,200}\bCEF: ?)?\d\|Fortinet\|Forti(?:gate|proxy|os)"
        r'|(?=.*\b(?:(?:devid|devname|logid|level)="?\S|device_id="?F(?:G|W|PX)))'
        r'(?=.*\bsubtype="?\w)(?=.*\btype="?\w)'
        r'(?:\d+: |[\w.-]+ )?"?(?:\w+=\S+[ ,])+'
        r'|(?=.*\bdata_parsername="FortiGate)\w+='
        r'|(?=.*\bdevid="?FCT)(?=.*\btype="?traffic)(?=.*\bremotename=)\w+='
        r'|\{(?=.*"(?:logid|srcip)" ?:)(?=.*"(?:devid|devname|vd)" ?:)(?=.*"subtype" ?:)',
        re.I,
    ),
    reference="https://docs.fortinet.com/document/fortigate/7.6.0/fortios-log-message-reference",
    sql=fields.remembering(fields.ASKED, _SQL),
    remembers={fields.ASKED: "contains(line, 'dns-query')"},
    # Traffic is logged when a session ends.
    clock="end",
    zone="written",
    notes="sizes are in traffic records, names in web filter and DNS records; joined by session",
    aliases=("fortigate", "fortiproxy"),
)
