"""Query log of Unbound (`log-queries: yes`, with or without `log-tag-queryreply`).

Firewalls built upon it often log replies alone (`log-replies: yes`): replies are events until a
question is met in the log; from there on they say nothing new.

What a policy or a local zone answered (`rpz-log`, `log-local-actions`) is an event where neither
questions nor replies are logged.

pfBlockerNG, a module of it, has logs of its own: the names that it blocked, and answers.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format, Header
from shadow_scan.collectors.syslog import RECEIVED
from shadow_scan.collectors.variants import Variants

# What most lines look like. Every letter of a line tells where in the pattern it stands: such a
# pattern is matched three times as fast as one that has to be tried in several ways.
_PLAIN = (
    r"^(?:\[(\d{9,10})\]|[A-Z][a-z]{2} [ \d]\d [\d:]{8} [^ ]+) "
    r"unbound\[\d+(?:\]: \[\d+)?:[0-9a-f]+\]:? (?:info: (?:(?:query|reply): )?|(?:query|reply): )"
    r"([0-9a-fA-F.:]+) ([^ ]+) [^ ]+ (?:IN|CH|HS)$"
)

# The 'info:' channel carries statistics and replies too, so a question must look exactly like one;
# `log-tag-queryreply` puts 'query:' or 'reply:' in its place.
_SQL = r"""
WITH told AS (
    SELECT *, regexp_extract(line, '{plain}', ['seconds', 'client', 'name']) AS plain FROM lines
), cut AS (
    SELECT *, plain.name <> '' AS is_plain, CASE WHEN plain.name = '' THEN
        coalesce(nullif(regexp_extract(line, '.*\[\d+:[0-9a-f]+\]:? (?:info: )?(.*)', 1), ''),
                 regexp_extract(line, 'unbound\[[^\]]*\]:? (?:info: )?(.*)', 1)) END AS record
    FROM told
), field AS (
    SELECT line_number, line, is_plain, plain,
        is_plain OR contains(line, ']') AND (contains(line, 'unbound') OR starts_with(line, '['))
            AS known,
        CASE WHEN plain.seconds <> ''
             THEN make_timestamp(CAST(plain.seconds AS BIGINT) * 1000000)
             ELSE coalesce(epoch_seconds(nullif(regexp_extract(line, '\[(\d{9,10})\]', 1), '')),
                           {header_time}) END AS event_time,
        string_split(CASE WHEN starts_with(record, 'query: ')
                            OR starts_with(record, 'reply: ')
                          THEN substr(record, 8) ELSE record END, ' ') AS part
    FROM cut
), judged AS (
    SELECT *, is_plain OR regexp_matches(line, ' info: |\]:? (?:query|reply): ')
        AND part[4] IN ('IN', 'CH', 'HS') AND (len(part) = 4 OR len(part) > 4 AND {replies})
        AND regexp_full_match(part[1], '[0-9a-fA-F.:]+') AS question
    FROM field
)
SELECT line_number,
    CASE WHEN known AND event_time IS NOT NULL AND NOT question
         THEN 'no query (reply, statistics or status)' END AS skipped,
    CASE WHEN NOT known THEN 'no record of Unbound'
         WHEN event_time IS NULL THEN 'the time cannot be read' END AS rejected,
    event_time, CASE WHEN is_plain THEN plain.client ELSE part[1] END AS source_ip,
    CASE WHEN is_plain THEN plain.name ELSE part[2] END AS authority, 'resolved' AS evidence
FROM judged
""".replace("{header_time}", RECEIVED).replace("{plain}", _PLAIN)
_TOLD = "told"
_QUESTION = (
    r"(?: info: |\]:? (?:query|reply): )(?:query: )?[0-9a-fA-F.:]+ [^ ]+ [^ ]+ (?:IN|CH|HS)$"
)
_LOOKED_UP = "(ends_with(line, ' IN') OR contains(line, ' IN ')) AND NOT contains(line, '@')"

# '… info: rpz: applied [zone] name action client@port name type class'; 'rpz: …' of zones alone.
_POLICY = r" ([a-z_-]+) ([0-9a-fA-F.:]+)@\d+ ([^ ]+) [^ ]+ (?:IN|CH|HS)$"
_POLICY_SQL = rf"""
SELECT line_number, NULL AS skipped,
    CASE WHEN event_time IS NULL THEN 'the time cannot be read' END AS rejected,
    event_time, told.client AS source_ip, told.name AS authority,
    CASE WHEN regexp_matches(told.did, 'deny|refuse|null|nxdomain|nodata|drop|cname|local-data')
         THEN 'blocked' END AS action, 'resolved' AS evidence
FROM (SELECT line_number, regexp_extract(line, '{_POLICY}', ['did', 'client', 'name']) AS told,
        coalesce(epoch_seconds(nullif(regexp_extract(line, '\[(\d{{9,10}})\]', 1), '')),
                 {RECEIVED}) AS event_time FROM lines)
"""


# 'DNSBL-python,time,name,client,…' and 'DNS-reply,time,kind,type,type,seconds,name,client,…'.
_MODULE = r"(?:DNS[\w -]*|Block|Permit|Match|Unknown),[^,]*\d\d:\d\d:\d\d,"
_OF_MODULE = fields.record(
    """SELECT line_number, line, cell[1] AS kind, cell[2] AS stamp, kind = 'DNS-reply' AS answered,
        CASE WHEN answered THEN cell[7] ELSE cell[3] END AS name,
        CASE WHEN answered THEN cell[8] ELSE cell[4] END AS client
       FROM (SELECT line_number, line, string_split(line, ',') AS cell FROM lines)""",
    let={
        "moment": """from_local(coalesce(try_cast(stamp AS TIMESTAMP),
            yearless_time(stamp), try_strptime(stamp, '%m/%d/%y %H:%M:%S')))"""
    },
    skipped={"no query (another kind of record)": "NOT starts_with(kind, 'DNS')"},
    rejected={"the time cannot be read": "moment IS NULL", "no name": "coalesce(name, '') = ''"},
    event_time="moment",
    source_ip="client",
    authority="name",
    action="CASE WHEN answered THEN 'allowed' ELSE 'blocked' END",
    evidence="'resolved'",
)


def _statement(header: Header) -> Variants:
    queries = _SQL.replace("{replies}", "false" if header.get(fields.ASKED) else "true")
    is_policy = f"contains(line, '@') AND regexp_matches(line, '{_POLICY}')"
    policies = {} if header.get(_TOLD) else {is_policy: _POLICY_SQL}
    return Variants(
        {f"regexp_matches(line, '^{_MODULE}')": _OF_MODULE, **policies, "true": queries}
    )


UNBOUND = Format(
    name="unbound",
    title="Unbound query log, pfBlockerNG",
    kind="dns",
    carries=("event_time", "source_ip", "host", "action", "evidence"),
    recognise=re.compile(
        r".*\bunbound(?:\[\d+(?::[0-9a-f]+)?\]:? (?:\[\d+:[0-9a-f]+\]:? )?"
        r"|\b.{1,80} \[\d+:[0-9a-f]+\] )(?:info|notice|debug|query|reply): "
        r"|\[\d+:[0-9a-f]+\]:? (?:info|query|reply): [0-9a-fA-F.:]+ \S+ [A-Z0-9]+ (?:IN|CH|HS)\b"
        r"|(?:DNSBL[\w -]{0,30}|DNS-reply),[\w/ -]{5,12}\d\d:\d\d:\d\d,"
    ),
    reference="https://nlnetlabs.nl/documentation/unbound/unbound.conf/",
    sql=_statement,
    remembers={fields.ASKED: f"regexp_matches(line, '{_QUESTION}')", _TOLD: _LOOKED_UP},
    zone="local",
    notes="a lookup proves no use; its own log file writes UTC seconds, syslog the local clock",
    aliases=("pfblockerng",),
)
