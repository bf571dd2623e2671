"""Query log of Unbound (`log-queries: yes`, with or without `log-tag-queryreply`).

Firewalls built upon it often log replies alone (`log-replies: yes`): replies are events until a
question is met in the log; from there on they say nothing new.
"""

from __future__ import annotations

import re

from shadow_scan.collectors.format import Format, Header
from shadow_scan.collectors.syslog import RECEIVED

# The 'info:' channel carries statistics and replies too, so a question must look exactly like one;
# `log-tag-queryreply` puts 'query:' or 'reply:' in its place.
_SQL = r"""
WITH cut AS (
    SELECT line_number, line, header,
        coalesce(nullif(regexp_extract(line, '\[\d+:[0-9a-f]+\]:? (?:info: )?(.*)', 1), ''),
                 regexp_extract(line, 'unbound\[[^\]]*\]:? (?:info: )?(.*)', 1)) AS record,
        regexp_matches(line, ' info: |\]:? (?:query|reply): ') AS informs,
        contains(line, ']') AND (contains(line, 'unbound') OR starts_with(line, '[')) AS known
    FROM lines
), field AS (
    SELECT line_number, known,
        coalesce(epoch_seconds(nullif(regexp_extract(line, '\[(\d{9,10})\]', 1), '')),
                 {header_time}) AS event_time,
        informs,
        string_split(CASE WHEN starts_with(record, 'query: ')
                            OR starts_with(record, 'reply: ')
                          THEN substr(record, 8) ELSE record END, ' ') AS part
    FROM cut
), told AS (
    SELECT *, informs AND len(part) >= 4 AND part[4] IN ('IN', 'CH', 'HS')
        AND regexp_full_match(part[1], '[0-9a-fA-F.:]+') AS named
    FROM field
), judged AS (
    SELECT *, named AND (len(part) = 4 OR {replies}) AS question FROM told
)
SELECT line_number,
    CASE WHEN known AND event_time IS NOT NULL AND NOT question
         THEN 'no query (reply, statistics or status)' END AS skipped,
    CASE WHEN NOT known THEN 'no record of Unbound'
         WHEN event_time IS NULL THEN 'the time cannot be read' END AS rejected,
    event_time, part[1] AS source_ip, part[2] AS authority, 'resolved' AS evidence
FROM judged ORDER BY line_number
""".replace("{header_time}", RECEIVED)
_ASKED = "asked"
_QUESTION = (
    r"(?: info: |\]:? (?:query|reply): )(?:query: )?[0-9a-fA-F.:]+ [^ ]+ [^ ]+ (?:IN|CH|HS)$"
)


def _statement(header: Header) -> str:
    return _SQL.replace("{replies}", "false" if header.get(_ASKED) else "true")


UNBOUND = Format(
    name="unbound",
    title="Unbound query log",
    kind="dns",
    carries=("event_time", "source_ip", "host", "evidence"),
    recognise=re.compile(
        r".*\bunbound(?:\[\d+(?::[0-9a-f]+)?\]:? (?:\[\d+:[0-9a-f]+\]:? )?"
        r"|\b.{1,80} \[\d+:[0-9a-f]+\] )(?:info|notice|debug|query|reply): "
        r"|\[\d+:[0-9a-f]+\]:? (?:info|query|reply): [0-9a-fA-F.:]+ \S+ [A-Z0-9]+ (?:IN|CH|HS)\b"
    ),
    reference="https://nlnetlabs.nl/documentation/unbound/unbound.conf/",
    sql=_statement,
    remembers={_ASKED: f"regexp_matches(line, '{_QUESTION}')"},
    zone="local",
    notes="a lookup proves no use; its own log file writes UTC seconds, syslog the local clock",
)
