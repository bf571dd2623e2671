"""Google Cloud's flows: of networks (VPC flow logs), of firewall rules, and what proxies of load
balancers carried (Cloud Logging JSON).

A row of a network's flow is one direction of it: from a server's port to a client's it is the
answer. What a rule let in from outside is no request of this network's. Names stand in what the
filter of URLs matched.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format

_C = "jsonPayload.connection"
_SQL = fields.record(
    fields.members(
        {
            "begin": "jsonPayload.start_time|jsonPayload.startTime|timestamp",
            "finish": "jsonPayload.end_time|jsonPayload.endTime",
            "source": f"{_C}.src_ip|{_C}.clientIp",
            "destination": f"{_C}.dest_ip|{_C}.serverIp",
            "source_port": f"{_C}.src_port|{_C}.clientPort",
            "destination_port": f"{_C}.dest_port|{_C}.serverPort",
            "size": "jsonPayload.bytes_sent",
            "to_server": "jsonPayload.serverBytesReceived|jsonPayload.bytesReceived",
            "to_client": "jsonPayload.serverBytesSent|jsonPayload.bytesSent",
            "source_machine": "jsonPayload.src_instance.vm_name|jsonPayload.instance.vm_name"
            "|jsonPayload.interceptInstance.vm",
            "destination_machine": "jsonPayload.dest_instance.vm_name",
            "did": "jsonPayload.disposition|jsonPayload.action",
            "matched": "jsonPayload.uriMatched",
            "way": "jsonPayload.rule_details.direction",
        }
    ),
    let={
        "moment": "iso_time(begin)",
        "answer": "is_answer(try_cast(source_port AS INTEGER), "
        "try_cast(destination_port AS INTEGER))",
    },
    skipped={"no request (comes in)": "coalesce(way = 'INGRESS', false)"},
    rejected={
        "no JSON object": "NOT is_object",
        "the time cannot be read": "moment IS NULL",
        "the addresses cannot be read": "source IS NULL OR destination IS NULL",
    },
    event_time="moment",
    duration_ms="lasted(moment, iso_time(finish))",
    source_ip="CASE WHEN answer THEN destination ELSE source END",
    device_name="CASE WHEN answer THEN destination_machine ELSE source_machine END",
    authority="""with_port(coalesce(url_authority(matched), ''),
        CASE WHEN answer THEN source_port ELSE destination_port END)""",
    destination_ip="CASE WHEN answer THEN source ELSE destination END",
    bytes_up="CASE WHEN answer THEN NULL ELSE number(coalesce(to_server, size)) END",
    bytes_down="CASE WHEN answer THEN number(size) ELSE number(to_client) END",
    action="CASE WHEN did IN ('DENIED', 'DENY') THEN 'blocked' "
    "WHEN did IN ('ALLOWED', 'ALLOW') THEN 'allowed' END",
    evidence="'connected'",
)

GOOGLE_FLOW = Format(
    name="google-flow",
    title="Google Cloud VPC flows, firewall rules, proxies of load balancers (JSON)",
    kind="network sensor",
    carries=(
        *("event_time", "duration_ms", "source_ip", "device_name", "host", "port"),
        *("destination_ip", "bytes_up", "bytes_down", "action", "evidence"),
    ),
    recognise=re.compile(
        r'\{(?=.*"jsonPayload" ?:)(?=.*"connection" ?:)(?=.*"(?:src_ip|clientIp)" ?:)'
        r'(?=.*"(?:dest_ip|serverIp)" ?:)'
    ),
    reference="https://cloud.google.com/vpc/docs/about-flow-logs-records",
    sql=_SQL,
    notes="names in records of the URL filter alone, no users; of networks one direction a row",
    aliases=("gcp-vpc-flow",),
)
