"""Query logs of Amazon's Route 53: of its Resolver (JSON, CSV) and of public zones."""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format, Header
from shadow_scan.collectors.variants import Variants

_NAMES = {
    "moment": "query_timestamp",
    "name": "query_name",
    "client": "srcaddr",
    "did": "firewall_rule_action",
    "ids": "srcids",
    "instance": "srcids.instance",
}
_INSTANCE = (
    r"coalesce(instance, nullif(regexp_extract(ids, 'instance\"?[=:] ?\"?(i-[0-9a-f]+)', 1), ''))"
)

# CloudWatch puts a time before the object.
_OBJECT_SQL = fields.members(
    {**_NAMES, "instance": ""}, text="substr(line, greatest(strpos(line, '{'), 1))"
)
# Version, time, zone, name, type, code, protocol, place, resolver, the network of its client.
_ZONE = r"^(?:\d{4}-\S+ )?1\.\d \d{4}-\d\d-\d\dT[\d:.]+Z Z[A-Z0-9]+ \S+ [A-Z0-9]+ "
_ZONE_SQL = """SELECT line_number, line, header, true AS is_object, part[2] AS moment,
        part[4] AS name, part[9] AS client, NULL::VARCHAR AS did, NULL::VARCHAR AS ids,
        NULL::VARCHAR AS instance
    FROM (SELECT line_number, line, header, string_split(
        CASE WHEN line LIKE '____-%' THEN substr(line, strpos(line, ' ') + 1) ELSE line END, ' ')
        AS part FROM lines)"""


def _statement(header: Header) -> Variants:
    """Objects, rows of a zone's log, or a table of a query in the lake, by its row of names."""
    told = {f"regexp_matches(line, '{_ZONE}')": _ZONE_SQL}
    if named := fields.named_columns(header):
        told["true"] = fields.cells(
            fields.places(named, _NAMES), extra={"is_object": f"cells = {len(named)}"}
        )
    else:
        told["true"] = _OBJECT_SQL
    return fields.record(
        Variants(told),
        rejected={
            "no JSON object with a question": "NOT coalesce(is_object, false) OR name IS NULL",
            "the time cannot be read": "iso_time(moment) IS NULL",
        },
        event_time="iso_time(moment)",
        source_ip="client",
        device_name=_INSTANCE,
        authority="name",
        action="""CASE did WHEN 'BLOCK' THEN 'blocked' WHEN 'ALLOW' THEN 'allowed'
            WHEN 'ALERT' THEN 'allowed' END""",
        evidence="'resolved'",
    )


ROUTE53 = Format(
    name="route53-resolver",
    title="AWS Route 53: Resolver (JSON, CSV), public zones",
    kind="dns",
    carries=("event_time", "source_ip", "device_name", "host", "action", "evidence"),
    recognise=re.compile(
        r'(?:\S+ )?\{(?=.*"query_timestamp": ?")(?=.*"srcaddr": ?").*"query_name": ?"'
        rf'|{_ZONE}|(?i:(?=.*\bquery_timestamp\b)(?=.*\bsrcaddr\b)[\w",. ]+$)'
    ),
    reference="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-query-logs-format.html",
    sql=_statement,
    header=fields.column_names,
    header_starts=fields.beginnings("version", "account_id", "query_timestamp", "region"),
    is_header=lambda line: "query_timestamp" in line.lower(),
    notes="machines, containers and, of public zones, resolvers; a lookup proves no use",
    aliases=("route53",),
)
