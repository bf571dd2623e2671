"""Huawei USG: sessions that ended (SECLOG), what a policy let through or denied (POLICY), and what
its URL filter saw. Sizes are with the sessions, hosts with the filter.

Where no session is told when it ends, those that were built are all there is.

The clock of the header is that of UTC, whatever the place, and so are the seconds of a session.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.syslog import RECEIVED

_MESSAGE = r"%%\d\d(?:SECLOG/\d/SESSION_\w+|POLICY/\d/POLICY\w+|URL/\d/\w+)\(\w\):"
_STAMP = r"\d{4}[-/]\d\d[-/]\d\d \d\d:\d\d:\d\d|[A-Z][a-z]{2} {1,2}\d{1,2} \d{4} \d\d:\d\d:\d\d"
# '%%01SECLOG/6/SESSION_TEARDOWN(l):Key=value,Key=value.'; the filter has its pairs in brackets
# behind a sentence, newer ones the number of a component before all.
_PAIRS = r"""replace(rtrim(regexp_replace(substr(line, strpos(line, '):') + 2),
    '^(?:CID=\w+;)?(?:[^=(]* ?\()?', ''), ' .)'), ', ', ',')"""
_FIELDS = fields.keyed(
    {
        "begun": "BeginTime",
        "ended": "EndTime",
        "source": "SourceIP|SrcIp|source-ip",
        "source_port": "SourcePort|SrcPort|source-port",
        "server": "DestinationIP|DstIp|destination-ip",
        "port": "DestinationPort|DstPort|destination-port",
        "user": "UserName|User|user-name|user",
        "hostname": "Host",
        "page": "Page",
        "sent": "SendBytes",
        "received": "RcvBytes",
        "did": "Action",
    },
    text=_PAIRS,
    between=",",
    absent=("", "-", "unknown", "none", "null", "N/A"),
    extra={
        "kind": r"regexp_extract(line, '%%\d\d(\w+/\d/\w+)', 1)",
        # The firewall's own header stands next to its message, whoever handed that on.
        "stamp": rf"""nullif(regexp_extract(coalesce(header || line, line),
            '({_STAMP})\S* \S+ %%', 1), '')""",
    },
)
_SQL = fields.record(
    f"""SELECT *, coalesce(text_time(stamp), {RECEIVED}) AS received_at FROM ({_FIELDS})""",
    let={
        "begin": "epoch_time(begun)",
        "has_page": "starts_with(page, '/')",
        "verdict": "lower(coalesce(did, kind))",
        # Releases call it the one or the other.
        "is_begin": "kind LIKE 'SECLOG/%SESSION_SETUP' OR kind LIKE 'SECLOG/%SESSION_BUILT'",
    },
    skipped={
        "no request (its session ends later)": "is_begin AND {ended}",
        "no request (another kind of message)": "kind NOT LIKE 'SECLOG/%SESSION_TEARDOWN' "
        "AND NOT is_begin AND kind NOT LIKE 'POLICY/_/POLICY%' AND kind NOT LIKE 'URL/%'",
    },
    rejected={
        "no message of this firewall": "kind = ''",
        "the time cannot be read": "coalesce(begin, received_at) IS NULL",
        "no source address": "source IS NULL",
    },
    event_time="coalesce(begin, received_at)",
    duration_ms="lasted(begin, epoch_time(ended))",
    source_ip="source",
    user_name='"user"',
    authority="coalesce(with_port(hostname, port), ':' || port)",
    path="CASE WHEN has_page THEN page END",
    destination_ip="server",
    bytes_up="CASE WHEN NOT is_begin THEN number(sent) END",
    bytes_down="CASE WHEN NOT is_begin THEN number(received) END",
    action="""CASE WHEN regexp_matches(verdict, 'block|deny') THEN 'blocked' ELSE 'allowed' END""",
    evidence="CASE WHEN has_page THEN 'transacted' ELSE 'connected' END",
)

HUAWEI = Format(
    name="huawei-usg",
    title="Huawei USG (sessions, policies, URL filter)",
    kind="firewall",
    carries=(
        *("event_time", "duration_ms", "source_ip", "user_name", "host", "port", "path"),
        *("destination_ip", "bytes_up", "bytes_down", "action", "evidence"),
    ),
    # Its other messages come in the same file.
    recognise=re.compile(rf".{{0,200}}?{_MESSAGE}"),
    reference="https://support.huawei.com/hedex/hdx.do?docid=EDOC1100112357",
    sql=fields.remembering(fields.ENDED, _SQL),
    remembers={fields.ENDED: "contains(line, 'SESSION_TEARDOWN')"},
    notes="hosts are in records of the URL filter, sizes in those of sessions that ended; sessions "
    "that were built are read where none is told to end",
    aliases=("huawei", "usg"),
)
