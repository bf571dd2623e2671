"""Cisco Meraki MX: URL events, what its content filter stops, and begun flows. No people, no
sizes; the MAC is the device.

A flow has no name: it says that somebody was connected, and needs lookups beside it.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format

_KEYS = {
    "src": "src",
    "dst": "dst",
    "mac": "mac",
    "person": "user",
    "scanned": "url",
    "did": "action",
}
_FLOWS = (
    "'flows', 'firewall', 'ip_flow_start', 'l7_firewall', 'vpn_firewall', 'cellular_firewall', "
    "'bridge_anyconnect_client_vpn_firewall'"
)

# "events content_filtering_block url='…' category0='…' server='…:443' client_mac='…'"
_STOPPED = (
    r" content_filtering_block url=''([^'']*)''"
    r"(?:.* server=''([^'']*)'')?(?:.* client_mac=''([^'']*)'')?"
)
_STOPPED_NAMES = "['url', 'server', 'client']"
_MOMENT = r"(?:\d{9,10}\.\d{1,9}|\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d))"

# '1790158272.417000000 MX urls src=… dst=… mac=… request: GET https://host/…': the URL is the last
# word, and on HTTPS an ellipsis stands for its path. Most records begin with their time (`plain`).
_FIELDS = fields.keyed(
    _KEYS,
    text="split_part(line, ' request:', 1)",
    extra={
        "plain": r"regexp_extract(line, '^(\d{9,10}\.\d{1,9}) \S+ (\w+) ', ['moment', 'kind'])",
        "agent": "CASE WHEN contains(line, ' agent=''') "
        "THEN split_part(split_part(line, ' agent=''', 2), '''', 1) END",
        "verdict": "CASE WHEN contains(line, ' allow') OR contains(line, ' deny') "
        "OR contains(line, ' pattern: ') THEN "
        r"regexp_extract(line, '(?:pattern:|flows|firewall) (?:Group Policy )?"
        r"([Aa]llow|[Dd]eny|[01])\b', 1) END",
        "request": "string_split(ltrim(split_part(line, ' request:', 2)), ' ')",
    },
)
_SQL = fields.record(
    rf"""SELECT *,
        CASE WHEN plain.kind <> '' THEN plain.moment
             ELSE regexp_extract(line, '(?:^|[ >])({_MOMENT}) ', 1) END AS moment,
        CASE WHEN plain.kind <> '' THEN plain.kind
             ELSE regexp_extract(line, '(?:^|[ >]){_MOMENT} \S+ (\w+) ', 1) END AS kind,
        CASE WHEN kind = 'events' THEN regexp_extract(line, '{_STOPPED}', {_STOPPED_NAMES}) END
            AS stopped
        FROM ({_FIELDS})""",
    let={
        "instant": "coalesce(epoch_seconds(moment), iso_time(moment))",
        "is_scan": "coalesce(kind = 'security_event' AND contains(scanned, '://'), false)",
        "url": """CASE WHEN len(request) >= 2 THEN request[2]
            WHEN is_scan THEN scanned ELSE nullif(stopped.url, '') END""",
        "is_flow": f"kind IN ({_FLOWS}) AND dst IS NOT NULL",
        "is_block": "coalesce(stopped.url <> '', false)",
    },
    skipped={
        "no request (another kind of record)": "kind <> 'urls' "
        "AND NOT (is_flow OR is_block OR is_scan)"
    },
    rejected={
        "the time cannot be read": "instant IS NULL",
        "no URL": "NOT is_flow AND (url IS NULL OR NOT contains(url, '://'))",
        "no source address": "src IS NULL AND NOT is_block",
    },
    event_time="instant",
    source_ip="host_of(src)",
    # A name, or that of a directory's entry.
    user_name="nullif(regexp_extract(person, '^''?(?:CN=)?([^,'']+)', 1), '')",
    device_name="coalesce(mac, nullif(stopped.client, ''))",
    authority="url_authority(url)",
    path="CASE WHEN NOT ends_with(url, '...') THEN url_path(url) END",
    destination_ip="host_of(coalesce(dst, nullif(stopped.server, '')))",
    user_agent="nullif(agent, '')",
    method="CASE WHEN request[1] <> 'UNKNOWN' THEN request[1] END",
    # Of what comes in, numbers are written.
    action="""CASE WHEN is_block OR (is_scan AND did = 'block')
            OR verdict IN ('deny', 'Deny', '1') THEN 'blocked'
        WHEN (is_scan AND did = 'allow') OR verdict IN ('allow', 'Allow', '0')
        THEN 'allowed' END""",
    evidence="""CASE WHEN is_flow OR is_block OR ends_with(url, '...') THEN 'connected'
        ELSE 'transacted' END""",
)

MERAKI = Format(
    name="meraki",
    title="Cisco Meraki MX, URL events and flows",
    kind="firewall",
    carries=(
        *(
            "event_time",
            "source_ip",
            "user_name",
            "device_name",
            "host",
            "port",
            "path",
            "destination_ip",
        ),
        *("method", "user_agent", "action", "evidence"),
    ),
    recognise=re.compile(
        rf"(?:(?:<\d{{1,3}}>)?(?:Original Address=\S+ )?1 )?{_MOMENT} \S+ "
        r"(?:urls|flows|firewall|ip_flow_start|ip_flow_end|events|security_event|ids-alerts|"
        r"airmarshal_events|l7_firewall|(?:bridge_anyconnect_client_)?vpn_firewall|"
        r"cellular_firewall) "
    ),
    reference="https://documentation.meraki.com/General_Administration/Monitoring_and_Reporting/"
    "Syslog_Event_Types_and_Log_Samples",
    sql=_SQL,
    notes="seldom users, no sizes; the MAC address is the device; on HTTPS no paths; flows have no "
    "names",
)
