"""Cisco Meraki MX: the URL events of its syslog. No people, no sizes; the MAC is the device."""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format

_KEYS = {"src": "src", "dst": "dst", "mac": "mac"}

# '1790158272.417000000 MX urls src=… dst=… mac=… request: GET https://host/…': the URL is the last
# word, and on HTTPS an ellipsis stands for its path.
_SQL = fields.record(
    fields.keyed(
        _KEYS,
        text="split_part(line, ' request:', 1)",
        extra={
            "moment": r"regexp_extract(line, '(?:^|[ >])(\d{10}\.\d{1,9}) ', 1)",
            "kind": r"regexp_extract(line, '\d{10}\.\d{1,9} \S+ (\w+) ', 1)",
            "agent": "split_part(split_part(line, ' agent=''', 2), '''', 1)",
            "request": "string_split(trim(split_part(line, ' request:', 2)), ' ')",
        },
    ),
    let={"url": "CASE WHEN len(request) >= 2 THEN request[2] END"},
    skipped={"no request (another kind of record)": "kind <> 'urls'"},
    rejected={
        "the time cannot be read": "epoch_seconds(moment) IS NULL",
        "no URL": "url IS NULL OR NOT contains(url, '://')",
        "no source address": "src IS NULL",
    },
    event_time="epoch_seconds(moment)",
    source_ip="host_of(src)",
    device_name="mac",
    authority="url_authority(url)",
    path="CASE WHEN NOT ends_with(url, '...') THEN url_path(url) END",
    destination_ip="host_of(dst)",
    user_agent="nullif(agent, '')",
    method="CASE WHEN request[1] <> 'UNKNOWN' THEN request[1] END",
    evidence="CASE WHEN ends_with(url, '...') THEN 'connected' ELSE 'transacted' END",
)

MERAKI = Format(
    name="meraki",
    title="Cisco Meraki MX, URL events",
    kind="firewall",
    carries=(
        *("event_time", "source_ip", "device_name", "host", "port", "path", "destination_ip"),
        *("method", "user_agent", "evidence"),
    ),
    recognise=re.compile(
        r"(?:(?:<\d{1,3}>)?1 )?\d{10}\.\d{3,9} \S+ "
        r"(?:urls|flows|firewall|ip_flow_start|ip_flow_end|events|security_event|ids-alerts|"
        r"airmarshal_events|l7_firewall) "
    ),
    reference="https://documentation.meraki.com/General_Administration/Monitoring_and_Reporting/"
    "Syslog_Event_Types_and_Log_Samples",
    sql=_SQL,
    notes="no users and no sizes; the MAC address is the device; on HTTPS no paths",
)
