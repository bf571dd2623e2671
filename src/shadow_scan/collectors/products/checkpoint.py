"""Check Point by its Log Exporter (syslog, CEF, LEEF, the Splunk form, JSON) and by `fw log`.

What is logged is logged again as it grows, under one `loguid`: the last record has all of it. In
its CEF `out` is the client's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format, Header
from shadow_scan.collectors.syslog import RECEIVED
from shadow_scan.collectors.variants import Variants

_KEYS = {
    "moment": "time|creation_time",
    "did": "action|rule_action",
    "product": "product|ProductName",
    "client": "src|client_ip",
    "server": "dst",
    "port": "service|svc|s_port_dst|dst_port",
    "user": "src_user_name|user|src_user_dn",
    "device": "src_machine_name",
    "team": "src_user_group",
    "url": "resource",
    "hostname": "dst_domain_name|sni|tls_server_host_name|http_host|host",
    "verb": "method|methods",
    "sent": "client_outbound_bytes|sent_bytes",
    "received": "client_inbound_bytes|received_bytes",
    "agent": "user_agent|web_client_type",
    "referrer": "referrer",
    "seconds": "browse_time|elapsed",
    "session": "loguid",
    "code": "http_status|response_code",
    "xlate": "proxy_src_ip",
    "question": "dns_query",
}
_CEF_KEYS = {
    "moment": "rt|start",
    "did": "act",
    "product": "product",
    "client": "src",
    "server": "dst",
    "port": "dpt",
    "user": "suser|duser",
    "device": "shost",
    "url": "request|resource",
    "hostname": "dhost|dst_domain_name|sni|tls_server_host_name|http_host",
    "verb": "requestMethod",
    "sent": "out|client_outbound_bytes|sent_bytes",
    "received": "in|client_inbound_bytes|received_bytes",
    "agent": "user_agent|requestClientApplication",
    "referrer": "referrer",
    "session": "loguid",
    "code": "http_status",
    "xlate": "proxy_src_ip",
    "question": "dns_query",
}
_LEEF_KEYS = {
    **_KEYS,
    "moment": "devTime|time",
    "user": "usrName|src_user_name|user",
    "port": "dstPort|service",
    "url": "url|resource",
    "sent": "srcBytes|client_outbound_bytes|sent_bytes",
    "received": "dstBytes|client_inbound_bytes|received_bytes",
    "did": "action",
    "device": "identHostName|src_machine_name",
}
# What readers without the right to see it are told.
_ABSENT = ("", "-", "N/A", "0", "*** Confidential ***")

_IS_CEF = f"{fields.stands_within(200, 'CEF:')} OR starts_with(line, '0|Check Point|')"
_IS_LEEF = f"{fields.stands_within(200, 'LEEF:')} OR {fields.stands_within(18, '.0|Check Point|')}"
_IS_SYSLOG = r"""regexp_matches(line, '(?:[\[ ]|^"?)(?:action|time|flags|product|loguid)::?"')"""
_SYSLOG = fields.keyed(
    _KEYS,
    text=r"""replace(replace(replace(regexp_extract(line,
        '(?:[\[ ]|^"?)((?:action|flags|product|loguid|time)::?".*)$', 1),
        '\]', ']'), '::"', ':"'), ':"', '="')""",
    absent=_ABSENT,
)


def _dated(one: str) -> str:
    """Only a record without a time pays for that of its header."""
    return f"""SELECT *, CASE WHEN text_time(moment) IS NULL THEN {RECEIVED} END AS header_time
        FROM ({one})"""


# `fw log`: the time, what was done, by whom, a way; then 'key: value; key: value'.
_LOGGED = (
    r"^ ?(?:(\d{1,2}[A-Z][a-z]{2}\d{4}) +)?(\d{1,2}:\d\d:\d\d) +(?:\d+ \S+ +\S+ +)?"
    r"([a-z]{3,12}) +\S+ +[<>]\S* +"
)
_COLONS = r"(?:^|[;>] |[<>]\w+ )src: [0-9a-fA-F.:]+;"
_HAS_COLONS = f"""contains(line, 'src: ') AND regexp_matches(line, '{_COLONS}')
    AND NOT contains(line, '{{"') AND NOT starts_with(line, '{{')"""
_PART = "chr(31)"
_DAY = "{day}"
_SPLIT = fields.pairs(
    _KEYS,
    text=f"""replace(replace(regexp_replace(line, '{_LOGGED}', ''), '; ', {_PART}), ': ', '=')""",
    between="\x1f",
    absent=_ABSENT,
    extra={"logged": f"regexp_extract(line, '{_LOGGED}', ['day', 'clock', 'verb'])"},
)
# 'key=value; key="value"' without a bracket around it.
_HAS_SIGNS = r"contains(line, ' src=') AND regexp_matches(line, '(?:^|; )src=[0-9a-fA-F.:]+;')"
_SIGNS = fields.keyed(
    _KEYS,
    text=rf"regexp_replace(line, '; (\w+=)', {_PART} || '\1', 'g')",
    between="\x1f",
    absent=_ABSENT,
)
_PAIRS = f"""SELECT * REPLACE (coalesce(moment, CASE WHEN logged.clock <> ''
        THEN coalesce(nullif(logged.day, ''), {_DAY}) || ' ' || lpad(logged.clock, 8, '0') END)
        AS moment, coalesce(did, nullif(logged.verb, '')) AS did)
    FROM ({_SPLIT})"""
_OBJECT = fields.members(_KEYS, text="substr(line, strpos(line, '{'))", absent=_ABSENT)
# What a record says twice is a list.
_MEMBERS = f"""SELECT * REPLACE (CASE WHEN starts_with(moment, '[')
        THEN regexp_extract(moment, '[0-9]{{10,13}}') ELSE moment END AS moment)
    FROM ({fields.firsts(_OBJECT, ("user", "device", "team", "url", "verb"))})"""
_FIELDS = "[Fields@1.3.6.1.4.1.2620 "
"""Before the Log Exporter, servers wrote structured data of syslog."""
_DATE = re.compile(r"Date: [A-Z][a-z]{2} {1,2}\d{1,2}, \d{4} *$")


def read_header(rows: Sequence[str], before: Header) -> Header:
    """The day of the rows that follow, as `fw log` writes it where rows have clocks alone."""
    month, day, year = rows[-1].replace(",", "").split()[1:4]
    return {**before, "day": f"{day}{month}{year}"}


def statement(header: Header) -> Variants:
    day = fields.quoted(str(header["day"])) if "day" in header else "NULL"
    return Variants(
        {told: one.replace(_DAY, day) for told, one in _SQL.told_by.items()}, _SQL.frame
    )


_SQL = fields.record(
    Variants(
        {
            _HAS_COLONS: _PAIRS,
            _HAS_SIGNS: _SIGNS,
            """starts_with(line, '{') OR contains(line, '{"')""": _MEMBERS,
            _IS_CEF: _dated(
                fields.keyed(
                    _CEF_KEYS,
                    # Some versions leave the first of the header's fields empty.
                    text="replace(line, '0||Check Point|', '0|Check Point|')",
                    absent=_ABSENT,
                    shape="escaped",
                )
            ),
            _IS_LEEF: _dated(fields.leef(_LEEF_KEYS, absent=_ABSENT)),
            _IS_SYSLOG: _dated(_SYSLOG),
            """contains(line, 'loguid="')""": fields.keyed(_KEYS, absent=_ABSENT),
            f"contains(line, '{_FIELDS}')": _dated(
                fields.keyed(
                    {**_KEYS, "did": "Action|action"},
                    text=f"split_part(line, '{_FIELDS}', 2)",
                    absent=_ABSENT,
                )
            ),
            "contains(line, ',product=')": fields.pairs(
                _KEYS,
                # Of names, commas are a part.
                text=rf"""regexp_replace(regexp_extract(line, '\b((?:time|action)=.*)$', 1),
                    ',([A-Za-z_][\w/ ]*=)', {_PART} || '\1', 'g')""",
                between="\x1f",
                absent=_ABSENT,
            ),
            "contains(line, '|') AND contains(line, '=')": fields.pairs(
                _KEYS,
                text=r"""regexp_extract(line, '(?:^|[ \x{FEFF}])(\w+=[^|"]*\|.*)$', 1)""",
                between="|",
                absent=_ABSENT,
            ),
        }
    ),
    let={
        "begins": "coalesce(text_time(moment), header_time)",
        "first_url": r"split_part(split_part(split_part(url, ';', 1), '\n', 1), chr(10), 1)",
        "tunnel": "upper(verb) = 'CONNECT'",
        "denied": "lower(did) IN ('drop', 'reject', 'block', 'deny', 'prevent', 'blocked')",
    },
    skipped={
        "no request (another kind of record)": """variant > 0 AND begins IS NOT NULL
            AND (client IS NULL OR coalesce(server, url, hostname, question) IS NULL)"""
    },
    rejected={
        "no record of Check Point": "variant = 0",
        "the time cannot be read": "begins IS NULL",
        "no source address": "client IS NULL",
    },
    event_time="begins",
    source_ip="coalesce(xlate, client)",
    # 'First Last (login)', with '(+)' where the address has more users than one.
    user_name=r"""regexp_replace(user, '^[^()]*\(([^()\s]{2,})\)(?:\(\+\)|[/\\]n)?$', '\1')""",
    device_name="split_part(device, '@', 1)",
    department="team",
    authority="""CASE WHEN question IS NOT NULL THEN question
        ELSE with_port(coalesce(bare_authority(first_url), hostname),
                       CASE WHEN regexp_full_match(port, '[0-9]+') THEN port END) END""",
    path="CASE WHEN NOT coalesce(tunnel, false) THEN url_path(first_url) END",
    destination_ip="CASE WHEN question IS NULL THEN server END",
    # A tunnel's methods are of its encryption.
    method="CASE WHEN NOT contains(verb, ' ') THEN upper(verb) END",
    status="try_cast(code AS INTEGER)",
    bytes_up="number(sent)",
    bytes_down="number(received)",
    user_agent="agent",
    referrer="referrer",
    action="CASE WHEN denied THEN 'blocked' WHEN did IS NOT NULL THEN 'allowed' END",
    evidence="""CASE WHEN question IS NOT NULL THEN 'resolved'
        WHEN url IS NOT NULL AND NOT coalesce(tunnel, false) THEN 'transacted'
        ELSE 'connected' END""",
    # What is unified nowhere has zeros for it.
    record="CASE WHEN regexp_matches(session, '[1-9a-fA-F]') THEN session END",
)

CHECK_POINT = Format(
    name="checkpoint",
    title="Check Point Log Exporter (syslog, CEF, LEEF, Splunk, JSON), fw log",
    kind="firewall",
    carries=(
        *("event_time", "source_ip", "user_name", "device_name", "department", "host", "port"),
        *("path", "destination_ip", "method", "status", "bytes_up", "bytes_down", "user_agent"),
        *("referrer_host", "action", "evidence"),
    ),
    recognise=re.compile(
        r"(?:.{0,200}\bCEF: ?)?0\|\|?Check Point\||(?:.{0,200}\bLEEF: ?)?[12]\.0\|Check Point\|"
        r'|"?(?:action|flags|time)::?"[^"]*"; (?=.*\bloguid:)'
        r'|.*?\[(?:action|flags|product|loguid|time)::?"[^"]*"; '
        r"|(?=.*\bproduct=[^|]*(?:\||$))(?=.*\b(?:loguid=\{|orig=))(?:[\w/]+=[^|]*\|)+"
        r'|(?=.*\bproduct="[^"]*")(?=.*\bloguid="?\{)\w+='
        r"|(?=.*,product=)(?=.*,(?:orig|loguid)=)(?:.{0,80}: )?(?:time|action)=[^,|;]*,"
        r"|(?=.*; product=)(?=.*; (?:origin|loguid)=)\w+=[^;|]*; "
        r'|\{(?=.*"(?:loguid|ifdir)": ?")(?=.*"product": ?")'
        rf"|.{{0,200}}{re.escape(_FIELDS)}"
        rf"|(?=.*\bsrc: [0-9a-fA-F.:]+;)(?:{_LOGGED[1:]}"
        r"|(?=.*\b(?:product|ProductName|loguid): )\w+: [^;]*; )"
    ),
    reference="https://sc1.checkpoint.com/documents/R81/WebAdminGuides/EN/"
    "CP_R81_LoggingAndMonitoring_AdminGuide/Topics-LMG/Log-Exporter.htm",
    sql=statement,
    header=read_header,
    header_starts=("Date",),
    is_header=lambda line: _DATE.match(line) is not None,
    zone="written",
    notes="one connection may be logged several times as it grows",
    aliases=("check-point",),
)
