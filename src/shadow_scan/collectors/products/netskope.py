"""Netskope: transaction events (W3C-like text, CSV or JSON) and the events of its API.

They are two recorders, since page events sum up what transactions tell singly: what is in both logs
counts once. A file that holds both is read as that of which it has more.

Transactions name their columns in a `#Fields` line; without one the first columns of the first
version of the format hold. Who is nobody known stands as an address in the user's column.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format, Header
from shadow_scan.collectors.variants import FIELDS, Variants

_FIRST_COLUMNS = (
    *("date", "time", "time-taken", "cs-bytes", "sc-bytes", "bytes", "c-ip", "s-ip"),
    *("cs-username", "cs-method", "cs-uri-scheme", "cs-uri-query", "cs-user-agent"),
    *("cs-content-type", "sc-status", "sc-content-type", "cs-dns", "cs-host", "cs-uri"),
    *("cs-uri-port", "cs-referer", "x-cs-session-id", "x-cs-access-method", "x-cs-app"),
)
_ABSENT = ("", "-", "NotChecked", "NotAvailable", "unknown", "null")
_COLUMNS = {
    "day": "date",
    "clock": "time",
    "epoch": "x-cs-timestamp",
    "millis": "time-taken",
    "inside": "x-cs-userip|x-cs-src-ip",
    "outside": "c-ip",
    "user": "cs-username",
    "sent": "cs-bytes",
    "received": "sc-bytes",
    "verb": "cs-method",
    "code": "sc-status",
    "hostname": "cs-host|x-cs-sni|cs-dns",
    "port": "cs-uri-port|x-cs-dst-port",
    "uri": "x-cs-uri-path|cs-uri",
    "agent": "cs-user-agent|cs(user-agent)",
    "referrer": "cs-referer|cs(referer)",
    "server": "x-cs-dst-ip|s-ip",
    "did": "x-policy-action",
    "session": "x-cs-session-id",
}
_EVENTS = {
    "epoch": "timestamp|_event_timestamp|x-cs-timestamp|_time",
    "inside": "x-cs-userip|userip|src_ip|srcip|x-cs-src-ip",
    "outside": "c-ip",
    "user": "ur_normalized|user|userkey|cs-username",
    "device": "hostname|device_name",
    "team": "organization_unit",
    "sent": "client_bytes|numbytes_up|bytes_uploaded|cs-bytes",
    "received": "server_bytes|bytes_downloaded|sc-bytes",
    "verb": "http_method|cs-method",
    "code": "http_status|sc-status",
    "named": "cs-host|domain|dsthost|x-cs-sni|site",
    "url": "url|page",
    "uri": "x-cs-uri-path|cs-uri",
    "agent": "useragent|user_agent|cs-user-agent",
    "referrer": "referer|cs-referer",
    "server": "dstip|dst_ip|x-cs-dst-ip|s-ip",
    "port": "dstport|dst_port|cs-uri-port|x-cs-dst-port",
    "did": "action|x-policy-action",
    "kind": "type",
    "start": "conn_starttime|start_time",
    "end": "conn_endtime|end_time",
    "duration": "conn_duration",
    "alert": "alert",
    "day": "date",
    "clock": "time",
    "millis": "time-taken",
    "application": "app",
}
_CEF = {
    "epoch": "timestamp|rt",
    "inside": "src|userip",
    "user": "suser",
    "device": "shost|hostname|dvchost",
    "team": "organizationUnit",
    "sent": "clientBytes|client_bytes|out",
    "received": "serverBytes|server_bytes|in",
    "verb": "requestMethod",
    "url": "url|request|page",
    "named": "domain|site|dhost|page",
    "agent": "userAgent|useragent",
    "referrer": "referer",
    "server": "dst",
    "port": "dpt|dstport",
    "did": "act",
    "alert": "alert",
}
_HEADER = "#fields:"
_TRANSACTION = r'"?[\w()-]+"?,(?=.*\bx-cs-(?:app|session-id|access-method|site|userip)\b)'
_EVENT = (
    r'"?[a-z_]+"?,(?=.*\b(?:access_method|traffic_type|ccl)\b)'
    r"(?=.*\b(?:ur_normalized|userip|organization_unit)\b)"
)
_NAMED = re.compile(rf"(?i:(?:{_TRANSACTION}|{_EVENT})[^=:{{]*$)")
"""The first row of a CSV: of transactions in any order, or of exported events."""


def _names_columns(line: str) -> bool:
    return line.startswith("#") or _NAMED.match(line) is not None


def read_header(comments: Sequence[str], before: Header) -> Header:
    """The columns that a '#Fields' line or the first row of a CSV names."""
    header = dict(before)
    for comment in comments:
        if comment.lower().startswith(_HEADER):
            header["fields"] = comment[len(_HEADER) :].lower().split()
            header["exported"] = False
        elif not comment.startswith("#"):
            header["fields"] = [name.strip('" ').lower() for name in comment.split(",")]
            header["exported"] = True
    return header


def statement(header: Header) -> Variants:
    named = header.get("fields")
    columns = named if isinstance(named, list) else list(_FIRST_COLUMNS)
    places = fields.places(columns, _COLUMNS)
    exported = {
        **_COLUMNS,
        **{name: f"{paths}|{_COLUMNS.get(name, paths)}" for name, paths in _EVENTS.items()},
    }
    rows = (
        {"true": fields.cells(fields.places(columns, exported), absent=_ABSENT)}
        if header.get("exported")
        else {
            _IS_CSV: fields.cells(places, absent=_ABSENT),
            _IS_TABBED: fields.cells(places, delimiter="\t", absent=_ABSENT),
            _IS_ROW: fields.cells(places, delimiter=" ", absent=_ABSENT),
        }
    )
    found = Variants(
        {
            "starts_with(ltrim(line), '{')": fields.members(_EVENTS, absent=_ABSENT),
            fields.stands_within(200, "|Netskope|"): fields.cef(
                _CEF, absent=_ABSENT, extra={"kind": "cef_header(line, 5)"}
            ),
            **rows,
        }
    )
    return found.around(_READ)


_IS_CSV = r"""regexp_matches(line, '^"?(?:\d{4}-\d\d-\d\d|\d{9,})"?,')"""
_IS_TABBED = r"""regexp_matches(line, '^"?\d{4}-\d\d-\d\d"?\t')"""
_IS_ROW = r"""regexp_matches(line, '^"?(?:\d{4}-\d\d-\d\d|\d{9,})"? ')"""

_READ = fields.record(
    FIELDS,
    let={
        "moment": """coalesce(try_cast(day || ' ' || clock AS TIMESTAMP), text_time(start),
            text_time(epoch))""",
        # Requests that no page made are summed up under a name of its own.
        "name": "nullif(coalesce(hostname, bare_authority(url), named), 'WebBackground')",
        "tunnel": "upper(verb) = 'CONNECT'",
        "asked": "url IS NOT NULL OR uri IS NOT NULL",
    },
    skipped={
        "no request (an alert on one)": "lower(alert) = 'yes' OR kind = 'alert'",
        "no request (another kind of event)": "kind IN ('audit', 'infrastructure', 'incident', "
        "'admin_audit_logs', 'clientstatus', 'client_status', 'endpoint', 'epdlp') "
        "OR (variant = 2 AND kind NOT IN ('page', 'application', 'network', 'connection'))",
    },
    rejected={
        "no record of Netskope": "variant = 0",
        "the time cannot be read": "moment IS NULL",
        "neither a user nor an address": "coalesce(user, inside, outside) IS NULL",
    },
    event_time="moment",
    duration_ms="coalesce(number(millis), number(duration) * 1000)",
    source_ip="coalesce(inside, outside)",
    user_name="user",
    device_name="device",
    department="team",
    authority="with_port(name, port)",
    path="""CASE WHEN NOT coalesce(tunnel, false) THEN
        CASE WHEN url IS NOT NULL THEN url_path(url) WHEN starts_with(uri, '/') THEN uri
             ELSE url_path(uri) END END""",
    destination_ip="server",
    method="upper(verb)",
    status="nullif(try_cast(code AS INTEGER), 0)",
    bytes_up="number(sent)",
    bytes_down="number(received)",
    user_agent="agent",
    referrer="referrer",
    action="""CASE WHEN lower(did) LIKE '%block%' OR lower(did) IN ('deny', 'drop') THEN 'blocked'
        WHEN did IS NOT NULL THEN 'allowed' END""",
    evidence="""CASE WHEN asked AND NOT coalesce(tunnel, false) THEN 'transacted'
        ELSE 'connected' END""",
)

_CARRIES = (
    *("event_time", "duration_ms", "source_ip", "user_name", "device_name", "department"),
    *("host", "port", "path", "destination_ip", "method", "status", "bytes_up", "bytes_down"),
    *("user_agent", "referrer_host", "action", "evidence"),
)

NETSKOPE = Format(
    name="netskope",
    title="Netskope transaction events (text, CSV, JSON)",
    kind="proxy",
    carries=_CARRIES,
    recognise=re.compile(
        r"(?i:#Fields:.*\bx-cs-(?:session-id|app|access-method|site|userip)\b)"
        rf"|(?i:{_TRANSACTION}[^=:{{]*$)"
        r"|\d{4}-\d\d-\d\d [\d:]{8} [\d-]+ \d+ \d+ \d+ [0-9a-f.:]+ [0-9a-f.:-]+ \S+ [A-Z-]+ \S+ "
        r"|\d{4}-\d\d-\d\d,[\d:]{8},[\d-]+,\d+,\d+,\d+,[0-9a-f.:]+,(?=.*,http_transaction,)"
        r'|"?\d{4}-\d\d-\d\d"?[,\t]"?[\d:]{8}"?[,\t](?:"?[\d-]+"?[,\t]){4}(?:"?[0-9a-f.:-]*"?[,\t]){2}'
        r'[^,\t]*[,\t]"?[A-Z-]+"?[,\t]"?(?:https?|-)"?[,\t]'
        r'|\{(?=.*"(?:x-cs-app|access_method|traffic_type)": ?).*"(?:x-cs-userip|cs-username)": ?'
    ),
    reference="https://docs.netskope.com/en/transaction-event-fields/",
    sql=statement,
    header=read_header,
    is_header=_names_columns,
    header_starts=(
        *("#", "date", '"dat', "x-", '"x-', "cs-", '"cs-', "c-ip", '"c-i', "byte", '"byt'),
        *("time", '"tim', "_id", '"_id', "acce", '"acc', "acti", '"act', "type", '"typ', "user"),
        *('"use', "app", '"app', "aler", '"ale', "ur_n", '"ur_', "_ins", '"_in', "sc-", '"sc-'),
        *("Tena", '"Ten', "Time", '"Tim', "_tim", '"_ti', "srci", '"src', "url,", '"url'),
    ),
    zone="written",
    notes="who is nobody known stands as an address in the user's column",
)

EVENTS = replace(
    NETSKOPE,
    name="netskope-events",
    title="Netskope page, application and network events (JSON, CSV, CEF)",
    recognise=re.compile(
        r"(?:.{0,200}\bCEF: ?)?\d\|Netskope\|"
        rf"|(?i:{_EVENT}[^=:{{]*$)"
        r'|\{(?=.*"traffic_type" ?: ?"(?:CloudApp|Web)")(?=.*"ccl" ?:)(?=.*"user" ?:)'
        r'|\{(?=.*"(?:access_method|traffic_type|x-cs-app|ccl)": ?)'
        r'.*"(?:ur_normalized|userip|organization_unit|_insertion_epoch_timestamp)": ?'
    ),
    notes=f"{NETSKOPE.notes}; a page event sums up transactions: where their log is scanned, too, "
    "it counts as their witness",
)
