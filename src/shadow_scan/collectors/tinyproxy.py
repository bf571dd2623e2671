"""Tinyproxy: the request lines of its log, in its own file or through syslog.

Who asked stands on a line of its own, which only a descriptor joins to the request, and descriptors
are used anew: requests have no client here, and are counted as such.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.syslog import RECEIVED

# LEVEL Sep 23 10:11:12.417 [812]: Request (file descriptor 7): CONNECT name:443 HTTP/1.1
_STAMP = r"^[A-Z]+ +([A-Z][a-z]{2} +\d+ \d\d:\d\d:\d\d)(?:\.(\d{3}))? \["
_SQL = fields.record(
    f"""SELECT *, string_split(told, ' ') AS request,
        coalesce(from_local(yearless_time(nullif(stamp.moment, '')))
            + to_milliseconds(coalesce(number(stamp.fraction), 0)), {RECEIVED}) AS instant
    FROM (SELECT line_number, line, header, contains(line, 'Request (file descriptor ') AS asks,
        regexp_extract(line, 'Request \\(file descriptor \\d+\\): (.*)$', 1) AS told,
        regexp_extract(line, '{_STAMP}', ['moment', 'fraction']) AS stamp FROM lines)""",
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
    authority="CASE WHEN tunnel THEN request[2] ELSE url_authority(request[2]) END",
    path="CASE WHEN NOT tunnel THEN url_path(request[2]) END",
    method="request[1]",
    evidence="CASE WHEN tunnel THEN 'connected' ELSE 'transacted' END",
)

TINYPROXY = Format(
    name="tinyproxy",
    title="Tinyproxy (file, syslog)",
    kind="proxy",
    carries=("event_time", "host", "port", "path", "method", "evidence"),
    recognise=re.compile(
        r"(?:CONNECT|NOTICE|INFO|WARNING|ERROR|CRITICAL) +[A-Z][a-z]{2} +\d+ \d\d:\d\d:\d\d"
        r"(?:\.\d+)? \[\d+\]: "
        r"|(?:.*\btinyproxy(?:\[\d+\])?: )?(?:Request|Connect) \(file descriptor \d+\): "
    ),
    reference="https://tinyproxy.github.io/",
    sql=_SQL,
    zone="local",
    notes="no clients and no users (they stand on lines of their own), no sizes, and what was "
    "refused looks like what was not",
)
