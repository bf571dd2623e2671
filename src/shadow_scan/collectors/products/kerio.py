"""Kerio Control: its connections, what its content rules allowed or denied, and its log of pages.

Its log of HTTP is written as Apache or Squid write theirs, and is read as such. Connections are
logged when they end; their bytes are those that went out, those that came in, and both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.variants import Variants

_STAMP = r"\[(\d{2}/[A-Z][a-z]{2}/\d{4} \d\d:\d\d:\d\d)\] "
_ADDRESS = "[0-9A-Fa-f.:]+"
# Older systems name no interface between the connection and how long it lasted.
_CONNECTION = (
    r" (?:\[User\] (.+?) )?\[Connection\] \w+ (\S+):\d+ -> (\S+):(\d+) .*?"
    r"\[Duration\] (\d+) sec \[Bytes\] (\d+)/(\d+)/"
)
_CONTENT_RULE = rf"\] ([A-Z]+) URL '.*' ({_ADDRESS}) (?:(\S+) )?HTTPS? ([A-Z]+) (\S+)"
_PAGE = rf'\] ({_ADDRESS}) (\S+) ".*" (\w+://\S+)$'


def _parts(pattern: str, names: Sequence[str]) -> str:
    """The parts of a line, empty ones as NULL, beside its time."""
    quoted = fields.quoted(pattern)
    listed = ", ".join(f"nullif(part.{name}, '') AS {name}" for name in names)
    return f"""SELECT line_number, line, {listed}, from_local(try_strptime(
            regexp_extract(line, '^{_STAMP}', 1), '%d/%b/%Y %H:%M:%S')) AS instant
        FROM (SELECT *, regexp_extract(line, {quoted}, {list(names)}) AS part FROM lines)"""


_SPELLINGS = Variants(
    {
        "contains(line, ' [Connection] ')": _parts(
            _CONNECTION, ("account", "client", "target", "port", "seconds", "sent", "received")
        ),
        "contains(line, ' URL ''')": _parts(
            _CONTENT_RULE, ("did", "client", "account", "verb", "url")
        ),
        "contains(line, ' packet ')": _parts(r"\] ([A-Z]+) '", ("did",)),
        "contains(line, '://')": _parts(_PAGE, ("client", "account", "url")),
    }
)
_READ = fields.record(
    "SELECT * FROM ({fields})",
    let={"is_address": f"regexp_full_match(target, '{_ADDRESS}')"},
    skipped={"no request (a packet that a rule logs)": "variant = 3 AND did IS NOT NULL"},
    rejected={
        "no record of Kerio Control": "variant = 0 OR client IS NULL",
        "the time cannot be read": "instant IS NULL",
    },
    event_time="instant",
    duration_ms="number(seconds) * 1000",
    source_ip="client",
    user_name="dash_null(account)",
    authority="""CASE WHEN url IS NOT NULL THEN url_authority(url)
        ELSE concat_ws(':', CASE WHEN is_address THEN '' ELSE target END, port) END""",
    path="CASE WHEN upper(verb) IS DISTINCT FROM 'CONNECT' THEN url_path(url) END",
    destination_ip="CASE WHEN is_address THEN target END",
    method="verb",
    bytes_up="number(sent)",
    bytes_down="number(received)",
    action="CASE did WHEN 'ALLOW' THEN 'allowed' WHEN 'DENY' THEN 'blocked' "
    "WHEN 'DROP' THEN 'blocked' END",
    evidence="CASE WHEN url IS NULL THEN 'connected' ELSE 'transacted' END",
)

KERIO = Format(
    name="kerio",
    title="Kerio Control (connections, content rules, pages)",
    kind="firewall",
    carries=(
        *("event_time", "duration_ms", "source_ip", "user_name", "host", "port", "path"),
        *("destination_ip", "method", "bytes_up", "bytes_down", "action", "evidence"),
    ),
    recognise=re.compile(
        rf"{_STAMP}(?:\[ID\] \d+ \[|\[Rule\] .*\[Connection\] "
        r"|(?:ALLOW|DENY|DROP|PERMIT) (?:URL )?'"
        rf'|{_ADDRESS} \S+ ".*" \w+://\S+$)'
    ),
    reference="https://manuals.gfi.com/en/kerio/control/content/logs/",
    sql=_SPELLINGS.around(_READ),
    # A connection is logged when it is over; all else has no duration.
    clock="end",
    zone="local",
    notes="a page may stand in the log of pages and in that of rules: give one of them",
)
