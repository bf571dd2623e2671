"""Technitium DNS server: queries in its own log, records of its exporter and of its API, and what
its console exports as CSV."""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format, Header
from shadow_scan.collectors.variants import FIELDS, Variants

# [2026-09-23 10:11:12 UTC] [10.20.30.44:5353] [UDP] QNAME: name; QTYPE: A; QCLASS: IN; RCODE: …
# Early versions did not write the transport.
_STAMP = r"\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d (?:UTC|Local)\]"
_TEXT = r"^\[([^\]]+) (UTC|Local)\] \[(\S+):\d+\](?: \[[^\]]*\])? QNAME: ([^;]*);"
_TEXT_SQL = rf"""SELECT line_number, line, true AS is_record,
    CASE told.zone WHEN 'UTC' THEN try_cast(told.moment AS TIMESTAMP)
        ELSE from_local(try_cast(left(substr(line, 2), 19) AS TIMESTAMP)) END AS instant,
    nullif(trim(told.client, '[]'), '') AS client, nullif(told.name, '') AS name,
    NULL::VARCHAR AS outcome, told.name = '' AS is_message
FROM (SELECT line_number, line,
    regexp_extract(line, '{_TEXT}', ['moment', 'zone', 'client', 'name']) AS told FROM lines)"""

_MEMBERS = fields.members(
    {
        "moment": "timestamp|Timestamp",
        "client": "clientIp|clientIpAddress|ClientIp",
        "asked": "question.questionName|qname|Question.QuestionName",
        "questions": "questions",
        "outcome": "responseType|ResponseType",
    }
)
_JSON_SQL = f"""SELECT line_number, line, is_object AS is_record, iso_time(moment) AS instant,
    client,
    coalesce(asked, nullif(regexp_extract(questions, '"questionName": ?"([^"]*)"', 1), '')) AS name,
    outcome, false AS is_message
FROM ({_MEMBERS})"""

# What its exporter sends to syslog has all fields as structured data, in a header behind a header.
_IS_SENT = """contains(line, ' clientIp="') AND contains(line, ' qName')"""
_SENT_SQL = f"""SELECT line_number, line, true AS is_record, iso_time(moment) AS instant, client,
    name, outcome, false AS is_message
FROM ({
    fields.keyed(
        {
            "moment": "timestamp",
            "client": "clientIp",
            "name": "qName|qName_0",
            "outcome": "responseType",
        }
    )
})"""

_COLUMNS = {
    "moment": "Timestamp",
    "client": "ClientIpAddress",
    "outcome": "ResponseType",
    "name": "Domain",
}


def _exported(names: list[str]) -> str:
    return f"""SELECT line_number, line, cells = {len(names)} AS is_record,
        iso_time(moment) AS instant, client, name, outcome, false AS is_message
    FROM ({fields.cells(fields.places(names, _COLUMNS))})"""


_JSON = "starts_with(line, '{')"
_READ = fields.record(
    Variants({_JSON: _JSON_SQL, _IS_SENT: _SENT_SQL, "true": _TEXT_SQL}).around(FIELDS),
    skipped={"no query (a message of the server)": "is_message AND instant IS NOT NULL"},
    rejected={
        "no record of a query": "NOT coalesce(is_record, false)",
        "the time cannot be read": "instant IS NULL",
        "the question is cut": "client IS NULL OR name IS NULL",
    },
    event_time="instant",
    source_ip="client",
    authority="name",
    action="""CASE WHEN contains(outcome, 'Blocked') THEN 'blocked'
        WHEN outcome IS NOT NULL THEN 'allowed' END""",
    evidence="'resolved'",
)


def statement(header: Header) -> Variants:
    named = fields.named_columns(header)
    rows = _exported(named) if named else _TEXT_SQL
    return Variants({_JSON: _JSON_SQL, _IS_SENT: _SENT_SQL, "true": rows}, _READ.frame)


TECHNITIUM = Format(
    name="technitium",
    title="Technitium DNS server (its log, exported records, syslog, answers of its API)",
    kind="dns",
    carries=("event_time", "source_ip", "host", "action", "evidence"),
    recognise=re.compile(
        rf"{_STAMP} \[\S+:\d+\](?: \[[A-Z]+\])? QNAME: "
        r'|\{(?=.*"(?:questionName|qname)" ?:)(?=.*"clientIp(?:Address)?" ?:)'
        r'(?=.*"responseType" ?:)'
        r"|RowNumber,Timestamp,ClientIpAddress,"
        r'|.{0,400}\[(?:meta|dnsparams) (?=.*\bclientIp=")(?=.*\bqName(?:_0)?=")'
    ),
    reference="https://github.com/TechnitiumSoftware/DnsServer/blob/master/APIDOCS.md",
    sql=statement,
    header=fields.column_names,
    header_starts=("RowN",),
    zone="written",
    notes="its log does not say what was blocked; a lookup proves no use",
)
