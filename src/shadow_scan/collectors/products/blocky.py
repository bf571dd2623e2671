"""Blocky's query log: its daily files (parted by tabs), and its own log as text or JSON."""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.variants import FIELDS, Variants

# time, client, its names, milliseconds, reason, question, answer, code, kind of answer, type, …
_ROW = (
    r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\t[0-9A-Fa-f.:]{2,45}\t[^\t]*\t\d+\t[^\t]*\t[^\t]+\t[^\t]*"
    r"\t[A-Z]+\t[A-Z]+\t[A-Z0-9]+(?:\t|$)"
)
_ROWS_SQL = """SELECT line_number, line, true AS is_record, part[1] AS moment, part[2] AS client,
    part[3] AS names, part[4] AS millis, part[6] AS name, part[9] AS outcome, true AS begins
FROM (SELECT line_number, line, string_split(line, chr(9)) AS part FROM lines)"""
_MEMBERS = {
    "moment": "time|@timestamp|timestamp",
    "client": "client_ip",
    "names": "client_names",
    "millis": "duration_ms",
    "name": "question_name",
    "outcome": "response_type",
}
_JSON_SQL = f"""SELECT *, is_object AS is_record, false AS begins
FROM ({fields.members(_MEMBERS)})"""
_BEGIN = r"^\[([0-9-]{10}[ T][0-9:.]{8,12})\]"
_TEXT_SQL = f"""SELECT * REPLACE (
        coalesce(moment, nullif(regexp_extract(line, '{_BEGIN}', 1), '')) AS moment),
    contains(line, 'query resolved') AS is_record, false AS begins
FROM ({fields.keyed(_MEMBERS)})"""

_READ = fields.record(
    Variants(
        {
            "starts_with(line, '{')": _JSON_SQL,
            f"regexp_matches(line, '^{_ROW}')": _ROWS_SQL,
            "true": _TEXT_SQL,
        }
    ).around(FIELDS),
    let={"instant": "text_time(moment)"},
    skipped={
        "no query (a message of the server)": "instant IS NOT NULL AND NOT begins "
        "AND client IS NULL AND name IS NULL",
    },
    rejected={
        "no record of a query": "NOT coalesce(is_record, false)",
        "the time cannot be read": "instant IS NULL",
        "the question is cut": "client IS NULL OR name IS NULL",
    },
    # Its files have the begin of a query, its log the end.
    event_time="CASE WHEN begins THEN instant "
    "ELSE instant - to_milliseconds(coalesce(number(millis), 0)) END",
    duration_ms="number(millis)",
    source_ip="client",
    # Clients without a name have their address as one.
    device_name="CASE WHEN names <> client THEN split_part(names, ';', 1) END",
    authority="name",
    action="CASE WHEN outcome IN ('BLOCKED', 'FILTERED') THEN 'blocked' "
    "WHEN outcome IS NOT NULL THEN 'allowed' END",
    evidence="'resolved'",
)

BLOCKY = Format(
    name="blocky",
    title="Blocky query log (files, text, JSON)",
    kind="dns",
    carries=(
        *("event_time", "duration_ms", "source_ip", "device_name", "host", "action", "evidence"),
    ),
    recognise=re.compile(
        rf"{_ROW}"
        r'|\{(?=.*"client_ip" ?:)(?=.*"question_name" ?:)(?=.*"response_type" ?:)'
        r"|.{0,60}\bquery resolved\b(?=.* client_ip=)(?=.* question_name=)"
    ),
    reference="https://0xerr0r.github.io/blocky/latest/configuration/#query-logging",
    sql=_READ,
    zone="written",
    notes="a lookup proves no use",
)
