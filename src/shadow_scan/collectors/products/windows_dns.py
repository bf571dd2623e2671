r"""Windows DNS server: its debug log (`dns.log`), with or without details, and analytic events.

A collector may put the server's name before its lines. Dates follow the server's locale. A day
past twelve anywhere in a block tells day from month, and so does a zero before one of both alone;
without them, a clock of twelve hours is read the American way, where its halves have America's
names, and all others have the day first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format, Header
from shadow_scan.collectors.syslog import RECEIVED
from shadow_scan.collectors.variants import FIELDS, Variants

# What most packets look like behind the word, in a pattern without a choice: every letter tells
# where in it it stands, and four groups are the most that are found so at once.
_PLAIN = (
    r"^ *(?:[0-9A-Fa-f]+ )?(?:UDP|TCP) (Rcv|Snd) ([0-9a-fA-F.:]+) +[0-9a-f]{4} ([R ] [A-Z?]) "
    r"\[[^\]]*\] [^ ]+ +((?:\(\d+\)[^ ()]*)+) *$"
)

# With details every packet is followed by lines of its decoded content, and blank lines. Days are
# few: how they are written is found out once for each.
_SQL = rf"""
WITH halved AS (
    SELECT line_number, contains(line, ' PACKET ') AS packet,
        left(line, strpos(line || ' ', ' ') - 1) AS date,
        string_split(left(line, strpos(line, ' PACKET ') - 1), ' ') AS head,
        CASE WHEN packet THEN substr(line, strpos(line, ' PACKET ') + 8) END AS body
    FROM (SELECT line_number, CASE WHEN line >= 'A' AND contains(line, ' PACKET ')
              THEN substr(line, strpos(line, ' ') + 1) ELSE line END AS line FROM {{lines}})
), told AS (
    SELECT *, regexp_extract(body, '{_PLAIN}', ['way', 'remote', 'code', 'name']) AS plain
    FROM halved
), cut AS (
    SELECT line_number, packet, date, head, body, plain,
        coalesce(ends_with(plain.name, '(0)'), false) AS is_plain,
        CASE WHEN NOT is_plain THEN split_part(body, ' [', 1) END AS front
    FROM told
), field AS MATERIALIZED (
    SELECT line_number, packet, date, is_plain,
        upper(replace(CASE WHEN len(head) > 3 AND upper(left(head[3], 1)) IN ('A', 'P')
                           THEN head[2] || ' ' || head[3] ELSE head[2] END, '.', '')) AS clock,
        head[3] IN ('AM', 'PM') AS american,
        CASE WHEN is_plain THEN plain.way = 'Rcv' ELSE contains(left(body, 40), ' Rcv ') END
            AS received,
        CASE WHEN is_plain THEN plain.name
             ELSE split_part(rtrim(split_part(body, '] ', 2)), ' ', -1) END AS name,
        CASE WHEN is_plain THEN plain.code ELSE right(front, 3) END AS code,
        CASE WHEN is_plain THEN plain.remote
             ELSE split_part(ltrim(split_part(front, 'Rcv ', 2)), ' ', 1) END AS remote,
        is_plain OR packet AND (name LIKE '(%(0)' OR name LIKE '.%.')
            AND (received OR contains(front, ' Snd ')) AS whole
    FROM cut
), dates AS (
    SELECT date, list_transform(string_split(translate(date, './', '--'), '-'), lambda part, place:
            CASE WHEN place = 3 AND length(part) = 2 AND length(date) < 9 THEN '20' || part
                 ELSE part END) AS day
    FROM (SELECT DISTINCT date FROM field)
), placed AS (
    SELECT *, coalesce(max(try_cast(day[1] AS INTEGER)) FILTER (length(day[1]) < 4) OVER () > 12,
                       false) OR bool_or(date LIKE '_/0_/%') OVER () AS day_first,
        coalesce(max(try_cast(day[2] AS INTEGER)) FILTER (length(day[1]) < 4) OVER () > 12, false)
            OR bool_or(date LIKE '0_/_/%') OVER () AS month_first
    FROM dates
), days AS (
    SELECT date, unnest([true, false]) AS american, CASE
            WHEN length(day[1]) = 8 THEN left(day[1], 4) || '-' || substr(day[1], 5, 2) || '-' ||
                 right(day[1], 2)
            WHEN length(day[1]) = 4 THEN day[1] || '-' || day[2] || '-' || day[3]
            WHEN NOT day_first AND (month_first OR american AND contains(date, '/'))
            THEN day[3] || '-' || day[1] || '-' || day[2]
            ELSE day[3] || '-' || day[2] || '-' || day[1] END AS iso_day
    FROM placed
), moment AS (
    SELECT field.*, from_local(CASE WHEN clock LIKE '%M'
            THEN try_strptime(iso_day || ' ' || clock, '%Y-%m-%d %I:%M:%S %p')
            ELSE try_strptime(iso_day || ' ' || clock, '%Y-%m-%d %H:%M:%S') END) AS event_time
    FROM field LEFT JOIN days
        ON field.date = days.date AND coalesce(field.american, false) = days.american
)
SELECT line_number,
    CASE WHEN NOT packet THEN 'no packet (preamble, event or detail)'
         WHEN whole AND NOT received THEN 'sent by the server'
         WHEN whole AND code LIKE 'R %' THEN 'an answer, no question'
         WHEN whole AND NOT ends_with(code, 'Q') THEN 'no query (notify or update)' END AS skipped,
    CASE WHEN NOT whole THEN 'the packet is cut'
         WHEN event_time IS NULL THEN 'the time cannot be read' END AS rejected,
    event_time, remote AS source_ip,
    CASE WHEN is_plain
         THEN array_to_string(list_transform(string_split(name, '(')[2:-2],
             lambda label: substr(label, strpos(label, ')') + 1)), '.')
         ELSE trim(regexp_replace(name, '\(\d+\)', '.', 'g'), '.') END AS authority,
    'resolved' AS evidence
FROM moment ORDER BY line_number
"""

# Blanks within a date, dots in a clock, halves of the day in other words, years of the Buddha: such
# stamps are brought to the form of the others.
_HALVES = {
    "AM": (
        "上午",
        "午前",
        "오전",
        "SA",
        "πμ",
        "π\\.μ\\.",
        "ص",
        "ق\\.ظ",
        "[Aa]\\.?[ \u00a0\u202f][Mm]\\.?",
    ),
    "PM": (
        "下午",
        "午後",
        "오후",
        "CH",
        "μμ",
        "μ\\.μ\\.",
        "م",
        "ب\\.ظ",
        "[Pp]\\.?[ \u00a0\u202f][Mm]\\.?",
    ),
}
_HALF = "|".join(word for words in _HALVES.values() for word in words)
_BLANK = "[ \u00a0\u202f]"
_ANY_STAMP = (
    rf"\d{{1,4}}[./-] ?\d{{1,2}}[./-] ?\d{{2,4}}\.?(?: \u0433\.)?{_BLANK}(?:(?:{_HALF}){_BLANK})?"
    rf"\d{{1,2}}[.:]\d\d[.:]\d\d{_BLANK}(?:(?:{_HALF}|[AaPp]\.?[Mm]\.?){_BLANK})?"
)
_PARTS = r"(\d{1,4})[./-] ?(\d{1,2})[./-] ?(\d{2,4})\D{1,12}(\d{1,2})[.:](\d\d)[.:](\d\d)"
_CHRISTIAN = """CASE WHEN {0} BETWEEN '2400' AND '2700' AND length({0}) = 4
    THEN CAST(CAST({0} AS INTEGER) - 543 AS VARCHAR) ELSE {0} END"""
_MARK = " ".join(
    f"WHEN regexp_matches(front, '{_BLANK}(?:{'|'.join(words)}){_BLANK}') THEN '{half} '"
    for half, words in _HALVES.items()
)
_BROUGHT = rf"""(SELECT line_number, CASE WHEN stamp.clock <> '' THEN concat(
        {_CHRISTIAN.format("stamp.a")}, '-', stamp.b, '-', {_CHRISTIAN.format("stamp.c")}, ' ',
        stamp.clock, ':', stamp.minute, ':', stamp.second, ' ', CASE {_MARK}
            WHEN regexp_matches(front, '[AaPp]\.?[Mm]\.? ')
            THEN lower(regexp_extract(front, '([AaPp]\.?[Mm]\.?) ', 1)) || ' ' END, '0',
        substr(line, strpos(line, ' PACKET '))) ELSE line END AS line
    FROM (SELECT *, regexp_extract(front, '{_PARTS}',
              ['a', 'b', 'c', 'clock', 'minute', 'second']) AS stamp
          FROM (SELECT line_number, line, left(line, strpos(line, ' PACKET ')) AS front
                FROM lines)))"""
_FOREIGN = "foreign"
_PACKET = r" *[0-9A-Fa-f]{1,8} PACKET +(?:\S+ )?(?:UDP|TCP) +(?:Rcv|Snd) "
_OF_PACKET = re.compile(rf"({_ANY_STAMP}){_PACKET}")
_ORDINARY = re.compile(
    r"(?:\d{8}|\d{1,4}([./-])\d{1,2}\1(?!2[4-6]\d\d)\d{2,4}\.?) \d{1,2}:\d\d:\d\d "
    r"(?:[AaPp]\.?[Mm]\.? )?$"
)


def _learned(lines: Sequence[str], before: Header) -> Header:
    stamps = (told[1] for line in lines if (told := _OF_PACKET.search(line)))
    return {**before, _FOREIGN: True} if not all(map(_ORDINARY.match, stamps)) else before


_SYSTEM = "Event.System.TimeCreated.#attributes.SystemTime|Event.System.TimeCreated.SystemTime"
_COLUMNS = {
    "moment": f"EventTime|TimeCreated|TimeGenerated|EventStartTime|@timestamp|UtcTime|{_SYSTEM}",
    "asker": "Source|ClientIP|SrcIpAddr|RemoteIP|winlog.event_data.Source|EventData.Source|"
    "event_data.Source|Event.EventData.Source",
    "name": "QNAME|DnsQuery|QuestionName|Name|winlog.event_data.QNAME|EventData.QNAME|"
    "event_data.QNAME|Event.EventData.QNAME",
    "number": "EventId|EventID|winlog.event_id|event_id|Event.System.EventID|event.code",
    "part": "SubType|EventSubType|QueryResponseIndicator",
    "way": "SendReceiveIndicator",
    "user": "SrcUsername",
    "did": "DvcAction",
}
"""Of analytic events as collectors have them, and of Sentinel's tables."""
_QUESTION = """name IS NOT NULL AND coalesce(way = 'Rcv', true) AND CASE WHEN part IS NOT NULL
    THEN lower(part) IN ('lookupquery', 'request', 'query'{or_answer})
    ELSE coalesce(split_part("number", '.', 1), '256') = '256' END"""
# Many products write the answer alone into Microsoft's schema (ASIM), where it says who asked.
_ASKS = """contains(line, 'request') AND (contains(line, 'EventSubType":"request')
    OR contains(line, 'EventSubType": "request') OR contains(line, ',request,')
    OR contains(line, ',"request",'))"""
_DATA = r"""nullif(regexp_extract(line, 'Name=["'']{}["'']>([^<]*)<', 1), '')"""
_XML_SQL = f"""SELECT line_number, line, header, true AS is_object,
    nullif(regexp_extract(line, 'SystemTime=["'']([^"'']+)', 1), '') AS moment,
    NULL AS "user", NULL AS did, {_DATA.format("Source")} AS asker, {_DATA.format("QNAME")} AS name,
    regexp_matches(line, '<EventID[^>]*>256<') AS asks FROM lines"""
_MESSAGE_SQL = r"""SELECT line_number, line, header, true AS is_object,
    CASE WHEN left(line, 1) BETWEEN '0' AND '9' THEN nullif(regexp_extract(line,
        '^(\d[\d./-]+ [\d:.]+(?: [AP]M)?) ', 1), '') END AS moment,
    NULL AS "user", NULL AS did, regexp_extract(line, '\bSource=([^;]+)', 1) AS asker,
    regexp_extract(line, '; QNAME=([^;]*)', 1) AS name,
    contains(line, 'QUERY_RECEIVED') AS asks FROM lines"""


def _events(header: Header) -> Variants:
    asks = _QUESTION.format(or_answer="" if fields.ASKED in header else ", 'response'")
    told = {
        "starts_with(line, '{')": fields.members(_COLUMNS, extra={"asks": asks}),
        "contains(line, '<Event')": _XML_SQL,
        "contains(line, '; QNAME=')": _MESSAGE_SQL,
    }
    if named := fields.named_columns(header):
        told["true"] = fields.cells(
            fields.places(named, _COLUMNS),
            extra={"is_object": f"cells = {len(named)}", "asks": asks},
        )
    given = f"SELECT *, coalesce(portal_time(moment), {RECEIVED}) AS instant FROM ({FIELDS})"
    return Variants(told).around(given)


def _statement(header: Header) -> Variants:
    read = fields.record(
        _events(header),
        skipped={"no question of a client (an answer, or asked by the server)": "NOT asks"},
        rejected={
            "no event": "NOT coalesce(is_object, false)",
            "the time cannot be read": "instant IS NULL",
            "the question is cut": "coalesce(asker, '') = '' OR coalesce(name, '') = ''",
        },
        event_time="instant",
        source_ip="asker",
        user_name='"user"',
        authority="name",
        action="""CASE WHEN regexp_matches(did, '(?i)^(?:block|den[iy]|drop|refus)') THEN 'blocked'
            WHEN regexp_matches(did, '(?i)^(?:allow|permit|pass)') THEN 'allowed' END""",
        evidence="'resolved'",
    )
    packets = _SQL.replace("{lines}", _BROUGHT if header.get(_FOREIGN) else "lines")
    return read if fields.named_columns(header) else read.among({"true": packets})


WINDOWS_DNS = Format(
    name="windows-dns",
    title="Windows DNS server (debug log, analytic events, Sentinel's tables)",
    kind="dns",
    carries=("event_time", "source_ip", "user_name", "host", "action", "evidence"),
    recognise=re.compile(
        rf"(?:[A-Za-z][\w.-]+ )?(?:\S+ \S+ (?:[AaPp]\.?[Mm]\.? )?|{_ANY_STAMP}){_PACKET}"
        r'|(?:.*?[\s"])?(?:QUERY_RECEIVED|RESPONSE_SUCCESS|RECURSE_[A-Z_]+): TCP=\d; .*\bQNAME='
        r'|\{(?=.*"QNAME" ?:)(?=.*"InterfaceIP" ?:)|\{(?=.*"QuestionName" ?:)(?=.*"RemoteIP" ?:)'
        r'|\{(?=.*"(?:ClientIP|SrcIpAddr)" ?:)(?=.*"(?:Type" ?: ?"DnsEvents"|DnsQuery" ?:))'
        r"|<Event[ >](?=.*Microsoft-Windows-DNSServer).*<EventID"
        r'|"?(?:TimeGenerated|TenantId)\b(?=.*\b(?:ClientIP|SrcIpAddr)\b)'
        r"(?=.*\b(?:SubType|DnsQuery)\b)"
    ),
    reference="https://learn.microsoft.com/windows-server/networking/dns/dns-logging-and-diagnostics",
    sql=_statement,
    remembers={fields.ASKED: _ASKS},
    learns=_learned,
    header=fields.column_names,
    header_starts=("Time", '"Tim', "Tena", '"Ten'),
    is_header=lambda line: "ClientIP" in line or "SrcIpAddr" in line,
    zone="local",
    notes="dates follow the server's locale; a lookup proves no use",
    aliases=("microsoft-dns",),
)
