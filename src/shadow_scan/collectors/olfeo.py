"""Olfeo: the JSON events of its cloud (proxy and DNS). Groups are the teams."""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format

_SQL = fields.record(
    fields.members(
        {
            "moment": "timestamp",
            "kind": "type",
            "user": "user_name|login|display_name",
            "groups": "groups_name",
            "domain": "domain",
            "url": "url",
            "source": "src_ip",
            "destination": "dst_ip",
            "verb": "method",
            "code": "status_code",
            "sent": "user_sent_bytes",
            "received": "user_received_bytes",
            "agent": "user_agent",
            "did": "action",
        }
    ),
    let={
        "is_dns": "kind = 'dns'",
        "instant": "text_time(moment)",
        "team": "CASE WHEN starts_with(groups, '[') THEN groups ->> '$[0]' ELSE groups END",
    },
    skipped={"no request (another kind of record)": "kind NOT IN ('proxy', 'dns')"},
    rejected={
        "no JSON object": "NOT is_object",
        "the time cannot be read": "instant IS NULL",
        "no host": "domain IS NULL AND url IS NULL",
    },
    event_time="instant",
    source_ip="source",
    user_name="user",
    department="team",
    authority="CASE WHEN contains(url, '://') THEN url_authority(url) ELSE domain END",
    path="CASE WHEN NOT is_dns AND contains(url, '://') THEN url_path(url) END",
    destination_ip="destination",
    method="upper(verb)",
    status="try_cast(code AS INTEGER)",
    bytes_up="number(sent)",
    bytes_down="number(received)",
    user_agent="agent",
    action="""CASE WHEN regexp_matches(lower(did), '^(block|den|refus)') THEN 'blocked'
        WHEN did IS NOT NULL THEN 'allowed' END""",
    evidence="""CASE WHEN is_dns THEN 'resolved' WHEN contains(url, '://') THEN 'transacted'
        ELSE 'connected' END""",
)

OLFEO = Format(
    name="olfeo",
    title="Olfeo cloud gateway (JSON)",
    kind="proxy",
    carries=(
        *("event_time", "source_ip", "user_name", "department", "host", "port", "path"),
        *("destination_ip", "method", "status", "bytes_up", "bytes_down", "user_agent", "action"),
        "evidence",
    ),
    recognise=re.compile(
        r'\{(?=.*"user_sent_bytes"|.*"groups_name")(?=.*"src_ip")(?=.*"timestamp")(?=.*"domain"|.*"url")'
    ),
    reference="https://www.olfeo.com/documentation",
    sql=_SQL,
    notes="the first group of a user is the team",
)
