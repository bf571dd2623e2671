"""squidGuard, which tells Squid where to send a request: what it redirected, rewrote or let pass.

Its logs have what their rules say, mostly what was refused. All else is in Squid's own log.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.syslog import RECEIVED

_STAMP = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"
# time [process] Request(source/destination/rewrite) URL address/name user method what was done
_LINE = (
    rf"^({_STAMP}) \[\d+\] Request\([^)]*\) (\S+) ([0-9A-Fa-f.:]+)/(\S+) (\S+) "
    r"([A-Z]+) (REDIRECT|REWRITE|PASS|BLANK)"
)
_SQL = fields.record(
    f"""SELECT *, from_local(try_strptime(nullif(left(line, 19), ''), '%Y-%m-%d %H:%M:%S'))
            AS instant
        FROM (SELECT line_number, line, header, regexp_extract(line, '{_LINE}', ['moment', 'url',
            'client', 'name', 'account', 'verb', 'did']) AS said FROM lines)""",
    let={"tunnel": "said.verb = 'CONNECT'"},
    skipped={
        "no request (a message of the program)": "said.verb = '' "
        f"AND NOT contains(line, ' Request(') AND coalesce(instant, {RECEIVED}) IS NOT NULL",
    },
    rejected={
        "no record of squidGuard": "said.verb = ''",
        "the time cannot be read": "instant IS NULL",
    },
    event_time="instant",
    source_ip="said.client",
    user_name="squid_user(dash_null(said.account))",
    device_name="dash_null(said.name)",
    authority="CASE WHEN tunnel THEN said.url ELSE url_authority(said.url) END",
    path="CASE WHEN NOT tunnel THEN url_path(said.url) END",
    method="said.verb",
    action="CASE said.did WHEN 'REDIRECT' THEN 'blocked' WHEN 'PASS' THEN 'allowed' END",
    evidence="CASE WHEN tunnel THEN 'connected' ELSE 'transacted' END",
)

SQUIDGUARD = Format(
    name="squidguard",
    title="squidGuard (its rules' logs)",
    kind="proxy",
    carries=(
        *("event_time", "source_ip", "user_name", "device_name", "host", "port", "path"),
        *("method", "action", "evidence"),
    ),
    recognise=re.compile(_LINE.removeprefix("^")),
    reference="http://www.squidguard.org/Doc/extended.html",
    sql=_SQL,
    zone="local",
    notes="only what its rules log, mostly what was refused; no sizes, no status and no agents",
)
