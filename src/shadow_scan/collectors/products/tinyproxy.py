"""Tinyproxy: the request lines of its log, in its own file or through syslog.

Who asked stands on a line of its own, which process and descriptor join to the request. Descriptors
are used anew, always behind a new connection: the last one above counts. Where it was cut off, or
stands in an earlier block of the log, a request has no client and is counted as such.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.syslog import RECEIVED

# LEVEL Sep 23 10:11:12.417 [812]: Request (file descriptor 7): CONNECT name:443 HTTP/1.1
_STAMP = r"^[A-Z]+ +([A-Z][a-z]{2} +\d+ \d\d:\d\d:\d\d)(?:\.(\d{3}))? \["
# Connect (file descriptor 7): 10.20.30.44, or: name [10.20.30.44] at [the proxy's address]
_DESCRIBED = r"(Request|Connect) \(file descriptor (\d+)\): (.*)$"
_PROCESS = r"\[(\d+)\]: "
_SQL = fields.record(
    f"""SELECT *, string_split(part.told, ' ') AS request,
        last_value(client IGNORE NULLS) OVER (PARTITION BY process, part.descriptor
            ORDER BY line_number ROWS UNBOUNDED PRECEDING) AS connected,
        coalesce(from_local(yearless_time(nullif(stamp.moment, '')))
            + to_milliseconds(coalesce(number(stamp.fraction), 0)), {RECEIVED}) AS instant
    FROM (SELECT *, part.word = 'Request' AS asks, CASE WHEN part.word = 'Connect' THEN
            coalesce(nullif(regexp_extract(part.told, '^\\S+ \\[([0-9A-Fa-f.:]+)\\]', 1), ''),
                     split_part(part.told, ' ', 1)) END AS client
    FROM (SELECT line_number, line, header,
        regexp_extract(line, '{_DESCRIBED}', ['word', 'descriptor', 'told']) AS part,
        regexp_extract(coalesce(header || line, line), '{_PROCESS}', 1) AS process,
        regexp_extract(line, '{_STAMP}', ['moment', 'fraction']) AS stamp FROM lines))""",
    let={"tunnel": "request[1] = 'CONNECT'", "absolute": "contains(request[2], '://')"},
    skipped={
        "no request (a connection or a message of the program)": "NOT asks AND instant IS NOT NULL",
        "a page of this server, no request of a forward proxy": "starts_with(request[2], '/')",
    },
    rejected={
        "no record of Tinyproxy": "NOT asks",
        "the request is cut": "len(request) < 3 OR NOT (tunnel OR absolute)",
        "the time cannot be read": "instant IS NULL",
    },
    event_time="instant",
    source_ip="CASE WHEN regexp_full_match(connected, '[0-9.]{7,15}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]+') "
    "THEN connected END",
    authority="CASE WHEN tunnel THEN request[2] ELSE url_authority(request[2]) END",
    path="CASE WHEN NOT tunnel THEN url_path(request[2]) END",
    method="request[1]",
    evidence="CASE WHEN tunnel THEN 'connected' ELSE 'transacted' END",
)

TINYPROXY = Format(
    name="tinyproxy",
    title="Tinyproxy (file, syslog)",
    kind="proxy",
    carries=("event_time", "source_ip", "host", "port", "path", "method", "evidence"),
    recognise=re.compile(
        r"(?:CONNECT|NOTICE|INFO|WARNING|ERROR|CRITICAL) +[A-Z][a-z]{2} +\d+ \d\d:\d\d:\d\d"
        r"(?:\.\d+)? \[\d+\]: "
        r"|(?:.*\btinyproxy(?:\[\d+\])?: )?(?:Request|Connect) \(file descriptor \d+\): "
    ),
    reference="https://tinyproxy.github.io/",
    sql=_SQL,
    zone="local",
    notes="no users and no sizes; what was refused looks like what was not",
)
