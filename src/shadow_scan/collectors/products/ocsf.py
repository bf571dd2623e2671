"""OCSF network events as JSON lines: Network (4001), HTTP (4002) and DNS Activity (4003).

Producers write times in milliseconds, some lakes in microseconds: the digits tell. Flow records
of a cloud have one direction a row: from a server's port to a client's it is the answer. Objects
may be flat, their members named by their paths.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from shadow_scan.collectors.format import Format, Header

_ENDPOINT = (
    '{"ip": "VARCHAR", "port": "INTEGER", "hostname": "VARCHAR", "instance_uid": "VARCHAR", '
    '"name": "VARCHAR", "domain": "VARCHAR", "owner": {"name": "VARCHAR", "email_addr": "VARCHAR"}}'
)
_USER = '{"name": "VARCHAR", "email_addr": "VARCHAR"}'
_URL = (
    '{"hostname": "VARCHAR", "domain": "VARCHAR", "path": "VARCHAR", "url_string": "VARCHAR", '
    '"text": "VARCHAR", "port": "VARCHAR"}'
)

STRUCTURE = f"""{{
    "class_uid": "VARCHAR", "activity_id": "VARCHAR", "time": "VARCHAR", "time_dt": "VARCHAR",
    "start_time": "VARCHAR", "end_time": "VARCHAR", "duration": "VARCHAR",
    "action_id": "VARCHAR", "action": "VARCHAR",
    "disposition": "VARCHAR", "disposition_id": "VARCHAR",
    "query": {{"hostname": "VARCHAR", "type": "VARCHAR"}},
    "url": {_URL}, "tls": {{"sni": "VARCHAR"}},
    "http_request": {{"http_method": "VARCHAR", "user_agent": "VARCHAR", "referrer": "VARCHAR",
                     "length": "VARCHAR", "body_length": "VARCHAR", "url": {_URL},
                     "http_headers": "VARCHAR"}},
    "http_response": {{"code": "VARCHAR", "length": "VARCHAR", "body_length": "VARCHAR"}},
    "http_status": "VARCHAR", "status_code": "VARCHAR",
    "src_endpoint": {_ENDPOINT}, "dst_endpoint": {_ENDPOINT},
    "traffic": {{"bytes": "VARCHAR", "bytes_in": "VARCHAR", "bytes_out": "VARCHAR"}},
    "actor": {{"user": {_USER},
              "process": {{"name": "VARCHAR", "file": {{"name": "VARCHAR"}}}}}},
    "user": {_USER},
    "device": {{"hostname": "VARCHAR", "name": "VARCHAR", "ip": "VARCHAR"}},
    "metadata": {{"product": {{"name": "VARCHAR"}}}}
}}"""
"""What is read of a record; Parquet files are brought to the same shape."""

EVENT_SQL = """, named AS (
    SELECT line_number, r, r.class_uid AS class,
        coalesce(r.class_uid = '4001', false)
            AND is_answer(r.src_endpoint.port, r.dst_endpoint.port) AS answer,
        struct_insert(coalesce(r.url, r.http_request.url), address :=
            coalesce(r.url.url_string, r.http_request.url.url_string, r.url.text,
                     r.http_request.url.text)) AS url,
        coalesce(CASE WHEN r.class_uid = '4001' THEN r.start_time END, r.time) AS stamp,
        try_cast(stamp AS HUGEINT) AS ticks
    FROM record
), sided AS (
    SELECT *, CASE WHEN answer THEN r.dst_endpoint ELSE r.src_endpoint END AS client,
        CASE WHEN answer THEN r.src_endpoint ELSE r.dst_endpoint END AS server,
        coalesce(r.traffic.bytes_out, CASE WHEN r.metadata.product.name ILIKE '%VPC%'
                                           THEN r.traffic.bytes END) AS sent,
        r.traffic.bytes_in AS received,
        coalesce(CASE WHEN contains(r.time, '.') THEN epoch_seconds(r.time) END,
            TRY(make_timestamp(CAST(CASE WHEN ticks >= 100000000000000000 THEN ticks // 1000
                      WHEN ticks >= 100000000000000 THEN ticks
                      WHEN ticks >= 100000000000 THEN ticks * 1000 ELSE ticks * 1000000 END
                      AS BIGINT))), iso_time(r.time_dt), iso_time(stamp)) AS event_time
    FROM named
), judged AS (
    SELECT *, class = '4003' AND r.activity_id = '2' AND bool_or(r.activity_id = '1') OVER (
            PARTITION BY client.ip, client.port, r.query.hostname, r.query.type) AS repeated
    FROM sided
)
SELECT line_number,
    CASE WHEN class NOT IN ('4001', '4002', '4003')
         THEN 'no request (class ' || left(class, 8) || ')'
         WHEN class = '4002' AND regexp_matches(r.metadata.product.name, '(?i)WAF|Web App')
         THEN 'an inbound request (web application firewall)'
         WHEN repeated THEN 'an answer to a question read already' END AS skipped,
    CASE WHEN class IS NULL THEN 'no JSON object with a class_uid'
         WHEN event_time IS NULL THEN 'the time cannot be read' END AS rejected,
    event_time,
    coalesce(CASE WHEN NOT contains(r.duration, '.') THEN try_cast(r.duration AS BIGINT) END,
             CASE WHEN class = '4001' AND epoch_time(r.end_time) >= epoch_time(r.start_time)
             THEN epoch_ms(epoch_time(r.end_time)) - epoch_ms(epoch_time(r.start_time)) END)
        AS duration_ms,
    -- What an agent on a device tells is of the device itself, if it names no source.
    coalesce(client.ip,
             CASE WHEN coalesce(client.hostname, client.name, client.instance_uid) IS NULL
             THEN r.device.ip END) AS source_ip,
    coalesce(r.actor."user".name, r.actor."user".email_addr, r."user".name, r."user".email_addr,
             client.owner.email_addr, client.owner.name) AS user_name,
    coalesce(client.hostname, client.name, r.device.hostname, r.device.name,
        client.instance_uid) AS device_name,
    CASE class WHEN '4003' THEN r.query.hostname
        ELSE with_port(coalesce(url.hostname, url.domain, url_authority(url.address),
                                listed_header(r.http_request.http_headers, 'name', 'host'),
                                r.tls.sni, server.hostname, server.domain, ''),
                       coalesce(url.port, CAST(server.port AS VARCHAR))) END
        AS authority,
    CASE WHEN class = '4002' AND r.http_request.http_method IS DISTINCT FROM 'CONNECT'
         THEN coalesce(url.path, url_path(url.address)) END AS path,
    CASE WHEN class <> '4003' THEN server.ip END AS destination_ip,
    r.http_request.http_method AS method,
    -- 1.0 had a member of its own; of other classes status_code is whatever the producer says.
    coalesce(try_cast(r.http_response.code AS INTEGER), try_cast(r.http_status AS INTEGER),
             CASE WHEN class = '4002' AND regexp_full_match(r.status_code, '[1-5][0-9]{2}')
                  THEN try_cast(r.status_code AS INTEGER) END) AS status,
    try_cast(CASE WHEN class <> '4003' THEN
        coalesce(CASE WHEN answer THEN received ELSE sent END,
                 CASE WHEN class = '4002' THEN
                     coalesce(r.http_request.length, r.http_request.body_length) END) END AS BIGINT)
        AS bytes_up,
    try_cast(CASE WHEN class <> '4003' THEN
        coalesce(CASE WHEN answer THEN sent ELSE received END,
                 CASE WHEN class = '4002' THEN
                     coalesce(r.http_response.length, r.http_response.body_length) END) END
             AS BIGINT)
        AS bytes_down,
    coalesce(r.http_request.user_agent,
        listed_header(r.http_request.http_headers, 'name', 'user-agent'),
        -- The program that asked: it tells browsers, editors and agents apart.
        nullif(regexp_extract(coalesce(r.actor.process.name, r.actor.process.file.name),
            '[^/\\\\]*$'), '')) AS user_agent, r.http_request.referrer AS referrer,
    CASE WHEN r.action_id = '2' OR r.disposition_id = '2'
              OR lower(coalesce(r.disposition, r.action)) IN ('blocked', 'denied') THEN 'blocked'
         WHEN r.action_id = '1' OR r.disposition_id = '1'
              OR lower(coalesce(r.disposition, r.action)) = 'allowed' THEN 'allowed' END AS action,
    CASE class WHEN '4003' THEN 'resolved' WHEN '4002' THEN 'transacted' ELSE 'connected' END
        AS evidence
FROM judged ORDER BY line_number
"""

_SQL = f"""
WITH record AS (
    SELECT line_number, from_json(CASE WHEN json_valid(line) THEN line END, '{STRUCTURE}') AS r
    FROM lines
){EVENT_SQL}"""


def _paths(members: Mapping[str, Any], behind: str = "") -> Iterator[tuple[str, str]]:
    for name, kind in members.items():
        if isinstance(kind, str):
            yield f"{behind}{name}", kind
        else:
            yield from _paths(kind, f"{behind}{name}.")


def _nested(members: Mapping[str, Any], behind: str = "") -> str:
    """The structure again, each member by its path or where it stands."""
    told = []
    for name, kind in members.items():
        path = f"{behind}{name}"
        if not isinstance(kind, str):
            value = _nested(kind, f"{path}.")
        elif behind:
            value = f'coalesce(f."{path}", f.{".".join(map(_quoted, path.split(".")))})'
        else:
            value = f"f.{_quoted(name)}"
        told.append(f"{_quoted(name)} := {value}")
    packed = f"struct_pack({', '.join(told)})"
    if not behind or any(not isinstance(kind, str) for kind in members.values()):
        return packed
    # An object of which nothing is said is none.
    values = ", ".join(f"CAST({each.partition(' := ')[2]} AS VARCHAR)" for each in told)
    return f"CASE WHEN coalesce({values}) IS NOT NULL THEN {packed} END"


def _quoted(name: str) -> str:
    return f'"{name}"'


_MEMBERS = json.loads(STRUCTURE)
_FLAT_SQL = f"""
WITH record AS (
    SELECT line_number, CASE WHEN f IS NOT NULL THEN {_nested(_MEMBERS)} END AS r
    FROM (SELECT line_number, from_json(CASE WHEN json_valid(line) THEN line END,
        '{json.dumps({**_MEMBERS, **dict(_paths(_MEMBERS))})}') AS f FROM lines)
){EVENT_SQL}"""
_FLAT = "flat"


def _learned(lines: Sequence[str], before: Header) -> Header:
    return {**before, _FLAT: True} if any('"src_endpoint.' in line for line in lines) else before


OCSF = Format(
    name="ocsf",
    title="OCSF Network, HTTP and DNS Activity (4001, 4002, 4003)",
    kind="network sensor",
    carries=(
        *("event_time", "duration_ms", "source_ip", "user_name", "device_name", "host", "port"),
        *("path", "destination_ip", "method", "status", "bytes_up", "bytes_down", "user_agent"),
        *("referrer_host", "action", "evidence"),
    ),
    recognise=re.compile(
        r'\{(?=.*"class_uid": ?"?(?:\d{4}\b.*"metadata": ?\{|400[123]\b)|.*"metadata": ?\{.*'
        r'"class_uid": ?"?\d{4}\b)(?=.*"(?:time|time_dt|start_time)": ?)'
    ),
    reference="https://schema.ocsf.io/classes/dns_activity",
    sql=lambda header: _FLAT_SQL if header.get(_FLAT) else _SQL,
    learns=_learned,
    notes="as good as its producer; a flow without names needs lookups beside it",
)
