"""Dante's SOCKS server: connections that clients asked for, as they begin and as they end.

Ends are written `address.port`, with `method%user@` before a client that said who it is. What
passed on its way (`-`) is no request, and the connection to the server itself is none either.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.syslog import RECEIVED

_WHOLE = "coalesce(header || line, line)"
_SAID = r"\b(pass|block)\(\d+\): (?:tcp|udp)/(\w+) ([\[\]-]): (.*)$"
# Behind the end of a connection stand the bytes: to the client <- ends -> from it, and on.
_CLIENT = r"^(?:(\d+) -> )?(?:\w+%(\S+)@)?(\S+)\.(\d+) \S+(?: -> (\d+), )?"
_SERVER = r" -> \S+ ([^\s:]\S*)\.(\d+)(?: -> \d+)?(?:: .*)?$"
_ADDRESS = r"[0-9.]{7,15}|[0-9a-fA-F]*:[0-9a-fA-F:.]+"
_SQL = fields.record(
    f"""SELECT line_number, line, said, client,
        CASE WHEN ends.server NOT IN ('', '0.0.0.0') THEN ends.server END AS server,
        CASE WHEN ends.server <> '' THEN ends.port END AS port,
        nullif(regexp_extract(said.told, 'could not resolve hostname "([^"]+)"', 1), '') AS unknown,
        contains({_WHOLE}, 'danted') OR contains({_WHOLE}, 'sockd') AS own,
        coalesce(epoch_seconds(nullif(regexp_extract(left({_WHOLE}, 200),
            '\\((\\d{{10}}\\.\\d{{1,6}})\\)', 1), '')), {RECEIVED}) AS instant
    FROM (SELECT *,
        regexp_extract(said.told, '{_CLIENT}', ['received', 'user', 'address', 'port', 'sent'])
            AS client,
        regexp_extract(said.told, '{_SERVER}', ['server', 'port']) AS ends
    FROM (SELECT line_number, line, header,
        regexp_extract(line, '{_SAID}', ['did', 'command', 'step', 'told']) AS said FROM lines))""",
    let={
        "asks": "said.command = 'connect' AND said.step <> '-'",
        "is_address": f"regexp_full_match(server, '{_ADDRESS}')",
        "reason": "regexp_extract(said.told, '[^:]: (.*)$', 1)",
        "seconds": "number(nullif(regexp_extract(said.told, 'Session duration: (\\d+)s', 1), ''))",
    },
    skipped={
        "no request (a connection to the server itself, or what passed on one)": "said.did <> '' "
        "AND NOT asks",
        "no request (a message of the program)": "said.did = '' AND own AND instant IS NOT NULL",
    },
    rejected={
        "no record of Dante": "said.did = ''",
        "the time cannot be read": "instant IS NULL",
        "no ends of a connection": "client.address = '' OR coalesce(server, unknown) IS NULL",
    },
    event_time="instant",
    duration_ms="seconds * 1000",
    source_ip="client.address",
    user_name="nullif(client.user, '')",
    authority="""CASE WHEN unknown IS NOT NULL THEN unknown
        WHEN is_address THEN ':' || port ELSE server || ':' || port END""",
    destination_ip="CASE WHEN is_address THEN server END",
    bytes_up="number(nullif(client.sent, ''))",
    bytes_down="number(nullif(client.received, ''))",
    # Dante also 'blocks' what it could not reach.
    action="CASE WHEN said.did = 'pass' THEN 'allowed' WHEN reason = '' THEN 'blocked' END",
    evidence="'connected'",
    # Ports come again, but hardly on the day on which a connection began.
    flow="""concat_ws(' ', client.address, client.port, server, port,
        CAST(instant - to_seconds(coalesce(seconds, 0)) AS DATE))""",
)

DANTE = Format(
    name="dante",
    title="Dante's SOCKS server (file, syslog)",
    kind="proxy",
    carries=(
        *("event_time", "duration_ms", "source_ip", "user_name", "host", "port"),
        *("destination_ip", "bytes_up", "bytes_down", "action", "evidence"),
    ),
    recognise=re.compile(
        r"(?:.{0,120}?\b(?:danted|sockd)(?:\[\d+\])?: )?info: "
        r"(?:pass|block)\(\d+\): (?:tcp|udp)/\w+ [\[\]-]: "
    ),
    reference="https://www.inet.no/dante/doc/latest/logging.html",
    sql=_SQL,
    clock="end",
    zone="local",
    notes="names only of what was not reached; sizes where rules log disconnects",
    aliases=("sockd",),
)
