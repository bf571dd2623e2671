"""Cloud Foundry's router (gorouter): access lines as it writes them, as `cf logs` shows them, and
as applications drain them by syslog.

A balancer stands before it: who asked is the first address that was forwarded.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format

# host - [time] "request" status received sent "referrer" "agent" "remote" "backend" more
_HEAD = (
    r'(\S+) - \[(\d{4}-\d\d-\d\dT[^\]]+)\] "([A-Z]+) (\S*) HTTP/[^"]*" (\d{3}|-) (\d+|-) (\d+|-) '
)
_TAIL = r'"((?:\\.|[^"\\])*)" "((?:\\.|[^"\\])*)" "?([^" ]*)"? '
_NAMES = (
    "['name', 'moment', 'verb', 'asked', 'code', 'sent', 'received', 'referrer', 'agent', 'remote']"
)

_SQL = fields.record(
    rf"""SELECT line_number, line, told.*,
        regexp_extract(line, 'x_forwarded_for:"([^", ]+)', 1) AS forwarded,
        regexp_extract(line, 'response_time:"?(\d+(?:\.\d+)?)', 1) AS took
    FROM (SELECT line_number, line, regexp_extract(line, '{_HEAD}{_TAIL}', {_NAMES}) AS told
        FROM lines)""",
    let={"instant": "iso_time(moment)"},
    skipped={
        "no request (what an application or the platform wrote)": r"name = '' "
        r"AND regexp_matches(line, '\[[A-Z]+(?:/[\w.-]+)*\] (?:OUT|ERR)')",
    },
    rejected={
        "no line of the router": "name = ''",
        "the time cannot be read": "instant IS NULL",
    },
    event_time="instant",
    duration_ms="CAST(round(try_cast(took AS DOUBLE) * 1000) AS BIGINT)",
    source_ip="coalesce(nullif(nullif(forwarded, ''), '-'), host_of(remote))",
    authority="name",
    path="asked",
    method="verb",
    status="try_cast(code AS INTEGER)",
    bytes_up="number(sent)",
    bytes_down="number(received)",
    user_agent="dash_null(agent)",
    referrer="dash_null(referrer)",
    action="CASE WHEN code = '403' THEN 'blocked' WHEN code <> '-' THEN 'allowed' END",
    evidence="'transacted'",
)

GOROUTER = Format(
    name="gorouter",
    title="Cloud Foundry's router, access lines (also of `cf logs`)",
    kind="web server",
    carries=(
        *("event_time", "duration_ms", "source_ip", "host", "path", "method", "status"),
        *("bytes_up", "bytes_down", "user_agent", "referrer_host", "action", "evidence"),
    ),
    recognise=re.compile(
        r"(?:.{0,200}\[RTR/\d+\](?: OUT| - -|) )?"
        r'[\w.-]+(?::\d+)? - \[\d{4}-\d\d-\d\dT[^\]]+\] "[A-Z]+ '
        r"(?=.*\b(?:x_forwarded_for|vcap_request_id):)"
    ),
    reference="https://docs.cloudfoundry.org/devguide/deploy-apps/streaming-logs.html",
    sql=_SQL,
    notes="what it stands before are services of one's own; sizes of bodies alone",
    aliases=("cloud-foundry",),
)
