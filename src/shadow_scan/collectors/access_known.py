"""Access lines in layouts that programs have for them and many keep, each by what stands where:
Nginx Proxy Manager's, and Squid's `referrer`."""

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
