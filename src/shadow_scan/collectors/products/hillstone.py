"""Hillstone: sessions of its traffic log. No hosts: addresses, users and sizes.

Where no session is told when it ends, those that started are all there is.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.syslog import RECEIVED

_MOMENT = r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)"
_END = r"(\[[0-9a-fA-F:.]+\]|[0-9.]+):(\d+)"


_SAID = {
    '"user"': r"user ([^ ,@]+)@",
    "device": r"host ([^ ,]+)",
    "sent": r"send bytes (\d+)",
    "received": r"receive bytes (\d+)",
    "begun": f"start time {_MOMENT}",
    "closed": f"close time {_MOMENT}",
}
_FOUND = ", ".join(
    rf"nullif(regexp_extract(line, '\b{words}', 1), '') AS {name}" for name, words in _SAID.items()
)


# 'Traffic@FLOW: SESSION: address:port->address:port(TCP), user name@server, … send bytes 9, …
# start time …, close time …, session end, …': commas part words and values, some have full stops.
_SQL = fields.record(
    f"""SELECT *, {RECEIVED} AS received_at FROM (SELECT line_number, line, header,
        regexp_extract(line, '\\b(\\w+@\\w+): ', 1) AS kind,
        regexp_extract(line, ' SESSION: {_END}(?:\\([^)]*\\))?->{_END}',
            ['source', 'source_port', 'server', 'port']) AS ends,
        {_FOUND},
        contains(line, 'policy deny') AS denied, contains(line, 'session start') AS opened
        FROM lines)""",
    let={"begin": "iso_time(begun)"},
    skipped={
        "no request (another kind of message)": "kind <> '' AND ends.source = ''",
        "no request (its session ends later)": "opened AND {ended}",
    },
    rejected={
        "no message of this firewall": "kind = ''",
        "the time cannot be read": "coalesce(begin, received_at) IS NULL",
    },
    event_time="coalesce(begin, received_at)",
    duration_ms="lasted(begin, iso_time(closed))",
    source_ip="trim(ends.source, '[]')",
    user_name="""nullif("user", '-')""",
    device_name="nullif(device, '-')",
    authority="':' || ends.port",
    destination_ip="trim(ends.server, '[]')",
    bytes_up="CASE WHEN NOT opened THEN number(sent) END",
    bytes_down="CASE WHEN NOT opened THEN number(received) END",
    action="""CASE WHEN denied THEN 'blocked'
        WHEN closed IS NOT NULL OR opened THEN 'allowed' END""",
    evidence="'connected'",
)

HILLSTONE = Format(
    name="hillstone",
    title="Hillstone (sessions)",
    kind="firewall",
    carries=(
        *("event_time", "duration_ms", "source_ip", "user_name", "device_name", "port"),
        *("destination_ip", "bytes_up", "bytes_down", "action", "evidence"),
    ),
    recognise=re.compile(
        r".{0,120}?\b(?:Traffic|Event|Threat|Security|Config|Network)@[A-Z]{2,12}: "
    ),
    reference="https://www.hillstonenet.com/resources/",
    sql=fields.remembering(fields.ENDED, _SQL),
    remembers={fields.ENDED: "contains(line, 'session end')"},
    zone="local",
    notes="no hosts: only addresses, which many services share; sessions that started are read "
    "where none is told to end",
)
