"""Sophos Central: what its web control and web protection on computers did, as its script for SIEMs
writes events (JSON, CEF). Where people went stands in the event's sentence alone, in quotes."""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.variants import Variants

_KEYS = {
    "moment": "when|end|rt|created_at",
    "kind": "type",
    "sentence": "name|description",
    "source": "source_info.ip|source_info_ip",
    "user": "source|suser",
    "device": "location|dhost",
}
_ABSENT = ("", "-", "n/a", "N/A")
_QUOTED = r"""(?:^|[ '])['"]((?:https?://)?[\w-]+(?:\.[\w-]+)+(?:[:/][^'"]*)?)['"]"""
_SITE = f"regexp_extract(sentence, '{_QUOTED.replace(chr(39), chr(39) * 2)}', 1)"

_SQL = fields.record(
    Variants(
        {
            "starts_with(line, '{')": fields.members(_KEYS, absent=_ABSENT),
            "true": f"""SELECT * REPLACE (cef_header(line, 5) AS kind,
                cef_header(line, 6) AS sentence) FROM ({
                fields.cef({**_KEYS, "moment": "end|rt"}, absent=_ABSENT)
            })""",
        }
    ),
    let={
        "instant": "text_time(moment)",
        "is_web": "regexp_matches(kind, '::Web(?:Control|Filtering)')",
        "url": f"nullif({_SITE}, '')",
        "seen_inside": "length(url_path(url)) > 1 OR starts_with(url, 'http:')",
    },
    skipped={
        "no request (another kind of event)": "instant IS NOT NULL AND NOT is_web",
        "no request (names no site)": "instant IS NOT NULL AND url IS NULL",
    },
    rejected={"the time cannot be read": "instant IS NULL"},
    event_time="instant",
    source_ip="source",
    user_name='"user"',
    device_name="device",
    authority="url_authority(url)",
    path="CASE WHEN seen_inside THEN url_path(url) END",
    # Whoever was warned may have gone on or not.
    action="""CASE WHEN contains(sentence, 'bypassed') THEN 'allowed'
        WHEN contains(sentence, 'blocked') THEN 'blocked' END""",
    evidence="CASE WHEN seen_inside THEN 'transacted' ELSE 'connected' END",
)

SOPHOS_CENTRAL = Format(
    name="sophos-central",
    title="Sophos Central, web events of computers (JSON, CEF)",
    kind="endpoint",
    carries=(
        *("event_time", "source_ip", "user_name", "device_name", "host", "port", "path"),
        *("action", "evidence"),
    ),
    recognise=re.compile(
        r'\{(?=.*"type" ?: ?"Event::[A-Z])(?=.*"endpoint_type" ?:)'
        r"|(?:.{0,200}\bCEF: ?)?0\|[Ss]ophos\|[Ss]ophos [Cc]entral\|"
    ),
    reference="https://github.com/sophos/Sophos-Central-SIEM-Integration",
    sql=_SQL,
    notes="what was blocked, warned of or bypassed, and nothing that was simply allowed",
)
