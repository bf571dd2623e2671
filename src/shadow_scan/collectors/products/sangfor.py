"""Sangfor NGAF: what people browsed, and connections that a service or application rule saw.

Keys are Chinese or English words: '日志类型:网站访问, 用户:ada, 源IP:…, URL:…'.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.syslog import RECEIVED

# Values may hold a colon, keys none.
_FIELDS = fields.pairs(
    {
        "kind": "日志类型|type|log_type",
        "user": "用户|用户名|user|user_name",
        "source": "源IP|Src_IP|src_ip|source_IP",
        "server": "目的IP|Dst_IP|dst_ip|destination_IP",
        "port": "目的端口|Dst_port|Dst_Port|dst_port",
        "url": "URL|url",
        "did": "系统动作|动作|action",
    },
    text=r"""replace(regexp_replace(regexp_replace(substr(line, greatest(
        strpos(line, '日志类型'), strpos(line, 'type:'), 1)),
        '(^|, )([^:, ]+) ([^:, ]+):', '\1\2_\3:', 'g'),
        '(^|, )([^:,]+): ?', '\1\2=', 'g'), ', ', chr(31))""",
    between="\x1f",
    absent=("", "-", "(null)", "null"),
)
_SQL = fields.record(
    f"SELECT *, {RECEIVED} AS instant FROM ({_FIELDS})",
    let={
        "who": "trim(\"user\", '()')",
        "asks": "length(url_path(url)) > 1",
    },
    skipped={
        "no request (another kind of record)": "kind IS NOT NULL AND (source IS NULL OR "
        "NOT regexp_matches(kind, '网站访问|应用控制|[Ww]eb|browsing|[Aa]pplication'))"
    },
    rejected={
        "no type of record": "kind IS NULL",
        "the time cannot be read": "instant IS NULL",
    },
    event_time="instant",
    source_ip="source",
    user_name="who",
    authority="coalesce(with_port(bare_authority(url), port), ':' || port)",
    path="url_path(url)",
    destination_ip="server",
    action="""CASE WHEN regexp_matches(did, '拒绝|阻断|拦截|丢弃|(?i)den|block|reject|drop')
        THEN 'blocked' WHEN did IS NOT NULL THEN 'allowed' END""",
    evidence="CASE WHEN asks THEN 'transacted' ELSE 'connected' END",
)

SANGFOR = Format(
    name="sangfor",
    title="Sangfor NGAF (web sites, applications)",
    kind="firewall",
    carries=(
        *("event_time", "source_ip", "user_name", "host", "port", "path", "destination_ip"),
        *("action", "evidence"),
    ),
    recognise=re.compile(
        r".{0,120}?(?:\bfwlog: )?(?:日志类型: ?\S|(?<=fwlog: )(?:log )?type: ?\w)"
    ),
    reference="https://knowledgebase.sangfor.com/",
    sql=_SQL,
    zone="local",
    notes="no sizes",
    aliases=("ngaf",),
)
