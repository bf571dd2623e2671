"""Azure Firewall and Microsoft Entra Global Secure Access.

A diagnostic setting wraps fields in `properties`, Log Analytics writes them flat, its portal and
Entra's export them as CSV; the names are the same but for their case.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format, Header
from shadow_scan.collectors.variants import FIELDS, Variants

_IS_JSON = "starts_with(ltrim(line), '{')"


def _spellings(names: dict[str, str], header: Header, frame: str) -> Variants:
    paths = {
        alias: "|".join(f"properties.{name}|{name}" for name in given.split("|"))
        for alias, given in names.items()
    }
    told = {_IS_JSON: fields.members(paths)}
    if columns := fields.named_columns(header):
        places = fields.places(columns, names)
        told["true"] = fields.cells(places, extra={"is_object": f"cells = {len(columns)}"})
    return Variants(told).around(frame)


_FIREWALL = {
    "moment": "TimeGenerated|time|timeStamp|TimeStamp|TimeGenerated [UTC]",
    "category": "category|Category|Type",
    "message": "msg|msg_s|message",
    "client": "SourceIp|sourceIp|sourceIP|SourceIP",
    "fqdn": "Fqdn|fqdn|FQDN",
    "server": "DestinationIp|destinationIp|destinationIP|DestinationIP",
    "question": "QueryName|queryName",
    "target": "TargetUrl|targetUrl|TargetURL|targetURL",
    "port": "DestinationPort|destinationPort",
    "did": "Action|action",
}
_PROSE = (
    r"\w+ +(?:Type=\d+ +)?request from \[?([0-9a-fA-F.:]+?)\]?:\d+ to ([^ :]+):(\d+)\. "
    r"(?:Url: (\S+)\. )?.*?Action: (\w+)"
)
_LOOKUP = r"DNS Request: \[?([0-9a-fA-F.:]+?)\]?:\d+ [-\x{2013}] \d+ \S+ \S+ (\S+?)\.? "
_TOLD = f"""SELECT *,
    regexp_extract(message, '{_PROSE}', ['client', 'host', 'port', 'url', 'did']) AS told,
    regexp_extract(message, '{_LOOKUP}', ['client', 'host']) AS asked
    FROM ({FIELDS})"""
_RULES = """('AzureFirewallApplicationRule', 'AZFWApplicationRule', 'AZFWDnsQuery',
    'AzureFirewallDnsProxy', 'AzureFirewallNetworkRule', 'AZFWNetworkRule')"""


def _firewall(header: Header) -> Variants:
    return fields.record(
        _spellings(_FIREWALL, header, _TOLD),
        let={
            "instant": "portal_time(moment)",
            "name": """coalesce(question, fqdn, nullif(asked.host, ''), nullif(told.host, ''),
                server)""",
            "is_dns": "coalesce(question, nullif(asked.host, '')) IS NOT NULL",
            "asked_url": "coalesce(target, nullif(told.url, ''))",
            "is_address": "regexp_full_match(name, '[0-9.]+|[0-9a-fA-F:]*:[0-9a-fA-F:]+')",
            "verdict": "lower(coalesce(did, told.did))",
        },
        skipped={
            "no request (another category)": f"category IS NOT NULL AND category NOT IN {_RULES}",
            "no request (no name or address of a server)": "category IS NOT NULL AND name IS NULL",
        },
        rejected={
            "no category": "category IS NULL AND question IS NULL AND fqdn IS NULL",
            "the time cannot be read": "instant IS NULL",
        },
        event_time="instant",
        source_ip="coalesce(client, nullif(told.client, ''), nullif(asked.client, ''))",
        authority="""CASE WHEN is_dns THEN name WHEN is_address
            THEN ':' || coalesce(port, nullif(told.port, ''))
            ELSE with_port(name, coalesce(port, nullif(told.port, ''))) END""",
        path="CASE WHEN contains(asked_url, '/') THEN url_path(asked_url) END",
        destination_ip="CASE WHEN NOT is_dns AND is_address THEN name END",
        action="""CASE WHEN is_dns THEN NULL WHEN verdict = 'deny' THEN 'blocked'
            WHEN verdict = 'allow' THEN 'allowed' END""",
        evidence="""CASE WHEN is_dns THEN 'resolved' WHEN contains(asked_url, '/')
            THEN 'transacted' ELSE 'connected' END""",
    )


AZURE = Format(
    name="azure-firewall",
    title="Azure Firewall rules and DNS (JSON, CSV)",
    kind="firewall",
    carries=(
        *("event_time", "source_ip", "host", "port", "path", "destination_ip", "action"),
        "evidence",
    ),
    recognise=re.compile(
        r'\{(?=.*"(?:c|C)ategory" ?: ?"(?:AzureFirewall|AZFW)|.*"Type" ?: ?"AZFW)'
        r'|"?TimeGenerated\b.*\bFqdn\b.*\bTargetUrl\b|"?TimeGenerated\b.*\bmsg_s\b'
    ),
    reference="https://learn.microsoft.com/en-us/azure/firewall/monitor-firewall-reference",
    sql=_firewall,
    header=fields.column_names,
    header_starts=("Time", '"Tim', "Tena", '"Ten'),
    is_header=fields.names_columns,
    notes="no users and no sizes; rules of the network have addresses alone",
)

_ENTRA = {
    "moment": "createdDateTime|CreatedDateTime|TimeGenerated|timeGenerated|time|Date|"
    "Created date time",
    "category": "category",
    "user": "userPrincipalName|UserPrincipalName|User principal name|Username|User",
    "device": "deviceId|DeviceId|Device ID",
    "url": "destinationUrl|DestinationUrl|Destination URL",
    "port": "destinationPort|DestinationPort|Destination port",
    "sent": "sentBytes|SentBytes|Sent bytes|Bytes sent",
    "received": "receivedBytes|ReceivedBytes|Received bytes|Bytes received",
    "did": "action|Action",
    "verb": "httpMethod|HttpMethod|HTTP method",
    "referrer": "referrerHeader|ReferrerHeader|Referrer header",
    "code": "responseCode|ResponseCode|Response code",
    "client": "sourceIp|sourceIP|SourceIp|SourceIP|Source IP|Source IP address",
    "name": "destinationFqdn|destinationFQDN|DestinationFqdn|DestinationFQDN|Destination FQDN",
    "server": "destinationIp|destinationIP|DestinationIp|DestinationIP|Destination IP|"
    "Destination IP address",
}

# Entra's settings send all of these to one place.
_OTHER_CATEGORIES = (
    r"\w*(?:SignIn|Audit|Health|Provisioning|Activity)Logs|\w*Risk\w+"
    r"|NetworkAccess(?:Alerts|GenerativeAI\w*)"
)


def _entra(header: Header) -> Variants:
    return fields.record(
        _spellings(_ENTRA, header, FIELDS),
        let={
            "instant": "portal_time(moment)",
            "has_path": "contains(url, '/') AND length(url_path(url)) > 1",
        },
        skipped={
            "no request (another category)": f"regexp_full_match(category, '{_OTHER_CATEGORIES}')"
        },
        rejected={
            "no record of traffic": "NOT coalesce(is_object, false)",
            "the time cannot be read": "instant IS NULL",
            "no destination": "coalesce(name, url, server) IS NULL",
        },
        event_time="instant",
        source_ip="client",
        user_name='"user"',
        device_name="device",
        authority="with_port(coalesce(name, url_authority(url)), port)",
        path="CASE WHEN has_path THEN url_path(url) END",
        destination_ip="server",
        method="upper(verb)",
        status="nullif(try_cast(code AS INTEGER), 0)",
        bytes_up="number(regexp_replace(sent, ' bytes?$', ''))",
        bytes_down="number(regexp_replace(received, ' bytes?$', ''))",
        referrer="referrer",
        action="""CASE WHEN lower(did) IN ('block', 'blocked', 'deny', 'denied') THEN 'blocked'
            WHEN did IS NOT NULL THEN 'allowed' END""",
        evidence="CASE WHEN has_path THEN 'transacted' ELSE 'connected' END",
    )


ENTRA = Format(
    name="entra-global-secure-access",
    title="Microsoft Entra Global Secure Access traffic (JSON, CSV)",
    kind="proxy",
    carries=(
        *("event_time", "source_ip", "user_name", "device_name", "host", "port", "path"),
        *("destination_ip", "method", "status", "bytes_up", "bytes_down", "referrer_host"),
        *("action", "evidence"),
    ),
    recognise=re.compile(
        r'(?i:\{(?=.*"category" ?: ?"(?:NetworkAccess\w+|RemoteNetworkHealthLogs)")'
        r'|\{(?=.*"destinationFqdn" ?:)(?=.*"trafficType" ?:)'
        r'|"?[a-z](?=[^={]*\bdestination ?fqdn\b)(?=[^={]*\btraffic ?type\b))'
    ),
    reference="https://learn.microsoft.com/en-us/entra/global-secure-access/how-to-view-traffic-logs",
    sql=_entra,
    header=fields.column_names,
    header_starts=fields.beginnings(
        *("CreatedDateTime", "createdDateTime", "TimeGenerated", "Date", "Time", "Action"),
        *("action", "AgentVersion", "agentVersion", "TenantId", "tenantId"),
    ),
    is_header=fields.names_columns,
    notes="a device is known by its number in Entra",
    aliases=("entra",),
)
