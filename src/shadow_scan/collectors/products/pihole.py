"""Pi-hole's query database (FTL), as `records/sqlite.py` hands on its rows, and its interface."""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.variants import Variants

_STRUCTURE = """{
    "pihole": "BIGINT", "time": "VARCHAR", "timestamp": "VARCHAR", "status": "VARCHAR",
    "domain": "VARCHAR", "client": "JSON", "name": "VARCHAR"
}"""
_OBJECT_SQL = f"""
SELECT line_number, line, r.pihole IS NOT NULL OR r.client IS NOT NULL AS known,
    coalesce(r.time, r.timestamp) AS moment, r.status AS status, r.domain AS domain,
    coalesce(r.client ->> '$.ip', r.client ->> '$') AS client,
    nullif(coalesce(r.name, r.client ->> '$.name'), '') AS label
FROM (SELECT line_number, line,
          from_json(CASE WHEN json_valid(line) THEN line END, '{_STRUCTURE}') AS r FROM lines)"""

# Of the interface before version 6: time, type, name, client, status and more.
_ARRAY_SQL = """
SELECT line_number, line, len(r) >= 5 AS known, r[1] AS moment, r[5] AS status, r[3] AS domain,
    r[4] AS client, NULL::VARCHAR AS label
FROM (SELECT line_number, line,
          from_json(CASE WHEN json_valid(line) THEN line END, '["VARCHAR"]') AS r FROM lines)"""

# As its database's own tool prints the view `queries`, with names or without, by bars or commas.
_ROW = (
    r"^\d+[|,]\d{10}(?:\.\d+)?[|,](?:\d{1,3}|[A-Z]+)[|,]\d{1,2}[|,][^|,]*[A-Za-z][^|,]*[|,]"
    r"[^|,]+(?:[|,]|$)"
)
_ROW_SQL = """
SELECT line_number, line, true AS known, r[2] AS moment, r[4] AS status, r[5] AS domain,
    r[6] AS client, NULL::VARCHAR AS label
FROM (SELECT line_number, line, string_split(replace(line, '|', ','), ',') AS r FROM lines)"""

# https://docs.pi-hole.net/database/query-database/: 2, 3, 12 to 14 and 17 were answered.
_SQL = fields.record(
    Variants(
        {
            "starts_with(line, '[')": _ARRAY_SQL,
            f"regexp_matches(line, '{_ROW}')": _ROW_SQL,
            "true": _OBJECT_SQL,
        }
    ),
    let={
        "instant": "epoch_seconds(moment)",
        "code": "try_cast(status AS INTEGER)",
        "is_address": "regexp_full_match(client, '[0-9.]+|[0-9A-Fa-f]*:[0-9A-Fa-f:.]+')",
    },
    rejected={
        "no row of the query table": "NOT coalesce(known, false)",
        "the time cannot be read": "instant IS NULL",
        "a query without a name": "domain IS NULL",
    },
    event_time="instant",
    source_ip="CASE WHEN is_address THEN client END",
    device_name="coalesce(label, CASE WHEN NOT is_address THEN client END)",
    authority="domain",
    action="""CASE
        WHEN regexp_matches(status, '^(GRAVITY|REGEX|DENYLIST|BLACKLIST|EXTERNAL|SPECIAL)')
             OR code IN (1, 4, 5, 6, 7, 8, 9, 10, 11, 16, 18) THEN 'blocked'
        WHEN regexp_matches(status, '^(FORWARDED|CACHE|RETRIED)')
             OR code IN (2, 3, 12, 13, 14, 17) THEN 'allowed' END""",
    evidence="'resolved'",
)

PIHOLE = Format(
    name="pihole-ftl",
    title="Pi-hole FTL database (SQLite, its rows as text), JSON of its interfaces",
    kind="dns",
    carries=("event_time", "source_ip", "device_name", "host", "action", "evidence"),
    recognise=re.compile(
        r'\{"pihole":|\{(?=.*"domain" ?:)(?=.*"dnssec" ?:)(?=.*"client" ?: ?\{)(?=.*"reply" ?:)'
        r'|\{(?=.*"timestamp" ?: ?\d)(?=.*"domain" ?:)(?=.*"client" ?:)(?=.*"forward" ?:)'
        rf'|\["\d{{10}}", ?"[A-Z0-9]+", ?"[^"]+", ?"[^"]+", ?"\d+"|{_ROW}'
        r"|id,timestamp,type,status,domain,client\b"
    ),
    reference="https://docs.pi-hole.net/database/query-database/",
    sql=_SQL,
    header=fields.same_places,
    header_starts=("id,t",),
    notes="a lookup proves no use; lines are the rows of its query table",
)
