"""Trend Micro InterScan Web Security (IWSVA): what its syslog tells of pages asked for and blocked.

Where nobody signed in, the client's address stands in the place of the user. Which way the bytes of
`tk_size` went is not documented, so that they are left out.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format

_ADDRESS = "[0-9A-Fa-f]*[.:][0-9A-Fa-f.:]+"
_SQL = fields.record(
    fields.keyed(
        {
            "account": "tk_username",
            "url": "tk_url",
            "moment": "tk_date_field",
            "client": "tk_client_ip",
            "server": "tk_server_ip",
            "verb": "tk_operation",
        },
        text="substr(line, strpos(line, 'tk_'))",
        between=",",
    ),
    let={
        "instant": "text_time(moment)",
        "nobody": f"regexp_full_match(account, '{_ADDRESS}')",
        "tunnel": "coalesce(upper(verb) = 'CONNECT', false)",
    },
    skipped={
        "no request (another kind of record)": "NOT contains(line, '[EVT_URL_') "
        "AND contains(line, '[EVT_')"
    },
    rejected={
        "no record of a URL": "url IS NULL",
        "the time cannot be read": "instant IS NULL",
    },
    event_time="instant",
    source_ip="coalesce(client, CASE WHEN nobody THEN account END)",
    user_name="CASE WHEN NOT nobody THEN account END",
    authority="url_authority(url)",
    path="CASE WHEN NOT tunnel THEN url_path(url) END",
    destination_ip="server",
    method="upper(verb)",
    action="CASE WHEN contains(line, '[EVT_URL_BLOCKING') THEN 'blocked' END",
    evidence="CASE WHEN tunnel THEN 'connected' ELSE 'transacted' END",
)

INTERSCAN = Format(
    name="interscan",
    title="Trend Micro InterScan Web Security (IWSVA, syslog)",
    kind="proxy",
    carries=(
        *("event_time", "source_ip", "user_name", "host", "port", "path", "destination_ip"),
        *("method", "action", "evidence"),
    ),
    recognise=re.compile(r".{0,200}\[EVT_\w+\|LOG_\w+\] .*\btk_\w+="),
    reference="https://docs.trendmicro.com/en-us/documentation/interscan-web-security-virtual-appliance/",
    sql=_SQL,
    zone="written",
    notes="no sizes that say which way, no status and no agents",
    aliases=("iwsva",),
)
