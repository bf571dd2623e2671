"""Cato Networks: the JSON of its events feed. A row may stand for several events; no sizes."""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format

_NAMES = {
    "moment": "time|event_timestamp",
    "iso": "time_str",
    "kind": "event_sub_type|event_type",
    "user": "vpn_user_email|user_email|upn|user_name",
    "device": "device_name|host_name",
    "domain": "domain_name|tls_server_name|destination_domain",
    "url": "full_path_url|url",
    "source": "src_ip",
    "destination": "dest_ip",
    "port": "dest_port",
    "verb": "http_request_method|request_method",
    "agent": "user_agent",
    "did": "action",
    "question": "dns_query",
    "code": "http_response_code",
    "sent": "request_size",
    "received": "response_size",
    "way": "traffic_direction",
}
_SQL = fields.record(
    # Its feed wraps all but the time.
    fields.members(
        {
            alias: "|".join(f"{name}|fieldsMap.{name}" for name in names.split("|"))
            for alias, names in _NAMES.items()
        }
    ),
    let={
        "instant": "coalesce(text_time(moment), text_time(iso))",
        "is_dns": "lower(kind) LIKE '%dns%'",
    },
    skipped={
        "no request (no name or address of a server)": "is_object "
        "AND coalesce(domain, url, question, destination) IS NULL",
        "no request (comes in)": "way = 'INBOUND'",
    },
    rejected={"no JSON object": "NOT is_object", "the time cannot be read": "instant IS NULL"},
    event_time="instant",
    source_ip="source",
    user_name="user",
    device_name="device",
    authority="""CASE WHEN contains(url, '://') THEN url_authority(url)
        WHEN is_dns THEN coalesce(question, domain)
        ELSE coalesce(with_port(domain, port), ':' || port) END""",
    path="CASE WHEN contains(url, '://') THEN url_path(url) END",
    destination_ip="CASE WHEN NOT is_dns THEN destination END",
    method="upper(verb)",
    status="nullif(try_cast(code AS INTEGER), 0)",
    bytes_up="number(sent)",
    bytes_down="number(received)",
    user_agent="agent",
    action="""CASE WHEN lower(did) IN ('block', 'blocked', 'prompt', 'rbi') THEN 'blocked'
        WHEN did IS NOT NULL THEN 'allowed' END""",
    evidence="""CASE WHEN is_dns THEN 'resolved' WHEN contains(url, '://') THEN 'transacted'
        ELSE 'connected' END""",
)

CATO = Format(
    name="cato",
    title="Cato Networks events (JSON)",
    kind="proxy",
    carries=(
        *("event_time", "source_ip", "user_name", "device_name", "host", "port", "path"),
        *("destination_ip", "method", "status", "bytes_up", "bytes_down"),
        *("user_agent", "action", "evidence"),
    ),
    recognise=re.compile(
        r'\{(?=.*"(?:event_timestamp|time_str|time)")(?=.*"event_(?:sub_)?type")'
        r'(?=.*"(?:account_id|internalId|ISP_name|src_site_name|src_is_site_or_vpn|pop_name)")'
        r'|\{(?=.*"(?:time_str|time)")(?=.*"event_sub_type" ?: ?"(?:Internet|WAN) Firewall")'
    ),
    reference="https://support.catonetworks.com/hc/en-us/articles/360019839477",
    sql=_SQL,
    notes="no sizes; one row may stand for several events of a kind",
)
