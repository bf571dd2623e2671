"""DrayTek Vigor routers: packets that rules of their firewall let pass or stopped.

Addresses alone; which way a packet went stands in it, and what comes in is no request.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.syslog import RECEIVED

# [FILTER][Pass][LAN/RT/VPN->WAN, time up ][@S:R=13:1, address:port->address:port][TCP][…]
_END = r"((?:\d+\.){3}\d+|\[[0-9A-Fa-f:.]+\]|[0-9A-Fa-f:.]+)(?::(\d+))?"
_PACKET = (
    r"\[FILTER\]\[(\w+)\]\[([A-Z/]+)->([A-Z/]+)[^\]]*\]\[@S:R=[^,\]]*, "
    rf"{_END}->{_END}\]"
)
_NAMES = ["did", "origin", "target", "source", "source_port", "server", "port"]
_SQL = fields.record(
    f"""SELECT line_number, line, {RECEIVED} AS instant,
        regexp_extract(line, {fields.quoted(_PACKET)}, {_NAMES}) AS packet FROM lines""",
    let={
        "answer": "is_answer(try_cast(packet.source_port AS INTEGER), "
        "try_cast(packet.port AS INTEGER))",
    },
    skipped={
        "no request (comes in)": "starts_with(packet.origin, 'WAN')",
        "no request (another kind of message)": "packet.did = '' AND NOT contains(line, '[FILTER]')"
        " AND instant IS NOT NULL",
    },
    rejected={
        "no packet of a rule": "packet.did = ''",
        "the time cannot be read": "instant IS NULL",
    },
    event_time="instant",
    source_ip="trim(CASE WHEN answer THEN packet.server ELSE packet.source END, '[]')",
    authority="':' || nullif(CASE WHEN answer THEN packet.source_port ELSE packet.port END, '')",
    destination_ip="trim(CASE WHEN answer THEN packet.source ELSE packet.server END, '[]')",
    action="CASE packet.did WHEN 'Pass' THEN 'allowed' WHEN 'Block' THEN 'blocked' "
    "WHEN 'Drop' THEN 'blocked' END",
    evidence="'connected'",
)

DRAYTEK = Format(
    name="draytek",
    title="DrayTek Vigor, packets of its firewall (syslog)",
    kind="firewall",
    carries=("event_time", "source_ip", "port", "destination_ip", "action", "evidence"),
    recognise=re.compile(r".{0,200}\[FILTER\]\[\w+\]\[[A-Z/]+->[A-Z/]+, "),
    reference="https://www.draytek.com/support/knowledge-base/",
    sql=_SQL,
    zone="local",
    notes="no names, no users and no sizes: only addresses, which many services share",
)
