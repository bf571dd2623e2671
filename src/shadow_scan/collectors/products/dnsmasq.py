"""Query log of dnsmasq (`log-queries`, also `extra`) and of Pi-hole, built upon it.

Since its version 6 Pi-hole writes date and fraction itself, and no name of the program.
"""

from __future__ import annotations

import re

from shadow_scan.collectors.format import Format
from shadow_scan.collectors.syslog import RECEIVED_SOON

# A blocked name is answered at once, so its answer is the very next record.
_SERIAL = r"^(?:(?:TCP|UDP) )?\d+ \S+/\d+ "
"""What `log-queries=extra` puts before the record."""
_DATED = r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ "

_CLOCK = r"^\d\d:\d\d:\d\d(?:: | dnsmasq)"
"""All that `pihole -t` leaves before it."""

_RECORD = (
    r"^(?:query\[|forwarded |reply |cached |config |validation |gravity |exactly |regex |special "
    r"|blacklisted |Pi-hole |Cache |dnssec-|local |/|hostname )"
)

_SQL = f"""
WITH bare AS (
    SELECT line_number, contains(line, 'dnsmasq[') AND contains(line, ']: ') AS tagged,
        CASE WHEN contains(line, ']: ') THEN substr(line, strpos(line, ']: ') + 3)
             WHEN substr(line, 5, 1) = '-' THEN regexp_replace(line, '{_DATED}', '')
             WHEN substr(line, 9, 1) = ':' THEN regexp_replace(line, '{_CLOCK}', '')
             ELSE line END AS bare,
        coalesce(CASE WHEN substr(line, 11, 1) = ' '
                      THEN from_local(try_cast(left(line, 23) AS TIMESTAMP)) END,
                 CASE WHEN line < 'A' AND regexp_matches(line, '{_CLOCK}')
                      THEN dateless_time(left(line, 8)) END,
                 {RECEIVED_SOON}) AS event_time
    FROM lines
), cut AS (
    SELECT line_number, event_time, tagged,
        CASE WHEN starts_with(bare, 'query[') THEN bare
             ELSE regexp_replace(bare, '{_SERIAL}', '') END AS record
    FROM bare
), following AS (
    SELECT *, lead(record) OVER (ORDER BY line_number) AS answer FROM cut
), field AS (
    SELECT *, starts_with(record, 'query[') AS query, string_split(record, ' ') AS part,
        tagged OR regexp_matches(record, '{_RECORD}') AS known
    FROM following
)
SELECT line_number,
    CASE WHEN known AND NOT query AND event_time IS NOT NULL
         THEN 'no query (reply or status)' END AS skipped,
    CASE WHEN NOT known THEN 'no record of dnsmasq'
         WHEN event_time IS NULL THEN 'the time cannot be read'
         WHEN coalesce(part[3], '') <> 'from' OR part[4] IS NULL THEN 'the question is cut'
         END AS rejected,
    event_time,
    part[4] AS source_ip,
    part[2] AS authority,
    CASE WHEN regexp_matches(answer,
                '^(gravity|exactly|regex|blacklisted|special)[a-z ]* (blocked|denied|blacklisted) '
                || '|^/\\S*(?:gravity|black|block)\\S* \\S+ is '
                || '|^config \\S+ is (0\\.0\\.0\\.0|::|NXDOMAIN|NODATA)')
              AND contains(answer, ' ' || part[2] || ' is ') THEN 'blocked' END AS action,
    'resolved' AS evidence
FROM field
"""

DNSMASQ = Format(
    name="dnsmasq",
    title="dnsmasq and Pi-hole query log",
    kind="dns",
    carries=("event_time", "source_ip", "host", "action", "evidence"),
    recognise=re.compile(
        r".*\bdnsmasq\[\d+\]: (?:(?:(?:TCP|UDP) )?\d+ \S+ )?"
        r"(?:query\[[\w=]+\] |forwarded |reply |started,)"
        r"|(?:(?:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+|\d\d:\d\d:\d\d:) )?"
        r"(?:(?:(?:TCP|UDP) )?\d+ \S+ )?"
        r"query\[[\w=]+\] \S+ from [0-9a-fA-F.:]+$"
    ),
    reference="https://thekelleys.org.uk/dnsmasq/docs/dnsmasq-man.html",
    sql=_SQL,
    zone="local",
    notes="no year in its lines (and no date in those of `pihole -t`): the newest that fits the "
    "file's own time; a lookup proves no use",
    aliases=("pihole",),
)
