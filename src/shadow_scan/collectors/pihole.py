"""Pi-hole's query database (FTL), as `records/sqlite.py` hands on its rows, and its interface."""

from __future__ import annotations

import re

from shadow_scan.collectors.format import Format

_STRUCTURE = """{
    "pihole": "BIGINT", "time": "VARCHAR", "status": "VARCHAR", "domain": "VARCHAR",
    "client": "JSON", "name": "VARCHAR"
}"""

# https://docs.pi-hole.net/database/query-database/: 2, 3, 12 to 14 and 17 were answered.
_SQL = f"""
WITH record AS (
    SELECT line_number, from_json(CASE WHEN json_valid(line) THEN line END, '{_STRUCTURE}') AS r
    FROM lines
), field AS (
    SELECT *, epoch_seconds(r.time) AS event_time, try_cast(r.status AS INTEGER) AS code,
        coalesce(r.client ->> '$.ip', r.client ->> '$') AS client FROM record
)
SELECT line_number,
    CASE WHEN r.pihole IS NULL AND client IS NULL THEN 'no row of the query table'
         WHEN event_time IS NULL THEN 'the time cannot be read'
         WHEN r.domain IS NULL THEN 'a query without a name' END AS rejected,
    event_time, client AS source_ip,
    nullif(coalesce(r.name, r.client ->> '$.name'), '') AS device_name, r.domain AS authority,
    CASE WHEN regexp_matches(r.status, '^(GRAVITY|REGEX|DENYLIST|BLACKLIST|EXTERNAL|SPECIAL)')
              OR code IN (1, 4, 5, 6, 7, 8, 9, 10, 11, 16, 18) THEN 'blocked'
         WHEN regexp_matches(r.status, '^(FORWARDED|CACHE|RETRIED)')
              OR code IN (2, 3, 12, 13, 14, 17) THEN 'allowed' END AS action,
    'resolved' AS evidence
FROM field
"""

PIHOLE = Format(
    name="pihole-ftl",
    title="Pi-hole FTL database (SQLite), JSON of its interface",
    kind="dns",
    carries=("event_time", "source_ip", "device_name", "host", "action", "evidence"),
    recognise=re.compile(
        r'\{"pihole":|\{(?=.*"domain" ?:)(?=.*"dnssec" ?:)(?=.*"client" ?: ?\{)(?=.*"reply" ?:)'
    ),
    reference="https://docs.pi-hole.net/database/query-database/",
    sql=_SQL,
    notes="a lookup proves no use; lines are the rows of its query table",
)
