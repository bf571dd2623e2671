"""OpenShell, the sandboxes of coding agents: what its proxy lets through, in shorthand, as its log
file has it and as its command shows it. Its OCSF is read as any other (ocsf.py).

The program that connected stands where a user agent would: it tells agents and tools apart.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format

_MOMENT = (
    r"(?:(\d{4}-\d\d-\d\dT[\d:.]+Z?) +OCSF|\[(\d{10}\.\d+)\] \[[^\]]*\] \[OCSF *\] \[[^\]]*\])"
)
_VERDICT = r"\[[A-Z]+\] (ALLOWED|DENIED|BLOCKED)"
_LINE = rf"^{_MOMENT} +(NET|HTTP):\w+ {_VERDICT} (.*)$"
_CONNECTION = r"^(?:(.*?)(?:\(\d+\))? )?-> (\[?[^\s\]]+\]?:\d+)(?: |$)"
_REQUEST = r"^([A-Z]+) (\S+)"
_MESSAGE = (
    r"^(?:\d{4}-\d\d-\d\dT[\d:.]+Z? +(?:OCSF|TRACE|DEBUG|INFO|WARN|ERROR) "
    r"|\[\d{10}\.\d+\] \[[^\]]*\] \[[A-Z]+ *\] \[)"
)

_READ = fields.record(
    f"""SELECT line_number, line, told.*, asked, regexp_extract(rest, '{_CONNECTION}',
            ['program', 'target']) AS connection
        FROM (SELECT *, told.rest AS rest, regexp_extract(told.rest, '{_REQUEST}',
                ['verb', 'url']) AS asked
            FROM (SELECT line_number, line, regexp_extract(line, '{_LINE}',
                ['written', 'shown', 'class', 'verdict', 'rest']) AS told FROM lines))""",
    let={
        "instant": "coalesce(iso_time(nullif(written, '')), epoch_seconds(nullif(shown, '')))",
        "is_request": "class = 'HTTP'",
        "target": "CASE WHEN is_request THEN url_authority(asked.url) ELSE connection.target END",
    },
    skipped={
        "no request (a message of the program)": "verdict = '' "
        f"AND regexp_matches(line, '{_MESSAGE}')",
        "no request (no name or address of a server)": "verdict <> '' "
        "AND coalesce(target, '') = ''",
    },
    rejected={
        "no line of OpenShell": "verdict = ''",
        "the time cannot be read": "instant IS NULL",
    },
    event_time="instant",
    authority="target",
    path="CASE WHEN is_request THEN url_path(asked.url) END",
    method="CASE WHEN is_request THEN asked.verb END",
    user_agent="""CASE WHEN NOT is_request
        THEN nullif(regexp_extract(connection.program, '[^/]*$'), '') END""",
    action="CASE verdict WHEN 'ALLOWED' THEN 'allowed' ELSE 'blocked' END",
    evidence="CASE WHEN is_request THEN 'transacted' ELSE 'connected' END",
)

OPENSHELL = Format(
    name="openshell",
    title="OpenShell, connections and requests of sandboxed agents (text)",
    kind="proxy",
    carries=(
        *("event_time", "host", "port", "path", "method", "user_agent", "action", "evidence"),
    ),
    recognise=re.compile(rf"{_MOMENT} +(?:NET|HTTP|PROC|CONFIG|SSH|LIFECYCLE|FINDING):[A-Z_]+ \["),
    reference="https://docs.nvidia.com/openshell/observability/logging",
    sql=_READ,
    notes="who runs a sandbox is nowhere; the program stands where a user agent would",
)
