"""Log export of NextDNS: CSV with a header line, times in UTC; and its interface's answers.

The address in the network of the device says more than the one that the service saw.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format, Header
from shadow_scan.collectors.syslog import RECEIVED
from shadow_scan.collectors.variants import Variants

_WANTED = {
    "time": "timestamp",
    "name": "domain",
    "seen": "client_ip",
    "within": "device_local_ip",
    "verdict": "status",
    "device": "device_name",
    "client": "client_name",
}
_MEMBERS = {
    "time": "timestamp",
    "name": "domain",
    "seen": "clientIp",
    "within": "device.localIp",
    "verdict": "status",
    "device": "device.name",
}
_COLUMNS = (
    *("timestamp", "domain", "query_type", "dnssec", "protocol", "client_ip", "status", "reasons"),
    *("destination_country", "root_domain", "device_id", "device_name", "device_model"),
    *("device_local_ip", "matched_name", "client_name"),
)


# Its program for routers: Query client protocol type name (sizes) ...; only syslog says when.
_PROGRAM_SQL = f"""SELECT line_number, line, header, NULL::BIGINT AS cells,
    CAST({RECEIVED} AS VARCHAR) || 'Z' AS time, told[5] AS name, told[2] AS seen,
    NULL AS within, NULL AS verdict, NULL AS device, NULL AS client
FROM (SELECT *, string_split(line, ' ') AS told FROM lines)"""


def read_header(lines: Sequence[str], before: Header) -> Header:
    return {**before, "fields": lines[-1].split(",")}


def statement(header: Header) -> Variants:
    given = header.get("fields")
    names = [str(name) for name in given] if isinstance(given, list) else list(_COLUMNS)
    return fields.record(
        Variants(
            {
                "starts_with(line, '{')": fields.members(_MEMBERS),
                "starts_with(line, 'Query ')": _PROGRAM_SQL,
                "true": fields.cells(fields.places(names, _WANTED)),
            }
        ),
        rejected={
            "the row has another number of cells than the header": f"cells <> {len(names)}",
            "the time cannot be read": "moment IS NULL",
        },
        let={"moment": "iso_time(time)"},
        event_time="moment",
        source_ip="coalesce(within, seen)",
        device_name="coalesce(device, client)",
        authority="name",
        action="CASE WHEN verdict LIKE 'blocked%' THEN 'blocked' "
        "WHEN verdict IN ('default', 'allowed', 'relayed') THEN 'allowed' END",
        evidence="'resolved'",
    )


NEXTDNS = Format(
    name="nextdns",
    title="NextDNS log (CSV export, JSON of its interface, its program's log)",
    kind="dns",
    carries=("event_time", "source_ip", "device_name", "host", "action", "evidence"),
    recognise=re.compile(
        r"timestamp,domain,query_type,.*\bclient_ip\b"
        r"|Query [0-9A-Fa-f.:]+ \w+ [A-Z0-9]+ \S+ \("
        r'|\{(?=.*"domain" ?:)(?=.*"clientIp" ?:)(?=.*"encrypted" ?:)'
    ),
    reference="https://help.nextdns.io/t/y4hdvtn/logs",
    sql=statement,
    header=read_header,
    header_starts=("timestamp",),
    is_header=lambda line: line.startswith("timestamp,domain,"),
    notes="a lookup proves no use; the address may be the one of a whole site",
)
