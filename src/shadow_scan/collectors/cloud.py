"""Gateways of the large clouds: Google Secure Web Proxy, Azure Firewall, Microsoft Entra."""

from __future__ import annotations

import re
from collections.abc import Callable

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.variants import Variants

_GOOGLE_SQL = fields.record(
    fields.members(
        {
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
            "hostname": "jsonPayload.enforcedGatewaySecurityPolicy.hostname",
            "account": "jsonPayload.enforcedGatewaySecurityPolicy.sourceServiceAccount|"
            "jsonPayload.sourceServiceAccount",
            "rules": "jsonPayload.enforcedGatewaySecurityPolicy.matchedRules",
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
    title="Google Cloud Secure Web Proxy (Cloud Logging JSON)",
    kind="proxy",
    carries=(
        *("event_time", "duration_ms", "source_ip", "user_name", "host", "port", "path"),
        *("destination_ip", "method", "status", "bytes_up", "bytes_down", "user_agent"),
        *("referrer_host", "action", "evidence"),
    ),
    recognise=re.compile(r'\{(?=.*"httpRequest" ?:)(?=.*enforcedGatewaySecurityPolicy)'),
    reference="https://cloud.google.com/secure-web-proxy/docs/logs-proxy-transaction",
    sql=_GOOGLE_SQL,
    notes="users are service accounts, where a rule matches them",
)

_RULE = (
    r"HTTPS?  ?request from \[?([0-9a-fA-F.:]+?)\]?:\d+ to ([^ :]+):(\d+)\. "
    r"(?:Url: (\S+)\. )?.*?Action: (\w+)"
)
_AZURE_MEMBERS = {
    "client": "SourceIp",
    "fqdn": "Fqdn",
    "question": "QueryName",
    "target": "TargetUrl",
    "port": "DestinationPort",
    "did": "Action",
}
# A diagnostic setting wraps the fields in `properties`, Log Analytics writes them flat.
_AZURE_SQL = fields.record(
    Variants(
        {
            "contains(line, '\"properties\"')": fields.members(
                {
                    "moment": "time|timeStamp",
                    "category": "category",
                    "message": "properties.msg",
                    **{alias: f"properties.{name}" for alias, name in _AZURE_MEMBERS.items()},
                },
                extra={
                    "told": f"regexp_extract(object.properties.msg, '{_RULE}', "
                    "['client', 'host', 'port', 'url', 'did'])"
                },
            ),
            "true": fields.members(
                {"moment": "TimeGenerated|time", "category": "Category", **_AZURE_MEMBERS}
            ),
        }
    ),
    let={
        "instant": "iso_time(moment)",
        "is_dns": "category = 'AZFWDnsQuery'",
        "asked_url": "coalesce(target, nullif(told.url, ''))",
        "name": "coalesce(question, fqdn, nullif(told.host, ''))",
        "verdict": "lower(coalesce(did, told.did))",
    },
    skipped={
        "no request (another category)": "category IS NOT NULL AND category NOT IN "
        "('AzureFirewallApplicationRule', 'AZFWApplicationRule', 'AZFWDnsQuery')",
        "no request (no name of a server)": "category IS NOT NULL AND name IS NULL",
    },
    rejected={
        "no JSON object": "NOT is_object",
        "no category": "category IS NULL",
        "the time cannot be read": "instant IS NULL",
    },
    event_time="instant",
    source_ip="coalesce(client, nullif(told.client, ''))",
    authority="""CASE WHEN is_dns THEN name
        ELSE name || coalesce(':' || coalesce(port, nullif(told.port, '')), '') END""",
    path="CASE WHEN contains(asked_url, '/') THEN url_path(asked_url) END",
    action="""CASE WHEN is_dns THEN NULL WHEN verdict = 'deny' THEN 'blocked'
        WHEN verdict = 'allow' THEN 'allowed' END""",
    evidence="""CASE WHEN is_dns THEN 'resolved' WHEN contains(asked_url, '/') THEN 'transacted'
        ELSE 'connected' END""",
)

AZURE = Format(
    name="azure-firewall",
    title="Azure Firewall application rules and DNS (JSON)",
    kind="firewall",
    carries=("event_time", "source_ip", "host", "port", "path", "action", "evidence"),
    recognise=re.compile(r'\{(?=.*"(?:c|C)ategory" ?: ?"(?:AzureFirewall|AZFW))'),
    reference="https://learn.microsoft.com/en-us/azure/firewall/monitor-firewall-reference",
    sql=_AZURE_SQL,
    notes="no users and no sizes",
)


_ENTRA_MEMBERS = {
    "user": "userPrincipalName",
    "device": "deviceId",
    "url": "destinationUrl",
    "port": "destinationPort",
    "sent": "sentBytes",
    "received": "receivedBytes",
    "did": "action",
    "verb": "httpMethod",
    "referrer": "referrerHeader",
    "code": "responseCode",
}


_ONE_SPELLING = """replace(replace(line, '"sourceIP"', '"sourceIp"'),
    '"destinationFQDN"', '"destinationFqdn"')"""


def _entra(spelling: Callable[[str], str], wrapped: str = "", **more: str) -> str:
    named = {**_ENTRA_MEMBERS, **more}
    paths = {alias: wrapped + spelling(name) for alias, name in named.items()}
    return fields.members(paths, text=_ONE_SPELLING)


def _pascal(name: str) -> str:
    return name[0].upper() + name[1:]


# Graph writes camel case (two of its names with capitals or without), a diagnostic setting wraps
# it, Log Analytics is Pascal's.
_GRAPH = {
    "moment": "createdDateTime",
    "client": "sourceIp",
    "name": "destinationFqdn",
    "server": "destinationIp",
}
_ENTRA_SQL = fields.record(
    Variants(
        {
            "contains(line, '\"properties\"')": _entra(str, "properties.", **_GRAPH),
            "contains(line, '\"DestinationFqdn\"')": _entra(
                _pascal, **{**_GRAPH, "moment": "timeGenerated"}
            ),
            "true": _entra(str, **_GRAPH),
        }
    ),
    let={
        # Copied from the portal, a record has its reader's time: '07/25/2024, 05:00 PM'.
        "instant": """coalesce(iso_time(moment),
            from_local(try_strptime(moment, '%m/%d/%Y, %I:%M %p')))""",
        "has_path": "contains(url, '/') AND length(url_path(url)) > 1",
    },
    rejected={
        "no JSON object": "NOT is_object",
        "the time cannot be read": "instant IS NULL",
        "no destination": "coalesce(name, url, server) IS NULL",
    },
    event_time="instant",
    source_ip="client",
    user_name="user",
    device_name="device",
    authority="coalesce(name, url_authority(url)) || coalesce(':' || port, '')",
    path="CASE WHEN has_path THEN url_path(url) END",
    destination_ip="server",
    method="upper(verb)",
    status="nullif(try_cast(code AS INTEGER), 0)",
    bytes_up="number(sent)",
    bytes_down="number(received)",
    referrer="referrer",
    action="""CASE WHEN lower(did) IN ('block', 'blocked', 'deny', 'denied') THEN 'blocked'
        WHEN did IS NOT NULL THEN 'allowed' END""",
    evidence="CASE WHEN has_path THEN 'transacted' ELSE 'connected' END",
)

ENTRA = Format(
    name="entra-global-secure-access",
    title="Microsoft Entra Global Secure Access traffic (JSON)",
    kind="proxy",
    carries=(
        *("event_time", "source_ip", "user_name", "device_name", "host", "port", "path"),
        *("destination_ip", "method", "status", "bytes_up", "bytes_down", "referrer_host"),
        *("action", "evidence"),
    ),
    recognise=re.compile(r'(?i)\{(?=.*"destinationFqdn" ?:)(?=.*"trafficType" ?:)'),
    reference="https://learn.microsoft.com/en-us/entra/global-secure-access/how-to-view-traffic-logs",
    sql=_ENTRA_SQL,
    notes="a device is known by its number in Entra",
    aliases=("entra",),
)
