"""Cilium Hubble: flows of a Kubernetes cluster, as its exporter and its command write them.

A flow is a packet at one of several places: a connection is told where it is new, as often as it is
seen, and counts once an hour and pair of ports. Names of its server are those that the workload had
looked up for the address: where there are several, none is certain.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format

_PATHS = {
    "written": "time",
    "verdict": "verdict",
    "way": "traffic_direction",
    "reply": "is_reply",
    "reason": "trace_reason",
    "event": "event_type.type",
    "source": "IP.source",
    "destination": "IP.destination",
    "tcp_from": "l4.TCP.source_port",
    "tcp_to": "l4.TCP.destination_port",
    "syn": "l4.TCP.flags.SYN",
    "ack": "l4.TCP.flags.ACK",
    "udp_from": "l4.UDP.source_port",
    "udp_to": "l4.UDP.destination_port",
    "space": "source.namespace",
    "pod": "source.pod_name",
    "workloads": "source.workloads",
    "other_pod": "destination.pod_name",
    "names": "destination_names",
    "told": "l7.type",
    "query": "l7.dns.query",
    "verb": "l7.http.method",
    "url": "l7.http.url",
    "headers": "l7.http.headers",
}
_OF_AGENT = "agent_event|lost_events|debug_event|node_status"
_POLICY_VERDICT = "5"
"""The type of an event: a policy was asked whether a connection may begin."""

_SQL = fields.record(
    fields.members(
        {name: f"flow.{path}|{path}" for name, path in _PATHS.items()} | {"of_agent": _OF_AGENT}
    ),
    let={
        "moment": "iso_time(written)",
        "is_request": "url IS NOT NULL",
        "is_lookup": "query IS NOT NULL",
        "port": "coalesce(tcp_to, udp_to)",
        "workload": "coalesce(json_extract_string(workloads, '$[0].name'), pod)",
        "name": """CASE WHEN json_array_length(names) = 1
            THEN json_extract_string(names, '$[0]') END""",
        "begins": f"""coalesce(reason = 'NEW' OR event = '{_POLICY_VERDICT}', false)
            OR coalesce(syn = 'true' AND ack IS DISTINCT FROM 'true', false)
            OR (reason IS NULL AND udp_to IS NOT NULL)""",
    },
    skipped={
        "no request (of the agent itself)": "verdict IS NULL AND of_agent IS NOT NULL",
        "no request (an answer)": "reply = 'true' OR told = 'RESPONSE'",
        "no request (comes in)": "way = 'INGRESS'",
        "no request (a connection that goes on, or its end)": "verdict IS NOT NULL "
        "AND url IS NULL AND query IS NULL AND NOT begins",
        "no request (stays in the cluster)": "other_pod <> '' AND url IS NULL AND query IS NULL",
    },
    rejected={
        "no JSON object": "NOT is_object",
        "no flow of Hubble": "verdict IS NULL",
        "the time cannot be read": "moment IS NULL",
        "the address cannot be read": "source IS NULL",
    },
    event_time="moment",
    source_ip="source",
    device_name="coalesce(space || '/', '') || workload",
    department="space",
    authority="""CASE WHEN is_request THEN url_authority(url) WHEN is_lookup THEN query
        ELSE with_port(coalesce(name, ''), port) END""",
    path="CASE WHEN is_request THEN url_path(url) END",
    destination_ip="CASE WHEN NOT is_lookup THEN destination END",
    method="verb",
    user_agent="listed_header(headers, 'key', 'user-agent')",
    action="CASE WHEN verdict = 'DROPPED' THEN 'blocked' "
    "WHEN verdict IN ('FORWARDED', 'REDIRECTED', 'TRANSLATED', 'AUDIT') THEN 'allowed' END",
    evidence="""CASE WHEN is_request THEN 'transacted' WHEN is_lookup OR name IS NOT NULL
        THEN 'resolved' ELSE 'connected' END""",
    flow="""CASE WHEN NOT is_lookup THEN concat_ws(' ', source, coalesce(tcp_from, udp_from),
        destination, port, left(written, 13)) END""",
)

HUBBLE = Format(
    name="hubble",
    title="Cilium Hubble, flows of Kubernetes: connections, DNS, HTTP (JSON)",
    kind="network sensor",
    carries=(
        *("event_time", "source_ip", "device_name", "department", "host", "port", "path"),
        *("destination_ip", "method", "user_agent", "action", "evidence"),
    ),
    recognise=re.compile(
        r'\{(?=.*"verdict" ?: ?"[A-Z_]+")(?=.*"Type" ?: ?"(?:L3_L4|L7|SOCK)")(?=.*"IP" ?: ?\{)'
        r'(?=.*"(?:event_type|traffic_direction)" ?:)'
    ),
    reference="https://docs.cilium.io/en/stable/observability/hubble/configuration/export/",
    sql=_SQL,
    zone="written",
    notes="no sizes, no users: the workload stands as a device, its namespace as the team",
)
