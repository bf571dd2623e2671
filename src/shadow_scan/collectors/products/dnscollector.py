"""What resolvers tell by dnstap or protobuf: by DNS-collector as text, nested or flat JSON, by the
dnstap receiver as text, by Vector as JSON, and by BIND's `dnstap-read -y`.

Answers are events where no question stands beside them: many let only one of both be written.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.variants import FIELDS, Variants

_OPERATION = r"(?:CLIENT|DNS|RESOLVER|FORWARDER|AUTH|STUB|TOOL|UPDATE)_(?:QUERY|RESPONSE)"
# time identity [Q|R] operation rcode client port family protocol size name type latency [ttl]; the
# dnstap receiver before it names no identity, and no latency.
_TEXT = (
    rf"(\d{{4}}-\d\d-\d\d[T ]\S+) (?:\S+ )?(?:[QR] )?({_OPERATION}) \S+ (\S+) (?:\d+|-) "
    r"\S+ \S+ \S+ (\S+) "
)
# Its time and its identity look like a header of syslog, and are taken for one.
_TEXT_SQL = rf"""SELECT line_number, line, told.name <> '' AS is_record, told.moment AS moment,
    told.operation AS operation, told.client AS client, told.name AS name, NULL::VARCHAR AS policy
FROM (SELECT line_number, line,
    regexp_extract(coalesce(header || line, line), '{_TEXT}',
        ['moment', 'operation', 'client', 'name']) AS told
    FROM lines)"""


def _either(path: str) -> str:
    """Nested, and flat with a dot in the name."""
    return f"{path}|{path.replace('.', chr(92) + '.', 1)}"


_JSON_SQL = "SELECT *, is_object AS is_record FROM ({})".format(
    fields.members(
        {
            "moment": f"{_either('dnstap.timestamp-rfc3339ns')}|timestamp-rfc3339ns",
            "operation": f"{_either('dnstap.operation')}|dns.operation",
            "client": _either("network.query-ip"),
            "name": _either("dns.qname"),
            "policy": _either("dnstap.policy-action"),
        }
    )
)
_VECTOR = fields.members(
    {
        "moment": "timestamp|requestData.timestamp|responseData.timestamp",
        "kind": "messageType",
        "client": "sourceAddress",
        "questions": "requestData.question|responseData.question",
    }
)
_VECTOR_SQL = rf"""SELECT line_number, line, is_object AS is_record, moment,
    upper(regexp_replace(kind, '(Query|Response)$', '_\1')) AS operation, client,
    nullif(regexp_extract(questions, '"domainName": ?"([^"]*)"', 1), '') AS name,
    NULL::VARCHAR AS policy FROM ({_VECTOR})"""
_READ_OUT = fields.members(
    {
        "moment": "message.query_time|message.response_time",
        "operation": "message.type",
        "client": "message.query_address",
        "questions": "message.query_message_data.QUESTION_SECTION"
        "|message.response_message_data.QUESTION_SECTION",
    }
)
_READ_OUT_SQL = rf"""SELECT line_number, line, is_object AS is_record, operation, client,
    replace(moment, '!!timestamp ', '') AS moment,
    nullif(regexp_extract(questions, '"([^" ]+) [A-Z]+ ', 1), '') AS name,
    NULL::VARCHAR AS policy FROM ({_READ_OUT})"""
_IS_READ_OUT = """starts_with(line, '{') AND contains(line, '_message_data"')"""
_IS_VECTOR = """starts_with(line, '{') AND contains(line, '"messageType"')"""

_READ = fields.record(
    Variants(
        {
            _IS_VECTOR: _VECTOR_SQL,
            _IS_READ_OUT: _READ_OUT_SQL,
            "starts_with(line, '{')": _JSON_SQL,
            "true": _TEXT_SQL,
        }
    ).around(
        f"""SELECT *, iso_time(moment) AS instant,
            bool_or(operation IN ('CLIENT_QUERY', 'DNS_QUERY')) OVER () AS asks FROM ({FIELDS})"""
    ),
    skipped={
        "no question of a client (asked by the server)": "is_record "
        "AND NOT starts_with(operation, 'CLIENT_') AND NOT starts_with(operation, 'DNS_')",
        "an answer, no question": "is_record AND asks AND operation LIKE '%_RESPONSE'",
    },
    rejected={
        "no message of DNS": "NOT coalesce(is_record, false) OR operation IS NULL",
        "the time cannot be read": "instant IS NULL",
        "the question is cut": "client IS NULL OR name IS NULL",
    },
    event_time="instant",
    source_ip="client",
    authority="name",
    action="CASE WHEN policy IN ('NXDOMAIN', 'NODATA', 'DROP', 'LOCAL_DATA') THEN 'blocked' END",
    evidence="'resolved'",
)

DNS_COLLECTOR = Format(
    name="dns-collector",
    title="dnstap and protobuf of any resolver, by DNS-collector, Vector or dnstap-read -y",
    kind="dns",
    carries=("event_time", "source_ip", "host", "action", "evidence"),
    recognise=re.compile(
        rf"(?:\d{{4}}-\d\d-\d\d[T ]\S+ (?:\S+ )?)?(?:[QR] )?{_OPERATION} [A-Z]+ \S+ (?:\d+|-) "
        r'|\{(?=.*"(?:network\.)?query-ip" ?:)(?=.*"(?:dns\.)?qname" ?:)'
        r'|\{(?=.*"messageType" ?: ?"[A-Z][a-z]+(?:Query|Response)")(?=.*"sourceAddress" ?:)'
        r'(?=.*"re(?:quest|sponse)Data" ?:)'
        r'|\{(?=.*"type" ?: ?"MESSAGE")(?=.*"message" ?: ?\{)(?=.*"query_address" ?:)'
    ),
    reference="https://github.com/dmachard/DNS-collector/blob/main/docs/dnsconversions.md",
    sql=_READ,
    notes="by its default layouts; a lookup proves no use",
    aliases=("dnstap",),
)
