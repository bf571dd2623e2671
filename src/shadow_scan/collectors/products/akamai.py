"""Akamai Secure Internet Access (Enterprise Threat Protector): lookups, requests and connections,
as its interface answers them and its Unified Log Streamer sends them; and Enterprise Application
Access: what was asked of services within.

People stand encrypted in them, if at all. Which way the bytes of a connection went is not
documented, so that they are left out.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.variants import FIELDS, Variants

_ABSENT = ("", "-", "N/A", "Not Available", "null")
_TEXT = "substr(line, strpos(line, '{'))"
_INTERNET = fields.members(
    {
        "moment": "query.time|request.startTime|connStartTime|event.detectionTime",
        "finish": "response.endTime|connEndTime",
        "inside": "event.internalClientIP|internalClientIP|decryptedInternalClientIP",
        "client": "query.clientIp|request.clientIp|clientIP",
        "device": "query.deviceName|event.deviceName|machineName",
        "question": "query.domain",
        "host": "request.domain|domain",
        "server": "request.destinationIP|destinationIP",
        "port": "request.destinationPort|destinationPort",
        "verb": "request.method",
        "uri": "request.uri",
        "agent": "event.httpUserAgent|httpUserAgent",
        "did": "event.actionName",
        "dropped": "dropInfo.wasDropped",
        "connection": "request.connectionId|connectionId",
    },
    text=_TEXT,
    absent=_ABSENT,
)
_APPLICATIONS = fields.members(
    {
        "moment": "datetime",
        "client": "clientip",
        "account": "username",
        "host": "apphost",
        "verb": "http_method",
        "uri": "url_path",
        "code": "status_code",
        "agent": "user_agent",
        "referrer": "referer",
    },
    text=_TEXT,
    absent=_ABSENT,
)
_SQL = fields.record(
    Variants(
        {"contains(line, '\"apphost\"')": _APPLICATIONS, "contains(line, '{')": _INTERNET}
    ).around(FIELDS),
    let={
        "instant": "text_time(moment)",
        "tunnel": "coalesce(upper(verb) = 'CONNECT', verb IS NULL)",
    },
    rejected={
        "no record of Akamai": "variant = 0 OR NOT is_object OR coalesce(question, host) IS NULL",
        "the time cannot be read": "instant IS NULL",
    },
    event_time="instant",
    duration_ms="lasted(instant, text_time(finish))",
    source_ip="coalesce(inside, client)",
    user_name="account",
    device_name="device",
    authority="coalesce(question, with_port(rtrim(host, '.'), port))",
    path="CASE WHEN NOT tunnel THEN uri END",
    destination_ip="server",
    method="upper(verb)",
    status="try_cast(code AS INTEGER)",
    # What its client on a computer puts behind.
    user_agent="regexp_replace(agent, ' EtpClient:\\S+$', '')",
    referrer="referrer",
    action="""CASE WHEN starts_with(did, 'Block') OR dropped = 'true' THEN 'blocked'
        WHEN did IN ('Allow', 'Bypass', 'Monitor') OR dropped = 'false' THEN 'allowed' END""",
    evidence="""CASE WHEN question IS NOT NULL THEN 'resolved' WHEN tunnel THEN 'connected'
        ELSE 'transacted' END""",
    flow="connection",
)

AKAMAI = Format(
    name="akamai",
    title="Akamai Secure Internet Access (ETP) and Enterprise Application Access (JSON)",
    kind="proxy",
    carries=(
        *("event_time", "duration_ms", "source_ip", "user_name", "device_name", "host", "port"),
        *("path", "destination_ip", "method", "status", "user_agent", "referrer_host"),
        *("action", "evidence"),
    ),
    recognise=re.compile(
        r'\{(?=.*"query" ?: ?\{)(?=.*"dnsIp" ?:)(?=.*"clientIp" ?:)(?=.*"event" ?: ?\{)'
        r'|\{(?=.*"request" ?: ?\{)(?=.*"clientIp" ?:)(?=.*"(?:onrampType|clientRequestId)" ?:)'
        r'|\{(?=.*"connStartTime" ?:)(?=.*"onrampType" ?:)'
        r'|\{(?=.*"apphost" ?:)(?=.*"idpinfo" ?:)(?=.*"url_path" ?:)'
    ),
    reference="https://techdocs.akamai.com/etp-reporting/reference/api",
    sql=_SQL,
    notes="people are encrypted; no sizes; what policies found is told beside the request itself",
    aliases=("akamai-etp", "akamai-sia"),
)
