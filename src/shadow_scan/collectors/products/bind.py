"""Query logs of BIND 9 and of the appliances built upon it: Infoblox and EfficientIP.

Sent by syslog a record often has no time of its own: then the header's is taken. The appliances
can log the answer too; it is an event only where its question is not in the log. So is a name that
a response policy zone rewrote.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format, Header
from shadow_scan.collectors.syslog import RECEIVED
from shadow_scan.collectors.variants import FIELDS, Variants

# Nothing is tried that does not look like a time: a reading that fails costs most.
_OWN_TIME = r"\d\d-[A-Z][a-z]+-\d{4} [\d:.]+"
_TIME = rf"""
        coalesce(from_local(try_strptime(
            CASE WHEN substr(line, 3, 1) = '-' THEN regexp_extract(line, '^[^ ]* [^ ]*')
                 WHEN contains(line, ' client ') AND left(line, 1) NOT BETWEEN '0' AND '9'
                 THEN nullif(regexp_extract(split_part(line, ' client ', 1), '{_OWN_TIME}'), '')
            END, ['%d-%b-%Y %H:%M:%S.%g', '%d-%b-%Y %H:%M:%S'])), {RECEIVED}) AS event_time"""

# What most questions look like. Every letter of a line tells where in the pattern it stands: such a
# pattern is matched three times as fast as one that has to be tried in several ways.
_PLAIN = (
    r"^(?:[A-Z][a-z]{2} [ \d]\d [\d:]{8} [^ ]+ [^ ]+ )?(?:\d[^ ]* (?:\d[\d:.]* )?)?"
    r"(?:queries: )?(?:info: )?client (?:@0x[0-9a-f]+ )?([0-9a-fA-F.:]+)#\d+ \([^ )]*\): "
    r"(?:view [^ :]+: )?query: ([^ ]+) (?:IN|CH|HS) [^ ]"
)

# Responses are events until a question is met in the log: from there on they say nothing new.
_SQL = f"""
WITH plain AS (
    SELECT *, regexp_extract(line, '{_PLAIN}', ['client', 'name']) AS plain FROM lines
), told AS (
    SELECT *, CASE WHEN plain.name <> '' THEN NULL
                   WHEN {{replies}} AND contains(line, ': response: ') THEN ': response: '
                   ELSE ': query: ' END AS sign FROM plain
), cut AS (
    SELECT line_number, line, plain, sign, {_TIME},
        split_part(split_part(line, sign, 1), 'client ', 2) AS asker,
        string_split(split_part(line, sign, 2), ' ') AS part
    FROM told
), field AS (
    SELECT line_number, event_time,
        sign IS NULL OR contains(line, sign) AND contains(line, 'client ') AS query,
        sign IS NOT NULL AND (len(part) < 3 OR part[2] NOT IN ('IN', 'CH', 'HS')) AS is_cut,
        CASE WHEN sign IS NULL THEN plain.client ELSE split_part(
            CASE WHEN starts_with(asker, '@') THEN split_part(asker, ' ', 2) ELSE asker END,
            '#', 1) END AS source_ip,
        CASE WHEN sign IS NULL THEN plain.name ELSE part[1] END AS authority
    FROM cut
)
SELECT line_number,
    CASE WHEN NOT query AND event_time IS NOT NULL THEN 'no query (another kind of record)' END
        AS skipped,
    CASE WHEN NOT query THEN 'neither a query nor another record of BIND'
         WHEN event_time IS NULL THEN 'the time cannot be read'
         WHEN is_cut THEN 'the question is cut' END AS rejected,
    event_time, source_ip, authority, 'resolved' AS evidence
FROM field
"""

_PLAIN_EITHER = (
    r"^client (?:@0x[0-9a-f]+ )?([0-9a-fA-F.:]+#\d+)(?: \([^ )]*\))?: (?:(?:UDP|TCP): )?"
    r"(?:view [^ :]+: )?(query|answer): ([^ ]+) (?:IN|CH|HS) ([^ ]+)"
)

# Both ends of the address (client, port) and the name stand in question and answer alike.
_ANSWERS_SQL = rf"""
WITH plain AS (
    SELECT *, contains(line, ': answer: ') AS answers,
        regexp_extract(substr(line, strpos(line, 'client ')), '{_PLAIN_EITHER}',
                       ['asker', 'sign', 'name', 'type']) AS plain
    FROM lines
), told AS (
    SELECT line_number, {_TIME}, plain, answers OR contains(line, ' response: ') AS answer,
        (plain.sign = 'answer') = answers AND plain.name <> '' AS is_plain,
        CASE WHEN is_plain THEN NULL WHEN answers THEN ': answer: ' ELSE ': query: ' END AS sign,
        split_part(split_part(line, sign, 1), 'client ', -1) AS asker,
        string_split(split_part(line, sign, 2), ' ') AS part,
        contains(line, 'client ') AND contains(line, sign) AS known
    FROM plain
), cut AS (
    SELECT line_number, event_time, answer,
        CASE WHEN is_plain THEN plain.asker
             WHEN known THEN rtrim(split_part(asker, ' ',
                 CASE WHEN starts_with(asker, '@') THEN 2 ELSE 1 END), ':') ELSE '' END AS asker,
        CASE WHEN is_plain THEN plain.name ELSE part[1] END AS name,
        CASE WHEN is_plain THEN plain.type ELSE part[3] END AS type,
        NOT is_plain AND (len(part) < 3 OR part[2] NOT IN ('IN', 'CH', 'HS')) AS is_cut
    FROM told
), field AS MATERIALIZED (
    SELECT * EXCLUDE (type), asker <> '' AND name <> '' AS query,
        hash(asker, lower(CASE WHEN ends_with(name, '.') THEN rtrim(name, '.') ELSE name END),
             type) AS question
    FROM cut
)
SELECT line_number,
    CASE WHEN NOT query AND event_time IS NOT NULL THEN 'no query (another kind of record)'
         WHEN query AND answer AND question IN (SELECT question FROM field WHERE NOT answer)
         THEN 'an answer to a question read already' END AS skipped,
    CASE WHEN NOT query THEN 'neither a query nor another record of BIND'
         WHEN event_time IS NULL THEN 'the time cannot be read'
         WHEN is_cut THEN 'the question is cut' END AS rejected,
    event_time, split_part(asker, '#', 1) AS source_ip, name AS authority,
    'resolved' AS evidence
FROM field ORDER BY line_number
"""

# The Data Connector of Infoblox' cloud, and the policies of an appliance: CEF, in which only the
# relay says when.
_CONNECTOR = fields.cef(
    {
        "asker": "src",
        "named": "destinationDnsDomain|fqdn",
        "kind": "InfobloxDNSQType|qtype",
        "stamp": "rt|end|start",
        "message": "msg",
        "did": "act",
    },
    extra={
        "header_time": RECEIVED,
        "told": "cef_header(line, 5)",
        "answer": "cef_header(line, 6)",
    },
)
_CONNECTOR_SQL = fields.record(
    f"""SELECT *, told ILIKE 'DNS%' OR is_policy AS query, told ILIKE '%response%' AND bool_or(
            NOT told ILIKE '%response%' AND question IS NOT NULL)
            OVER (PARTITION BY asker, rtrim(lower(question), '.'), kind) AS repeated
        FROM (SELECT *, coalesce(named, nullif(regexp_extract(message,
                  'rewrite (\\S+) \\[', 1), '')) AS question,
                  told LIKE 'RPZ%' OR did IS NOT NULL AS is_policy FROM ({FIELDS}))""",
    let={"answered": "coalesce(text_time(stamp), header_time)"},
    skipped={
        "no query (another kind of record)": "NOT coalesce(query, false) OR question IS NULL",
        "an answer to a question read already": "repeated",
    },
    rejected={"the time cannot be read": "answered IS NULL"},
    event_time="answered",
    source_ip="asker",
    authority="question",
    action="""CASE WHEN is_policy AND (upper(did) IN ('DROP', 'BLOCK')
        OR answer IN ('NXDOMAIN', 'NODATA', 'SUBSTITUTE', 'DROP')) THEN 'blocked' END""",
    evidence="'resolved'",
)


def _infoblox(header: Header) -> Variants:
    del header
    return (
        Variants({"contains(line, 'CEF:0|Infoblox|')": _CONNECTOR})
        .around(_CONNECTOR_SQL)
        .among({"true": _ANSWERS_SQL})
    )


# What `dnstap-read` prints: C(lient) Q(uery), from -> to, protocol, size, name/class/type.
_TAP = r"\S+ \S+ [A-Z][QR] [0-9A-Fa-f.:]+ (?:->|<-) [0-9A-Fa-f.:]+ [A-Z]+ \d+b "
_TAPPED_SQL = f"""
WITH field AS (
    SELECT line_number, string_split(line, ' ') AS part, {_TIME},
        string_split(string_split(line, ' ')[9], '/') AS question FROM lines
)
SELECT line_number,
    CASE WHEN part[3] <> 'CQ' THEN 'no question of a client' END AS skipped,
    CASE WHEN event_time IS NULL THEN 'the time cannot be read'
         WHEN len(question) < 3 THEN 'the question is cut' END AS rejected,
    event_time, regexp_replace(part[4], ':\\d+$', '') AS source_ip,
    array_to_string(question[:len(question) - 2], '/') AS authority, 'resolved' AS evidence
FROM field
"""
_TOLD = "told"
_LOOKED_UP = "contains(line, ': query: ') OR contains(line, ': response: ')"

# 'client 10.0.0.1#53 (name): [view x: ][disabled ]rpz QNAME policy rewrite name[/A/IN] via zone'
_POLICY = (
    r"client (?:@0x[0-9a-f]+ )?([0-9a-fA-F.:]+)(?:%\w+)?#\d+(?: \(([^ )]*)\))?: (?:view [^ :]+: )?"
    r"(disabled )?rpz [A-Z-]+ (.*?) ?rewrite ([^ /]+)"
)
_POLICY_SQL = rf"""
SELECT line_number, NULL AS skipped,
    CASE WHEN event_time IS NULL THEN 'the time cannot be read' END AS rejected,
    event_time, told.client AS source_ip, coalesce(nullif(told.asked, ''), told.name) AS authority,
    CASE WHEN told.off = '' AND NOT regexp_matches(told.policy, '(?i)passthru|tcp-only')
         THEN 'blocked' END AS action, 'resolved' AS evidence
FROM (SELECT line_number, {_TIME},
        regexp_extract(line, '{_POLICY}', ['client', 'asked', 'off', 'policy', 'name']) AS told
      FROM lines)
"""


def _bind(header: Header) -> Variants:
    queries = _SQL.replace("{replies}", "false" if header.get(fields.ASKED) else "true")
    is_tap = f"NOT contains(line, 'client ') AND regexp_matches(line, '^{_TAP}')"
    is_policy = f"contains(line, ' rewrite ') AND regexp_matches(line, '{_POLICY}')"
    policies = {} if header.get(_TOLD) else {is_policy: _POLICY_SQL}
    return Variants({is_tap: _TAPPED_SQL, **policies, "true": queries})


_CLIENT = r"\bclient (?:@0x[0-9a-f]+ )?[0-9a-fA-F.:]+(?:%\w+)?#\d+"
"""An address of a link names the interface, too."""
_CARRIES = ("event_time", "source_ip", "host", "evidence")
_NOTES = "a lookup proves no use; caches and encrypted DNS hide clients"

INFOBLOX = Format(
    name="infoblox",
    title="Infoblox DNS queries and responses: NIOS, Data Connector (CEF)",
    kind="dns",
    carries=(*_CARRIES, "action"),
    recognise=re.compile(
        rf".*(?:{_CLIENT}.*: query: \S+ IN \S+ response: "
        r"|\binfoblox-responses: |\bCEF:0\|Infoblox\|)"
    ),
    reference="https://docs.infoblox.com/space/nios85/35816694/Capturing+DNS+Queries+and+Responses",
    sql=_infoblox,
    zone="local",
    notes=_NOTES,
    aliases=("nios",),
)

EFFICIENTIP = Format(
    name="efficientip",
    title="EfficientIP SOLIDserver DNS queries and answers",
    kind="dns",
    carries=_CARRIES,
    recognise=re.compile(
        rf".*{_CLIENT}.*: (?:answer: \S+ IN \S+ \([0-9a-fA-F.:]+\) -> [A-Z]+"
        r"|query: \S+ IN \S+ \([0-9a-fA-F.:]+\))"
    ),
    reference="https://efficientip.com/products/solidserver-ddi/",
    sql=_ANSWERS_SQL,
    zone="local",
    notes=_NOTES,
    aliases=("solidserver",),
)

BIND = Format(
    name="bind",
    title="BIND 9 query, response and policy log, dnstap-read",
    kind="dns",
    carries=(*_CARRIES, "action"),
    recognise=re.compile(
        rf".*{_CLIENT}(?:[ /].*|: view \S+)?: (?:(?:UDP|TCP): )?(?:query|response): \S+ IN \S+"
        rf"|.*\b{_POLICY}"
        rf"|{_TAP}"
    ),
    reference="https://bind9.readthedocs.io/en/stable/reference.html#namedconf-statement-querylog",
    sql=_bind,
    remembers={fields.ASKED: "contains(line, ': query: ')", _TOLD: _LOOKED_UP},
    zone="local",
    notes=_NOTES,
)
