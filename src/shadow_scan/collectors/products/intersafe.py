"""ALSI InterSafe WebFilter and GatewayConnection: its access log, columns parted by tabs.

Its clock is that of the record, when a transfer was over. Some of its products count no bytes and
write 0, so that 0 is no number of bytes.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format

_ROW = r"\d{4}/\d\d/\d\d\t\d\d:\d\d:\d\d\t(?:HTTPS?|FTP)\t[0-9A-Fa-f.:]+\t"
_SQL = fields.record(
    fields.cells(
        {
            "day": 1,
            "clock": 2,
            "client": 4,
            "team": 5,
            "account": 6,
            "agent": 7,
            "did": 8,
            "code": 10,
            "named": 11,
            "millis": 12,
            "sent": 13,
            "received": 14,
            "url": 22,
            "verb": 24,
            "origin": 25,
        },
        delimiter="\t",
    ),
    let={
        "instant": "text_time(day || ' ' || clock)",
        # Of what is encrypted it names the server alone.
        "seen": """coalesce(verb <> 'CONNECT', length(url_path(url)) > 1, false)""",
        "name": "coalesce(url_authority(url), named)",
    },
    rejected={
        "the row is cut": "cells < 14 OR client IS NULL",
        "the time cannot be read": "instant IS NULL",
    },
    event_time="instant",
    duration_ms="number(millis)",
    source_ip="client",
    user_name="account",
    department="team",
    authority="name",
    path="CASE WHEN seen THEN url_path(url) END",
    method="verb",
    status="nullif(try_cast(code AS INTEGER), 0)",
    bytes_up="nullif(number(sent), 0)",
    bytes_down="nullif(number(received), 0)",
    user_agent="agent",
    referrer="origin",
    action="CASE WHEN did IN ('Blocked', 'BlkPost') THEN 'blocked' "
    "WHEN did IN ('Proxied', 'Allowed', 'Release') THEN 'allowed' END",
    evidence="CASE WHEN seen THEN 'transacted' ELSE 'connected' END",
)

INTERSAFE = Format(
    name="intersafe",
    title="ALSI InterSafe WebFilter and GatewayConnection (access log)",
    kind="proxy",
    carries=(
        *("event_time", "duration_ms", "source_ip", "user_name", "department", "host", "port"),
        *("path", "method", "status", "bytes_up", "bytes_down", "user_agent", "referrer_host"),
        *("action", "evidence"),
    ),
    recognise=re.compile(_ROW),
    reference="https://alsifaq.dga.jp/faq_detail.html?id=5168",
    sql=_SQL,
    clock="end",
    zone="local",
    notes="its columns in their own order",
)
