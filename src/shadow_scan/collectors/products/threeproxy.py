"""3proxy: its own line, with the Unix time of its example or the digits of its default.

Blanks within a request are underscores where the example's filter of characters stands.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format

_MOMENT = r"\d{10}(?:\d\d)?\.\d{3}"
_SERVICE = r"(?:(?:[A-Z][A-Z0-9]*)\.)?\d{1,5}"
_LINE = (
    rf"^({_MOMENT}) +(?:\[[^\]]*\] +)?{_SERVICE} (\d{{5}}) (\S+) (\S+):\d+ (\S+):(\d+) "
    r"(\d+) (\d+) \d+ ([A-Z]{3,9})[ _](\S+?)(?:[ _]HTTP/[0-9.]+)?\s*$"
)
_SQL = fields.record(
    f"""SELECT *, CASE WHEN length(said.moment) = 14
            THEN epoch_time(said.moment)
            ELSE try_strptime('20' || said.moment, '%Y%m%d%H%M%S.%g') END AS instant
        FROM (SELECT line_number, line, regexp_extract(line, '{_LINE}', ['moment', 'failure',
            'user', 'client', 'server', 'server_port', 'sent', 'received', 'verb', 'url']) AS said
            FROM lines)""",
    let={"tunnel": "said.verb = 'CONNECT'"},
    rejected={"no request of a client": "instant IS NULL"},
    event_time="instant",
    source_ip="trim(said.client, '[]')",
    user_name="dash_null(said.user)",
    authority="CASE WHEN tunnel THEN said.url ELSE url_authority(said.url) END",
    path="CASE WHEN NOT tunnel THEN url_path(said.url) END",
    destination_ip="nullif(nullif(trim(said.server, '[]'), '0.0.0.0'), '::')",
    method="said.verb",
    bytes_up="number(said.sent)",
    bytes_down="number(said.received)",
    action="""CASE WHEN said.failure = '00000' THEN 'allowed'
        WHEN said.failure IN ('00001', '00003') THEN 'blocked' END""",
    evidence="CASE WHEN tunnel THEN 'connected' ELSE 'transacted' END",
)

THREEPROXY = Format(
    name="3proxy",
    title="3proxy (its example's log, and its default)",
    kind="proxy",
    carries=(
        *("event_time", "source_ip", "user_name", "host", "port", "path", "destination_ip"),
        *("method", "bytes_up", "bytes_down", "action", "evidence"),
    ),
    recognise=re.compile(
        rf"{_MOMENT} +(?:\[[^\]]*\] +)?{_SERVICE} \d{{5}} \S+ \S+:\d+ \S+:\d+ \d+ \d+ \d+ \S"
    ),
    reference="https://3proxy.org/doc/man3/3proxy.cfg.3.html",
    sql=_SQL,
    clock="end",
    notes="no status, no durations (times are those of the end), no agents",
)
