"""Pi-hole's query database (FTL), as `records/sqlite.py` hands on its rows."""

from __future__ import annotations

import re

from shadow_scan.collectors.format import Format

_STRUCTURE = """{
    "pihole": "BIGINT", "time": "VARCHAR", "status": "INTEGER", "domain": "VARCHAR",
    "client": "VARCHAR", "name": "VARCHAR"
}"""

# https://docs.pi-hole.net/database/query-database/: 2, 3, 12 to 14 and 17 were answered.
_SQL = f"""
WITH record AS (
    SELECT line_number, from_json(CASE WHEN json_valid(line) THEN line END, '{_STRUCTURE}') AS r
    FROM lines
), field AS (
    SELECT *, epoch_seconds(r.time) AS event_time FROM record
)
SELECT line_number,
    CASE WHEN r.pihole IS NULL THEN 'no row of the query table'
         WHEN event_time IS NULL THEN 'the time cannot be read'
         WHEN r.domain IS NULL THEN 'a query without a name' END AS rejected,
    event_time, r.client AS source_ip, nullif(r.name, '') AS device_name, r.domain AS authority,
    CASE WHEN r.status IN (1, 4, 5, 6, 7, 8, 9, 10, 11, 16, 18) THEN 'blocked'
         WHEN r.status IN (2, 3, 12, 13, 14, 17) THEN 'allowed' END AS action,
    'resolved' AS evidence
FROM field
"""

PIHOLE = Format(
    name="pihole-ftl",
    title="Pi-hole FTL database (SQLite)",
    kind="dns",
    carries=("event_time", "source_ip", "device_name", "host", "action", "evidence"),
    recognise=re.compile(r'\{"pihole":'),
    reference="https://docs.pi-hole.net/database/query-database/",
    sql=_SQL,
    notes="a lookup proves no use; lines are the rows of its query table",
)
