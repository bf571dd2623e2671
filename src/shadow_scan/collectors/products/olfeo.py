"""Olfeo: the JSON events of its cloud (proxy and DNS), and the lines of its own appliance.

Groups are the teams. `user_id` is a number of the cloud's, not a person's name.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.variants import FIELDS, Variants

_JSON = fields.members(
    {
        "moment": "timestamp",
        "kind": "type",
        "user": "user_name|login|display_name",
        "groups": "groups_name",
        "domain": "domain",
        "url": "url",
        "source": "src_ip",
        "destination": "dest_ip|dst_ip",
        "verb": "http_method|method",
        "code": "user_status_code|status_code",
        "sent": "user_sent_bytes",
        "received": "user_received_bytes",
        "agent": "user_agent",
        "did": "action",
    }
)

# client - user [day/month/year time] "METHOD address HTTP/1.1" status ...
_LINE = r"""
    SELECT line_number, line, TRUE AS is_object, 'proxy' AS kind, dash_null(word[3]) AS user,
        word[1] AS source, from_local(try_strptime(substr(split_part(line, '[', 2), 1, 19),
                                                   '%d/%m/%Y %H:%M:%S')) AS local_time,
        split_part(asked, ' ', 1) AS verb, split_part(asked, ' ', 2) AS url,
        split_part(split_part(line, '"', 3), ' ', 2) AS code
    FROM (SELECT line_number, line, split_part(line, '"', 2) AS asked,
              string_split(ltrim(split_part(line, ' [', 1)), ' ') AS word FROM lines)"""

_READ = fields.record(
    FIELDS,
    let={
        "is_dns": "kind = 'dns'",
        "tunnel": "coalesce(upper(verb) = 'CONNECT', false)",
        "instant": "coalesce(local_time, text_time(moment))",
        "team": "first_listed(groups)",
    },
    skipped={"no request (another kind of record)": "kind NOT IN ('proxy', 'dns')"},
    rejected={
        "no record of Olfeo": "variant = 0 OR NOT is_object",
        "the time cannot be read": "instant IS NULL",
        "no host": "domain IS NULL AND url IS NULL",
    },
    event_time="instant",
    source_ip="source",
    user_name="user",
    department="team",
    authority="CASE WHEN contains(url, '://') THEN url_authority(url) ELSE domain END",
    path="CASE WHEN NOT is_dns AND NOT tunnel AND contains(url, '://') THEN url_path(url) END",
    destination_ip="destination",
    method="upper(verb)",
    status="try_cast(code AS INTEGER)",
    bytes_up="number(sent)",
    bytes_down="number(received)",
    user_agent="agent",
    action="""CASE WHEN regexp_matches(lower(did), '^(block|den|refus)') THEN 'blocked'
        WHEN did IS NOT NULL THEN 'allowed'
        WHEN local_time IS NOT NULL AND code = '403' THEN 'blocked'
        WHEN local_time IS NOT NULL AND code <> '407' THEN 'allowed' END""",
    evidence="""CASE WHEN is_dns THEN 'resolved'
        WHEN contains(url, '://') AND NOT tunnel THEN 'transacted'
        ELSE 'connected' END""",
)

OLFEO = Format(
    name="olfeo",
    title="Olfeo: cloud gateway (JSON), appliance (lines)",
    kind="proxy",
    carries=(
        *("event_time", "source_ip", "user_name", "department", "host", "port", "path"),
        *("destination_ip", "method", "status", "bytes_up", "bytes_down", "user_agent", "action"),
        "evidence",
    ),
    recognise=re.compile(
        r'\{(?=.*"user_sent_bytes"|.*"groups_name")(?=.*"src_ip")(?=.*"timestamp")'
        r'(?=.*"domain"|.*"url")'
        r'| ?[0-9a-fA-F.:]+ - \S+ \[\d\d/\d\d/\d{4} [\d:]{8}\] "[A-Z]+ \S+ HTTP/[\d.]+" \d{3} '
    ),
    reference="https://www.olfeo.com/documentation",
    sql=Variants({"starts_with(ltrim(line), '{')": _JSON, "contains(line, '] \"')": _LINE}).around(
        _READ
    ),
    zone="local",
    notes="the first group of a user is the team",
)
