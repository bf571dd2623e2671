"""What Amazon's load balancers let through: application (ALB), network (NLB, TLS listeners) and
classic ones (CLB), text parted by blanks as buckets hold it.

Of each the first words tell which it is. The address of a request stands in it; where it names no
host, and of TLS, the name is that of the handshake.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.variants import FIELDS, Variants

_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z?"
_APPLICATION = rf"(?:https?|h2|grpcs|wss?) {_TIME} app/"
_NETWORK = rf"tls \d\.\d {_TIME} net/"
_CLASSIC = rf"{_TIME} [\w-]+ \S+:\d+ (?:\S+:\d+|-) -?[\d.]+ -?[\d.]+ -?[\d.]+ (?:\d+|-) "

# A request that came over TCP alone is '- - - '; creation is written since 2018.
_APPLICATION_CELLS = fields.cells(
    {
        "ended": 2,
        "client": 4,
        "target": 5,
        "waited": 6,
        "worked": 7,
        "answered": 8,
        "code": 9,
        "sent": 11,
        "received": 12,
        "asked": 13,
        "agent": 14,
        "site": 19,
        "began": 22,
    },
    delimiter=" ",
    extra={"millis": "NULL::VARCHAR"},
)
_CLASSIC_CELLS = fields.cells(
    {
        "began": 1,
        "client": 3,
        "target": 4,
        "waited": 5,
        "worked": 6,
        "answered": 7,
        "code": 8,
        "sent": 10,
        "received": 11,
        "asked": 12,
        "agent": 13,
    },
    delimiter=" ",
    extra={"ended": "NULL::VARCHAR", "site": "NULL::VARCHAR", "millis": "NULL::VARCHAR"},
)
_NETWORK_CELLS = fields.cells(
    {"ended": 3, "client": 6, "target": 7, "millis": 8, "sent": 10, "received": 11, "site": 18},
    delimiter=" ",
    # What protocols a client prefers is a list of quoted words: one quoted word is read at once.
    text="""replace(line, '","', ',')""",
    extra={
        # looked for at the end alone: of a whole line each blank might be its begin
        "began": f"nullif(regexp_extract(right(line, 30), ' ({_TIME})$', 1), '')",
        **dict.fromkeys(("waited", "worked", "answered", "code", "asked"), "NULL::VARCHAR"),
        "agent": "NULL::VARCHAR",
    },
)

_SQL = fields.record(
    Variants(
        {
            f"regexp_matches(line, '^{_APPLICATION}')": _APPLICATION_CELLS,
            f"regexp_matches(line, '^{_NETWORK}')": _NETWORK_CELLS,
            f"regexp_matches(line, '^{_CLASSIC}')": _CLASSIC_CELLS,
        }
    ).around(f"SELECT *, string_split(asked, ' ') AS request FROM ({FIELDS})"),
    let={
        # -1: it was never given to a target.
        "took": """CASE WHEN waited >= '0' AND worked >= '0' AND answered >= '0'
            THEN CAST(round((try_cast(waited AS DOUBLE) + try_cast(worked AS DOUBLE)
                + try_cast(answered AS DOUBLE)) * 1000) AS BIGINT) ELSE number(millis) END""",
        "finish": "iso_time(ended)",
        "instant": "coalesce(iso_time(began), finish - to_milliseconds(coalesce(took, 0)))",
        "verb": "CASE WHEN request[1] <> '-' THEN upper(request[1]) END",
        "url": "CASE WHEN contains(request[2], '://') THEN request[2] END",
    },
    rejected={
        "no record of a balancer": "variant = 0",
        "fewer words than a balancer writes": "cells < 12",
        "the time cannot be read": "instant IS NULL",
    },
    event_time="instant",
    duration_ms="coalesce(took, lasted(instant, finish))",
    source_ip="host_of(client)",
    authority="coalesce(rtrim(url_authority(url), ':-'), site)",
    path="url_path(url)",
    destination_ip="host_of(target)",
    method="verb",
    status="try_cast(code AS INTEGER)",
    bytes_up="number(sent)",
    bytes_down="number(received)",
    user_agent="agent",
    action="CASE WHEN code = '403' THEN 'blocked' WHEN code IS NOT NULL THEN 'allowed' END",
    evidence="CASE WHEN verb IS NULL THEN 'connected' ELSE 'transacted' END",
)

AMAZON_BALANCER = Format(
    name="aws-load-balancer",
    title="AWS load balancers: application, network (TLS), classic",
    kind="web server",
    carries=(
        *("event_time", "duration_ms", "source_ip", "host", "port", "path", "destination_ip"),
        *("method", "status", "bytes_up", "bytes_down", "user_agent", "action", "evidence"),
    ),
    recognise=re.compile(f"{_APPLICATION}|{_NETWORK}|{_CLASSIC}"),
    reference="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html",
    sql=_SQL,
    notes="no users; what it balances are services of one's own",
    aliases=("alb", "elb", "nlb"),
)
