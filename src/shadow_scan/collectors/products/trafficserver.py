"""Apache Traffic Server's formats that are nobody else's: WELF, extended and extended2.

Its others are Squid's and Apache's. WELF means firewalls, whose `sent` is of the client: here it is
of the proxy, and `rcvd` counts the headers of the request alone.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.variants import FIELDS, Variants

_WANTED = {
    "moment": "time",
    "client": "src",
    "account": "user",
    "verb": "op",
    "site": "dstname",
    "server": "dst",
    "argument": "arg",
    "code": "result",
    "received": "sent",
    "seconds": "duration",
    "referred": "ref",
    "result": "cache",
}
# Status and size, those of the server, bodies of the request (as it came, as it went on), headers
# of request, answer, and the same on the other side, seconds; with extended2, how it was fetched.
SIZES = r" (\d{3}) (\d+) \d{3} \d+ (\d+) \d+ (\d+) (\d+) \d+ \d+ \d+(?: \S+ \S+ \S+ ([A-Z_]+))?$"
_LINE = r'^(\S+) - (\S+) \[([^\]]+)\] "(\S+) (\S+)[^"]*"' + SIZES
_WELF_SQL = f"""SELECT *, from_local(try_cast(moment AS TIMESTAMP)) AS instant,
        NULL::VARCHAR AS target, NULL::BIGINT AS sent_whole, number(received) AS received_whole,
        regexp_extract(line, ' agent="(.*)" cache=', 1) AS agent
    FROM ({fields.keyed(_WANTED)})"""
_EXTENDED_SQL = f"""SELECT line_number, line, said.client, said.account, said.verb, said.target,
        said.code, nullif(said.result, '') AS result,
        number(said.body_sent) + number(said.header_sent) AS sent_whole,
        number(said.body) + number(said.header) AS received_whole,
        in_utc(try_strptime(said.moment, '%d/%b/%Y:%H:%M:%S %z')) AS instant
    FROM (SELECT line_number, line, regexp_extract(line, '{_LINE}', ['client', 'account', 'moment',
        'verb', 'target', 'code', 'body', 'body_sent', 'header_sent', 'header', 'result']) AS said
        FROM lines)"""
_SQL = fields.record(
    Variants(
        {"starts_with(line, 'id=')": _WELF_SQL, "true": _EXTENDED_SQL},
    ).around(f"SELECT * FROM ({FIELDS})"),
    let={
        "tunnel": "verb = 'CONNECT'",
        "status_code": "nullif(try_cast(code AS INTEGER), 0)",
    },
    skipped={
        "no request of a forward proxy (a page of this server)": "instant IS NOT NULL "
        "AND starts_with(target, '/')",
    },
    rejected={
        "no record of Traffic Server": "coalesce(verb, '') = ''",
        "the time cannot be read": "instant IS NULL",
    },
    event_time="instant",
    duration_ms="CAST(round(try_cast(seconds AS DOUBLE) * 1000) AS BIGINT)",
    source_ip="client",
    user_name="dash_null(account)",
    authority="CASE WHEN tunnel THEN coalesce(target, site) "
    "ELSE coalesce(url_authority(target), site) END",
    path="CASE WHEN NOT tunnel THEN coalesce(url_path(target), '/' || coalesce(argument, '')) END",
    destination_ip="server",
    method="verb",
    status="status_code",
    bytes_up="sent_whole",
    bytes_down="received_whole",
    user_agent="dash_null(agent)",
    referrer="referred",
    action="""CASE WHEN result IS NOT NULL THEN squid_action(result, status_code)
        WHEN status_code = 407 THEN NULL WHEN status_code = 403 THEN 'blocked'
        WHEN status_code > 0 THEN 'allowed' END""",
    evidence="CASE WHEN tunnel THEN 'connected' ELSE 'transacted' END",
)

TRAFFIC_SERVER = Format(
    name="traffic-server",
    title="Apache Traffic Server (WELF, extended, extended2; others as Squid's and Apache's)",
    kind="proxy",
    carries=(
        *("event_time", "duration_ms", "source_ip", "user_name", "host", "port", "path"),
        *("destination_ip", "method", "status", "bytes_up", "bytes_down", "user_agent"),
        *("referrer_host", "action", "evidence"),
    ),
    recognise=re.compile(
        r"id=firewall (?=.*\bop=)(?=.*\bresult=)(?=.*\bcache=(?:TCP|UDP|ERR|NONE)\w*\s*$)"
        r'|\S+ - \S+ \[[^\]]+\] "[A-Z]{3,9} \S+[^"]*"' + SIZES
    ),
    reference="https://docs.trafficserver.apache.org/en/latest/admin-guide/logging/examples.en.html",
    sql=_SQL,
    zone="local",
    notes="upload bytes in extended and extended2, agents and durations in WELF alone",
    aliases=("trafficserver", "ats"),
)
