r"""Windows DNS server: its debug log (`dns.log`), with or without details, and analytic events.

Its dates follow the server's locale. A day past twelve anywhere in a block tells day from month;
without one, a clock of twelve hours is read the American way and one of 24 hours the other.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.syslog import RECEIVED
from shadow_scan.collectors.variants import FIELDS, Variants

# With details every packet is followed by lines of its decoded content, and blank lines.
_SQL = r"""
WITH halved AS (
    SELECT line_number, line, contains(line, ' PACKET ') AS packet,
        string_split(split_part(line, ' PACKET ', 1), ' ') AS head,
        split_part(line, ' PACKET ', 2) AS body
    FROM lines
), cut AS (
    SELECT line_number, line, packet, head[1] AS date, split_part(body, ' [', 1) AS front,
        CASE WHEN len(head) > 3 AND upper(left(head[3], 1)) IN ('A', 'P')
             THEN head[2] || ' ' || head[3] ELSE head[2] END AS clock,
        contains(left(body, 40), ' Rcv ') AS received,
        split_part(rtrim(split_part(body, '] ', 2)), ' ', -1) AS name
    FROM halved
), dated AS (
    SELECT line_number, line, packet, received, name, date, right(front, 1) AS opcode,
        right(front, 3) LIKE 'R %' AS answer,
        split_part(ltrim(split_part(front, 'Rcv ', 2)), ' ', 1) AS remote,
        packet AND name LIKE '(%(0)' AND (received OR contains(front, ' Snd ')) AS whole,
        list_transform(string_split(translate(date, './', '--'), '-'), lambda part, place:
            CASE WHEN place = 3 AND length(part) = 2 AND length(date) < 9 THEN '20' || part
                 ELSE part END) AS day,
        upper(replace(clock, '.', '')) AS clock
    FROM cut
), placed AS (
    SELECT *, coalesce(max(try_cast(day[1] AS INTEGER)) FILTER (length(day[1]) < 4) OVER () > 12,
                       false) AS day_first,
        coalesce(max(try_cast(day[2] AS INTEGER)) FILTER (length(day[1]) < 4) OVER () > 12, false)
            AS month_first
    FROM dated
), timed AS (
    SELECT *, CASE
            WHEN length(day[1]) = 8 THEN left(day[1], 4) || '-' || substr(day[1], 5, 2) || '-' ||
                 right(day[1], 2)
            WHEN length(day[1]) = 4 THEN day[1] || '-' || day[2] || '-' || day[3]
            WHEN NOT day_first AND (month_first OR clock LIKE '%M' AND contains(date, '/'))
            THEN day[3] || '-' || day[1] || '-' || day[2]
            ELSE day[3] || '-' || day[2] || '-' || day[1] END AS iso_day
    FROM placed
), moment AS (
    SELECT *, from_local(CASE WHEN clock LIKE '%M'
            THEN try_strptime(iso_day || ' ' || clock, '%Y-%m-%d %I:%M:%S %p')
            ELSE try_strptime(iso_day || ' ' || clock, '%Y-%m-%d %H:%M:%S') END) AS event_time
    FROM timed
)
SELECT line_number,
    CASE WHEN NOT packet THEN 'no packet (preamble, event or detail)'
         WHEN whole AND NOT received THEN 'sent by the server'
         WHEN whole AND answer THEN 'an answer, no question'
         WHEN whole AND opcode <> 'Q' THEN 'no query (notify or update)' END AS skipped,
    CASE WHEN NOT whole THEN 'the packet is cut'
         WHEN event_time IS NULL THEN 'the time cannot be read' END AS rejected,
    event_time, remote AS source_ip,
    trim(regexp_replace(name, '\(\d+\)', '.', 'g'), '.') AS authority,
    'resolved' AS evidence
FROM moment ORDER BY line_number
"""

_MEMBERS = {
    "moment": "EventTime|TimeCreated|@timestamp|UtcTime",
    "asker": "Source|winlog.event_data.Source|EventData.Source|event_data.Source",
    "name": "QNAME|winlog.event_data.QNAME|EventData.QNAME|event_data.QNAME",
    "number": "EventId|EventID|winlog.event_id|event_id",
}
_ANALYTIC = Variants(
    {
        "starts_with(line, '{')": fields.members(
            _MEMBERS,
            extra={"question": "name IS NOT NULL AND coalesce(\"number\", '256') = '256'"},
        ),
        "contains(line, '; QNAME=')": """SELECT line_number, line, header, true AS is_object,
            NULL AS moment, regexp_extract(line, '\\bSource=([^;]+)', 1) AS asker,
            regexp_extract(line, '; QNAME=([^;]*)', 1) AS name,
            contains(line, 'QUERY_RECEIVED') AS question FROM lines""",
    }
)
_READ_EVENT = fields.record(
    _ANALYTIC.around(
        f"SELECT *, coalesce(text_time(moment), {RECEIVED}) AS instant FROM ({FIELDS})"
    ),
    skipped={"no question of a client (an answer, or asked by the server)": "NOT question"},
    rejected={
        "no JSON object": "NOT is_object",
        "the time cannot be read": "instant IS NULL",
        "the question is cut": "coalesce(asker, '') = '' OR coalesce(name, '') = ''",
    },
    event_time="instant",
    source_ip="asker",
    authority="name",
    evidence="'resolved'",
)

WINDOWS_DNS = Format(
    name="windows-dns",
    title="Windows DNS server (debug log, analytic events)",
    kind="dns",
    carries=("event_time", "source_ip", "host", "evidence"),
    recognise=re.compile(
        r"\S+ \S+ (?:[AaPp]\.?[Mm]\.? )? *[0-9A-Fa-f]{4} PACKET +(?:\S+ )?(?:UDP|TCP) +(?:Rcv|Snd) "
        r'|(?:.*?[\s"])?(?:QUERY_RECEIVED|RESPONSE_SUCCESS|RECURSE_[A-Z_]+): TCP=\d; .*\bQNAME='
        r'|\{(?=.*"QNAME" ?:)(?=.*"InterfaceIP" ?:)'
    ),
    reference="https://learn.microsoft.com/windows-server/networking/dns/dns-logging-and-diagnostics",
    sql=_READ_EVENT.among({"true": _SQL}),
    zone="local",
    notes="dates follow the server's locale; a lookup proves no use",
    aliases=("microsoft-dns",),
)
