"""Lookups of systemd-resolved (log level debug), from syslog or from `journalctl -o json`.

Each host logs for itself: the device is who asked.
"""

from __future__ import annotations

import re

from shadow_scan.collectors.format import Format
from shadow_scan.collectors.syslog import time_sql

_STRUCTURE = '{"MESSAGE": "VARCHAR", "_HOSTNAME": "VARCHAR", "__REALTIME_TIMESTAMP": "VARCHAR"}'

_SQL = rf"""
WITH cut AS (
    SELECT line_number, line, contains(line, 'systemd-resolved') AS known,
        from_json(CASE WHEN starts_with(line, '{{"') AND json_valid(line) THEN line END,
                  '{_STRUCTURE}') AS r
    FROM lines
), field AS (
    SELECT line_number, known, r,
        regexp_extract(coalesce(r.MESSAGE, line),
                       'Looking up (?:RR|bypass packet) for <?(\S+) [A-Z]+ [A-Z0-9]+', 1) AS name,
        coalesce(make_timestamp(try_cast(r.__REALTIME_TIMESTAMP AS BIGINT)), {time_sql("line")})
            AS event_time,
        coalesce(r._HOSTNAME, regexp_extract(line, '(\S+) systemd-resolved\[', 1)) AS device
    FROM cut
)
SELECT line_number,
    CASE WHEN known AND name = '' AND event_time IS NOT NULL
         THEN 'no lookup (another kind of record)' END AS skipped,
    CASE WHEN NOT known THEN 'no record of systemd-resolved'
         WHEN event_time IS NULL THEN 'the time cannot be read' END AS rejected,
    event_time, nullif(device, '') AS device_name, name AS authority, 'resolved' AS evidence
FROM field
"""

RESOLVED = Format(
    name="systemd-resolved",
    title="systemd-resolved debug log",
    kind="endpoint",
    carries=("event_time", "device_name", "host", "evidence"),
    recognise=re.compile(r".*\bsystemd-resolved(?:\[\d+\]: |\"[,}])"),
    reference="https://www.freedesktop.org/software/systemd/man/latest/systemd-resolved.service.html",
    sql=_SQL,
    zone="local",
    notes="no addresses and no users: the device is the host that logged; a lookup proves no use",
    aliases=("resolved",),
)
