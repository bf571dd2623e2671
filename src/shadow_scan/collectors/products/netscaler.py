"""NetScaler (Citrix ADC) Gateway: connections and requests of people who came in by its VPN.

Whose bytes it calls sent is not documented, so that they are left out. Days stand behind months, as
it writes them unless somebody set it otherwise.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.variants import FIELDS, Variants

_TIME = r"(\d\d/\d\d/\d{4}:\d\d:\d\d:\d\d)( GMT)?"
_ADDRESS = "[0-9A-Fa-f.:]+"
_FLOW = (
    rf"User (.+?) - Client_ip ({_ADDRESS}) - .* - Destination ({_ADDRESS}):(\d+) - "
    rf'Start_time "{_TIME}"'
)
_REQUEST = (
    rf"Context .+@({_ADDRESS}) - SessionId: ?\d+ ?- (\S+) User (.+?) : .* - {_TIME} "
    r"([A-Z]+) (\S+)"
)


def _parts(pattern: str, *names: str) -> str:
    return f"""SELECT line_number, line, part.* FROM (SELECT line_number, line,
        regexp_extract(line, {fields.quoted(pattern)}, {[*names]}) AS part FROM lines)"""


_SQL = fields.record(
    Variants(
        {
            "contains(line, 'SSLVPN HTTPREQUEST ')": _parts(
                _REQUEST, "client", "named", "account", "begun", "gmt", "verb", "url"
            ),
            "contains(line, 'SSLVPN TCPCONNSTAT ') OR contains(line, 'SSLVPN UDPFLOWSTAT ')": (
                _parts(_FLOW, "account", "client", "server", "port", "begun", "gmt")
            ),
        }
    ).around(FIELDS),
    let={
        "wall": "try_strptime(begun, '%m/%d/%Y:%H:%M:%S')",
        "instant": "CASE WHEN gmt <> '' THEN timezone('UTC', wall) ELSE from_local(wall) END",
    },
    skipped={"no request (another kind of message)": "variant = 0"},
    rejected={
        "no connection or request": "coalesce(client, '') = ''",
        "the time cannot be read": "instant IS NULL",
    },
    event_time="instant",
    source_ip="client",
    user_name="account",
    authority="coalesce(named, ':' || port)",
    path="url_path(url)",
    destination_ip="server",
    method="verb",
    action="""CASE WHEN contains(line, ' - Access Allowed') THEN 'allowed'
        WHEN contains(line, ' - Access Denied') THEN 'blocked' END""",
    evidence="CASE WHEN verb IS NULL THEN 'connected' ELSE 'transacted' END",
)

NETSCALER = Format(
    name="netscaler",
    title="NetScaler (Citrix ADC) Gateway, what went through its VPN (syslog)",
    kind="proxy",
    carries=(
        *("event_time", "source_ip", "user_name", "host", "port", "path", "destination_ip"),
        *("method", "action", "evidence"),
    ),
    recognise=re.compile(r".{0,200}?\bSSLVPN (?:TCPCONNSTAT|UDPFLOWSTAT|HTTPREQUEST) \d+ "),
    reference="https://developer-docs.netscaler.com/en-us/netscaler-syslog-message-reference/",
    sql=_SQL,
    zone="written",
    notes="clients have their address outside; no sizes that say which way",
)
