"""AdGuard Home's querylog.json: one object a line, nanoseconds in its times."""

from __future__ import annotations

import re

from shadow_scan.collectors.format import Format

_STRUCTURE = """{
    "T": "VARCHAR", "QH": "VARCHAR", "QT": "VARCHAR", "IP": "VARCHAR", "CID": "VARCHAR",
    "Elapsed": "VARCHAR", "Result": {"IsFiltered": "BOOLEAN", "Reason": "INTEGER"}
}"""

# Filtered for the reasons 3 (list), 4 (malware), 5 (parental), 6 (invalid) and 8 (service) is
# blocked; 7 (safe search) and the rewrites answer with another address.
_SQL = f"""
WITH record AS (
    SELECT line_number, from_json(CASE WHEN json_valid(line) THEN line END, '{_STRUCTURE}') AS r
    FROM lines
), field AS (
    SELECT *, iso_time(r.T) AS event_time FROM record
)
SELECT line_number,
    CASE WHEN r.QH IS NULL THEN 'no JSON object with a question'
         WHEN event_time IS NULL THEN 'the time cannot be read' END AS rejected,
    event_time,
    CAST(round(try_cast(r.Elapsed AS DOUBLE) / 1000000) AS BIGINT) AS duration_ms,
    r.IP AS source_ip, nullif(r.CID, '') AS device_name, r.QH AS authority,
    CASE WHEN r.Result.IsFiltered AND coalesce(r.Result.Reason, 3) IN (3, 4, 5, 6, 8)
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
    recognise=re.compile(r'\{(?=.*"QH": ?")(?=.*"T": ?")(?=.*"IP": ?")(?=.*"(?:QT|Result)": ?)'),
    reference="https://github.com/AdguardTeam/AdGuardHome/wiki/Configuration",
    sql=_SQL,
    clock="end",
    notes="a lookup proves no use; clients may be masked by its own settings",
    aliases=("adguard",),
)
