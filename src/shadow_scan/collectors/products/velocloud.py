"""VMware (Arista) VeloCloud SD-WAN: sessions that its edges closed, packets that they let through
or denied. `DEST` names the device at the other end of a tunnel, and no service.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.syslog import RECEIVED

_SQL = fields.record(
    fields.keyed(
        {
            "source": "SRC",
            "server": "DST",
            "port": "DPT",
            "sent": "BYTES_SENT",
            "received": "BYTES_RECEIVED",
            "seconds": "DURATION_SECS",
        },
        extra={"did": r"regexp_extract(line, '\bVCF (\w+)', 1)"},
    ),
    let={"instant": RECEIVED},
    skipped={
        "no request (a session's begin; its end is counted)": "did IN ('Open', 'Update')",
    },
    rejected={
        "no record of its firewall": "did = '' OR source IS NULL OR server IS NULL",
        "the time cannot be read": "instant IS NULL",
    },
    event_time="instant",
    duration_ms="number(seconds) * 1000",
    source_ip="source",
    authority="':' || port",
    destination_ip="server",
    bytes_up="number(sent)",
    bytes_down="number(received)",
    action="CASE did WHEN 'Deny' THEN 'blocked' WHEN 'Allow' THEN 'allowed' "
    "WHEN 'Close' THEN 'allowed' END",
    evidence="'connected'",
)

VELOCLOUD = Format(
    name="velocloud",
    title="VMware VeloCloud SD-WAN, firewall of its edges (syslog)",
    kind="firewall",
    carries=(
        *("event_time", "duration_ms", "source_ip", "port", "destination_ip"),
        *("bytes_up", "bytes_down", "action", "evidence"),
    ),
    recognise=re.compile(r".{0,200}?\bVCF (?:Open|Close|Update|Deny|Allow)\b.*\bSRC="),
    reference="https://docs.vmware.com/en/VMware-SD-WAN/6.0/VMware-SD-WAN-Administration-Guide/"
    "GUID-7AFE20A8-820B-42AA-86B2-D6AF32835EC0.html",
    sql=_SQL,
    clock="end",
    zone="local",
    notes="no names and no users: only addresses, which many services share",
)
