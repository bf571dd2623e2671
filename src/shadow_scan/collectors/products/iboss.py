"""iboss cloud gateway: its log of the web, sent by syslog as JSON.

What its DLP found is told again beside the request itself, and what administrators did stands in
the same stream. What was typed to an assistant (`chatGPTMessage`) is not read.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format

_SQL = fields.record(
    fields.members(
        {
            "began": "proxyTransactionStartTime",
            "day": "logTime",
            "clock": "time",
            "kind": "logType",
            "client": "privateIp|sourceIpAddress",
            "account": "username",
            "device": "computerName",
            "url": "url",
            "named": "host",
            "port": "destinationPort",
            "server": "ipAddress",
            "verb": "requestMethod",
            "code": "responseCode",
            "sent": "upstreamByteUsage",
            "received": "downstreamByteUsage",
            "agent": "userAgent",
            "referrer": "referrerUrl",
            "did": "action|sAction",
        },
        absent=("", "-"),
    ),
    let={
        "instant": "coalesce(text_time(began), text_time(day || ' ' || clock))",
        "tunnel": "coalesce(upper(verb) = 'CONNECT', false) OR NOT contains(url, '://')",
    },
    skipped={"no request (another kind of record)": "is_object AND kind <> 'WEB_LOG'"},
    rejected={
        "no JSON object": "NOT is_object",
        "the time cannot be read": "instant IS NULL",
        "no host": "url IS NULL AND named IS NULL",
    },
    event_time="instant",
    source_ip="client",
    user_name="account",
    device_name="device",
    authority="CASE WHEN contains(url, '://') THEN url_authority(url) "
    "ELSE coalesce(with_port(named, nullif(port, '0')), url_authority(url)) END",
    path="CASE WHEN NOT tunnel THEN url_path(url) END",
    destination_ip="server",
    method="upper(verb)",
    status="nullif(try_cast(code AS INTEGER), 0)",
    bytes_up="number(sent)",
    bytes_down="number(received)",
    user_agent="agent",
    referrer="referrer",
    action="""CASE WHEN contains(lower(did), 'block') THEN 'blocked'
        WHEN did IS NOT NULL THEN 'allowed' END""",
    evidence="CASE WHEN tunnel THEN 'connected' ELSE 'transacted' END",
)

IBOSS = Format(
    name="iboss",
    title="iboss cloud gateway, web log (JSON)",
    kind="proxy",
    carries=(
        *("event_time", "source_ip", "user_name", "device_name", "host", "port", "path"),
        *("destination_ip", "method", "status", "bytes_up", "bytes_down", "user_agent"),
        *("referrer_host", "action", "evidence"),
    ),
    recognise=re.compile(
        r'\{(?=.*"iboss(?:IpAddress)?" ?:)(?=.*"logTime" ?:)(?=.*"(?:requestMethod|logType)" ?:)'
    ),
    reference="https://docs.datadoghq.com/integrations/iboss/",
    sql=_SQL,
    notes="days and clocks are UTC; where a user may go on (soft-blocked), it says blocked",
)
