"""Cloudflare by Logpush and Logpull: Gateway (HTTP, DNS and network records), and requests of the
zones before which it stands; one JSON object a line.

Each job chooses its fields and the spelling of its times. HTTP records have no sizes.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format

_NAMES = {
    "moment": "Datetime|SessionStartTime",
    "user": "Email|UserEmail|UserID",
    "device": "DeviceName",
    "inside": "SourceInternalIP|SrcInternalIP",
    "outside": "SourceIP|SrcIP",
    "url": "URL",
    "http_host": "HTTPHost",
    "verb": "HTTPMethod",
    "code": "HTTPStatusCode",
    "agent": "UserAgent",
    "referrer": "Referer",
    "question": "QueryName",
    "server_name": "SNI|ResolvedFQDN",
    "server": "DestinationIP|DstIP|OriginIP",
    "port": "DestinationPort|DstPort|OriginPort",
    "did": "Action|ResolverDecision",
    "sent": "ClientTCPBytesSent|BytesSent",
    "received": "BytesReceived",
    "access": "AppDomain",
    "session_end": "SessionEndTime",
    "session": "SessionID",
}

_SQL = fields.record(
    fields.members(_NAMES, absent=("", "0.0.0.0")),  # noqa: S104
    let={
        "begins": "text_time(moment)",
        "ends": "text_time(session_end)",
        "is_http": "http_host IS NOT NULL OR url IS NOT NULL",
        "tunnel": "upper(verb) = 'CONNECT'",
    },
    skipped={"no request (a sign-in to an application)": "access IS NOT NULL AND url IS NULL"},
    rejected={
        "no JSON object of Cloudflare Gateway": "is_object IS NOT TRUE",
        "the time cannot be read": "begins IS NULL",
        "neither a name nor an address": """coalesce(http_host, url, question, server_name,
            server) IS NULL""",
    },
    event_time="begins",
    duration_ms="lasted(begins, ends)",
    source_ip="coalesce(inside, outside)",
    user_name="user",
    device_name="device",
    authority="""CASE WHEN question IS NOT NULL THEN question
        WHEN is_http THEN coalesce(http_host, url_authority(url))
        ELSE coalesce(with_port(server_name, port), ':' || port) END""",
    path="CASE WHEN is_http AND NOT coalesce(tunnel, false) THEN url_path(url) END",
    destination_ip="CASE WHEN question IS NULL THEN server END",
    method="upper(verb)",
    status="nullif(try_cast(code AS INTEGER), 0)",
    bytes_up="number(sent)",
    bytes_down="number(received)",
    user_agent="agent",
    referrer="referrer",
    action="""CASE WHEN lower(did) LIKE '%block%' OR lower(did) = 'deny' THEN 'blocked'
        WHEN did IS NOT NULL THEN 'allowed' END""",
    evidence="""CASE WHEN question IS NOT NULL THEN 'resolved'
        WHEN is_http AND NOT coalesce(tunnel, false) THEN 'transacted' ELSE 'connected' END""",
    flow="CASE WHEN question IS NULL AND NOT is_http THEN session END",
)

CLOUDFLARE = Format(
    name="cloudflare",
    title="Cloudflare Gateway Logpush: HTTP, DNS, network (JSON)",
    kind="proxy",
    carries=(
        *("event_time", "duration_ms", "source_ip", "user_name", "device_name", "host", "port"),
        *("path", "destination_ip", "method", "status", "bytes_up", "bytes_down", "user_agent"),
        *("referrer_host", "action", "evidence"),
    ),
    recognise=re.compile(
        r'\{(?=.*"(?:Datetime|SessionStartTime)": ?)'
        r'(?=.*"(?:HTTPHost|QueryName|SNI|ResolverDecision|PolicyName|AppDomain|OriginIP)": ?)'
        r'.*"(?:SourceIP|SrcIP|SourceInternalIP|DeviceID|DeviceName|Email|UserID)": ?'
    ),
    reference="""https://developers.cloudflare.com/logs/logpush/logpush-job/datasets/account/gateway_http/""",
    sql=_SQL,
    zone="written",
    notes="HTTP records have no sizes; fields are chosen for each job",
    aliases=("cloudflare-gateway",),
)

_HTTP = fields.record(
    fields.members(
        {
            "moment": "EdgeStartTimestamp|Datetime",
            "finish": "EdgeEndTimestamp",
            "client": "ClientIP",
            "name": "ClientRequestHost",
            "verb": "ClientRequestMethod|ClientRequestHTTPMethodName",
            "asked": "ClientRequestURI|ClientRequestPath",
            "code": "EdgeResponseStatus",
            "sent": "ClientRequestBytes",
            "received": "EdgeResponseBytes",
            "agent": "ClientRequestUserAgent",
            "referrer": "ClientRequestReferer",
            "did": "SecurityAction|WAFAction|Action",
        }
    ),
    let={"begins": "text_time(moment)", "ends": "text_time(finish)"},
    rejected={
        "no request of a zone": "name IS NULL",
        "the time cannot be read": "begins IS NULL",
    },
    event_time="begins",
    duration_ms="lasted(begins, ends)",
    source_ip="client",
    authority="name",
    path="asked",
    method="upper(verb)",
    status="nullif(try_cast(code AS INTEGER), 0)",
    bytes_up="number(sent)",
    bytes_down="number(received)",
    user_agent="agent",
    referrer="referrer",
    action="""CASE WHEN lower(did) IN ('block', 'drop') OR code = '403' THEN 'blocked'
        WHEN code IS NOT NULL THEN 'allowed' END""",
    evidence="'transacted'",
)

CLOUDFLARE_HTTP = Format(
    name="cloudflare-http",
    title="Cloudflare, HTTP requests and firewall events of a zone (Logpush, Logpull; JSON)",
    kind="web server",
    carries=(
        *("event_time", "duration_ms", "source_ip", "host", "path", "method", "status"),
        *("bytes_up", "bytes_down", "user_agent", "referrer_host", "action", "evidence"),
    ),
    recognise=re.compile(
        r'\{(?=.*"ClientIP" ?:)(?=.*"ClientRequestHost" ?:)'
        r'(?=.*"(?:EdgeStartTimestamp|Datetime)" ?:)'
    ),
    reference="https://developers.cloudflare.com/logs/logpush/logpush-job/datasets/zone/http_requests/",
    sql=_HTTP,
    notes="what it stands before are services of one's own; fields are chosen for each job",
    aliases=("cloudflare-cdn",),
)
