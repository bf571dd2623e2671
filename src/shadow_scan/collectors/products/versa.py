"""Versa VOS: sessions that a rule let through or denied, URLs and lookups that were filtered.

One session may stand in several of its logs. Those of flows, of translations and of intrusions tell
of no request.

Where no session is told when it ends, those that started are all there is.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format

_STAMP = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4}"
_BEGIN = rf"({_STAMP}) (\w+Log),"
_SQL = fields.record(
    fields.keyed(
        {
            "happened": "eventType",
            "source": "sourceIPv4Address|sourceIPv6Address",
            "server": "destinationIPv4Address|destinationIPv6Address",
            "port": "destinationPort|destinationTransportPort",
            "account": "fromUser",
            "device": "deviceName",
            "asked": "dnsfDomain",
            "url": "httpUrl",
            "named": "host",
            "sent": "sentOctets",
            "received": "recvdOctets",
            "did": "urlfAction|dnsfAction|action",
            "appliance": "applianceName",
            "tenant": "tenantName",
            "session": "flowId",
            "cookie": "flowCookie",
        },
        text="replace(line, ', ', ',')",
        between=",",
        absent=("", "-", "Unknown", "unknown"),
        extra={
            "begin": f"regexp_extract(coalesce(header || line, line), '{_BEGIN}', ['stamp', 'log'])"
        },
    ),
    let={
        "instant": "text_time(begin.stamp)",
        "seen": "coalesce(length(url_path(url)) > 1, false)",
        "verdict": "lower(did)",
        "is_begin": "coalesce(begin.log = 'accessLog' AND happened = 'start', false)",
    },
    skipped={
        "no request (a session's begin; its end is counted)": "is_begin AND {ended}",
        "no request (another kind of log)": "begin.log <> '' AND begin.log NOT IN "
        "('accessLog', 'urlfLog', 'dnsfLog', 'saseWebLog')",
    },
    rejected={
        "no record of a log": "coalesce(begin.log, '') = ''",
        "the time cannot be read": "instant IS NULL",
        "no source address": "source IS NULL",
    },
    event_time="instant",
    source_ip="source",
    user_name="account",
    device_name="device",
    authority="""CASE WHEN begin.log = 'dnsfLog' THEN asked
        ELSE coalesce(with_port(coalesce(url_authority(url), named), port), ':' || port) END""",
    path="CASE WHEN seen THEN url_path(url) END",
    destination_ip="CASE WHEN begin.log <> 'dnsfLog' THEN server END",
    bytes_up="CASE WHEN NOT is_begin THEN number(sent) END",
    bytes_down="CASE WHEN NOT is_begin THEN number(received) END",
    action="""CASE WHEN regexp_matches(verdict, '^(?:drop|deny|block|reset|reject)') THEN 'blocked'
        WHEN verdict IN ('allow', 'alert', 'permit') THEN 'allowed' END""",
    evidence="""CASE WHEN begin.log = 'dnsfLog' THEN 'resolved' WHEN seen THEN 'transacted'
        ELSE 'connected' END""",
    # An end may be told in a later reading than its begin. Without its cookie, a number is another
    # session's, too.
    flow="""CASE WHEN begin.log = 'accessLog' AND session IS NOT NULL AND cookie IS NOT NULL
        THEN concat_ws(' ', appliance, tenant, session, cookie) END""",
)

VERSA = Format(
    name="versa",
    title="Versa VOS (access, URL filter and DNS filter logs)",
    kind="firewall",
    carries=(
        *("event_time", "source_ip", "user_name", "device_name", "host", "port", "path"),
        *("destination_ip", "bytes_up", "bytes_down", "action", "evidence"),
    ),
    recognise=re.compile(rf".{{0,200}}?{_BEGIN} applianceName="),
    reference="https://docs.versa-networks.com/Management_and_Orchestration/Versa_Analytics/"
    "Versa_Analytics_Log_Collector_Log_Types/Flow_Logs",
    sql=fields.remembering(fields.ENDED, _SQL),
    remembers={fields.ENDED: "contains(line, 'eventType=end')"},
    zone="written",
    notes="sessions that started are read where none is told to end",
)
