"""NxFilter and NxCloud: lookups as it sends them by syslog, fields parted by bars."""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format

_SQL = fields.record(
    """SELECT line_number, line, string_split(substr(line, strpos(line, 'NXFILTER|')), '|') AS part
        FROM lines""",
    let={"instant": "text_time(part[2])"},
    rejected={
        "no lookup of NxFilter": "len(part) < 10",
        "the time cannot be read": "instant IS NULL",
    },
    event_time="instant",
    source_ip="nullif(part[6], '')",
    user_name="nullif(part[5], '')",
    authority="part[4]",
    action="CASE part[3] WHEN 'Y' THEN 'blocked' WHEN 'N' THEN 'allowed' END",
    evidence="'resolved'",
)

NXFILTER = Format(
    name="nxfilter",
    title="NxFilter and NxCloud (syslog)",
    kind="dns",
    carries=("event_time", "source_ip", "user_name", "host", "action", "evidence"),
    recognise=re.compile(r".{0,200}?\bNXFILTER\|\d{4}-\d\d-\d\d [\d:]{8}\|[YN]\|"),
    reference="https://nxfilter.org/tutorial/h-syslog-exportation.php",
    sql=_SQL,
    zone="local",
    notes="a lookup proves no use",
)
