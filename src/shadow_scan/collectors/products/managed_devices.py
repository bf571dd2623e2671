"""Devices that a firm manages: what osquery saw connect, what Jamf's network stream saw looked up,
and what people did in Island's browser (JSON).

Island writes what was typed, too (`keystrokes`): it is not read.
"""

from __future__ import annotations

import re

from shadow_scan.collectors.format import Format
from shadow_scan.collectors.products.agents import statement

OSQUERY = Format(
    name="osquery",
    title="osquery, results of socket_events and process_open_sockets (JSON)",
    kind="endpoint",
    carries=(
        *("event_time", "source_ip", "user_name", "device_name", "port", "destination_ip"),
        *("user_agent", "evidence"),
    ),
    recognise=re.compile(r'\{(?=.*"hostIdentifier" ?:)(?=.*"(?:unixTime|calendarTime)" ?:)'),
    reference="https://osquery.readthedocs.io/en/stable/deployment/logging/",
    sql=statement(
        {
            # Of sockets that are open only when somebody looked is known, not when they opened.
            "moment": "columns.time|unixTime|calendarTime",
            "client": "columns.local_address",
            "server": "columns.remote_address",
            "port": "columns.remote_port",
            "way": "columns.action|columns.syscall",
            "did": "action",
            "account": "columns.username|columns.user",
            "device": "decorations.hostname|hostIdentifier",
            "program": "columns.path|columns.name|columns.process_name",
        },
        kind="""CASE WHEN server IS NOT NULL AND coalesce(port, '0') <> '0'
            AND coalesce(did, 'added') <> 'removed' THEN 'connected' END""",
        comes_in="lower(way) IN ('accept', 'bind', 'listen')",
    ),
    notes="no names and no sizes; whoever is logged in is not whoever asked; the program stands "
    "for a user agent",
)

JAMF = Format(
    name="jamf",
    title="Jamf Protect and Jamf Security Cloud, network traffic stream (JSON)",
    kind="dns",
    carries=("event_time", "source_ip", "user_name", "device_name", "host", "action", "evidence"),
    recognise=re.compile(
        r'\{(?=.*"hostName" ?:)(?=.*"(?:Network Traffic Stream|Threat Events Stream)")'
    ),
    reference="https://learn.jamf.com/en-US/bundle/jamf-protect-documentation/page/Data_Streams.html",
    sql=statement(
        {
            "moment": "timestamp|event.timestamp",
            "question": "hostName|event.hostName",
            "client": "source.ip|event.source.ip",
            "account": "user.email|event.user.email|user.name|event.user.name",
            "device": "device.userDeviceName|event.device.userDeviceName",
            "blocked": "blocked|event.blocked",
        },
        kind="CASE WHEN question IS NOT NULL THEN 'resolved' END",
        action="CASE blocked WHEN 'true' THEN 'blocked' WHEN 'false' THEN 'allowed' END",
    ),
    notes="a lookup proves no use",
)

ISLAND = Format(
    name="island",
    title="Island Enterprise Browser, audit (JSON)",
    kind="endpoint",
    carries=(
        *("event_time", "source_ip", "user_name", "device_name", "host", "port", "path"),
        *("action", "evidence"),
    ),
    recognise=re.compile(
        r'\{(?=.*"topLevelUrl" ?:)(?=.*"verdict" ?:)(?=.*"(?:submittedUrl|saasApplicationName)" ?:)'
    ),
    reference="https://documentation.island.io/docs/audit-logs",
    sql=statement(
        {
            "moment": "timestamp|createdDate",
            "url": "submittedUrl|topLevelUrl|frameUrl",
            "client": "sourceIp|publicIp",
            "account": "email|userName|osUserName",
            "device": "machineName",
            "verdict": "verdict",
        },
        kind="CASE WHEN contains(url, '://') THEN 'transacted' END",
        action="CASE WHEN verdict = 'Blocked' THEN 'blocked' WHEN verdict IS NOT NULL "
        "THEN 'allowed' END",
    ),
    notes="no sizes; what is done on a page (copy, print, a prompt) is an event of it, too",
)
