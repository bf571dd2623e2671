"""HAProxy's `option httplog clf`: a web server's line, and behind it what HAProxy knows more. And
what it writes of a frontend that has no format: who connected to which of its own addresses.
"""

from __future__ import annotations

from shadow_scan.collectors import fields
from shadow_scan.collectors.syslog import RECEIVED

MORE = r'"" "" \d+ \d+ "[^"]*" "[^"]*" "[^"]*" (?:-?\d+ ){4}'
"""Port and milliseconds of the client, names of its way, timers: no web server writes these."""
# client - - [time] "request" status size … total state counts "captured" …
LINE = (
    r'(\S+) - - \[(\d\d/\w{3}/\d{4}:[\d:]{8} [+-]\d{4})\] "([^"]*)" (-?\d+) (\d+) '
    r'"" "" \d+ (\d+) "[^"]*" "[^"]*" "[^"]*" (?:-?\d+ ){4}\+?(-?\d+) (.*)$'
)
_HOST = r"^(?:(?:[A-Za-z0-9_-]+\.)+[A-Za-z0-9-]+|\[[0-9A-Fa-f:.]+\])(:\d+)?$"
STATEMENT = fields.record(
    rf"""SELECT *, string_split(told.request, ' ') AS request,
        list_filter(regexp_extract_all(told.more, '"([^"]*)"', 1), lambda h: h <> '') AS captured
    FROM (SELECT line_number, line, regexp_extract(line, '{LINE}', ['client', 'stamp', 'request',
        'code', 'size', 'millis', 'took', 'more']) AS told FROM lines)""",
    let={
        "moment": "timezone('UTC', try_strptime(told.stamp, '%d/%b/%Y:%H:%M:%S %z')) "
        "+ to_milliseconds(number(told.millis))",
        "tunnel": "request[1] = 'CONNECT'",
        "absolute": "contains(request[2], '://')",
        "code": "greatest(number(told.code), 0)",
    },
    rejected={"the time cannot be read": "moment IS NULL"},
    event_time="moment",
    duration_ms="CASE WHEN number(told.took) >= 0 THEN number(told.took) END",
    source_ip="told.client",
    authority=f"""CASE WHEN tunnel THEN request[2] WHEN absolute THEN url_authority(request[2])
        ELSE list_filter(captured, lambda h: regexp_matches(h, '{_HOST}'))[1] END""",
    path="""CASE WHEN tunnel THEN NULL WHEN absolute THEN url_path(request[2])
        WHEN starts_with(request[2], '/') THEN request[2] END""",
    method="CASE WHEN request[1] <> '<BADREQ>' THEN request[1] END",
    status="nullif(code, 0)",
    bytes_down="number(told.size)",
    user_agent="""hex_decoded(list_filter(captured,
        lambda h: regexp_matches(h, '^[A-Za-z][^:]*/'))[1], '#')""",
    action="""CASE WHEN code = 407 THEN NULL WHEN code = 403 THEN 'blocked'
        WHEN code > 0 THEN 'allowed' END""",
    evidence="CASE WHEN tunnel THEN 'connected' ELSE 'transacted' END",
)

CONNECT = r"(?:haproxy\[\d+\]: )?Connect from (\S+):\d+ to (\S+):(\d+) \(\S+/(?:TCP|HTTP)\)$"
IS_CONNECT = (
    "starts_with(line, 'Connect from ') OR starts_with(line, 'haproxy[') "
    "AND contains(left(line, 40), ']: Connect from ')"
)
CONNECT_STATEMENT = fields.record(
    rf"""SELECT *, regexp_extract(line, '{CONNECT}', ['client', 'server', 'port']) AS told,
        {RECEIVED} AS moment FROM lines""",
    rejected={
        "who connected where cannot be read": "told.port = ''",
        "the time cannot be read": "moment IS NULL",
    },
    event_time="moment",
    source_ip="told.client",
    authority="':' || nullif(told.port, '')",
    destination_ip="told.server",
    evidence="'connected'",
)
FAILED = r"\d+/[0-9A-F]{8,16}/\d+/\d+/\d"
"""Of a greeting that failed, as in the `error-log-format` that goes with `option httpslog`."""
