"""HTTP archives (HAR 1.2) of a browser, as `records/har.py` reduces their entries."""

from __future__ import annotations

import re

from shadow_scan.collectors.format import Format

_STRUCTURE = """{
    "har": "VARCHAR", "time": "DOUBLE", "method": "VARCHAR", "url": "VARCHAR", "status": "INTEGER",
    "up": "DOUBLE", "down": "DOUBLE", "server": "VARCHAR", "agent": "VARCHAR",
    "referrer": "VARCHAR"
}"""

_SQL = f"""
WITH record AS (
    SELECT line_number, from_json(CASE WHEN json_valid(line) THEN line END, '{_STRUCTURE}') AS r
    FROM lines
), field AS (
    SELECT *, iso_time(r.har) AS event_time FROM record
)
SELECT line_number,
    CASE WHEN event_time IS NOT NULL AND NOT contains(r.url, '://')
         THEN 'no request (data or extension)' END AS skipped,
    CASE WHEN r.har IS NULL THEN 'no entry of an HTTP archive'
         WHEN event_time IS NULL THEN 'the time cannot be read'
         WHEN r.url IS NULL THEN 'an entry without a URL' END AS rejected,
    event_time, CAST(round(r.time) AS BIGINT) AS duration_ms,
    url_authority(r.url) AS authority, url_path(r.url) AS path,
    trim(r.server, '[]') AS destination_ip, r.method AS method, nullif(r.status, 0) AS status,
    CAST(r.up AS BIGINT) AS bytes_up, CAST(r.down AS BIGINT) AS bytes_down,
    r.agent AS user_agent, r.referrer AS referrer, 'transacted' AS evidence
FROM field
"""

HAR = Format(
    name="har",
    title="HTTP archive of a browser (HAR 1.2)",
    kind="endpoint",
    carries=(
        *("event_time", "duration_ms", "host", "port", "path", "destination_ip", "method"),
        *("status", "bytes_up", "bytes_down", "user_agent", "referrer_host", "evidence"),
    ),
    recognise=re.compile(r'\{"har":'),
    reference="http://www.softwareishard.com/blog/har-12-spec/",
    sql=_SQL,
    notes="one person and one browser, which it does not name; bodies and tokens are never read on",
)
