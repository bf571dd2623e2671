"""Trend Vision One: activities of endpoints (connections, lookups, requests) and of its web gateway
(network activities), as its search and its data feeds have them (JSON).

Endpoints tell much else besides, of processes and files. The program that asked stands where a user
agent would.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format

_SQL = fields.record(
    fields.members(
        {
            "moment": "eventTime|eventTimeDT|rt",
            "began": "start",
            "event": "eventId|eventName",
            "detail": "eventSubId",
            "url": "request",
            "verb": "requestMethod",
            "named": "objectHostName|requestBase",
            "asked": "hostName",
            "machine": "endpointHostName",
            "client": "src|clientIp|endpointIp",
            "server": "dst|objectIp",
            "port": "dpt|objectPort",
            "account": "principalName|suid|logonUser|processUser",
            "agent": "userAgent",
            "program": "processFilePath|processName",
        }
    ),
    let={
        # Of whoever is logged in and of the endpoint's addresses there are lists.
        **{
            f"first_{name}": f"CASE WHEN starts_with({name}, '[') "
            f"THEN regexp_extract({name}, '[^\\[\"]+') ELSE {name} END"
            for name in ("client", "account")
        },
        "instant": "text_time(coalesce(began, moment))",
        "kind": """CASE WHEN event IN ('SWG_ACTIVITY_LOG', '7', 'TELEMETRY_INTERNET')
                THEN 'transacted'
            WHEN event IN ('3', 'TELEMETRY_CONNECTION') THEN 'connected'
            WHEN event IN ('4', 'TELEMETRY_DNS') THEN 'resolved' END""",
        # An activity of an endpoint names the endpoint itself in the same place.
        "other": "CASE WHEN lower(asked) <> lower(machine) THEN asked END",
    },
    skipped={
        "no request (another kind of event)": "is_object AND kind IS NULL",
        "no request (comes in)": "coalesce(detail IN ('202', '203'), false)",
        "no request (no name of a server)": "is_object "
        "AND coalesce(url, named, other, server) IS NULL",
    },
    rejected={
        "no JSON object": "NOT is_object",
        "the time cannot be read": "instant IS NULL",
    },
    event_time="instant",
    source_ip="first_client",
    user_name="first_account",
    device_name="machine",
    authority="""CASE kind WHEN 'resolved' THEN coalesce(other, named)
        WHEN 'transacted' THEN coalesce(url_authority(url), named)
        ELSE coalesce(with_port(coalesce(named, other), port), ':' || port) END""",
    path="CASE WHEN kind = 'transacted' THEN url_path(url) END",
    destination_ip="CASE WHEN kind <> 'resolved' THEN server END",
    method="upper(verb)",
    user_agent=r"coalesce(agent, nullif(regexp_extract(program, '[^\\/]*$'), ''))",
    evidence="kind",
)

VISION_ONE = Format(
    name="vision-one",
    title="Trend Vision One, activities of endpoints and of its web gateway (JSON)",
    kind="endpoint",
    carries=(
        *("event_time", "source_ip", "user_name", "device_name", "host", "port", "path"),
        *("destination_ip", "method", "user_agent", "evidence"),
    ),
    recognise=re.compile(
        r'\{(?=.*"endpointGuid" ?:)(?=.*"endpointHostName" ?:)(?=.*"event(?:Id|Name)" ?:)'
    ),
    reference="https://docs.trendmicro.com/en-us/documentation/article/trend-vision-one-data-mapping-endpoint-activity-data",
    sql=_SQL,
    notes="no sizes; what its gateway did is a number without a meaning here; the program stands "
    "for a user agent",
    aliases=("trend-vision-one",),
)
