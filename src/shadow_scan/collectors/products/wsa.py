"""Cisco Secure Web Appliance (WSA, IronPort): its access log, a cousin of Squid's.

Behind Squid's ten fields come the policy's tag and a block of verdicts in angle brackets, whose
length differs by version; what an administrator adds stands behind it. The default has no upload.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.variants import Variants

# A user or a URL with blanks is quoted: then blanks between quotes are put away before the split.
# A request that came to an address transparently has its host's name only behind DIRECT/.
_SQUID_SQL = r"""
WITH trimmed AS (
    SELECT line_number, replace(replace(line[strpos(line, regexp_extract(line,
        '\d{9,10}\.\d{3}')):],
        '&lt;', '<'), '&gt;', '>') AS line FROM lines
), parted AS (
    SELECT line_number, line, split_part(line, ' <', 1) AS head,
        CASE WHEN contains(line, '> ') THEN regexp_extract(line, '>\s+(.*)$', 1) END AS tail
    FROM trimmed
), split AS (
    SELECT line_number, line, tail, string_split(ltrim(substr(CASE WHEN contains(head, '"')
        THEN array_to_string(list_transform(string_split(head, '"'), lambda piece, place:
            CASE WHEN place % 2 = 0 THEN replace(piece, ' ', chr(31)) ELSE piece END), '')
        ELSE head END, 15)), ' ') AS part
    FROM parted
), field AS (
    SELECT line_number, line, part, tail,
        epoch_seconds(left(line, 14)) AS event_time,
        try_cast(part[1] AS BIGINT) AS duration_ms,
        try_cast(right(part[3], 3) AS INTEGER) AS status,
        try_cast(part[4] AS BIGINT) AS bytes_down,
        replace(replace(part[6], 'tunnel://', ''), chr(31), '%20') AS url,
        part[5] IN ('CONNECT', 'TCP_CONNECT') OR starts_with(part[6], 'tunnel://') AS tunnel,
        CASE WHEN contains(tail, '"') THEN list_filter(string_split(tail, '"'), lambda piece, place:
            place % 2 = 0
            AND regexp_matches(piece, '^[A-Za-z][\w.-]*(?:/[\w.]| v?\d+\.[\d.]+$)'))[1] END AS agent
    FROM split
)
SELECT line_number,
    CASE WHEN event_time IS NULL THEN 'the time is no number of seconds'
         WHEN len(part) < 9 THEN 'fewer than 10 fields'
         WHEN duration_ms + status + bytes_down IS NULL THEN 'duration, status or size is no number'
         END AS rejected,
    event_time, duration_ms, dash_null(part[2]) AS source_ip,
    dash_null(replace(part[7], chr(31), ' ')) AS user_name,
    CASE WHEN tunnel AND starts_with(part[8], 'DIRECT/')
            AND regexp_full_match(url, '\d+\.\d+\.\d+\.\d+(?::\d+)?/?')
            AND regexp_matches(part[8], '\.[A-Za-z][A-Za-z0-9-]+$')
         THEN substr(part[8], 8) || regexp_extract(url, ':\d+')
         WHEN tunnel THEN rtrim(url, '/') WHEN part[6] <> '-' THEN url_authority(url) END
        AS authority,
    CASE WHEN NOT tunnel AND contains(url, '://') THEN url_path(url) END AS path,
    CASE WHEN regexp_full_match(split_part(part[8], '/', 2), '[0-9.]+|[0-9a-f]*:[0-9a-f:]+')
         THEN split_part(part[8], '/', 2) END AS destination_ip,
    dash_null(part[5]) AS method,
    CASE WHEN status > 0 THEN status END AS status,
    bytes_down,
    agent AS user_agent,
    CASE WHEN status = 407 OR starts_with(part[3], 'NONE') THEN NULL
         WHEN starts_with(part[3], 'TCP_DENIED') OR contains(line, ' BLOCK_') THEN 'blocked'
         ELSE 'allowed' END AS action,
    CASE WHEN tunnel THEN 'connected' ELSE 'transacted' END AS evidence
FROM field
"""

# The W3C log as the vendor recommends it for collectors, without its header: its first columns are
# fixed, the last ones an agent in quotes and a size.
_W3C = r"^(\d{9,10}\.\d{3}) ([\d.]+) \S+ (\S+) ([A-Z_]+)/(\d{3}) (\d+) (\S+) (\S+) "
_W3C_SQL = rf"""
WITH told AS (
    SELECT line_number, line, regexp_extract(line, '{_W3C}', ['moment', 'took', 'client', 'result',
        'code', 'size', 'verb', 'url']) AS part,
        nullif(regexp_extract(line, '"([^"]*/[^"]*)" \S+\s*$', 1), '') AS agent
    FROM lines
), field AS (
    SELECT line_number, line, agent, part.*, part.verb IN ('CONNECT', 'TCP_CONNECT')
        OR starts_with(part.url, 'tunnel://') AS tunnel FROM told
)
SELECT line_number,
    CASE WHEN moment = '' THEN 'not the columns of the log' END AS rejected,
    epoch_seconds(moment) AS event_time,
    CAST(round(try_cast(took AS DOUBLE)) AS BIGINT) AS duration_ms,
    dash_null(client) AS source_ip, NULL::VARCHAR AS user_name,
    CASE WHEN tunnel THEN rtrim(replace(url, 'tunnel://', ''), '/') ELSE url_authority(url) END
        AS authority,
    CASE WHEN NOT tunnel AND contains(url, '://') THEN url_path(url) END AS path,
    NULL::VARCHAR AS destination_ip, dash_null(verb) AS method,
    nullif(try_cast(code AS INTEGER), 0) AS status, number(size) AS bytes_down,
    agent AS user_agent,
    CASE WHEN code = '407' OR starts_with(result, 'NONE') THEN NULL
         WHEN starts_with(result, 'TCP_DENIED') OR contains(line, ' BLOCK_') THEN 'blocked'
         ELSE 'allowed' END AS action,
    CASE WHEN tunnel THEN 'connected' ELSE 'transacted' END AS evidence
FROM field
"""
# The log's Apache style: the same words behind a web server's line. Its time is
# that of the request, and nothing says which end of it: the milliseconds are left out.
_APACHE = (
    r'([0-9a-fA-F.:]{3,45}) (?:- )?("[^"]*"|\S+) (?:- )?\[(\d\d/\w{3}/\d{4}:[\d:]{8} [+-]\d{4})\] '
    r'"([A-Z]+) (\S+)[^"]*" (\d{3}) (\d+) ([A-Z_]+):[A-Z_]+ \d+ [A-Z][\w.-]*-\S+ (?:<|&lt;)'
)
_APACHE_SQL = fields.record(
    f"""SELECT line_number, line, told.* FROM (SELECT line_number, line,
        regexp_extract(line, '{_APACHE}', ['client', 'person', 'stamp', 'verb', 'url', 'code',
            'size', 'result']) AS told FROM lines)""",
    let={
        "moment": "timezone('UTC', try_strptime(stamp, '%d/%b/%Y:%H:%M:%S %z'))",
        "tunnel": "verb IN ('CONNECT', 'TCP_CONNECT') OR starts_with(url, 'tunnel://')",
    },
    rejected={"the time cannot be read": "moment IS NULL"},
    event_time="moment",
    source_ip="client",
    user_name="dash_null(trim(person, '\"'))",
    authority="CASE WHEN tunnel THEN rtrim(replace(url, 'tunnel://', ''), '/') "
    "ELSE url_authority(url) END",
    path="CASE WHEN NOT tunnel AND contains(url, '://') THEN url_path(url) END",
    method="verb",
    status="nullif(try_cast(code AS INTEGER), 0)",
    bytes_down="number(size)",
    action="""CASE WHEN code = '407' OR starts_with(result, 'NONE') THEN NULL
        WHEN starts_with(result, 'TCP_DENIED') OR contains(line, ' BLOCK_') THEN 'blocked'
        ELSE 'allowed' END""",
    evidence="CASE WHEN tunnel THEN 'connected' ELSE 'transacted' END",
)
_SQL = Variants(
    {
        f"regexp_matches(line, '{_W3C}')": _W3C_SQL,
        # What costs little is asked first.
        f"contains(line, '] \"') AND regexp_matches(line, '{_APACHE}')": _APACHE_SQL,
        "true": _SQUID_SQL,
    }
)

WSA = Format(
    name="cisco-wsa",
    title="Cisco Secure Web Appliance access log",
    kind="proxy",
    carries=(
        *("event_time", "duration_ms", "source_ip", "user_name", "host", "port", "path"),
        *("destination_ip", "method", "status", "bytes_down", "user_agent", "action", "evidence"),
    ),
    recognise=re.compile(
        r"(?:\w+: ){0,3}\d{9,10}\.\d{3} +-?\d+ \S+ [A-Z_]+/-?\d{2,3} -?\d+ \S+ (?:\S+|\"[^\"]*\") "
        r"(?:[^\s\"]+|\"[^\"]*\") [A-Z_]+/\S* \S+ (?:\S+ ){1,4}(?:<|&lt;)"
        r"|\d{9,10}\.\d{3} [\d.]+ \S+ \S+ [A-Z_]+/\d{3} \d+ [A-Z]+ \S+ "
        r".*-\S+-\S+-NONE \"[^\"]*\" \d+ "
        rf"|(?:[^\"<]{{0,160}} )?{_APACHE}"
    ),
    reference="https://www.cisco.com/c/en/us/support/security/web-security-appliance/"
    "products-user-guide-list.html",
    sql=_SQL,
    clock="end",
    notes="no upload bytes in the default log; agents only where an administrator added them",
    aliases=("wsa", "ironport"),
)
