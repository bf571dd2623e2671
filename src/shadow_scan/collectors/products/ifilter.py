"""Digital Arts i-FILTER and D-SPA: the access log in its default order, and the log of blocks.

Which of an access' sizes went which way is not documented, so that they are left out. Its first
time looks like a header of syslog, and is taken for one.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.variants import FIELDS, Variants

_STAMP = r"\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}"
_ADDRESS = "[0-9A-Fa-f.:]+"
# time process version upstream server[:port] peer client computer user [begin] status … what was
# done … "request" referrer agent type number
_BEGIN = (
    rf"\d+ \d+/\d+/\S* \S+ (\S+) {_ADDRESS} ({_ADDRESS}) (\S+) (\S+) \[({_STAMP})\] (\d+|-) "
    r"\S+ \S+ (\w+) "
)
_ACCESS = _BEGIN + r'.* "([A-Z]+) (\S+)[^"]*" (\S+) (\S+) \S+ \S+$'
_ACCESS_NAMES = [
    *("server", "client", "computer", "account", "begun", "code", "did", "verb", "url"),
    *("origin", "program"),
]
# process client user group group's number begin URL what was done …
_BLOCK = rf"^\d+ ({_ADDRESS}) (\S+) (\S+) \d+ ({_STAMP}) (\S+) ([a-z]+) "
_BLOCK_NAMES = ["client", "account", "team", "begun", "url", "did"]


def _decoded(name: str) -> str:
    return f"percent_decoded(replace(dash_null({name}), '+', ' '))"


_IS_ACCESS = "contains(line, '] ') AND contains(line, '/')"
_SQL = fields.record(
    Variants(
        {
            f"contains(line, '\"') AND {_IS_ACCESS}": f"""SELECT line_number, line, part.*
                FROM (SELECT line_number, line, regexp_extract(coalesce(header || line, line),
                    {fields.quoted(_ACCESS)}, {_ACCESS_NAMES}) AS part FROM lines)""",
            "contains(line, '://')": f"""SELECT line_number, line, part.* FROM (
                SELECT line_number, line, regexp_extract(line, {fields.quoted(_BLOCK)},
                    {_BLOCK_NAMES}) AS part FROM lines)""",
        }
    ).around(FIELDS),
    let={
        "instant": "timezone('UTC', try_strptime(begun, '%d/%b/%Y:%H:%M:%S %z'))",
        "tunnel": "coalesce(verb = 'CONNECT', false)",
    },
    rejected={
        "no record of i-FILTER": "variant = 0 OR coalesce(client, '') = ''",
        "the time cannot be read": "instant IS NULL",
    },
    event_time="instant",
    source_ip="client",
    user_name=_decoded("account"),
    device_name="dash_null(computer)",
    department=_decoded("team"),
    authority="CASE WHEN tunnel THEN url ELSE url_authority(url) END",
    path="CASE WHEN NOT tunnel THEN url_path(url) END",
    destination_ip="host_of(dash_null(server))",
    method="verb",
    status="nullif(try_cast(code AS INTEGER), 0)",
    user_agent=_decoded("program"),
    referrer=_decoded("origin"),
    action="CASE WHEN starts_with(did, 'block') THEN 'blocked' "
    "WHEN did IN ('pass', 'allow') THEN 'allowed' END",
    evidence="CASE WHEN tunnel THEN 'connected' ELSE 'transacted' END",
)

I_FILTER = Format(
    name="i-filter",
    title="Digital Arts i-FILTER and D-SPA (access log, log of blocks)",
    kind="proxy",
    carries=(
        *("event_time", "source_ip", "user_name", "device_name", "department", "host", "port"),
        *("path", "destination_ip", "method", "status", "user_agent", "referrer_host"),
        *("action", "evidence"),
    ),
    recognise=re.compile(
        rf'(?:[A-Z][a-z]{{2}} +\d+ [\d:]{{8}} )?{_BEGIN}[^"]*"[A-Z]+ \S|{_BLOCK[1:]}'
    ),
    reference="https://www.pa-solution.net/daj/bs/faq/detail.aspx?id=4301",
    sql=_SQL,
    zone="written",
    notes="the default order of its columns; no sizes",
)
