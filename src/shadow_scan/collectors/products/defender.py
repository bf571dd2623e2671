"""Microsoft Defender for Endpoint: DeviceNetworkEvents, as JSON of an event hub or as exported CSV.

The *Inspected* kinds put host, path, method and sizes into a JSON text of their own. The program
that connected stands where a user agent would: it tells browsers, editors and agents apart.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format, Header
from shadow_scan.collectors.variants import FIELDS, Variants

_COLUMNS = {
    "moment": "Timestamp|TimeGenerated|_time",
    "kind": "ActionType",
    "device": "DeviceName|ComputerName",
    "client": "LocalIP",
    "server": "RemoteIP",
    "port": "RemotePort",
    "url": "RemoteUrl",
    "account": "InitiatingProcessAccountUpn",
    "account_name": "InitiatingProcessAccountName|AccountName",
    "program": "InitiatingProcessFileName",
    "more": "AdditionalFields",
}
_KINDS = (
    "'ConnectionSuccess', 'ConnectionAcknowledged', 'ConnectionRequest', "
    "'HttpConnectionInspected', 'SslConnectionInspected', 'DnsConnectionInspected', "
    "'DnsQueryResponse'"
)

# What rows of names begin with: a hunter chooses the columns.
_FIRST = (
    *("Timestamp", "_time", "properties.", "Event Time", "TimeGenerated", "TenantId", "DeviceId"),
    *("ActionType", "RemoteUrl", "LocalIP", "Protocol", "InitiatingProcess", "ReportId"),
)


def _named(rows: Sequence[str], before: Header) -> Header:
    """A device's timeline names the columns of the tables with blanks."""
    named = fields.column_names(rows, before)
    columns = [name.replace(" ", "") for name in fields.named_columns(named)]
    return {**named, "fields": ["Timestamp" if c == "EventTime" else c for c in columns]}


def _statement(header: Header) -> Variants:
    members = fields.members({a: f"properties.{n}|{n}" for a, n in _COLUMNS.items()})
    told = {"starts_with(ltrim(line), '{')": members}
    if named := fields.named_columns(header):
        told["true"] = fields.cells(fields.places(named, _COLUMNS))
    inspected = f"""SELECT *, CASE WHEN json_valid(more) THEN json(more) END AS inspected
        FROM ({FIELDS})"""
    return _read(Variants(told).around(inspected))


def _read(events: Variants) -> Variants:
    return fields.record(
        events,
        let={
            "instant": "portal_time(moment)",
            "lookup": "kind IN ('DnsConnectionInspected', 'DnsQueryResponse')",
            "name": """coalesce(inspected ->> '$.server_name', inspected ->> '$.host',
                inspected ->> '$.query', inspected ->> '$.DnsQueryString', url)""",
        },
        skipped={
            "no request (another kind of event)": f"kind IS NOT NULL AND kind NOT IN ({_KINDS})",
            "no request (comes in)": "inspected ->> '$.direction' = 'In'",
            "no request (no name of a server)": "kind IS NOT NULL AND name IS NULL "
            "AND server IS NULL",
        },
        rejected={
            "no event of a device": "variant = 0 OR kind IS NULL",
            "the time cannot be read": "instant IS NULL",
        },
        event_time="instant",
        source_ip="client",
        # A principal's name is a mail address; what is none says less than the account.
        user_name="""coalesce(CASE WHEN contains(account, '@') THEN account END, account_name,
            account)""",
        device_name="device",
        authority="""CASE WHEN contains(name, '://') THEN with_port(url_authority(name), port)
            WHEN lookup THEN name
            ELSE with_port(name, port) END""",
        path="""CASE WHEN kind = 'HttpConnectionInspected' THEN inspected ->> '$.uri'
            WHEN contains(name, '://') AND length(url_path(name)) > 1 THEN url_path(name) END""",
        destination_ip="CASE WHEN NOT lookup THEN server END",
        method="upper(inspected ->> '$.method')",
        status="try_cast(inspected ->> '$.status_code' AS INTEGER)",
        bytes_up="number(inspected ->> '$.request_body_len')",
        bytes_down="number(inspected ->> '$.response_body_len')",
        user_agent="coalesce(inspected ->> '$.user_agent', program)",
        evidence="""CASE WHEN lookup THEN 'resolved'
            WHEN kind = 'HttpConnectionInspected' THEN 'transacted' ELSE 'connected' END""",
    )


DEFENDER = Format(
    name="defender",
    title="Microsoft Defender for Endpoint, DeviceNetworkEvents (JSON, CSV)",
    kind="endpoint",
    carries=(
        *("event_time", "source_ip", "user_name", "device_name", "host", "port", "path"),
        *("destination_ip", "method", "status", "bytes_up", "bytes_down", "user_agent"),
        "evidence",
    ),
    recognise=re.compile(
        r'\{(?=.*"ActionType" ?:)(?=.*"(?:Remote(?:Url|IP)|InitiatingProcessFileName)" ?:'
        r'|.*"DnsQueryResponse")'
        r'|(?i:"?(?:properties\.)?[a-z_]+(?: \[[\w ]+\])?"?,'
        r"(?=[^=]*\bActionType\b)(?=[^=]*\bRemote(?:Url|IP)\b)[^=:{]+$)"
        r'|"?Event Time"?,(?=.*\bAction Type\b)(?=.*\bRemote Url\b)'
    ),
    reference="https://learn.microsoft.com/en-us/defender-xdr/advanced-hunting-devicenetworkevents-table",
    sql=_statement,
    header=_named,
    header_starts=fields.beginnings(*_FIRST),
    is_header=fields.names_columns,
    notes="sizes of inspected HTTP alone; the program stands where a user agent would",
)
