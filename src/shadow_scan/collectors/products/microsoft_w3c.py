"""Microsoft's W3C logs: IIS (as a forward proxy with ARR) and Forefront TMG or ISA.

Both name their columns in a `#Fields` line and are read by it; TMG's text is in UTC. IIS has a
format of its own besides, parted by commas, on the clock of the server.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from shadow_scan.collectors import fields
from shadow_scan.collectors.columns.words import Ordinary
from shadow_scan.collectors.format import Format, Header
from shadow_scan.collectors.products import w3c
from shadow_scan.collectors.variants import Variants

_CARRIES = (
    *("event_time", "duration_ms", "source_ip", "user_name", "device_name", "host", "port", "path"),
    *("destination_ip", "method", "status", "bytes_up", "bytes_down", "user_agent"),
    *("referrer_host", "action", "evidence"),
)

# client, user, date, time, service, server, address, milliseconds, bytes up, bytes down, status,
# Windows' own status, method, path, query
_NATIVE = fields.record(
    fields.cells(
        {
            "client": 1,
            "user": 2,
            "day": 3,
            "clock": 4,
            "millis": 8,
            "sent": 9,
            "received": 10,
            "code": 11,
            "verb": 13,
            "target": 14,
        }
    ),
    let={
        "moment": """from_local(try_strptime(day || ' ' || clock,
            ['%m/%d/%y %H:%M:%S', '%m/%d/%Y %H:%M:%S', '%Y-%m-%d %H:%M:%S']))""",
        "absolute": "contains(target, '://')",
        "tunnel": "upper(verb) = 'CONNECT'",
    },
    rejected={
        "fewer than 14 fields": "cells < 14",
        "the time cannot be read": "moment IS NULL",
    },
    event_time="moment",
    duration_ms="number(millis)",
    source_ip="client",
    user_name="user",
    authority="CASE WHEN absolute OR tunnel THEN url_authority(target) END",
    path="CASE WHEN absolute THEN url_path(target) WHEN NOT tunnel THEN target END",
    method="upper(verb)",
    status="nullif(try_cast(code AS INTEGER), 0)",
    bytes_up="number(sent)",
    bytes_down="number(received)",
    evidence="CASE WHEN tunnel THEN 'connected' ELSE 'transacted' END",
)


# Shippers leave out lines that begin with '#': rows of IIS' own choices of columns are told by
# their look, from its sixth version's to all that there are.
_ADDRESS = r"[0-9a-fA-F.:%]+"
_ROW = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d "
_ASKED = rf"{_ADDRESS} [A-Z_]{{3,20}} \S+ \S+ \d{{1,5}} \S+ {_ADDRESS} "
_ASKED_COLUMNS = (
    *("s-ip", "cs-method", "cs-uri-stem", "cs-uri-query", "s-port", "cs-username", "c-ip"),
)
_CODES = r"\d{3} \d+ \d+"
_CODE_COLUMNS = ("sc-status", "sc-substatus", "sc-win32-status")
_AGENT, _REFERRER = "cs(user-agent)", "cs(referer)"
_DAY = ("date", "time")
_LAYOUTS = {
    rf"{_ROW}\S+ {_ASKED}\S+ {_CODES}": (
        *(*_DAY, "s-sitename", *_ASKED_COLUMNS, _AGENT, *_CODE_COLUMNS),
    ),
    rf"{_ROW}{_ASKED}\S+ \S+ {_CODES} \d+": (
        *(*_DAY, *_ASKED_COLUMNS, _AGENT, _REFERRER, *_CODE_COLUMNS, "time-taken"),
    ),
    rf"{_ROW}\S+ \S+ {_ASKED}HTTP/[\d.]+ \S+ \S+ \S+ \S+ {_CODES} \d+ \d+ \d+": (
        *(*_DAY, "s-sitename", "s-computername", *_ASKED_COLUMNS, "cs-version", _AGENT),
        *("cs(cookie)", _REFERRER, "cs-host", *_CODE_COLUMNS, "sc-bytes", "cs-bytes", "time-taken"),
    ),
}


def iis_statement(header: Header) -> str | Variants:
    if header.get("fields"):
        return w3c.statement(header)
    told = {
        f"regexp_full_match(rtrim(line), '{row}')": w3c.rows(columns, header)
        for row, columns in _LAYOUTS.items()
    }
    return Variants({"contains(line, ', ')": _NATIVE, **told, "true": _NATIVE})


IIS = Format(
    name="iis",
    title="Microsoft IIS, W3C and its own format",
    kind="web server",
    carries=_CARRIES,
    recognise=re.compile(
        r"#Fields:.*\b(?:sc-win32-status|sc-substatus)\b"
        r"|[0-9a-fA-F.:]+, [^,]*, \d{1,4}[/-]\d\d?[/-]\d{2,4}, [\d:]{7,8}, "
        r"\w+, [^,]*, [^,]*, \d+, \d+,"
        rf"|(?:{'|'.join(_LAYOUTS)})\s*$"
    ),
    reference="https://learn.microsoft.com/en-us/windows/win32/http/iis-logging",
    sql=iis_statement,
    ordinary=w3c.ordinary,
    clock="end",
    zone="local",
    header=w3c.read_header,
    notes="sizes are off by default; W3C times are UTC, those of its own format the server's",
)

# The firewall's own log: columns of several words, addresses with their ports, and what a
# connection moved since the row before it, while it lasts and where it ends.
_OF_FIREWALL = "original client ip"
_FIREWALL = {
    "day": "date",
    "clock": "time",
    "inside": "original client ip",
    "source": "source",
    "target": "destination",
    "did": "action",
    "sent": "bytes sent intermediate|bytes sent",
    "received": "bytes received intermediate|bytes received",
    "lasted": "connection time intermediate|connection time",
    "named": "destination name",
    "user": "username",
    "agent": "agent",
}


def _firewall(columns: Sequence[str]) -> str:
    return fields.record(
        fields.cells(fields.places(columns, _FIREWALL), delimiter="\t"),
        let={"moment": "try_cast(day || ' ' || clock AS TIMESTAMP)", "verdict": "lower(did)"},
        skipped={"the begin of a connection": "verdict = 'establish'"},
        rejected={
            "date and time cannot be read": "moment IS NULL",
            "no client": "coalesce(inside, source) IS NULL",
        },
        event_time="moment",
        duration_ms="number(lasted)",
        source_ip="coalesce(inside, host_of(source))",
        user_name='"user"',
        authority="CASE WHEN named IS NOT NULL THEN with_port(named, port_of(target)) "
        "WHEN target IS NOT NULL THEN ':' || port_of(target) END",
        destination_ip="host_of(target)",
        bytes_up="number(sent)",
        bytes_down="number(received)",
        user_agent="agent",
        action="CASE WHEN verdict = 'denied' THEN 'blocked' WHEN verdict IS NOT NULL "
        "THEN 'allowed' END",
        evidence="'connected'",
    )


def _columns_of_firewall(header: Header) -> list[str] | None:
    columns = header.get("fields")
    return columns if isinstance(columns, list) and _OF_FIREWALL in columns else None


def tmg_statement(header: Header) -> str | Variants:
    columns = _columns_of_firewall(header)
    return w3c.statement(header) if columns is None else _firewall(columns)


def tmg_ordinary(header: Header) -> Ordinary | None:
    return w3c.ordinary(header) if _columns_of_firewall(header) is None else None


TMG = Format(
    name="tmg",
    title="Microsoft Forefront TMG and ISA Server, web proxy and firewall (W3C)",
    kind="proxy",
    carries=_CARRIES,
    recognise=re.compile(
        r"#Fields:.*\b(?:s-operation|sc-authenticated|cs-referred|s-svcname|original client IP)\b"
    ),
    reference="""https://learn.microsoft.com/en-us/previous-versions/tn-archive/dd183731(v=technet.10)""",
    sql=tmg_statement,
    ordinary=tmg_ordinary,
    clock="end",
    header=w3c.read_header,
    notes="the firewall's log is another file and mostly has no names",
    aliases=("isa", "forefront"),
)
