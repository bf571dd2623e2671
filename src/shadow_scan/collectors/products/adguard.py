"""AdGuard Home's querylog.json, nanoseconds in its times, and what its interface answers."""

from __future__ import annotations

import re

from shadow_scan.collectors.format import Format

_STRUCTURE = """{
    "T": "VARCHAR", "QH": "VARCHAR", "QT": "VARCHAR", "IP": "VARCHAR", "CID": "VARCHAR",
    "Elapsed": "VARCHAR", "Result": {"IsFiltered": "BOOLEAN", "Reason": "INTEGER"},
    "time": "VARCHAR", "client": "VARCHAR", "client_id": "VARCHAR", "elapsedMs": "VARCHAR",
    "reason": "VARCHAR", "client_info": {"name": "VARCHAR"},
    "question": {"name": "VARCHAR", "host": "VARCHAR"}
}"""

# Filtered for the reasons 3 (list), 4 (malware), 5 (parental), 6 (invalid) and 8 (service) is
# blocked; 7 (safe search) and the rewrites answer with another address.
_SQL = f"""
WITH record AS (
    SELECT line_number, from_json(CASE WHEN json_valid(line) THEN line END, '{_STRUCTURE}') AS r
    FROM lines
), field AS (
    SELECT *, iso_time(coalesce(r.T, r.time)) AS event_time,
        coalesce(r.QH, r.question.name, r.question.host) AS name FROM record
)
SELECT line_number,
    CASE WHEN name IS NULL THEN 'no JSON object with a question'
         WHEN event_time IS NULL THEN 'the time cannot be read' END AS rejected,
    event_time,
    CAST(round(coalesce(try_cast(r.Elapsed AS DOUBLE) / 1000000, try_cast(r.elapsedMs AS DOUBLE)))
        AS BIGINT) AS duration_ms,
    coalesce(r.IP, r.client) AS source_ip,
    coalesce(nullif(r.CID, ''), nullif(r.client_info.name, ''), nullif(r.client_id, ''))
        AS device_name,
    name AS authority,
    CASE WHEN r.Result.IsFiltered AND coalesce(r.Result.Reason, 3) IN (3, 4, 5, 6, 8)
              OR starts_with(r.reason, 'Filtered') AND r.reason <> 'FilteredSafeSearch'
         THEN 'blocked'
         ELSE 'allowed' END AS action,
    'resolved' AS evidence
FROM field
"""

ADGUARD = Format(
    name="adguard-home",
    title="AdGuard Home query log",
    kind="dns",
    carries=(
        *("event_time", "duration_ms", "source_ip", "device_name", "host", "action", "evidence"),
    ),
    recognise=re.compile(
        r'\{(?=.*"QH": ?")(?=.*"T": ?")(?=.*"IP": ?")(?=.*"(?:QT|Result)": ?)'
        r'|\{(?=.*"elapsedMs": ?")(?=.*"question": ?\{)(?=.*"client": ?")'
    ),
    reference="https://github.com/AdguardTeam/AdGuardHome/wiki/Configuration",
    sql=_SQL,
    clock="end",
    notes="a lookup proves no use; clients may be masked by its own settings",
    aliases=("adguard",),
)
