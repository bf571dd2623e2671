"""Access lines in layouts that programs have for them and many keep, each by what stands where:
Nginx Proxy Manager's, Squid's `referrer`, and that of the firewall of GitHub's agents."""

from __future__ import annotations

from shadow_scan.collectors import fields

# Nginx Proxy Manager's own layout.
MANAGED = (
    r"^\[([^\]]+)\] (?:(?:[A-Z]+|-) (?:\d{3}|-) )?(\d{3}) - ([A-Z]+) https? (\S+) \"([^\"]*)\" "
    r"\[Client ([^\]]+)\] \[Length (\d+|-)\]"
)
_TAIL = r"\"([^\"]*)\" \"([^\"]*)\"$"
MANAGED_SQL = fields.record(
    rf"""SELECT line_number, line, told, tail,
        timezone('UTC', try_strptime(told.moment, '%d/%b/%Y:%H:%M:%S %z')) AS instant
    FROM (SELECT line_number, line, regexp_extract(line, '{_TAIL}', ['agent', 'origin']) AS tail,
        regexp_extract(line, '{MANAGED}',
            ['moment', 'code', 'verb', 'site', 'target', 'client', 'size']) AS told FROM lines)""",
    rejected={"the time cannot be read": "instant IS NULL"},
    event_time="instant",
    source_ip="told.client",
    authority="told.site",
    path="told.target",
    method="told.verb",
    status="try_cast(told.code AS INTEGER)",
    bytes_down="number(told.size)",
    user_agent="dash_null(tail.agent)",
    referrer="dash_null(tail.origin)",
    action="CASE WHEN told.code IN ('403', '444') THEN 'blocked' ELSE 'allowed' END",
    evidence="'transacted'",
)

REFERRED = r"^\d{9,10}\.\d{3} +\S+ (?:https?://\S+|-) [a-z]{2,8}://\S+$"
REFERRED_SQL = fields.record(
    "SELECT line_number, line, string_split(one_blanked(line), ' ') AS told FROM lines",
    rejected={"the time cannot be read": "epoch_seconds(told[1]) IS NULL"},
    event_time="epoch_seconds(told[1])",
    source_ip="told[2]",
    authority="url_authority(told[4])",
    path="url_path(told[4])",
    referrer="dash_null(told[3])",
    evidence="'transacted'",
)

# %ts.%03tu %>a:%>p %{Host}>h %<a:%<p %rv %rm %>Hs %Ss:%Sh %ru "%{User-Agent}>h"
_WALLED_WORDS = r"(\S+) (\S+) (\S+) (\S+) (\S+) (\d+|-) ([A-Z_]+):[A-Z_]+ (\S+) \"([^\"]*)\""
WALLED = rf"^\d{{9,10}}\.\d{{3}} {_WALLED_WORDS}"
WALLED_SQL = fields.record(
    rf"""SELECT line_number, line, told, told.verb = 'CONNECT' AS tunnel,
        epoch_seconds(told.moment) AS instant, try_cast(told.code AS INTEGER) AS status_code
    FROM (SELECT line_number, line, regexp_extract(line, '^(\S+) {_WALLED_WORDS}',
        ['moment', 'client', 'site', 'server', 'version', 'verb', 'code', 'result', 'target',
         'agent']) AS told FROM lines)""",
    skipped={"no request (a connection that closed)": "starts_with(told.target, 'error:')"},
    rejected={"the time cannot be read": "instant IS NULL"},
    event_time="instant",
    source_ip="host_of(dash_null(told.client))",
    authority="CASE WHEN tunnel THEN told.target "
    "ELSE coalesce(url_authority(told.target), dash_null(told.site)) END",
    path="CASE WHEN NOT tunnel THEN url_path(told.target) END",
    destination_ip="host_of(dash_null(told.server))",
    method="dash_null(told.verb)",
    status="nullif(status_code, 0)",
    user_agent="dash_null(told.agent)",
    action="squid_action(told.result, status_code)",
    evidence="CASE WHEN tunnel THEN 'connected' ELSE 'transacted' END",
)
