"""Query log of Amazon's Route 53 Resolver: one object a line, from a bucket or CloudWatch."""

from __future__ import annotations

import re

from shadow_scan.collectors.format import Format

_STRUCTURE = """{
    "query_timestamp": "VARCHAR", "query_name": "VARCHAR", "srcaddr": "VARCHAR",
    "firewall_rule_action": "VARCHAR",
    "srcids": {"instance": "VARCHAR", "resolver_endpoint": "VARCHAR"}
}"""

# CloudWatch puts a time before the object.
_SQL = f"""
WITH record AS (
    SELECT line_number, substr(line, greatest(strpos(line, '{{'), 1)) AS line FROM lines
), parsed AS (
    SELECT line_number, from_json(CASE WHEN json_valid(line) THEN line END, '{_STRUCTURE}') AS r
    FROM record
), field AS (
    SELECT *, iso_time(r.query_timestamp) AS event_time FROM parsed
)
SELECT line_number,
    CASE WHEN r.query_name IS NULL THEN 'no JSON object with a question'
         WHEN event_time IS NULL THEN 'the time cannot be read' END AS rejected,
    event_time, r.srcaddr AS source_ip, r.srcids.instance AS device_name,
    r.query_name AS authority,
    CASE r.firewall_rule_action WHEN 'BLOCK' THEN 'blocked' WHEN 'ALLOW' THEN 'allowed'
         WHEN 'ALERT' THEN 'allowed' END AS action,
    'resolved' AS evidence
FROM field
"""

ROUTE53 = Format(
    name="route53-resolver",
    title="AWS Route 53 Resolver query log",
    kind="dns",
    carries=("event_time", "source_ip", "device_name", "host", "action", "evidence"),
    recognise=re.compile(
        r'(?:\S+ )?\{(?=.*"query_timestamp": ?")(?=.*"srcaddr": ?").*"query_name": ?"'
    ),
    reference="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-query-logs-format.html",
    sql=_SQL,
    notes="machines and containers, seldom people; a lookup proves no use",
    aliases=("route53",),
)
