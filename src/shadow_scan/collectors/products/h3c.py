"""H3C (and HPE's Comware 7) firewalls: sessions that ended (SESSION), packets that a policy let
through or denied (FILTER), and what the URL filter saw (UFLT).

Begin and end of a session may be in UTC while the header is in local time: only how long it took is
taken from them. Where no session is told when it ends, those that were created are all there is.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.syslog import RECEIVED

_KIND = r"%%\d\d\w+/\d/\w+"
# 'Key(1001)=value;Key(1002)=value;', of a chassis behind the place of the board.
_PAIRS = rf"""replace(regexp_replace(regexp_replace(line, '^.*?{_KIND}: ?(?:-[^;]*; ?)?', ''),
    '\(\d+\)=', '=', 'g'), '; ', ';')"""
_STAMP = r"([A-Z][a-z]{2} {1,2}\d{1,2}) (\d\d:\d\d:\d\d)(?:[:.]\d{3})? (\d{4}) \S+ %%"
_FIELDS = fields.keyed(
    {
        "begun": "BeginTime_e",
        "ended": "EndTime_e",
        "happened": "Event",
        "did": "Action",
        "zone": "SrcZoneName",
        "target_zone": "DstZoneName",
        "source": "SrcIPAddr|SrcIPv6Addr",
        "source_port": "SrcPort",
        "server": "DstIPAddr|DstIPv6Addr",
        "port": "DstPort",
        "account": "UserName",
        "url": "URL",
        "sent": "InitByteCount",
        "received": "RplyByteCount",
    },
    text=_PAIRS,
    between=";",
    absent=("", "-", "--"),
    extra={
        "kind": r"upper(regexp_extract(line, '%%\d\d(\w+/\d/\w+)', 1))",
        # Its own header stands next to its message, whoever handed that on.
        "stamp": f"""regexp_extract(coalesce(header || line, line), '{_STAMP}',
            ['day', 'clock', 'year'])""",
    },
)
_SQL = fields.record(
    f"SELECT *, {RECEIVED} AS received_at FROM ({_FIELDS})",
    let={
        "instant": "coalesce(text_time(nullif(stamp.day, '') || ' ' || stamp.year || ' ' "
        "|| stamp.clock), received_at)",
        "is_session": "kind LIKE 'SESSION/_/SESSION_%_FLOW'",
        "is_packet": "kind LIKE 'FILTER/_/FILTER_%_EXECUTION'",
        "is_begin": "is_session AND coalesce(happened LIKE '(8)%', false)",
        "answer": "is_packet AND is_answer(try_cast(source_port AS INTEGER), "
        "try_cast(port AS INTEGER))",
        "verdict": "lower(coalesce(did, happened))",
        "seen": "coalesce(length(url_path(url)) > 1, false)",
    },
    skipped={
        "no request (another kind of message)": "kind <> '' AND NOT is_session AND NOT is_packet "
        "AND kind NOT LIKE 'UFLT/_/UFLT_%LOG'",
        "no request (a session's begin; its end is counted)": "is_begin AND {ended}",
        "no request (comes in)": "is_packet AND lower(zone) = 'untrust' "
        "AND lower(target_zone) IS DISTINCT FROM 'untrust'",
    },
    rejected={
        "no message of this firewall": "kind = ''",
        "the time cannot be read": "instant IS NULL",
        "no source address": "source IS NULL OR server IS NULL",
    },
    event_time="instant",
    duration_ms="""date_diff('millisecond', try_strptime(begun, '%m%d%Y%H%M%S'),
        try_strptime(ended, '%m%d%Y%H%M%S'))""",
    source_ip="CASE WHEN answer THEN server ELSE source END",
    user_name="account",
    authority="""coalesce(with_port(url_authority(url), port),
        ':' || CASE WHEN answer THEN source_port ELSE port END)""",
    path="CASE WHEN seen THEN url_path(url) END",
    destination_ip="CASE WHEN answer THEN source ELSE server END",
    bytes_up="CASE WHEN NOT is_begin THEN number(sent) END",
    bytes_down="CASE WHEN NOT is_begin THEN number(received) END",
    action="""CASE WHEN NOT is_session AND starts_with(verdict, 'permit') THEN 'allowed'
        WHEN NOT is_session AND regexp_matches(verdict, '^(?:deny|drop|reset|block)')
        THEN 'blocked' END""",
    evidence="CASE WHEN seen THEN 'transacted' ELSE 'connected' END",
)
_ENDED = r"\bEvent\(\d+\)= ?\((?:[^8]|8\d)"

H3C = Format(
    name="h3c",
    title="H3C SecPath and Comware 7 (sessions, policies, URL filter)",
    kind="firewall",
    carries=(
        *("event_time", "duration_ms", "source_ip", "user_name", "host", "port", "path"),
        *("destination_ip", "bytes_up", "bytes_down", "action", "evidence"),
    ),
    recognise=re.compile(
        r".{0,200}?%%\d\d(?i:session|filter|uflt)/\d/\w+: ?(?:-[^;]*; ?)?\w+\(\d{4}\)="
    ),
    reference="https://www.h3c.com/en/Support/Resource_Center/EN/Home/Security/00-Public/"
    "Reference_Guides/Log_Message_References/",
    sql=fields.remembering(fields.ENDED, _SQL),
    remembers={fields.ENDED: f"regexp_matches(line, '{_ENDED}')"},
    clock="end",
    zone="local",
    notes="hosts are in records of the URL filter, sizes in those of sessions that ended; sessions "
    "that were created are read where none is told to end",
    aliases=("comware",),
)
