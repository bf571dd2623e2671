"""Packetbeat up to version 6, whose fields are its own (JSON); later versions write ECS.

It sees requests and their answers on the wire, of databases, too. Flows are told of while they
last: the last word on each counts.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format

_SQL = fields.record(
    fields.members(
        {
            "moment": "start_time|@timestamp|timestamp",
            "seen": "type",
            "client": "client_ip|source.ip",
            "server": "ip|dest.ip",
            "server_port": "port|dest.port",
            "verb": "method",
            "question": "dns.question.name",
            "called": "http.request.headers.host|http.host|request_uri",
            "sni": "tls.client_hello.extensions.server_name_indication",
            "asked": "path",
            "code": "http.response.code|http.code",
            "agent": "http.request.headers.user-agent",
            "sent": "bytes_in|source.stats.net_bytes_total",
            "received": "bytes_out|dest.stats.net_bytes_total",
            "took": "responsetime",
            "is_last": "final",
        }
    ),
    let={
        "instant": "text_time(moment)",
        "kind": """CASE seen WHEN 'dns' THEN 'resolved' WHEN 'http' THEN 'transacted'
            WHEN 'tls' THEN 'connected' WHEN 'flow' THEN 'connected' END""",
        "name": "coalesce(nullif(regexp_extract(sni, '[^\\[\"]+'), ''), url_authority(called))",
    },
    skipped={
        "no request (a flow that still goes on)": "seen = 'flow' AND is_last = 'false'",
        "no request (another protocol)": "is_object AND kind IS NULL",
    },
    rejected={
        "no JSON object": "NOT is_object",
        "the time cannot be read": "instant IS NULL",
    },
    event_time="instant",
    duration_ms="CASE WHEN kind = 'transacted' THEN try_cast(took AS BIGINT) END",
    source_ip="client",
    authority="""CASE WHEN kind = 'resolved' THEN question
        WHEN kind = 'transacted' THEN name
        ELSE coalesce(with_port(name, server_port), ':' || server_port) END""",
    path="CASE WHEN kind = 'transacted' THEN asked END",
    destination_ip="CASE WHEN kind <> 'resolved' THEN server END",
    method="CASE WHEN kind = 'transacted' THEN upper(verb) END",
    status="CASE WHEN kind = 'transacted' THEN try_cast(code AS INTEGER) END",
    bytes_up="CASE WHEN kind <> 'resolved' THEN number(sent) END",
    bytes_down="CASE WHEN kind <> 'resolved' THEN number(received) END",
    user_agent="agent",
    evidence="kind",
)

PACKETBEAT = Format(
    name="packetbeat",
    title="Packetbeat 1 to 6: DNS, HTTP, TLS and flows (JSON)",
    kind="network sensor",
    carries=(
        *("event_time", "duration_ms", "source_ip", "host", "port", "path", "destination_ip"),
        *("method", "status", "bytes_up", "bytes_down", "user_agent", "evidence"),
    ),
    recognise=re.compile(
        r'\{(?=.*"beat" ?:)(?=.*"type" ?: ?"\w+")(?=.*"(?:client_proc|client_server|client_ip)" ?:)'
        r'|\{(?=.*"beat" ?:)(?=.*"type" ?: ?"flow")(?=.*"net_bytes_total" ?:)'
    ),
    reference="https://www.elastic.co/guide/en/beats/packetbeat/6.8/exported-fields.html",
    sql=_SQL,
    notes="HTTP names a host only where its headers are sent along (`send_headers`)",
)
