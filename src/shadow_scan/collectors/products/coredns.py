"""Query log of CoreDNS (`log` plugin), bare or as containers' logs carry it.

Today's CoreDNS writes no time: it comes from the container runtime (text or JSON) or from syslog.
Older releases wrote one; formats of one's own are read by the look of their words.
"""

from __future__ import annotations

import re

from shadow_scan.collectors.format import Format
from shadow_scan.collectors.syslog import RECEIVED, time_sql
from shadow_scan.collectors.variants import Variants

# A clock has colons, too.
_ADDRESS = (
    r"(?:\[[0-9A-Fa-f:.%a-z]+\](?::\d+)?|\d+\.\d+\.\d+\.\d+(?::\d+)?"
    r"|(?:[0-9A-Fa-f]{1,4}:){7,8}[0-9A-Fa-f]+|[0-9A-Fa-f:]*::[0-9A-Fa-f:.]*)"
)
_ASKER = r"[0-9A-Fa-f.:%a-z\[\]]*[.:][0-9A-Fa-f.:%a-z\[\]]*:\d+"
_TYPE = (
    r"(?:A|AAAA|ANY|AXFR|CAA|CERT|CNAME|DNAME|DNSKEY|DS|HINFO|HTTPS|IXFR|MX|NAPTR|NS|NSEC3?|PTR|RRSIG"
    r"|SOA|SPF|SRV|SSHFP|SVCB|TLSA|TXT|URI|TYPE\d+)"
)
_WHEN = r"\[(\d\d/\w{3}/\d{4}:[\d:]{8} [+-]\d{4})\]"
_DATED = r"(\d{4}/\d\d/\d\d \d\d:\d\d:\d\d) "
"""As Go's own logger writes the time, whatever stands before it."""

# What most questions look like. Every letter of a line tells where in the pattern it stands: such a
# pattern is matched three times as fast as one that has to be tried in several ways.
_PLAIN = (
    r'^\[INFO\] (\[[^\]" ]+\]|[\d.]+):\d+ - \d+ '
    r'\\?"[^ "]+ [^ "]+ ([^ "]+) [^ "]+ \d+ [^ "]+ \d+\\?" [^ "]+ [^ "]+ \d+ ([\d.]+)s'
)
_JSON_TIME = r"""regexp_extract(substr(line, strpos(line, '"time":')), '^"time": ?"([^"]+)"', 1)"""

# Inside the JSON of a runtime the quotes of the question are escaped.
_TODAY_SQL = rf"""
WITH plain AS (
    SELECT *, regexp_extract(substr(line, strpos(line, '[INFO] ')), '{_PLAIN}',
                             ['client', 'name', 'took']) AS plain,
        CASE WHEN NOT starts_with(line, '{{') THEN coalesce(header || line, line) END AS stamped
    FROM lines
), cut AS (
    SELECT line_number, line, stamped, plain, plain.name <> '' AS is_plain,
        CASE WHEN plain.name = ''
             THEN string_split(split_part(line, '[INFO] ', 2), '"') END AS half
    FROM plain
), told AS (
    SELECT line_number, line, stamped, plain, is_plain,
        split_part(half[1], ' - ', 1) AS client, contains(half[1], ' - ') AS asked,
        string_split(half[2], ' ') AS question,
        CASE WHEN is_plain THEN plain.took
             ELSE split_part(split_part(half[3], ' ', 5), 's', 1) END AS seconds
    FROM cut
), field AS (
    SELECT line_number, line, seconds,
        CASE WHEN is_plain THEN plain.client ELSE regexp_replace(client, ':\d+$', '') END AS client,
        CASE WHEN is_plain THEN plain.name
             WHEN asked AND len(question) >= 7 AND regexp_full_match(client, '{_ASKER}')
             THEN question[3] END AS name,
        coalesce(iso_time(CASE WHEN stamped IS NULL THEN nullif({_JSON_TIME}, '') END),
                 {time_sql("stamped")}) AS event_time
    FROM told
)
SELECT line_number,
    CASE WHEN name IS NULL AND (contains(line, '[INFO] ') OR contains(line, '[ERROR] ')
                  OR contains(line, '[WARNING] ') OR contains(line, '[DEBUG] '))
              AND NOT contains(line, '" ')
         THEN 'no query (status or error)' END AS skipped,
    CASE WHEN name IS NULL THEN 'no query of CoreDNS'
         WHEN event_time IS NULL
         THEN 'no time: collect with timestamps (container log files have them)' END AS rejected,
    event_time, CAST(round(try_cast(seconds AS DOUBLE) * 1000) AS BIGINT) AS duration_ms,
    CASE WHEN contains(client, '[') OR contains(client, ']') THEN trim(client, '[]')
         ELSE client END AS source_ip, name AS authority, 'resolved' AS evidence
FROM field
"""

# {remote} - [{when}] "{type} {class} {name} {proto} {>do} {>bufsize}" {rcode} {size} {duration} of
# the first releases, or words in any order: the client is the first address, a name ends in a dot.
_OTHER_SQL = rf"""
WITH cut AS (
    SELECT line_number, line, header,
        regexp_replace(replace(line, '\"', '"'), '^.*?\[(?:INFO|ERROR|WARNING|DEBUG)\] ', '')
            AS told
    FROM lines
), field AS (
    SELECT line_number, line, told,
        regexp_extract(told, '(?:^|[ ,"=(])({_ADDRESS})(?:[ ,")]|$)', 1) AS client,
        regexp_extract(told, '(?:^|[ ,"=])((?:[^\s",=]+)?\.)(?:[ ,"]|$)', 1) AS name,
        regexp_matches(told, '(?:^|[ ,"=]){_TYPE}(?:[ ,"]|$)') AS has_type,
        regexp_extract(told, '[ ,"=]([\d.]+)(ns|µs|us|ms|s)(?:[" ,\\]|$)', ['value', 'unit'])
            AS took,
        coalesce(
            timezone('UTC', try_strptime(nullif(regexp_extract(line, '{_WHEN}', 1), ''),
                                         '%d/%b/%Y:%H:%M:%S %z')),
            iso_time(nullif(regexp_extract(line, '{_DATED}', 1), '')),
            CASE WHEN starts_with(line, '{{')
                 THEN iso_time(nullif(regexp_extract(line, '"time": ?"([^"]+)"', 1), ''))
                 ELSE {RECEIVED} END) AS event_time
    FROM cut
)
SELECT line_number,
    CASE WHEN name = '' AND contains(line, '] ') AND NOT contains(line, '" ')
         THEN 'no query (status or error)' END AS skipped,
    CASE WHEN name = '' OR client = '' OR NOT has_type THEN 'no query of CoreDNS'
         WHEN event_time IS NULL
         THEN 'no time: collect with timestamps (container log files have them)' END AS rejected,
    event_time,
    CAST(round(try_cast(took.value AS DOUBLE) * CASE took.unit WHEN 's' THEN 1000 WHEN 'ms' THEN 1
        WHEN 'ns' THEN 0.000001 ELSE 0.001 END) AS BIGINT) AS duration_ms,
    trim(CASE WHEN starts_with(client, '[') OR length(client) - length(replace(client, ':', '')) = 1
              THEN regexp_replace(client, ':\d+$', '') ELSE client END, '[]') AS source_ip,
    name AS authority, 'resolved' AS evidence
FROM field
"""
_IS_TODAYS = r"""contains(line, '[INFO] ')
    AND substr(line, strpos(line, '[INFO] ') - 20, 20) NOT LIKE '____/__/__ __:__:__ '
    AND regexp_matches(line, '\[INFO\] \S+:\d+ - \d+ \\?"[^ "]+ [^ "]+ [^ "]+ [^ "]+ \d+ ')"""

COREDNS = Format(
    name="coredns",
    title="CoreDNS query log",
    kind="dns",
    carries=("event_time", "duration_ms", "source_ip", "host", "evidence"),
    recognise=re.compile(
        r".*\[INFO\] (?:\[[0-9a-fA-F:.%a-z]+\]|[0-9.]+):\d+ - \d+ \\?\"\S+ \S+ \S+ \S+ \d+ "
        rf"|(?:.*[\] ])?{_ADDRESS} - (?:{_WHEN} )?(?:\d+ )?"
        rf"\\?\"{_TYPE} (?:[A-Z]+ )?(?:\S+)?\. (?:udp|tcp)\b"
        # Words in any order: a client, a type, and a name that ends in a dot.
        rf"|(?:(?!\[INFO\]).)*\[INFO\] (?!plugin/)(?=(?:.*[ ,\"=(])?{_ADDRESS}(?:[ ,\")\\]|$))"
        rf"(?=(?:.*[ ,\"=])?{_TYPE}(?:[ ,\"\\]|$))(?=(?:.*[ ,\"=])?[^\s,\"=]*\.(?:[ ,\"\\]|$))"
    ),
    reference="https://coredns.io/plugins/log/",
    sql=Variants({_IS_TODAYS: _TODAY_SQL, "true": _OTHER_SQL}),
    clock="end",
    zone="local",
    notes="no time of its own; in a cluster the client is a pod's address; a lookup proves no use",
)
