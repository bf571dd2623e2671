"""Sophos Web Appliance: the transactions of its own log (sophos_log), in files and by syslog.

Keys are letters and short words. `in` counts what the client sent, `out` what it was sent. A time
in whole seconds, when the request came.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format

_SQL = fields.record(
    fields.keyed(
        {
            "client": "h",
            "user": "u",
            "code": "s",
            "moment": "t",
            "microseconds": "T",
            "did": "act",
            "sent": "in",
            "received": "out",
            "verb": "meth",
            "first_line": "req",
            "domain": "dom",
            "server": "target_ip",
            "referrer": "ref",
            "agent": "ua",
        }
    ),
    let={
        "instant": "epoch_time(moment)",
        "target": "split_part(first_line, ' ', 2)",
        "tunnel": "coalesce(upper(verb) = 'CONNECT', false)",
    },
    rejected={
        "the time cannot be read": "instant IS NULL",
        "no client": "client IS NULL",
        "no request": "nullif(target, '') IS NULL AND domain IS NULL",
    },
    event_time="instant",
    duration_ms="number(microseconds) // 1000",
    source_ip="client",
    user_name="user",
    authority="coalesce(bare_authority(target), domain)",
    path="CASE WHEN NOT tunnel AND contains(target, '://') THEN url_path(target) END",
    destination_ip="server",
    method="upper(verb)",
    status="nullif(try_cast(code AS INTEGER), 0)",
    bytes_up="number(sent)",
    bytes_down="number(received)",
    user_agent="agent",
    referrer="referrer",
    # Below zero nothing went on: blocked, or a page that warns.
    action="""CASE WHEN code = '407' THEN NULL WHEN starts_with(did, '-') THEN 'blocked'
        WHEN did IS NOT NULL THEN 'allowed' END""",
    evidence="CASE WHEN tunnel THEN 'connected' ELSE 'transacted' END",
)

WEB_APPLIANCE = Format(
    name="sophos-web-appliance",
    title="Sophos Web Appliance (sophos_log)",
    kind="proxy",
    carries=(
        *("event_time", "duration_ms", "source_ip", "user_name", "host", "port", "path"),
        *("destination_ip", "method", "status", "bytes_up", "bytes_down", "user_agent"),
        *("referrer_host", "action", "evidence"),
    ),
    recognise=re.compile(r'(?:ep=\S* |sxl=\S* )*h=\S* u=(?:"[^"]*"|\S*) (?=.*\bs=\d)(?=.*\bmeth=)'),
    reference="https://docs.sophos.com/nsg/swa/help/en-us/nsg/swa/concepts/InterpretingLogFiles.html",
    sql=_SQL,
    notes="times in whole seconds",
    aliases=("swa",),
)
