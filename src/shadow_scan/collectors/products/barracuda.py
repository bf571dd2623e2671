"""Barracuda: the Web Security Gateway's http_scan lines, fields by their place, and the activity of
the CloudGen Firewall, parted by bars with or without keys, or as the JSON that it streams."""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.syslog import RECEIVED
from shadow_scan.collectors.variants import Variants

# http_scan[pid]: epoch 1 source destination type source url size BYF ACTION REASON … user …
# The first systems wrote the user last, without brackets, and no referrer.
_GATEWAY = fields.record(
    r"""SELECT line_number, line, cell,
        coalesce(list_filter(cell, lambda word: regexp_full_match(word, '\[[^\]]*\]'))[-1],
            CASE WHEN len(cell) < 26 THEN cell[-1] END) AS person
       FROM (SELECT line_number, line,
                 string_split(one_blanked(trim(
                     regexp_replace(line, '^.*?http_?scan\[\d+\]: *', ''))), ' ') AS cell
             FROM lines)""",
    let={
        "url": "cell[7]",
        "behind": "cell[list_position(cell, person) + 1]",
        "name": "regexp_replace(trim(person, '[]'), '^(ldap|ad|ntlm|krb|local)\\w*:', '')",
    },
    rejected={
        "no record of a request": "len(cell) < 11",
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

_ACTIVITY = {
    "kind": "type",
    "protocol": "proto",
    "interface": "srcIF",
    "source": "srcIP",
    "source_port": "srcPort",
    "source_mac": "srcMAC",
    "destination": "dstIP",
    "port": "dstPort",
    "service": "dstService",
    "outside": "dstIF",
    "rule": "rule",
    "info": "info",
    "source_nat": "srcNAT",
    "destination_nat": "dstNAT",
    "millis": "duration",
    "count": "count",
    "received": "receivedBytes",
    "sent": "sentBytes",
    "received_packets": "receivedPackets",
    "sent_packets": "sentPackets",
    "user": "user",
    "way": "protocol",
    "application": "application",
    "target": "target",
}
_VERDICT = r"(?:Info|Security|Warning|Notice|Error) +\S+ +(\w+): "
_BARS = rf"regexp_replace(line, '^.*?{_VERDICT}', '')"
_DID = {"did": r"regexp_extract(coalesce(header, '') || line, '(\w+): +(?:<\w+>|[A-Z]+)[|]', 1)"}
# A header of syslog alone may stand before the verdict, and have taken it for a program's name.
_KEYED_DID = {"did": r"regexp_extract(coalesce(header, '') || line, '(\w+): +type=\w+\|', 1)"}

_KEYED_BARS = f"""SELECT * REPLACE (coalesce(said, nullif(did, '')) AS did) FROM ({
    fields.pairs({**_ACTIVITY, "said": "action"}, between="|", text=_BARS, extra=_KEYED_DID)
})"""


# A session is told when it begins (Allow, Detect) and when it ends (Remove), with its sizes then.
def _activity(found: str) -> str:
    return fields.record(
        found,
        let={"instant": RECEIVED, "name": "CASE WHEN contains(target, '.') THEN target END"},
        rejected={
            "the time cannot be read": "instant IS NULL",
            "no source address": "source IS NULL",
        },
        event_time="instant - to_milliseconds(coalesce(number(millis), 0))",
        duration_ms="number(millis)",
        source_ip="source",
        user_name="user",
        authority="with_port(url_authority(name), port)",
        destination_ip="destination",
        bytes_up="number(sent)",
        bytes_down="number(received)",
        action="""CASE WHEN regexp_matches(lower(did), 'block|deny|drop|fail') THEN 'blocked'
            ELSE 'allowed' END""",
        evidence="'connected'",
    )


# What the firewall streams as JSON: its activity, and what its web log says of a request.
_STREAMED = {
    "stamp": "timestamp",
    "did": "action",
    "millis": "duration",
    "source": "src_ip|source_ip",
    "destination": "dst_ip|destination_ip",
    "port": "dst_port|destination_port",
    "user": "user",
    "sent": "fwd_bytes",
    "received": "rev_bytes|size",
    "url": "name",
    "site": "domain",
    "verb": "method",
    "code": "status_code",
    "agent": "user_agent",
}
_AS_JSON = fields.record(
    fields.members(_STREAMED),
    let={
        "instant": "epoch_time(stamp)",
        "host": "coalesce(url_authority(url), site)",
        # Numbers are the web log's, and nowhere explained.
        "word": "CASE WHEN NOT regexp_full_match(did, '[0-9]+') THEN lower(did) END",
    },
    rejected={
        "the time cannot be read": "instant IS NULL",
        "no source address": "source IS NULL",
    },
    event_time="instant - to_milliseconds(coalesce(number(millis), 0))",
    duration_ms="number(millis)",
    source_ip="source",
    user_name='CASE WHEN "user" <> source THEN "user" END',
    authority="coalesce(with_port(host, port), ':' || port)",
    path="CASE WHEN verb IS DISTINCT FROM 'CONNECT' THEN url_path(url) END",
    destination_ip="destination",
    method="upper(verb)",
    status="nullif(try_cast(code AS INTEGER), 0)",
    bytes_up="number(sent)",
    bytes_down="number(received)",
    user_agent="agent",
    action="""CASE WHEN regexp_matches(word, 'block|deny|drop|fail') THEN 'blocked'
        WHEN word IS NOT NULL THEN 'allowed' END""",
    evidence="CASE WHEN verb <> 'CONNECT' THEN 'transacted' ELSE 'connected' END",
)

# What the firewall found in a request: the kind, both ends and the name, then the finding and the
# user. Attacks have no name.
_FINDING = (
    r"firewall: \[\w+\] (\w+): +(\w+) \S+ ([0-9a-fA-F.:]+) -> ([0-9a-fA-F.:]+):(\d+) "
    r"([^| ]*)[|][^|]*[|]([^|]*)"
)
_FINDINGS = fields.record(
    f"""SELECT line_number, line, header, found.* FROM (SELECT *, regexp_extract(line, '{_FINDING}',
        ['did', 'kind', 'source', 'destination', 'port', 'name', 'person']) AS found FROM lines)""",
    let={"instant": RECEIVED},
    skipped={"no request (an attack)": "kind = 'IPS' AND name = ''"},
    rejected={
        "the time cannot be read": "instant IS NULL",
        "no record of a request": "source = ''",
    },
    event_time="instant",
    source_ip="source",
    user_name="nullif(person, '')",
    authority="with_port(coalesce(url_authority(nullif(name, '')), ''), port)",
    destination_ip="destination",
    action="CASE WHEN regexp_matches(did, 'Block|Deny|Drop') THEN 'blocked' ELSE 'allowed' END",
    evidence="'connected'",
)

_PLACES = {name: place for place, name in enumerate(_ACTIVITY, 1)}
_SQL = Variants(
    {
        "starts_with(ltrim(line), '{')": _AS_JSON,
        "regexp_matches(line, 'http_?scan\\[|^\\d{10} 1 ')": _GATEWAY,
        "contains(line, ' firewall: [')": _FINDINGS,
        "contains(line, '|proto=')": _activity(_KEYED_BARS),
        "regexp_matches(line, '(?:^|\\w: )(?:[^| ]*[|]){10}')": _activity(
            fields.cells(_PLACES, delimiter="|", text=_BARS, extra=_DID)
        ),
        "true": fields.record(
            "SELECT * FROM lines",
            skipped={
                "no request (another kind of record)": f"contains(line, 'box_') AND {RECEIVED} IS "
                "NOT NULL"
            },
            rejected={"no record of a request": "true"},
        ),
    }
)

BARRACUDA = Format(
    name="barracuda",
    title="Barracuda Web Security Gateway, CloudGen Firewall activity",
    kind="proxy",
    carries=(
        *("event_time", "source_ip", "user_name", "host", "port", "path", "destination_ip"),
        *("duration_ms", "method", "status", "bytes_up", "bytes_down", "user_agent"),
        *("referrer_host", "action", "evidence"),
    ),
    recognise=re.compile(
        r'\s*\{(?=.*"fw_rule" ?: ?")(?=.*"(?:fwd_bytes|traffic_type)" ?:)'
        r'(?=.*"(?:src_ip|source_ip)" ?:)|'
        r"(?:\S+ )*?http_?scan\[\d+\]: +\d{9,}"
        # Relays may keep the program's name elsewhere.
        r"|(?:\S+ )?\d{10} 1 [0-9a-fA-F.:]+ [0-9a-fA-F.:]+ \S+ [0-9a-fA-F.:]+ \S+ \d+ BYF "
        r"|(?:.{0,200}? )?(?:\w+: )?type=\w+\|proto=\w+\|srcIF="
        r"|(?:\w+: )?(?:[IO]?FWD|LOUT|LIN|I?BRDG)\|(?:TCP|UDP|ICMP)\|\S*?\|[0-9a-fA-F.:]+\|\d+\|"
        r"|.{0,200}?\b(?:Info|Security|Warning|Notice|Error) +\S+ +\w+: "
        r"(?:type=\w+\|proto=|(?:<cumulative>|[A-Z]+)\|(?:TCP|UDP|ICMP|[A-Z0-9-]+)\|\S*\|[0-9a-fA-F.:]+\|)"
        r"|.{0,200}?\b(?:Info|Security|Warning|Notice|Error) +\S+ firewall: \[\w+\] \w+: +\w+ "
    ),
    reference="https://campus.barracuda.com/product/websecuritygateway/doc/6160437/syslog-and-the-barracuda-web-security-gateway/",
    sql=_SQL,
    zone="local",
    notes="the gateway has no upload bytes and no methods, the firewall names where it saw them",
)
