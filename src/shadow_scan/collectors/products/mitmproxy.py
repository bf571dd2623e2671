"""mitmproxy's dumps (`mitmdump -w`), as `records/mitmproxy.py` reduces their flows."""

from __future__ import annotations

import re

from shadow_scan.collectors.format import Format

_STRUCTURE = """{
    "mitm": "DOUBLE", "took": "BIGINT", "kind": "VARCHAR", "client": "VARCHAR", "user": "VARCHAR",
    "method": "VARCHAR", "site": "VARCHAR", "port": "INTEGER", "path": "VARCHAR",
    "status": "INTEGER", "up": "BIGINT", "down": "BIGINT", "server": "VARCHAR", "agent": "VARCHAR",
    "referrer": "VARCHAR"
}"""
_SQL = f"""
WITH record AS (
    SELECT line_number, from_json(CASE WHEN json_valid(line) THEN line END, '{_STRUCTURE}') AS r
    FROM lines
), field AS (
    SELECT *, epoch_seconds(CAST(r.mitm AS VARCHAR)) AS event_time FROM record
)
SELECT line_number,
    CASE WHEN r.kind IS NOT NULL AND r.kind <> 'http'
         THEN 'no request (a connection without HTTP)' END AS skipped,
    CASE WHEN r IS NULL OR r.kind IS NULL THEN 'no flow of mitmproxy'
         WHEN r.kind = 'http' AND event_time IS NULL THEN 'the time cannot be read' END AS rejected,
    event_time, r.took AS duration_ms, host_of(regexp_replace(r.client, '^::ffff:', ''))
        AS source_ip, r.user AS user_name,
    with_port(CASE WHEN regexp_matches(r.site, '^[^\\[].*:.*:') THEN '[' || r.site || ']'
        ELSE r.site END, CAST(r.port AS VARCHAR)) AS authority,
    CASE WHEN r.method <> 'CONNECT' THEN r.path END AS path,
    regexp_replace(r.server, '^::ffff:', '') AS destination_ip,
    r.method AS method, r.status AS status, r.up AS bytes_up, r.down AS bytes_down,
    r.agent AS user_agent, r.referrer AS referrer,
    CASE WHEN r.method = 'CONNECT' THEN 'connected' ELSE 'transacted' END AS evidence
FROM field
"""

MITMPROXY = Format(
    name="mitmproxy",
    title="mitmproxy dumps (its HAR is read as such)",
    kind="proxy",
    carries=(
        *("event_time", "duration_ms", "source_ip", "user_name", "host", "port", "path"),
        *("destination_ip", "method", "status", "bytes_up", "bytes_down", "user_agent"),
        *("referrer_host", "evidence"),
    ),
    recognise=re.compile(r'\{"mitm":'),
    reference="https://docs.mitmproxy.org/stable/",
    sql=_SQL,
    notes="requests that were opened; bodies, cookies and passwords are never read on",
)
