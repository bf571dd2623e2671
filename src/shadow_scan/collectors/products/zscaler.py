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
from shadow_scan.collectors.products.zscaler_names import (
    ABSENT,
    BROWSER_NAMES,
    CEF_JSON_NAMES,
    CEF_NAMES,
    DEFAULT_COLUMNS,
    DNS_COLUMNS,
    DNS_ROW,
    ENCODED,
    FIREWALL_COLUMNS,
    FIREWALL_ROW,
    JSON_PATHS,
    LEEF_NAMES,
    NAMES,
    PRIVATE_NAMES,
    TABBED_ROW,
    WRITTEN,
)
from shadow_scan.collectors.syslog import RECEIVED
from shadow_scan.collectors.variants import Variants

_DECODED = ", ".join(
    f"coalesce({name}, TRY(decode(from_base64(encoded_{name})))) AS {name}" for name in ENCODED
)


def _json(text: str) -> str:
    return f"""SELECT * REPLACE ({_DECODED}) FROM (
        {fields.members(JSON_PATHS, text=text, absent=ABSENT)})"""


_BROWSER = f"""SELECT * REPLACE (CASE WHEN starts_with(url, '/') THEN hostname || url ELSE url END
        AS url) FROM ({
    fields.members(BROWSER_NAMES, text="substr(line, strpos(line, '{'))", absent=ABSENT)
})"""
_TABBED_NAMES = {**NAMES, "moment": "epochtime|datetime|time"}
_BEGIN = "CASE WHEN NOT contains(left(line, 19), '=') THEN left(line, 19) END"

_IS_TABBED = "(contains(line, chr(9)) OR contains(line, '#011')) AND contains(line, '=')"
_NAMELESS = {
    FIREWALL_ROW: FIREWALL_COLUMNS,
    DNS_ROW: DNS_COLUMNS,
}
_IS_CSV = """starts_with(line, '"') OR
    (contains(left(line, 60), ',') AND NOT contains(left(line, 60), '='))"""


def read_header(rows: Sequence[str], before: Header) -> Header:
    """The column names of a CSV feed that has a line of them."""
    del before
    return {"fields": [name.strip('" ') for name in re.split(r"[,\t]", rows[-1])]}


def statement(header: Header) -> Variants:
    named = header.get("fields")
    columns = named if isinstance(named, list) else list(DEFAULT_COLUMNS)
    nameless = {} if isinstance(named, list) else _NAMELESS
    found = Variants(
        {
            **{
                f"regexp_matches(line, '^{row}')": fields.cells(
                    fields.places(others, NAMES), absent=ABSENT, extra={"given": "false"}
                )
                for row, others in nameless.items()
            },
            """contains(line, '"ClientPublicIP"') AND contains(line, '"ConnectionID"')""": (
                fields.members(
                    PRIVATE_NAMES, text="substr(line, strpos(line, '{'))", absent=(*ABSENT, "0")
                )
            ),
            """contains(line, '"ClientPublicIp"') AND contains(line, '"Exporter"')""": _BROWSER,
            """starts_with(ltrim(line), '{') AND contains(line, '"TimeGenerated"')
                AND contains(line, '"src"')""": fields.members(CEF_JSON_NAMES, absent=ABSENT),
            "starts_with(ltrim(line), '{')": _json("line"),
            # What SIEMs have customers put before it.
            "starts_with(line, 'event={')": _json("substr(line, 7)"),
            fields.stands_within(200, "LEEF:"): fields.leef(
                LEEF_NAMES, absent=ABSENT, extra={"did": "split_part(line, '|', 5)"}
            ),
            fields.stands_within(400, "|Zscaler|"): fields.cef(
                CEF_NAMES, absent=ABSENT, extra={"feed": "cef_header(line, 3)"}
            ),
            f"regexp_matches(line, '^{TABBED_ROW}')": fields.cells(
                fields.places(columns, NAMES),
                delimiter="\t",
                absent=ABSENT,
                extra={"given": "true"},
            ),
            _IS_TABBED: fields.pairs(
                _TABBED_NAMES, text="tabbed(line)", absent=ABSENT, extra={"begin": _BEGIN}
            ),
            _IS_CSV: fields.cells(
                fields.places(columns, NAMES), absent=ABSENT, extra={"given": "true"}
            ),
            # The feed for RSA's NetWitness.
            "contains(line, '^^action=')": fields.pairs(
                NAMES,
                text="replace(substr(line, strpos(line, 'time=')), '^^', chr(9))",
                absent=ABSENT,
                extra={"begin": _BEGIN},
            ),
            "contains(line, '=')": fields.keyed(NAMES, absent=ABSENT, extra={"begin": _BEGIN}),
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
    # After an outage the last hour may be sent again.
    record="nullif(record, '0') || ' ' || coalesce(written, '')",
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
        rf"|{TABBED_ROW}"
        r'|(?:event=)?\{(?=.*"sourcetype" ?: ?"zscalernss-(?:web|fw|dns|casb|audit|tunnel|alerts))'
        r'|(?:event=)?\{(?=.*"(?:[eo]?login|user)" ?:)'
        r'(?=.*"(?:reqsize|reqdatasize|requestsize)" ?:)(?=.*"(?:cip|ClientIP|clientpublicIP)" ?:)'
        r'|\{(?=.*"(?:csip|clt_sip)" ?:)(?=.*"(?:cdip|srv_dip)" ?:)'
        r"|(?:.{0,200}\b(?:CEF|LEEF): ?)?\d(?:\.\d)?\|Zscaler\|NSS"
        r"|(?:(?=.*(?:\b|#011)(?:vendor|product)=(?:Zscaler|NSS)(?:\b|#011))"
        r"|(?=.*\burlcategory=)(?=.*\brequestsize=)(?=.*\bClientIP=)"
        r"|(?=.*\b(?:csip|clt_sip)=)(?=.*\b(?:cdip|srv_dip)=))"
        r"(?:\d{4}-\d\d-\d\d [\d:]{8}[\t ]+)?\w+="
        rf'|{WRITTEN}"[A-Z_]+","[^"]*","[A-Z][a-z]+","|{FIREWALL_ROW}|{DNS_ROW}'
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
