"""Lookups of systemd-resolved (log level debug), from syslog or from `journalctl -o json`.

Each host logs for itself: the device is who asked.
"""

from __future__ import annotations

import re

from shadow_scan.collectors.format import Format
from shadow_scan.collectors.syslog import time_sql

_STRUCTURE = '{"MESSAGE": "VARCHAR", "_HOSTNAME": "VARCHAR", "__REALTIME_TIMESTAMP": "VARCHAR"}'

# The name, and a sign before it: every letter tells where in the pattern it stands.
_NAMED = r"^Looking up (?:RR|bypass packet) for (\S+) [A-Z]+ [A-Z0-9]+"

_SQL = rf"""
WITH told AS (
    SELECT line_number, line, header,
        from_json(CASE WHEN starts_with(line, '{{') AND json_valid(line) THEN line END,
                  '{_STRUCTURE}') AS r
    FROM lines
), cut AS (
    SELECT line_number, line, header, r, coalesce(header || line, line) AS whole,
        coalesce(r.MESSAGE, line) AS message
    FROM told
), field AS (
    SELECT line_number, r, whole,
        contains(whole, 'systemd-resolved') OR starts_with(line, 'Looking up ') AS known,
        regexp_extract(substr(message, strpos(message, 'Looking up ')), '{_NAMED}', 1) AS name,
        coalesce(make_timestamp(try_cast(r.__REALTIME_TIMESTAMP AS BIGINT)), {time_sql("whole")})
            AS event_time,
        coalesce(r._HOSTNAME, nullif(
            CASE WHEN contains(whole, ' systemd-resolved[')
                 THEN split_part(left(whole, strpos(whole, ' systemd-resolved[') - 1), ' ', -1)
                 ELSE regexp_extract(whole, '(\S+) systemd-resolved[\[ ]', 1) END, ''),
            nullif(split_part(header, ' ', 2), '-')) AS device
    FROM cut
)
SELECT line_number,
    CASE WHEN known AND name = '' AND event_time IS NOT NULL
         THEN 'no lookup (another kind of record)' END AS skipped,
    CASE WHEN NOT known THEN 'no record of systemd-resolved'
         WHEN event_time IS NULL THEN 'the time cannot be read' END AS rejected,
    -- Where no host is named, its place is the clock's.
    event_time, CASE WHEN NOT contains(device, ':') THEN nullif(device, '') END AS device_name,
    CASE WHEN starts_with(name, '<') THEN substr(name, 2) ELSE name END AS authority,
    'resolved' AS evidence
FROM field
"""

RESOLVED = Format(
    name="systemd-resolved",
    title="systemd-resolved debug log",
    kind="endpoint",
    carries=("event_time", "device_name", "host", "evidence"),
    recognise=re.compile(
        r".*\bsystemd-resolved(?:\[\d+\]: |\"[,}])|Looking up (?:RR|bypass packet) for \S+ IN "
    ),
    reference="https://www.freedesktop.org/software/systemd/man/latest/systemd-resolved.service.html",
    sql=_SQL,
    zone="local",
    notes="no addresses and no users: the device is the host that logged; a lookup proves no use",
    aliases=("resolved",),
)
