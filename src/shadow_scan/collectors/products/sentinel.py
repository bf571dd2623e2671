"""Rows of Microsoft Sentinel's CommonSecurityLog: CEF of whatever gateway, as columns of a table.

As JSON of an event hub or a query, and as exported CSV.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format, Header
from shadow_scan.collectors.variants import FIELDS, Variants

_COLUMNS = {
    "begun": "StartTime",
    "generated": "TimeGenerated",
    "maker": "DeviceVendor",
    "product": "DeviceProduct",
    "event": "Activity",
    "number": "DeviceEventClassID",
    "more": "AdditionalExtensions",
    "did": "DeviceAction|SimplifiedDeviceAction",
    "client": "SourceIP",
    "user": "SourceUserName|SourceUserID",
    "behind": "DestinationUserName",
    "device": "SourceHostName",
    "server": "DestinationIP",
    "site": "DestinationHostName",
    "domain": "DestinationDnsDomain",
    "port": "DestinationPort",
    "url": "RequestURL",
    "verb": "RequestMethod",
    "agent": "RequestClientApplication",
    "referrer": "RequestContext",
    "outcome": "EventOutcome",
    "sent": "SentBytes",
    "received": "ReceivedBytes",
}
_ABSENT = (
    *("", "-", "N/A", "NA", "None", "Not available", "null"),
    # What the portal makes of a time that is not there.
    *("1/1/1970, 12:00:00.000 AM", "1970-01-01T00:00:00Z"),
)


def _columns(rows: Sequence[str], before: Header) -> Header:
    """Copies out of the portal are parted by tabs."""
    if "\t" not in rows[-1]:
        return {**fields.column_names(rows, before), "delimiter": ","}
    return {**fields.column_names([rows[-1].replace("\t", ",")], before), "delimiter": "\t"}


def _statement(header: Header) -> Variants:
    paths = {
        name: "|".join(f"{path}|properties.{path}" for path in given.split("|"))
        for name, given in _COLUMNS.items()
    }
    told = {"starts_with(ltrim(line), '{')": fields.members(paths, absent=_ABSENT)}
    if named := fields.named_columns(header):
        told["true"] = fields.cells(
            fields.places(named, _COLUMNS),
            delimiter=str(header.get("delimiter", ",")),
            absent=_ABSENT,
        )
    return _read(Variants(told))


def _read(rows: Variants) -> Variants:
    return fields.record(
        # Some connectors send answers alone, others the questions, too.
        rows.around(f"""SELECT *, bool_or(regexp_matches(event, '(?i)dns[- ]query')) OVER ()
            AS asked_too FROM ({FIELDS})"""),
        let={
            "instant": """coalesce(portal_time(begun), text_time(nullif(regexp_extract(more,
                '(?:^|;)start=([0-9]{10,13})(?:;|$)', 1), '')), portal_time(generated))""",
            "asks": """coalesce(verb, nullif(regexp_extract(more, '(?:^|;)(?:method|requestMethod|'
                '(?:FTNTFGT|FortinetFortiGate)httpmethod|PanOSHTTPMethod)=([A-Za-z]+)', 1), ''))""",
            # FortiGate's and Infoblox' lookups; the address is that of the server that was asked.
            "lookup": """coalesce(regexp_matches(more,
                '(?:^|;)(?:(?:FTNTFGT|FortinetFortiGate)qname|InfobloxDNSQType)='), false)""",
            "question": """coalesce(nullif(regexp_extract(more,
                '(?:^|;)(?:FTNTFGT|FortinetFortiGate)qname=([^;]*)', 1), ''), domain, site)""",
            "tunnel": "coalesce(upper(asks) = 'CONNECT', false)",
            "host": "coalesce(site, bare_authority(url), domain)",
            # PAN-OS writes what the client sent as what came in; its log service does not.
            "turned": "coalesce(maker = 'Palo Alto Networks' AND product <> 'LF', false)",
            "verdict": "lower(did)",
            # Firepower's stream has names of its own for them.
            "out_of_stream": """CASE WHEN maker = 'Cisco'
                THEN nullif(regexp_extract(more, '(?:^|;)bytesOut=([0-9]+)', 1), '') END""",
            "into_stream": """CASE WHEN maker = 'Cisco'
                THEN nullif(regexp_extract(more, '(?:^|;)bytesIn=([0-9]+)', 1), '') END""",
        },
        skipped={
            "no request (its connection ends later)": """(maker = 'SonicWall' AND number = '98'
                OR maker = 'Cisco' AND number IN ('302013', '302015')
                OR maker = 'Fortinet' AND verdict = 'start'
                OR maker = 'Palo Alto Networks'
                AND (number = 'start' AND event = 'TRAFFIC'
                    OR number = 'TRAFFIC' AND event = 'start'))
                IS TRUE""",
            "no request (no name or address of a server)": "maker IS NOT NULL AND host IS NULL "
            "AND server IS NULL",
            "an answer, no question": "lookup AND asked_too "
            "AND regexp_matches(event, '(?i)dns[- ]response') "
            "AND NOT coalesce(regexp_matches(verdict, '^block|^den|^redirect'), false)",
        },
        rejected={
            "no row of CommonSecurityLog": "variant = 0 OR maker IS NULL",
            "the time cannot be read": "instant IS NULL",
        },
        event_time="instant",
        source_ip="client",
        # FortiGate names whoever asks as the user of the destination.
        user_name="""coalesce("user", CASE maker WHEN 'Fortinet' THEN behind WHEN 'SonicWall'
            THEN nullif(regexp_extract(more, '(?:^|;)susr="([^"]*)"', 1), '') END)""",
        device_name="device",
        authority="CASE WHEN lookup THEN question "
        "ELSE coalesce(with_port(host, port), ':' || port) END",
        path="CASE WHEN NOT tunnel AND contains(url, '/') THEN url_path(url) END",
        destination_ip="CASE WHEN NOT lookup THEN server END",
        method="upper(asks)",
        status="CASE WHEN regexp_full_match(outcome, '[1-5][0-9]{2}') "
        "THEN try_cast(outcome AS INTEGER) END",
        bytes_up="number(CASE WHEN turned THEN received ELSE coalesce(sent, out_of_stream) END)",
        bytes_down="number(CASE WHEN turned THEN sent ELSE coalesce(received, into_stream) END)",
        user_agent="agent",
        referrer="CASE WHEN contains(referrer, '://') THEN referrer END",
        action="""CASE WHEN regexp_matches(verdict, '^(block|den|drop|reject|reset|prevent|close)')
            THEN 'blocked'
            WHEN regexp_matches(verdict, '^(allow|permit|accept|pass|alert|continue|observed)')
            THEN 'allowed' END""",
        evidence="""CASE WHEN lookup THEN 'resolved'
            WHEN NOT tunnel AND (asks IS NOT NULL OR contains(url, '/')) THEN 'transacted'
            ELSE 'connected' END""",
    )


SENTINEL = Format(
    name="common-security-log",
    title="Microsoft Sentinel CommonSecurityLog (JSON, CSV, TSV)",
    kind="firewall",
    carries=(
        *("event_time", "source_ip", "user_name", "device_name", "host", "port", "path"),
        *("destination_ip", "method", "status", "bytes_up", "bytes_down", "user_agent"),
        *("referrer_host", "action", "evidence"),
    ),
    recognise=re.compile(
        r'\{(?=.*"DeviceVendor" ?:)(?=.*"(?:SourceIP|DestinationIP|RequestURL)" ?:)'
        r'|"?(?:TimeGenerated|TenantId)(?: \[UTC\])?"?[,\t](?=.*\bDeviceVendor\b)'
    ),
    reference="https://learn.microsoft.com/en-us/azure/azure-monitor/reference/tables/commonsecuritylog",
    sql=_statement,
    header=_columns,
    header_starts=("Time", '"Tim', "Tena", '"Ten'),
    is_header=fields.names_columns,
    notes="as good as the gateway behind it",
    aliases=("sentinel",),
)
