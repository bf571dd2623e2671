"""Clavister cOS Core: connections that closed, what its gateways for HTTP were asked for, and
packets that a rule dropped. `origsent` are the bytes of whoever began a connection.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.syslog import RECEIVED

_SQL = fields.record(
    fields.keyed(
        {
            "happened": "event",
            "did": "action",
            "account": "username|user",
            "source": "connsrcip|srcip",
            "destination": "conndestip|destip",
            "port": "conndestport|destport",
            "sent": "origsent",
            "received": "termsent",
            "seconds": "conntime",
            "url": "url",
        },
        extra={"stamp": r"regexp_extract(line, '^\[(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\] ', 1)"},
    ),
    let={
        "instant": f"coalesce(iso_time(nullif(stamp, '')), {RECEIVED})",
        "closed": "starts_with(happened, 'conn_close')",
        "stopped": "did IN ('drop', 'reject', 'block') AND source IS NOT NULL",
    },
    skipped={
        "no request (another kind of event)": "happened IS NOT NULL "
        "AND NOT (closed OR url IS NOT NULL OR coalesce(stopped, false))",
    },
    rejected={
        "no event of Clavister": "happened IS NULL",
        "the time cannot be read": "instant IS NULL",
        "no source address": "source IS NULL",
    },
    event_time="instant",
    duration_ms="CASE WHEN closed THEN number(seconds) * 1000 END",
    source_ip="source",
    user_name="account",
    authority="coalesce(with_port(url_authority(url), port), ':' || port)",
    path="url_path(url)",
    destination_ip="destination",
    bytes_up="number(sent)",
    bytes_down="number(received)",
    action="""CASE WHEN stopped THEN 'blocked'
        WHEN did IN ('allow', 'accept', 'permit') THEN 'allowed' END""",
    evidence="CASE WHEN url IS NULL THEN 'connected' ELSE 'transacted' END",
)

CLAVISTER = Format(
    name="clavister",
    title="Clavister cOS Core (connections, URLs, dropped packets)",
    kind="firewall",
    carries=(
        *("event_time", "duration_ms", "source_ip", "user_name", "host", "port", "path"),
        *("destination_ip", "bytes_up", "bytes_down", "action", "evidence"),
    ),
    recognise=re.compile(
        r"(?:\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\] )?(?:EFW: )?"
        r"[A-Z0-9_]{2,20}: prio=\d id=\d{8} rev=\d+ "
    ),
    reference="https://docs.clavister.com/repo/cos-core-log-reference-guide/doc/",
    sql=_SQL,
    # A connection is logged when it closed.
    clock="end",
    zone="local",
    notes="connections have addresses alone; hosts stand in what gateways for HTTP were asked for",
    aliases=("cos-core",),
)
