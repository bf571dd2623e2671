"""Symantec Endpoint Protection: the firewall's traffic on clients, as the manager writes it to
syslog or dumps it: labelled values parted by commas.

Its fourteenth version says `Local Host IP:`, earlier ones say `Local:` three times (address, port,
hardware address).
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.syslog import RECEIVED


def _labelled(label: str) -> str:
    return f"nullif(trim(regexp_extract(line, ',{label}: ?([^,]*)', 1)), '')"


_ENDS = r"Local(?: Host IP)?: ([^,]+),Local(?: Port)?: (\d*),"
_REMOTE = r"Remote(?: Host IP)?: ([^,]+),Remote(?: Host Name)?: ?([^,]*),Remote(?: Port)?: (\d*),"
_SQL = fields.record(
    rf"""SELECT line_number, line, header,
        regexp_extract(line, '{_ENDS}', ['client', 'port']) AS near,
        regexp_extract(line, '{_REMOTE}', ['server', 'named', 'port']) AS far,
        coalesce(from_local(try_cast({_labelled("Begin")} AS TIMESTAMP)), {RECEIVED}) AS instant,
        {_labelled("Application")} AS program, {_labelled("User(?: Name)?")} AS account,
        {_labelled("Action")} AS did,
        nullif(trim(regexp_extract(line, '([^, ]+),Local(?: Host IP)?:', 1)), '') AS device
    FROM lines""",
    skipped={
        "no request (comes in)": "contains(line, ',Inbound,')",
        "no request (another kind of event)": "far.server = '' AND instant IS NOT NULL",
    },
    rejected={"the time cannot be read": "instant IS NULL"},
    event_time="instant",
    source_ip="near.client",
    user_name="account",
    device_name="device",
    authority="coalesce(with_port(nullif(far.named, ''), nullif(far.port, '')), "
    "':' || nullif(nullif(far.port, ''), '0'))",
    destination_ip="far.server",
    user_agent=r"nullif(regexp_extract(program, '[^\\/]*$'), '')",
    action="CASE lower(did) WHEN 'blocked' THEN 'blocked' WHEN 'allowed' THEN 'allowed' END",
    evidence="'connected'",
)

SYMANTEC = Format(
    name="symantec-endpoint",
    title="Symantec Endpoint Protection, firewall traffic of clients",
    kind="endpoint",
    carries=(
        *("event_time", "source_ip", "user_name", "device_name", "host", "port"),
        *("destination_ip", "user_agent", "action", "evidence"),
    ),
    recognise=re.compile(
        r".{0,200}?,Local(?: Host IP)?: [0-9a-fA-F.:]+,Local(?: Port)?: \d*,Local(?: Host MAC)?: "
    ),
    reference="https://techdocs.broadcom.com/us/en/symantec-security-software/endpoint-security-and-management/endpoint-protection/all/Monitoring-Reporting-and-Enforcing-Compliance/viewing-logs-v7522439-d37e464/external-logging-settings-and-log-event-severity-leve-v15601746-d15e4025.html",
    sql=_SQL,
    zone="local",
    notes="names where clients look them up; no sizes; the program stands for a user agent",
    aliases=("sep",),
)
