"""Query log of BIND 9 (`querylog yes`), with or without severity, category, view and client id.

Sent by syslog a record often has no time of its own: then the header's is taken.
"""

from __future__ import annotations

import re

from shadow_scan.collectors.format import Format

_SQL = """
WITH cut AS (
    SELECT line_number, line,
        split_part(split_part(line, ': query: ', 1), 'client ', 2) AS asker,
        string_split(split_part(line, ': query: ', 2), ' ') AS part
    FROM lines
), field AS (
    SELECT line_number, line, part,
        coalesce(from_local(try_strptime(left(line, 24), '%d-%b-%Y %H:%M:%S.%g')),
                 iso_time(split_part(line, ' ', 1)),
                 from_local(try_strptime(regexp_extract(line, '\\d\\d-[A-Z][a-z]+-\\d{4} [\\d:.]+'),
                                         '%d-%b-%Y %H:%M:%S.%g')),
                 from_local(yearless_time(regexp_extract(line, '[A-Z][a-z]+ [ 0-9]\\d [\\d:]+'))),
                 iso_time(split_part(line, ' ', 2))) AS event_time,
        split_part(CASE WHEN starts_with(asker, '@') THEN split_part(asker, ' ', 2) ELSE asker END,
                   '#', 1) AS source_ip,
        contains(line, ': query: ') AND contains(line, 'client ') AS query
    FROM cut
)
SELECT line_number,
    CASE WHEN NOT query AND event_time IS NOT NULL THEN 'no query (another kind of record)' END
        AS skipped,
    CASE WHEN NOT query THEN 'neither a query nor another record of BIND'
         WHEN event_time IS NULL THEN 'the time cannot be read'
         WHEN len(part) < 3 OR part[2] NOT IN ('IN', 'CH', 'HS') THEN 'the question is cut' END
        AS rejected,
    event_time, source_ip, part[1] AS authority, 'resolved' AS evidence
FROM field
"""

BIND = Format(
    name="bind",
    title="BIND 9 query log",
    kind="dns",
    carries=("event_time", "source_ip", "host", "evidence"),
    recognise=re.compile(r".*\bclient (?:@0x[0-9a-f]+ )?[0-9a-fA-F.:]+#\d+ .*: query: \S+ IN \S+ "),
    reference="https://bind9.readthedocs.io/en/stable/reference.html#namedconf-statement-querylog",
    sql=_SQL,
    zone="local",
    notes="a lookup proves no use; caches and encrypted DNS hide clients",
)
