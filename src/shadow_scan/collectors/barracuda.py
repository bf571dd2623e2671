"""Barracuda Web Security Gateway: its http_scan lines, fields by their place."""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format

# http_scan[pid]: epoch 1 source destination type source url size BYF ACTION REASON … user …
_SQL = fields.record(
    r"""SELECT line_number, line, cell,
        list_filter(cell, lambda word: regexp_full_match(word, '\[[^\]]*\]'))[-1] AS person
       FROM (SELECT line_number, line,
                 string_split(trim(regexp_replace(line, '^.*?http_scan\[\d+\]: *', '')), ' ')
                     AS cell
             FROM lines)""",
    let={
        "url": "cell[7]",
        "behind": "cell[list_position(cell, person) + 1]",
        "name": "regexp_replace(trim(person, '[]'), '^(ldap|ad|ntlm|krb|local)\\w*:', '')",
    },
    rejected={
        "no record of a request": "NOT contains(line, 'http_scan[') OR len(cell) < 11",
        "the time cannot be read": "epoch_time(cell[1]) IS NULL",
        "no URL": "NOT contains(url, '://')",
    },
    event_time="epoch_time(cell[1])",
    source_ip="cell[3]",
    user_name="CASE WHEN name NOT IN ('', '-', 'ANON') THEN name END",
    authority="url_authority(url)",
    path="CASE WHEN length(url_path(url)) > 1 OR starts_with(url, 'http:') THEN url_path(url) END",
    destination_ip="dash_null(cell[4])",
    bytes_down="number(cell[8])",
    referrer="CASE WHEN contains(behind, '://') THEN behind END",
    action="""CASE WHEN cell[10] = 'BLOCKED' THEN 'blocked'
        WHEN cell[10] IN ('ALLOWED', 'DETECTED') THEN 'allowed' END""",
    evidence="CASE WHEN length(url_path(url)) > 1 OR starts_with(url, 'http:') THEN 'transacted' "
    "ELSE 'connected' END",
)

BARRACUDA = Format(
    name="barracuda",
    title="Barracuda Web Security Gateway",
    kind="proxy",
    carries=(
        *("event_time", "source_ip", "user_name", "host", "port", "path", "destination_ip"),
        *("bytes_down", "referrer_host", "action", "evidence"),
    ),
    recognise=re.compile(r"(?:\S+ )*?http_scan\[\d+\]: +\d{9,}"),
    reference="https://campus.barracuda.com/product/websecuritygateway/doc/6160437/syslog-and-the-barracuda-web-security-gateway/",
    sql=_SQL,
    notes="no upload bytes and no methods",
)
