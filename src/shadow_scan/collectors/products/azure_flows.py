"""Flows of Azure's networks: of security groups and of virtual networks (texts in lists, which the
opening of the file makes lines), and as Traffic Analytics tells them in a table of Log Analytics
(NTANetAnalytics, AzureNetworkAnalytics_CL; JSON, CSV).

A row of the table sums up the flows of some minutes; where they went to several public addresses,
it names none as its destination. What comes in is no request of this network's.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format, Header
from shadow_scan.collectors.variants import Variants

_NAMES = {
    "moment": "FlowStartTime|FlowStartTime_t|TimeGenerated",
    "finish": "FlowEndTime|FlowEndTime_t",
    "kind": "SubType|SubType_s",
    "client": "SrcIp|SrcIP_s",
    "server": "DestIp|DestIP_s",
    "port": "DestPort|DestPort_d",
    "way": "FlowDirection|FlowDirection_s",
    "did": "FlowStatus|FlowStatus_s",
    "machine": "SrcVm|VM1_s|VM_s",
    "sent": "BytesSrcToDest|OutboundBytes_d",
    "received": "BytesDestToSrc|InboundBytes_d",
    "outside": "DestPublicIps|DestPublicIPs_s",
}
# time,source,destination,port,port,protocol,direction,decision[,state,packets,bytes,packets,bytes];
# of virtual networks the state stands in place of the decision, and then the encryption.
_TUPLE = (
    r"\d{10}(?:\d{3})?,[\da-fA-F.:]{2,45},[\da-fA-F.:]{2,45},\d{1,5},\d{1,5},(?:[TU]|\d{1,3}),[IO],"
)
_TUPLES = fields.cells(
    {
        "moment": 1,
        "finish": 0,
        "kind": 0,
        "client": 2,
        "server": 3,
        "port": 5,
        "protocol": 6,
        "way": 7,
        "said": 8,
        "state": 9,
        "sent": 11,
        "received": 13,
        "machine": 0,
        "outside": 0,
    },
    extra={
        "did": """CASE WHEN regexp_full_match(split_part(line, ',', 6), '\\d+')
            THEN CASE split_part(line, ',', 8) WHEN 'D' THEN 'D' ELSE 'A' END
            ELSE split_part(line, ',', 8) END""",
        "begins_only": """split_part(line, ',', 8) = 'B'
            OR split_part(line, ',', 8) = 'A' AND split_part(line, ',', 9) = 'B'""",
    },
)


def _statement(header: Header) -> Variants:
    told = {
        "starts_with(ltrim(line), '{')": fields.members(_NAMES),
        f"regexp_matches(line, '^{_TUPLE}')": _TUPLES,
    }
    if named := fields.named_columns(header):
        told["true"] = fields.cells(fields.places(named, _NAMES))
    return fields.record(
        Variants(told),
        let={
            "begins": "portal_time(moment)",
            "ends": "portal_time(finish)",
            "door": "split_part(port, '.', 1)",
            "alone": "CASE WHEN NOT contains(trim(outside), ' ') "
            "THEN split_part(trim(outside), '|', 1) END",
        },
        skipped={
            "no request (another kind of record)": "coalesce(kind <> 'FlowLog', false)",
            "no request (comes in)": "way IN ('Inbound', 'I')",
            "the begin of a flow, told of again": "coalesce(begins_only, false)",
        },
        rejected={
            "no record of a flow": "variant = 0 OR client IS NULL",
            "the time cannot be read": "begins IS NULL",
        },
        event_time="begins",
        duration_ms="lasted(begins, ends)",
        source_ip="client",
        device_name="nullif(regexp_extract(machine, '[^/]*$'), '')",
        authority="':' || door",
        destination_ip="coalesce(server, alone)",
        bytes_up="CAST(try_cast(sent AS DOUBLE) AS BIGINT)",
        bytes_down="CAST(try_cast(received AS DOUBLE) AS BIGINT)",
        action="CASE WHEN did IN ('Denied', 'D') THEN 'blocked' WHEN did IN ('Allowed', 'A') "
        "THEN 'allowed' END",
        evidence="'connected'",
    )


AZURE_FLOW = Format(
    name="azure-flow",
    title="Azure, flows of security groups and virtual networks, Traffic Analytics (JSON, CSV)",
    kind="network sensor",
    carries=(
        *("event_time", "duration_ms", "source_ip", "device_name", "port", "destination_ip"),
        *("bytes_up", "bytes_down", "action", "evidence"),
    ),
    recognise=re.compile(
        rf"{_TUPLE}"
        r'|\{(?=.*"(?:SrcIp|SrcIP_s)" ?:)(?=.*"(?:FlowDirection|FlowDirection_s)" ?:)'
        r'|"?(?:TimeGenerated|TenantId)\b(?=.*\b(?:SrcIp|SrcIP_s)\b)(?=.*\bFlowDirection(?:_s)?\b)'
    ),
    reference="https://learn.microsoft.com/en-us/azure/network-watcher/traffic-analytics-schema",
    sql=_statement,
    header=fields.column_names,
    header_starts=("Time", '"Tim', "Tena", '"Ten'),
    is_header=fields.names_columns,
    notes="no names; a row sums up flows, and may have gone to several addresses",
    aliases=("traffic-analytics", "nsg-flow", "vnet-flow"),
)
