"""Squid's own access.log.

`logformat squid %ts.%03tu %6tr %>a %Ss/%03>Hs %<st %rm %ru %[un %Sh/%<a %mt`
"""

from __future__ import annotations

import re

from shadow_scan.collectors.columns.words import Ordinary
from shadow_scan.collectors.format import Format

# What is made of the words of a line, whichever way they are parted.
_MADE = {
    ("source_ip",): {"source_ip": "dash_null(source_ip)"},
    ("result",): {
        "status": "nullif(squid_status(result), 0)",
        "action": "squid_action(result, squid_status(result))",
    },
    ("result", "method"): {
        "rejected": """CASE WHEN squid_status(result) IS NULL OR NOT contains(result, '/')
            THEN 'the result has no status'
            WHEN method BETWEEN '0' AND ':' THEN 'the method is a number: a logformat of its own?'
            END""",
    },
    ("method",): {
        "method": "dash_null(method)",
        "evidence": "CASE WHEN method = 'CONNECT' THEN 'connected' ELSE 'transacted' END",
    },
    ("method", "url"): {
        "authority": """CASE WHEN method = 'CONNECT' THEN url
            WHEN NOT starts_with(url, 'error:') THEN url_authority(url) END""",
        "path": """CASE WHEN method <> 'CONNECT' AND NOT starts_with(url, 'error:')
            THEN url_path(url) END""",
    },
    ("user_name",): {"user_name": "squid_user(user_name)"},
    ("peer",): {"destination_ip": "dash_null(substr(peer, strpos(peer, '/') + 1))"},
}
_VALUE = {name: value for made in _MADE.values() for name, value in made.items()}

_APPENDED = r'"([^"]*)" "(-|[^"]*[G-Zg-z/][^"]*)"'
"""Referrer and agent. Other headers may stand there: an agent is no address."""

_HEADERS = r"(?:\[|\\n|%0A)User-Agent: ([^\]]*?)(?:\\r|%0D|\])"
"""What the client sent, as `log_mime_hdrs` has it between brackets."""

_CARD = "(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}"
_NAMED = r" [A-Z]+ [^ ]*[A-Za-z][^ ]* ([^ ]+(?: [^ /]+)+) ([A-Z][A-Z_]+/[^ ]*) "
"""Behind the method and a name, before the peer: behind an address its host's name may stand."""

# The line is split once. The duration is padded to six characters and every blank makes an empty
# part, so that all fields behind it are counted from where it stands (`place`).
_NATIVE_SQL = rf"""
WITH split AS (
    SELECT line_number, line, string_split(line, ' ') AS part FROM lines
), placed AS (
    SELECT line_number, line, part,
        CASE WHEN part[2] <> '' THEN 2 WHEN part[3] <> '' THEN 3 WHEN part[4] <> '' THEN 4
             WHEN part[5] <> '' THEN 5 WHEN part[6] <> '' THEN 6 WHEN part[7] <> '' THEN 7
             ELSE 1 + list_position(list_transform(part[2:], lambda field: field <> ''), true)
        END AS place
    FROM split
), carded AS (
    -- The card of the client may stand behind its address (%>eui).
    SELECT line_number, line, part, place AS lasting,
        place + CASE WHEN regexp_full_match(part[place + 2], '{_CARD}') THEN 1 ELSE 0 END AS place
    FROM placed
), field AS (
    SELECT line_number, line, len(part) - place AS behind,
        epoch_seconds(part[1]) AS event_time,
        try_cast(part[lasting] AS BIGINT) AS duration_ms,
        part[lasting + 1] AS source_ip,
        part[place + 2] AS result,
        try_cast(part[place + 3] AS BIGINT) AS bytes_down,
        part[place + 4] AS method,
        part[place + 5] AS asked,
        part[place + 6] AS first_name,
        part[place + 7] AS next,
        -- A name of several words stands there as it is.
        CASE WHEN len(part) - place > 8 AND NOT contains(part[place + 7], '/')
             THEN regexp_extract(line, '{_NAMED}', ['name', 'peer']) END AS named,
    FROM carded
), read AS (
    SELECT *,
        coalesce(nullif(named.name, ''), first_name) AS user_name,
        coalesce(nullif(named.peer, ''), next) AS peer,
        -- A redirected connection is to an address; its name may have been appended.
        CASE WHEN behind > 8 AND method = 'CONNECT'
                  AND regexp_matches(asked, '^(?:[0-9.]+|\[[0-9A-Fa-f:]+\]):[0-9]+$')
             THEN nullif(regexp_extract(substr(line, strpos(line, ' ' || peer || ' ')
                     + length(peer) + 1),
                 '[ "=:]((?:[A-Za-z0-9_-]+\.)+[A-Za-z]{{2,}}(?::[0-9]+)?)(?:[ "]|$)', 1), '') END
             AS server_name,
        coalesce(server_name || coalesce(':' || port_of(asked), ''), asked) AS url
    FROM field
)
SELECT line_number,
    CASE WHEN behind IS NULL OR behind < 8 THEN 'fewer than 10 fields'
         WHEN event_time IS NULL THEN 'the time is no number of seconds'
         WHEN duration_ms IS NULL THEN 'the duration is no number'
         WHEN bytes_down IS NULL THEN 'the size is no number'
         ELSE {_VALUE["rejected"]} END AS rejected,
    event_time,
    CASE WHEN duration_ms >= 0 THEN duration_ms END AS duration_ms,  -- else the clock was set back
    {_VALUE["source_ip"]} AS source_ip,
    {_VALUE["user_name"]} AS user_name,
    {_VALUE["authority"]} AS authority,
    {_VALUE["path"]} AS path,
    coalesce({_VALUE["destination_ip"]}, CASE WHEN server_name IS NOT NULL THEN host_of(asked) END)
        AS destination_ip,
    {_VALUE["method"]} AS method,
    {_VALUE["status"]} AS status,
    bytes_down,
    CASE WHEN behind > 8 THEN coalesce(dash_null(regexp_extract(line, '{_APPENDED}', 2)),
        CASE WHEN contains(line, 'User-Agent: ')
        THEN dash_null(regexp_extract(line, '{_HEADERS}', 1)) END) END AS user_agent,
    CASE WHEN behind > 8 THEN dash_null(regexp_extract(line, '{_APPENDED}', 1)) END AS referrer,
    {_VALUE["action"]} AS action,
    {_VALUE["evidence"]} AS evidence
FROM read
"""

NATIVE = Format(
    name="squid",
    title="Squid native access.log",
    kind="proxy",
    carries=(
        *("event_time", "duration_ms", "source_ip", "user_name", "host", "port", "path"),
        *("destination_ip", "method", "status", "bytes_down", "action", "evidence"),
        *("user_agent", "referrer_host"),
    ),
    recognise=re.compile(
        r"\d{9,10}\.\d{3} +-?\d+ \S+ (?:[0-9A-Fa-f:]{17} )?"
        r"[A-Z_]+/\d{1,3} \d+ \S+ \S+ \S+ [A-Z_]+/\S* \S"
        r"(?!.*-\w+ (?:<|&lt;)[\w\"-])"
    ),
    reference="https://www.squid-cache.org/Doc/config/logformat/",
    sql=_NATIVE_SQL,
    ordinary=Ordinary(
        words=(
            *("event_time", "duration_ms", "source_ip", "result", "bytes_down", "method", "url"),
            *("user_name", "peer", "content_type"),
        ),
        values=_MADE,
        numbers={name: f"try_cast({name} AS BIGINT)" for name in ("duration_ms", "bytes_down")},
        padding=15,
    ),
    clock="end",
    notes="no upload bytes; agents only where appended; without inspection one row a tunnel",
)

# logformat common    %>a - %[un [%tl] "%rm %ru HTTP/%rv" %>Hs %<st %Ss:%Sh
# logformat combined  the same with "%{Referer}>h" "%{User-Agent}>h" before the last field.
# Not quite Apache's: the request line holds a whole URL, and Squid's result ends the line. With
# frontier-squid milliseconds, the result and the duration stand before three quoted headers.
_HTTPD_SQL = r"""
WITH split AS (
    -- Quotes inside of a quoted text have a backslash before them.
    SELECT line_number, string_split(CASE WHEN contains(line, '\"')
        THEN replace(line, '\"', chr(1)) ELSE line END, '"') AS parted
    FROM lines
), whole AS (
    -- Squid escapes none unless told to: what is too much belongs to the agent.
    SELECT line_number, CASE WHEN len(parted) > 7 AND parted[5] = ' ' AND parted[-1] <> ''
        THEN parted[:5] || [array_to_string(parted[6:len(parted) - 1], '"'), parted[-1]]
        ELSE parted END AS quoted
    FROM split
), field AS (
    SELECT line_number, quoted, len(quoted) AS pieces,
        string_split(quoted[1], ' ') AS head,
        string_split(quoted[2], ' ') AS request,
        string_split(ltrim(quoted[3]), ' ') AS tail,
        CASE WHEN len(quoted) = 9 THEN split_part(ltrim(quoted[3]), ' ', 3)
             WHEN ends_with(quoted[-1], ' ') THEN split_part(rtrim(quoted[-1]), ' ', -1)
             ELSE split_part(quoted[-1], ' ', -1) END AS result
    FROM whole
), read AS (
    SELECT *,
        in_utc(try_strptime(
            regexp_extract(substr(quoted[1], strpos(quoted[1], '[')), '^\[([^\]]+)\]', 1),
            ['%d/%b/%Y:%H:%M:%S %z', '%d/%b/%Y:%H:%M:%S.%g %z'])) AS event_time,
        try_cast(tail[1] AS INTEGER) AS code,
        request[1] = 'CONNECT' AS tunnel,
        starts_with(request[2], 'error:') AS failed
    FROM field
)
SELECT line_number,
    CASE WHEN pieces NOT IN (3, 7, 9) OR len(head) < 5 OR len(request) < 2
         THEN 'not the fields of a common or combined line'
         WHEN event_time IS NULL THEN 'the time cannot be read'
         WHEN code IS NULL THEN 'the status is no number' END AS rejected,
    event_time,
    CASE WHEN pieces = 9 THEN try_cast(tail[4] AS BIGINT) END AS duration_ms,
    dash_null(head[1]) AS source_ip,
    squid_user(CASE WHEN len(head) > 6 THEN array_to_string(head[3:len(head) - 3], ' ')
        ELSE head[3] END) AS user_name,
    CASE WHEN tunnel THEN request[2] WHEN NOT failed THEN url_authority(request[2]) END
        AS authority,
    CASE WHEN NOT tunnel AND NOT failed THEN url_path(request[2]) END AS path,
    dash_null(request[1]) AS method,
    nullif(code, 0) AS status,
    try_cast(tail[2] AS BIGINT) AS bytes_down,
    CASE WHEN pieces >= 7 THEN dash_null(replace(quoted[pieces - 3], chr(1), '"')) END AS referrer,
    CASE WHEN pieces >= 7 THEN dash_null(replace(quoted[pieces - 1], chr(1), '"')) END
        AS user_agent,
    squid_action(result, code) AS action,
    CASE WHEN tunnel THEN 'connected' ELSE 'transacted' END AS evidence
FROM read
"""

HTTPD = Format(
    name="squid-combined",
    title="Squid access.log in its common and combined formats",
    kind="proxy",
    carries=(
        *("event_time", "duration_ms", "source_ip", "user_name", "host", "port", "path"),
        *("method", "status", "bytes_down", "user_agent", "referrer_host", "action", "evidence"),
    ),
    recognise=re.compile(
        r"\S+ - \S+(?: [^ \[]{1,60}){0,3} \[\d\d/\w{3}/\d{4}:[\d:]{8}(?:\.\d{3})? [+-]\d{4}\] "
        r'"\S+ \S+ HTTP/[\d.]+" '
        r'\d{3} \d+ (?:.*[A-Z_]+:\w+$|[A-Z_]+:\w+ \d+ "[^"]*" "[^"]*" "[^"]*"$)'
    ),
    reference="https://www.squid-cache.org/Doc/config/logformat/",
    sql=_HTTPD_SQL,
    # Logged when the request ended, mostly without how long it took.
    clock="end",
    zone="written",
    notes="no upload bytes, and mostly no durations: then times are those of the end",
    aliases=("squid-common",),
)
