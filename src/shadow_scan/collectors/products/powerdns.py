"""PowerDNS: questions of the recursor (`quiet=no`, classic and structured), of the authoritative
server (`log-dns-queries`) and of dnsdist.

Both leave the year to whoever collects their log; structured records carry seconds since 1970.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format, Header
from shadow_scan.collectors.syslog import RECEIVED

# '10.20.30.44:51234', '[2001:db8::7]:51234'
_ADDRESS = r"regexp_replace(regexp_replace({}, '\]?(?::\d+)?$', ''), '^\[', '')"

# The classic question, and a packet of dnsdist. Every letter tells where in the pattern it stands:
# such a pattern is matched three times as fast as one that has to be tried in several ways.
_PLAIN_REMOTE = r"(\[[0-9a-fA-F.:]+\]:\d+|[\d.]+:\d+)"
# For whom a proxy said that it asks (collectors write so, too, which file a record is from).
_SOURCE = rf'(?:"(?:source|SOURCE)": ?| source=)"{_PLAIN_REMOTE}"'
_PLAIN_CLASSIC = rf"^\] question for ''([^ |'']+)\|[^ |'']*'' from {_PLAIN_REMOTE}(?: |$)"
_PLAIN_PACKET = rf"^Packet from {_PLAIN_REMOTE} for (\S+) \S+ with id \d"
_PLAIN_HOST = """CASE WHEN starts_with({0}, '[') THEN split_part(substr({0}, 2), ']', 1)
    ELSE split_part({0}, ':', 1) END"""

_RECURSOR_SQL = rf"""
WITH plain AS (
    SELECT *, regexp_extract(substr(line, strpos(line, '] question for ''')), '{_PLAIN_CLASSIC}',
                             ['name', 'remote']) AS plain
    FROM lines
), cut AS (
    SELECT *, plain.name <> '' AS is_plain, contains(line, '] question for ''') AS classic,
        contains(line, 'msg="Question"') OR contains(line, 'uestion answered from packet cache"')
            OR NOT is_plain AND regexp_matches(line, '"(?:msg|MESSAGE)": ?"Question')
            AS structured,
        NOT structured AND contains(line, ' question answered from packet cache') AS cached,
        contains(line, ' wants ') AND regexp_matches(line, '\bRemote \S+ wants ') AS wanted
    FROM plain
), field AS (
    SELECT *, coalesce(
            epoch_seconds(CASE WHEN NOT classic AND NOT wanted THEN coalesce(
                nullif(regexp_extract(line, ' ts="([\d.]+)"', 1), ''),
                nullif(regexp_extract(line, '"(?:ts|TIMESTAMP)": ?"([\d.]+)"', 1), '')) END),
            {RECEIVED}) AS event_time,
        CASE WHEN is_plain THEN plain.name
             WHEN classic THEN regexp_extract(line, ' question for ''(.*)\|[^|'']*'' from ', 1)
             WHEN wanted THEN regexp_extract(line, ' wants ''(.*)\|[^|'']*''', 1)
             WHEN ends_with(line, '}}')
             THEN regexp_extract(line, '"(?:qname|QNAME)": ?"([^"]*)"', 1)
             ELSE regexp_extract(line, ' qname="([^"]*)"', 1) END AS name,
        CASE WHEN structured AND regexp_matches(line, '{_SOURCE}')
             THEN regexp_extract(line, '{_SOURCE}', 1)
             WHEN is_plain THEN plain.remote
             WHEN classic THEN regexp_extract(line, ''' from (\S+)', 1)
             -- What a client's network was said to be follows an arrow.
             WHEN wanted THEN regexp_extract(line, '\bRemote ([^ <]+)\S* wants ', 1)
             WHEN ends_with(line, '}}')
             THEN regexp_extract(line, '"(?:remote|REMOTE)": ?"([^" ]*)', 1)
             ELSE regexp_extract(line, ' remote="([^" ]*)', 1) END AS remote
    FROM cut
)
SELECT line_number,
    CASE WHEN cached THEN 'a question answered from the packet cache, without its name'
         WHEN NOT classic AND NOT structured AND NOT wanted AND event_time IS NOT NULL
         THEN 'no query (answer, statistics or status)' END AS skipped,
    CASE WHEN NOT classic AND NOT structured AND NOT wanted THEN 'no record of PowerDNS'
         WHEN event_time IS NULL THEN 'the time cannot be read'
         WHEN name = '' OR remote = '' THEN 'the question is cut' END AS rejected,
    event_time,
    CASE WHEN is_plain THEN {_PLAIN_HOST.format("remote")} WHEN wanted THEN host_of(remote)
         ELSE {_ADDRESS.format("remote")} END AS source_ip,
    name AS authority, 'resolved' AS evidence
FROM field
"""

# The fraction behind its seconds is a plain number of nanoseconds, without leading zeros.
_DNSDIST_SQL = rf"""
WITH plain AS (
    SELECT *, regexp_extract(substr(line, strpos(line, 'Packet from ')), '{_PLAIN_PACKET}',
                             ['asker', 'name']) AS plain
    FROM lines
), cut AS (
    SELECT line_number, line, header, plain, plain.name <> '' AS is_plain,
        contains(line, 'Packet from ') AS packet, contains(line, 'Got query for ') AS relayed,
        regexp_extract(line, '\[(\d{{9,11}})\.(\d{{1,9}})\] Packet from ', ['s', 'ns']) AS clock
    FROM plain
), field AS (
    SELECT line_number, packet OR relayed AS known, is_plain,
        CASE WHEN is_plain THEN plain.asker
             WHEN packet THEN regexp_extract(line, 'Packet from (\S+) for \S+ \S+ with id \d', 1)
             ELSE regexp_extract(line, 'Got query for [^ |]+\|\S+ from ([^ ,]+)', 1) END AS asker,
        CASE WHEN is_plain THEN plain.name
             WHEN packet THEN regexp_extract(line, 'Packet from \S+ for (\S+) \S+ with id \d', 1)
             ELSE regexp_extract(line, 'Got query for ([^ |]+)\|', 1) END AS name,
        coalesce(make_timestamp(try_cast(clock.s AS BIGINT) * 1000000
                                + try_cast(clock.ns AS BIGINT) // 1000),
                 {RECEIVED}) AS event_time
    FROM cut
)
SELECT line_number,
    CASE WHEN NOT known AND event_time IS NOT NULL THEN 'no query (answer or status)' END
        AS skipped,
    CASE WHEN NOT known THEN 'no record of dnsdist'
         WHEN name = '' OR asker = '' THEN 'the question is cut'
         WHEN event_time IS NULL THEN 'the time cannot be read' END AS rejected,
    event_time,
    CASE WHEN is_plain THEN {_PLAIN_HOST.format("asker")}
         ELSE {_ADDRESS.format("asker")} END AS source_ip, name AS authority,
    'resolved' AS evidence
FROM field
"""

# Answers are events until a question is met in the log: many let only one of both be written.
_ANSWERS_SQL = _DNSDIST_SQL.replace("Packet from ", "Answer to ").replace(
    r" with id \d", r" \([^)]*\) with id \d"
)


def _dnsdist(header: Header) -> str:
    return _DNSDIST_SQL if header.get(fields.ASKED) else _ANSWERS_SQL


_CARRIES = ("event_time", "source_ip", "host", "evidence")

RECURSOR = Format(
    name="pdns-recursor",
    title="PowerDNS Recursor and Authoritative Server questions",
    kind="dns",
    carries=_CARRIES,
    recognise=re.compile(
        r".{0,1000}(?:\[\d+/\d+\] question for '.*' from "
        r'|"(?:msg|MESSAGE)": ?"(?:TCP q|Q)uestion(?=.*"(?:qname|QNAME)": ?")'
        r'(?=.*"(?:remote|REMOTE)": ?")'
        r"|\bmsg=\"(?:TCP q|Q)uestion(?: answered from packet cache)?\" (?=.*\bqname=\")"
        r"(?=.*\bremote=\")"
        r"|\bRemote \S+ wants '.*', do = \d"
        r"|\bpdns[-_]recursor(?:\[\d+\])?: )"
    ),
    reference="https://doc.powerdns.com/recursor/settings.html#quiet",
    sql=_RECURSOR_SQL,
    zone="local",
    notes="the recursor's classic log has no names for what its packet cache answers "
    "(disable-packetcache, or structured-logging); resolvers ask an authoritative server",
    aliases=("powerdns",),
)

DNSDIST = Format(
    name="dnsdist",
    title="dnsdist LogAction, LogResponseAction and verbose log",
    kind="dns",
    carries=_CARRIES,
    recognise=re.compile(
        r".*(?:\bPacket from \S+:\d+ for \S+ \S+ with id \d|\bGot query for \S+\|\S+ from "
        r"|\bAnswer to \S+:\d+ for \S+ \S+ \([^)]*\) with id \d)"
    ),
    reference="https://dnsdist.org/reference/actions.html#LogAction",
    sql=_dnsdist,
    remembers={fields.ASKED: "contains(line, 'Packet from ') OR contains(line, 'Got query for ')"},
    zone="local",
    notes="a lookup proves no use; without includeTimestamp only syslog gives the time",
)
