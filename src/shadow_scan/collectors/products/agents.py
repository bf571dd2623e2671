"""Agents on endpoints: lookups, connections and requests that CrowdStrike Falcon, SentinelOne and
Carbon Black saw, as their feeds have them (JSON).

All tell much else besides, of processes and files. The program that asked stands where a user agent
would: it tells browsers, editors and agents apart. What comes in is no request of this endpoint.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format

_CARRIES = (
    *("event_time", "source_ip", "user_name", "device_name", "host", "port", "path"),
    *("destination_ip", "method", "user_agent", "evidence"),
)
_NAMES = (
    *("question", "url", "verb", "named", "client", "server", "port", "account", "device"),
    "program",
)
_NOTES = "no sizes; lookups name no address of the endpoint; the program stands for a user agent"


def statement(
    wanted: Mapping[str, str], *, kind: str, comes_in: str = "false", action: str = "NULL"
) -> str:
    """`kind`: what the record proves, NULL of any other; `comes_in`: whether others asked."""
    missing = {name: "NULL::VARCHAR" for name in _NAMES if name not in wanted}
    return fields.record(
        fields.members(wanted, extra=missing),
        let={
            # As Go and as others write it: two zones, of which one is enough.
            "instant": "text_time(replace(moment, ' +0000 UTC', 'Z'))",
            "kind": kind,
            "comes_in": comes_in,
            # SentinelOne puts the type of a lookup before its name.
            "asked": r"regexp_replace(question, '^type: *\d+ +', '')",
        },
        skipped={
            "no request (another kind of event)": "is_object AND kind IS NULL",
            "no request (comes in)": "coalesce(comes_in, false)",
            "no request (no name of a server)": "is_object AND coalesce(asked, url, named, server) "
            "IS NULL",
        },
        rejected={
            "no JSON object": "NOT is_object",
            "the time cannot be read": "instant IS NULL",
        },
        event_time="instant",
        source_ip="number_address(client)",
        user_name="account",
        device_name="device",
        authority="""CASE kind WHEN 'resolved' THEN coalesce(asked, named)
            WHEN 'transacted' THEN url_authority(url)
            ELSE coalesce(with_port(named, port), ':' || port) END""",
        path="CASE WHEN kind = 'transacted' THEN url_path(url) END",
        destination_ip="CASE WHEN kind <> 'resolved' THEN number_address(server) END",
        method=r"CASE WHEN regexp_full_match(verb, '[A-Z]{3,10}') THEN verb END",
        user_agent=r"nullif(regexp_extract(program, '[^\\/]*$'), '')",
        action=action,
        evidence="kind",
    )


CROWDSTRIKE = Format(
    name="crowdstrike",
    title="CrowdStrike Falcon, DnsRequest and NetworkConnect (Data Replicator, LogScale; JSON)",
    kind="endpoint",
    carries=_CARRIES,
    recognise=re.compile(r'\{(?=.*"#?event_simpleName" ?:)'),
    reference="https://www.crowdstrike.com/en-us/resources/data-sheets/falcon-data-replicator/",
    sql=statement(
        {
            "moment": "ContextTimeStamp|timestamp|@timestamp",
            "event": "event_simpleName|#event_simpleName",
            "question": "DomainName",
            "named": "HttpHost",
            "client": "LocalAddressIP4|LocalAddressIP6",
            "server": "RemoteAddressIP4|RemoteAddressIP6",
            "port": "RemotePort",
            "way": "ConnectionDirection",
            "account": "UserName|UserPrincipal",
            "device": "ComputerName",
            "program": "ContextBaseFileName|ContextImageFileName|ImageFileName",
        },
        kind="""CASE WHEN event IN ('DnsRequest', 'SuspiciousDnsRequest') THEN 'resolved'
            WHEN event IN ('NetworkConnectIP4', 'NetworkConnectIP6') THEN 'connected' END""",
        comes_in="way = '1'",
    ),
    notes=_NOTES,
    aliases=("falcon", "fdr"),
)

SENTINELONE = Format(
    name="sentinelone",
    title="SentinelOne, DNS, IP and URL events (Cloud Funnel, Deep Visibility; JSON)",
    kind="endpoint",
    carries=_CARRIES,
    recognise=re.compile(
        r'\{(?=.*"event\.category" ?:)(?=.*"(?:src\.process\.\w|endpoint\.(?:os|name)|i\.scheme))'
        r'|\{(?=.*"trueContext" ?:)(?=.*"event_type" ?:)(?=.*"meta" ?:)'
        r'|\{(?=.*"(?:dnsRequest|networkUrl|dstIp)" ?:)(?=.*"agentName" ?:)(?=.*"eventType" ?:)'
    ),
    reference="https://www.sentinelone.com/platform/singularity-cloud-funnel/",
    sql=statement(
        {
            "moment": r"event\.time|timestamp.millisecondsSinceEpoch|timestamp|eventTime|createdAt",
            "event": r"event\.category|event_type|objectType",
            "question": r"event\.dns\.request|query|dnsRequest",
            "url": r"url\.address|url|networkUrl",
            "verb": r"event\.url\.action|method|networkMethod",
            "named": "dstHost",
            "client": r"src\.ip\.address|sourceAddress.address|srcIp",
            "server": r"dst\.ip\.address|destinationAddress.address|dstIp",
            "port": r"dst\.port\.number|destinationAddress.port|dstPort",
            "way": r"event\.network\.direction|direction|netEventDirection",
            "account": r"src\.process\.user|source.user.name|srcProcUser|processUserName|user",
            "device": r"endpoint\.name|meta.computerName|agentName",
            "program": r"src\.process\.name|source.name|srcProcName|processName",
        },
        kind="""CASE lower(event) WHEN 'dns' THEN 'resolved' WHEN 'url' THEN 'transacted'
            WHEN 'http' THEN 'transacted' WHEN 'ip' THEN 'connected' WHEN 'tcpv4' THEN 'connected'
            WHEN 'tcpv6' THEN 'connected' WHEN 'udpv4' THEN 'connected'
            WHEN 'udpv6' THEN 'connected' END""",
        comes_in="way = 'INCOMING'",
    ),
    notes=_NOTES,
    aliases=("deep-visibility", "cloud-funnel"),
)

CARBON_BLACK = Format(
    name="carbon-black",
    title="VMware Carbon Black, network connections (EDR's event forwarder, Cloud; JSON)",
    kind="endpoint",
    carries=_CARRIES,
    recognise=re.compile(r'\{(?=.*"type" ?: ?"(?:ingress|endpoint)\.event\.\w)'),
    reference="https://developer.carbonblack.com/reference/carbon-black-cloud/data-forwarder/schema/latest/endpoint.event-1.1.0/",
    sql=statement(
        {
            "moment": "device_timestamp|timestamp|event_timestamp|backend_timestamp",
            "event": "type",
            "named": "netconn_domain|domain",
            "client": "local_ip|netconn_local_ipv4|netconn_local_ipv6",
            "server": "remote_ip|ipv4|netconn_ipv4|netconn_ipv6",
            "port": "remote_port|port|netconn_port",
            "way": "netconn_inbound|direction",
            "account": "process_username|username",
            "device": "device_name|computer_name",
            "program": "process_path|path|process_name",
        },
        kind=r"""CASE WHEN regexp_matches(event, '\.event\.netconn(?:_proxy|2)?$')
            THEN 'connected' END""",
        comes_in="way IN ('true', 'inbound')",
    ),
    notes=_NOTES,
    aliases=("carbonblack",),
)
