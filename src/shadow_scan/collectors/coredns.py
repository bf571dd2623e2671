"""Query log of CoreDNS (`log` plugin, its default format), bare or as containers' logs carry it.

CoreDNS itself writes no time: it comes from the container runtime (text or JSON) or from syslog.
"""

from __future__ import annotations

import re

from shadow_scan.collectors.format import Format
from shadow_scan.collectors.syslog import time_sql

# Inside the JSON of a runtime the quotes of the question are escaped.
_QUESTION = (
    r"(\[[0-9a-fA-F:.%a-z]+\]|[0-9.]+):\d+ - \d+ \\?\"(\S+) (\S+) (\S+) \S+ \d+ \w+ \d+\\?\" "
    r"(\S+) \S* ?\d+ ([0-9.]+)s"
)

_SQL = rf"""
WITH cut AS (
    SELECT line_number, line, contains(line, '[INFO] ') OR contains(line, '[ERROR] ')
            OR contains(line, '[WARNING] ') OR contains(line, '[DEBUG] ') AS known,
        regexp_extract(line, '{_QUESTION}', ['client', 'type', 'class', 'name', 'rcode', 'took'])
            AS p
    FROM lines
), field AS (
    SELECT *, coalesce(
            iso_time(nullif(regexp_extract(line, '"time": ?"([^"]+)"', 1), '')),
            {time_sql("line")}) AS event_time
    FROM cut
)
SELECT line_number,
    CASE WHEN known AND p.name = '' AND NOT contains(line, '" ')
         THEN 'no query (status or error)' END AS skipped,
    CASE WHEN p.name = '' THEN 'no query of CoreDNS'
         WHEN event_time IS NULL
         THEN 'no time: collect with timestamps (container log files have them)' END AS rejected,
    event_time,
    CAST(round(try_cast(p.took AS DOUBLE) * 1000) AS BIGINT) AS duration_ms,
    trim(p.client, '[]') AS source_ip, p.name AS authority, 'resolved' AS evidence
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
