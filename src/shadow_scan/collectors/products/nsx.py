"""VMware NSX: packets that a rule of the distributed firewall or of a gateway's matched.

A connection begins with a packet that matched and ends with a record of its own, whose sizes are
told by the port of the machine, in or out. What comes in to a machine goes out of another one, or
of somebody outside.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.syslog import RECEIVED

_END = r"([0-9A-Fa-f.:]+)(?:/(\d+))?"
# INET reason action rule direction [length] protocol [number or why it ended] source->server
_PACKET = rf"\bINET6? (\S+) ([A-Z]+) \S+ (IN|OUT) (?:\d+ )?[A-Z]+ (?:\w+ )?{_END}->{_END}"
_NAMES = ["reason", "did", "direction", "source", "source_port", "server", "port"]
_SQL = fields.record(
    f"""SELECT line_number, line, {RECEIVED} AS instant, part.* FROM (
        SELECT line_number, line, header,
            regexp_extract(line, {fields.quoted(_PACKET)}, {_NAMES}) AS part FROM lines)""",
    skipped={
        "no request (comes in)": "direction = 'IN'",
        "no request (a connection's end; its begin is counted)": "reason = 'TERM'",
        "no request (a translation)": "did IN ('NAT', 'NONAT', 'RDR', 'NORDR')",
        "no request (a packet that no rule matched)": "source <> '' "
        "AND reason NOT IN ('match', 'reason-match')",
    },
    rejected={
        "no packet of the firewall": "coalesce(source, '') = ''",
        "the time cannot be read": "instant IS NULL",
    },
    event_time="instant",
    source_ip="source",
    authority="':' || nullif(port, '')",
    destination_ip="server",
    action="""CASE WHEN did = 'PASS' THEN 'allowed'
        WHEN did IN ('DROP', 'REJECT') THEN 'blocked' END""",
    evidence="'connected'",
)

NSX = Format(
    name="nsx",
    title="VMware NSX, packets of its firewalls (dfwpktlogs, firewallpkt)",
    kind="firewall",
    carries=("event_time", "source_ip", "port", "destination_ip", "action", "evidence"),
    recognise=re.compile(r".{0,250}?\bINET6? [\w-]+ [A-Z]{2,8} \S+ (?:IN|OUT) (?:\d+ )?[A-Z]"),
    reference="https://docs.vmware.com/en/VMware-NSX/4.1/administration/"
    "GUID-D57429A1-A0A9-42BE-A299-0C3C3546ABF3.html",
    sql=_SQL,
    zone="written",
    notes="no names, no users and no sizes: only addresses, which many services share",
)
