"""Google's Secure Web Proxy and what its load balancers of HTTP let through, by Cloud Logging."""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.variants import Variants

_NAMES = {
    "moment": "timestamp|receiveTimestamp",
    "verb": "httpRequest.requestMethod",
    "url": "httpRequest.requestUrl",
    "sent": "httpRequest.requestSize",
    "received": "httpRequest.responseSize",
    "code": "httpRequest.status",
    "agent": "httpRequest.userAgent",
    "client": "httpRequest.remoteIp",
    "server": "httpRequest.serverIp",
    "referrer": "httpRequest.referer|httpRequest.referrer",
    "latency": "httpRequest.latency",
    "hostname": "jsonPayload.enforcedGatewaySecurityPolicy.hostname|"
    "jsonpayload_type_loadbalancerlogentry.enforcedgatewaysecuritypolicy.hostname",
    "account": "jsonPayload.enforcedGatewaySecurityPolicy.sourceServiceAccount|"
    "jsonPayload.sourceServiceAccount",
    "rules": "jsonPayload.enforcedGatewaySecurityPolicy.matchedRules|"
    "jsonpayload_type_loadbalancerlogentry.enforcedgatewaysecuritypolicy.matchedrules",
}
# As its own analytics over the same entries name them.
_ANALYTICS = {
    "moment": "timestamp|receive_timestamp",
    "verb": "http_request.request_method",
    "url": "http_request.request_url",
    "sent": "http_request.request_size",
    "received": "http_request.response_size",
    "code": "http_request.status",
    "agent": "http_request.user_agent",
    "client": "http_request.remote_ip",
    "server": "http_request.server_ip",
    "referrer": "http_request.referer",
    "latency": "",
    "hostname": "json_payload.enforcedGatewaySecurityPolicy.hostname",
    "account": "json_payload.enforcedGatewaySecurityPolicy.sourceServiceAccount",
    "rules": "json_payload.enforcedGatewaySecurityPolicy.matchedRules",
}
_GOOGLE_SQL = fields.record(
    Variants(
        {
            """contains(line, '"http_request"')""": fields.members(_ANALYTICS),
            "true": fields.members(_NAMES),
        }
    ),
    let={
        "absolute": "contains(url, '://')",
        "tunnel": "verb = 'CONNECT'",
        "seconds": "try_cast(rtrim(latency, 's') AS DOUBLE)",
    },
    rejected={
        "no JSON object": "NOT is_object",
        "the time cannot be read": "iso_time(moment) IS NULL",
        "no host": "hostname IS NULL AND url IS NULL",
    },
    event_time="iso_time(moment)",
    duration_ms="CAST(round(seconds * 1000) AS BIGINT)",
    source_ip="host_of(client)",
    user_name="account",
    authority="""CASE WHEN absolute THEN url_authority(url)
        ELSE coalesce(hostname, url_authority(url)) END""",
    path="CASE WHEN absolute AND NOT tunnel THEN url_path(url) END",
    destination_ip="host_of(server)",
    method="upper(verb)",
    status="try_cast(code AS INTEGER)",
    bytes_up="number(sent)",
    bytes_down="number(received)",
    user_agent="agent",
    referrer="referrer",
    action="""CASE WHEN contains(rules, 'DENIED') OR code = '403' THEN 'blocked'
        ELSE 'allowed' END""",
    evidence="CASE WHEN absolute AND NOT tunnel THEN 'transacted' ELSE 'connected' END",
)

GOOGLE = Format(
    name="google-secure-web-proxy",
    title="Google Cloud Secure Web Proxy and HTTP load balancers (Cloud Logging JSON)",
    kind="proxy",
    carries=(
        *("event_time", "duration_ms", "source_ip", "user_name", "host", "port", "path"),
        *("destination_ip", "method", "status", "bytes_up", "bytes_down", "user_agent"),
        *("referrer_host", "action", "evidence"),
    ),
    recognise=re.compile(
        r'\{(?=.*"(?:httpRequest|http_request)" ?:)(?=.*(?:(?i:enforcedGatewaySecurityPolicy)'
        r"|gateway_requests|type\.LoadBalancerLogEntry|http_(?:external_|internal_)?\w*(?:load_balancer|lb_rule)))"
    ),
    reference="https://cloud.google.com/secure-web-proxy/docs/logs-proxy-transaction",
    sql=_GOOGLE_SQL,
    notes="users are service accounts, where a rule matches them",
)
