"""Query log of CoreDNS (`log` plugin, its default format), bare or as containers' logs carry it.

CoreDNS itself writes no time: it comes from the container runtime (text or JSON) or from syslog.
"""

from __future__ import annotations

import re

from shadow_scan.collectors.format import Format
from shadow_scan.collectors.syslog import RECEIVED

# Inside the JSON of a runtime the quotes of the question are escaped.
_SQL = rf"""
WITH cut AS (
    SELECT line_number, line, header, string_split(split_part(line, '[INFO] ', 2), '"') AS half,
        contains(line, '[INFO] ') OR contains(line, '[ERROR] ') OR contains(line, '[WARNING] ')
            OR contains(line, '[DEBUG] ') AS known
    FROM lines
), told AS (
    SELECT line_number, line, header, known, split_part(half[1], ' - ', 1) AS client,
        contains(half[1], ' - ') AS asked, string_split(half[2], ' ') AS question,
        split_part(half[3], ' ', 5) AS took
    FROM cut
), field AS (
    SELECT line_number, line, known, took, regexp_replace(client, ':\d+$', '') AS client,
        CASE WHEN asked AND len(question) >= 7 AND regexp_full_match(client, '\S+:\d+')
             THEN question[3] END AS name,
        CASE WHEN starts_with(line, '{{')
             THEN iso_time(nullif(regexp_extract(line, '"time": ?"([^"]+)"', 1), ''))
             ELSE {RECEIVED} END AS event_time
    FROM told
)
SELECT line_number,
    CASE WHEN known AND name IS NULL AND NOT contains(line, '" ')
         THEN 'no query (status or error)' END AS skipped,
    CASE WHEN name IS NULL THEN 'no query of CoreDNS'
         WHEN event_time IS NULL
         THEN 'no time: collect with timestamps (container log files have them)' END AS rejected,
    event_time,
    CAST(round(try_cast(split_part(took, 's', 1) AS DOUBLE) * 1000) AS BIGINT) AS duration_ms,
    trim(client, '[]') AS source_ip, name AS authority, 'resolved' AS evidence
FROM field
"""

COREDNS = Format(
    name="coredns",
    title="CoreDNS query log",
    kind="dns",
    carries=("event_time", "duration_ms", "source_ip", "host", "evidence"),
    recognise=re.compile(
        r".*\[INFO\] (?:\[[0-9a-fA-F:.%a-z]+\]|[0-9.]+):\d+ - \d+ \\?\"\S+ \S+ \S+ \S+ \d+ "
    ),
    reference="https://coredns.io/plugins/log/",
    sql=_SQL,
    clock="end",
    zone="local",
    notes="no time of its own; in a cluster the client is a pod's address; a lookup proves no use",
)
