"""UserGate NGFW: traffic, web access and lookups as it exports them in CEF.

Its `in` are the bytes from the source to the destination, unlike those of other products.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format

_SQL = fields.record(
    fields.cef(
        {
            "moment": "rt",
            "source": "src",
            "account": "suser",
            "did": "act",
            "server": "dst",
            "port": "dpt",
            "named": "dhost",
            "verb": "requestMethod",
            "url": "request",
            "origin": "requestContext",
            "agent": "requestClientApplication",
            "third": "cn3Label",
            "code": "cn3",
            "sent": "in",
            "received": "out",
        },
        absent=("", "-", "Unknown"),
        extra={"kind": "cef_header(line, 5)"},
    ),
    let={
        "instant": "text_time(moment)",
        "seen": "coalesce(contains(url, '://'), false)",
        "looked_up": "kind = 'dns'",
    },
    skipped={
        "no request (another kind of log)": "kind NOT IN ('traffic', 'webaccess', 'dns')",
    },
    rejected={
        "the time cannot be read": "instant IS NULL",
        "no source address": "source IS NULL",
    },
    event_time="instant",
    source_ip="source",
    user_name="account",
    authority="""CASE WHEN looked_up THEN named
        ELSE coalesce(with_port(url_authority(url), port), ':' || port) END""",
    path="CASE WHEN seen THEN url_path(url) END",
    destination_ip="CASE WHEN NOT looked_up THEN server END",
    method="verb",
    status="CASE WHEN third = 'Response' THEN nullif(try_cast(code AS INTEGER), 0) END",
    bytes_up="number(sent)",
    bytes_down="number(received)",
    user_agent="agent",
    referrer="origin",
    action="""CASE WHEN did IN ('block', 'drop', 'reject') THEN 'blocked'
        WHEN did IN ('accept', 'pass', 'allow') THEN 'allowed' END""",
    evidence="""CASE WHEN looked_up THEN 'resolved' WHEN seen THEN 'transacted'
        ELSE 'connected' END""",
)

USERGATE = Format(
    name="usergate",
    title="UserGate NGFW (traffic, web access, DNS; CEF)",
    kind="firewall",
    carries=(
        *("event_time", "source_ip", "user_name", "host", "port", "path", "destination_ip"),
        *("method", "status", "bytes_up", "bytes_down", "user_agent", "referrer_host"),
        *("action", "evidence"),
    ),
    recognise=re.compile(r"(?:.{0,200}\bCEF: ?)?0\|UserGate\|"),
    reference="https://support.usergate.com/docs/version/7.x/usergate-ngfw-710-0/"
    "traffic-log-format-1",
    sql=_SQL,
    notes="HTTPS that was not decrypted has no path",
)
