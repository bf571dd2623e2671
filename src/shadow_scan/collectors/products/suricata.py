"""Suricata's eve.json: tls, http, dns (all three shapes, and within HTTP), quic, flow and netflow.

Records of one connection share `flow_id`; ids come again after a while, so the day belongs to the
key. Sizes are in flow, names in tls, http and quic. AWS Network Firewall writes them, too, and
what it inspects of TLS without a type; its names stand in alerts alone, so an alert that names a
site is a connection (one with its other records, if there are any). Where questions are not logged
(`requests: no`), answers are lookups: from their second shape on, each tells its question once.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.variants import Variants

_STRUCTURE = """{
    "timestamp": "VARCHAR", "flow_id": "VARCHAR", "event_type": "VARCHAR", "src_ip": "VARCHAR",
    "src_port": "VARCHAR", "dest_ip": "VARCHAR", "dest_port": "VARCHAR",
    "tls": {"sni": "VARCHAR"},
    "sni": "VARCHAR", "revocation_check": "VARCHAR", "tls_error": "VARCHAR",
    "quic": {"sni": "VARCHAR"},
    "http": {"hostname": "VARCHAR", "url": "VARCHAR", "http_method": "VARCHAR",
             "http_user_agent": "VARCHAR", "http_refer": "VARCHAR", "status": "VARCHAR",
             "request_headers": [{"name": "VARCHAR", "value": "VARCHAR"}],
             "response_headers": [{"name": "VARCHAR", "value": "VARCHAR"}],
             "length": "BIGINT", "http_port": "VARCHAR"},
    "dns": {"version": "VARCHAR", "type": "VARCHAR", "rrname": "VARCHAR",
            "queries": [{"rrname": "VARCHAR"}], "query": [{"rrname": "VARCHAR"}]},
    "flow": {"bytes_toserver": "BIGINT", "bytes_toclient": "BIGINT", "start": "VARCHAR",
             "end": "VARCHAR"},
    "alert": {"action": "VARCHAR"}, "direction": "VARCHAR",
    "netflow": {"bytes": "BIGINT", "start": "VARCHAR", "end": "VARCHAR"}
}"""


def _said(name: str, side: str = "request") -> str:
    """What HTTP/2 says in a header of its own."""
    return f"""list_filter(r.http.{side}_headers,
        lambda header: header.name = '{name}')[1]."value\""""


_SQL = f"""
WITH record AS (
    SELECT line_number,
        from_json(CASE WHEN json_valid(line) THEN line END, '{_STRUCTURE}') AS r FROM lines
), told AS (
    SELECT line_number, r, CASE r.event_type WHEN 'alert' THEN
            CASE WHEN r.flow_id IS NULL THEN 'alert'
                 WHEN r.tls.sni IS NOT NULL THEN 'tls' WHEN r.quic.sni IS NOT NULL THEN 'quic'
                 WHEN r.http.hostname IS NOT NULL THEN 'http' ELSE 'alert' END
            WHEN 'doh2' THEN 'dns' ELSE coalesce(r.event_type,
                CASE WHEN r.revocation_check IS NOT NULL OR r.tls_error IS NOT NULL
                     THEN 'tls' END) END AS kind,
        r.event_type IN ('dns', 'doh2') AND (r.dns.type IN ('query', 'request')
            OR NOT {{asked}} AND r.dns.type IN ('answer', 'response')
                AND coalesce(r.dns.version >= '2', false)
            OR r.dns.type IS NULL AND coalesce(r.dns.queries[1].rrname, r.dns.query[1].rrname)
                IS NOT NULL) AS question,
        iso_time(coalesce(CASE r.event_type WHEN 'flow' THEN r.flow.start
            WHEN 'netflow' THEN r.netflow.start END, r.timestamp)) AS event_time,
        iso_time(coalesce(r.flow."end", r.netflow."end")) AS end_time,
        CASE WHEN r.event_type IN ('netflow', 'alert')
                OR r.event_type = 'dns' AND r.dns.type IN ('answer', 'response')
            THEN coalesce(r.direction = 'to_client',
                is_answer(try_cast(r.src_port AS INTEGER), try_cast(r.dest_port AS INTEGER)))
            ELSE false END AS answer,
        coalesce(r.http.hostname, {_said(":authority")}) AS http_host,
        coalesce(r.http.url, {_said(":path")}) AS url,
        coalesce(r.http.http_method, {_said(":method")}) AS method,
        coalesce(method = 'CONNECT', false) OR coalesce(r.event_type = 'alert', false) AS tunnel
    FROM record
), field AS (
    SELECT *, CASE WHEN answer THEN r.src_port ELSE r.dest_port END AS door FROM told
)
SELECT line_number,
    CASE WHEN kind = 'dns' AND NOT question THEN 'an answer, no question'
         WHEN kind NOT IN ('tls', 'http', 'dns', 'quic', 'flow', 'netflow')
         THEN 'no request (' || left(kind, 20) || ')' END AS skipped,
    CASE WHEN r IS NULL OR kind IS NULL THEN 'no JSON object with an event_type'
         WHEN event_time IS NULL THEN 'the time cannot be read' END AS rejected,
    event_time,
    CASE WHEN kind IN ('flow', 'netflow') THEN lasted(event_time, end_time) END
        AS duration_ms,
    CASE WHEN answer THEN r.dest_ip ELSE r.src_ip END AS source_ip,
    CASE kind WHEN 'tls' THEN coalesce(r.tls.sni, r.sni) || coalesce(':' || door, '')
              WHEN 'quic' THEN r.quic.sni || coalesce(':' || door, '')
              WHEN 'http' THEN with_port(http_host, coalesce(r.http.http_port, door))
              WHEN 'dns' THEN coalesce(r.dns.rrname, r.dns.queries[1].rrname, r.dns.query[1].rrname)
              WHEN 'netflow' THEN ':' || door END AS authority,
    CASE WHEN kind = 'http' AND NOT tunnel THEN url_path(url) END AS path,
    CASE WHEN kind = 'dns' THEN NULL WHEN answer THEN r.src_ip ELSE r.dest_ip END
        AS destination_ip,
    CASE WHEN kind <> 'dns' THEN method END AS method,
    CASE WHEN kind <> 'dns'
         THEN try_cast(coalesce(r.http.status, {_said(":status", "response")}) AS INTEGER) END
        AS status,
    CASE WHEN kind = 'flow' THEN r.flow.bytes_toserver
         WHEN NOT answer THEN r.netflow.bytes END AS bytes_up,
    CASE kind WHEN 'flow' THEN r.flow.bytes_toclient
        WHEN 'http' THEN CASE WHEN r.alert IS NULL THEN r.http.length END
        WHEN 'netflow' THEN CASE WHEN answer THEN r.netflow.bytes END END AS bytes_down,
    CASE WHEN kind <> 'dns' THEN r.http.http_user_agent END AS user_agent,
    CASE WHEN kind <> 'dns' THEN r.http.http_refer END AS referrer,
    CASE r.alert.action WHEN 'blocked' THEN 'blocked' WHEN 'allowed' THEN 'allowed' END AS action,
    CASE WHEN kind = 'dns' THEN 'resolved' WHEN kind = 'http' AND NOT tunnel THEN 'transacted'
         ELSE 'connected' END AS evidence,
    CASE WHEN kind <> 'dns' THEN r.flow_id || ' ' || strftime(event_time, '%Y-%m-%d') END AS flow
FROM field
"""

# http.log, tls.log and dns.log, as text: parted by stars, the ends of the connection at the end or
# at the begin.
_DAY = r"\d\d/\d\d/\d{4}-\d\d:\d\d:\d\d\.\d{6}"
_ENDS = r"(\S+):\d+ -> (\S+):(\d+)"
_TEXT_SQL = rf"""
WITH cut AS (
    SELECT line_number, line, string_split(substr(line, 28), ' [**] ') AS part,
        from_local(try_strptime(left(line, 26), '%m/%d/%Y-%H:%M:%S.%f')) AS event_time,
        regexp_extract(line, '{_ENDS}', ['source', 'server', 'port']) AS ends
    FROM lines
), field AS (
    SELECT *, starts_with(part[1], 'Query ') AS question,
        starts_with(part[1], 'Response ') AS answer,
        contains(line, ' TLS: ') AS tls, part[5] = 'CONNECT' AS tunnel,
        nullif(regexp_extract(line, ' SNI=.([^ ]+?).(?: [A-Z]|$)', 1), '') AS sni
    FROM cut
)
SELECT line_number,
    CASE WHEN answer THEN 'an answer, no question' END AS skipped,
    CASE WHEN event_time IS NULL THEN 'the time cannot be read'
         WHEN ends.source = '' THEN 'no ends of a connection' END AS rejected,
    event_time, trim(ends.source, '[]') AS source_ip,
    CASE WHEN tls THEN coalesce(with_port(sni, ends.port), ':' || ends.port)
         WHEN question THEN part[2]
         ELSE with_port(part[1], ends.port) END AS authority,
    CASE WHEN NOT tls AND NOT question AND NOT coalesce(tunnel, false) THEN url_path(part[2]) END
        AS path,
    CASE WHEN NOT question THEN trim(ends.server, '[]') END AS destination_ip,
    CASE WHEN NOT tls AND len(part) >= 8 THEN part[5] END AS method,
    CASE WHEN NOT tls THEN try_cast(left(part[7], 3) AS INTEGER) END AS status,
    CASE WHEN NOT tls THEN number(split_part(part[8], ' ', 1)) END AS bytes_down,
    CASE WHEN NOT tls AND NOT question AND NOT starts_with(part[3], '<') THEN part[3] END
        AS user_agent,
    CASE WHEN NOT tls AND NOT starts_with(part[4], '<') AND len(part) >= 8 THEN part[4] END
        AS referrer,
    CASE WHEN tls OR coalesce(tunnel, false) THEN 'connected' WHEN question THEN 'resolved'
         ELSE 'transacted' END AS evidence
FROM field
"""

_SPELLINGS = Variants({"starts_with(line, '{')": _SQL, "true": _TEXT_SQL})
_ASKS = """contains(line, '"dns"') AND (contains(line, '"type":"query"')
    OR contains(line, '"type":"request"') OR contains(line, '"type": "query"')
    OR contains(line, '"type": "request"'))"""

SURICATA = Format(
    name="suricata",
    title="Suricata eve.json (tls, http, dns, quic, flow, netflow), http.log, tls.log and dns.log",
    kind="network sensor",
    carries=(
        *("event_time", "duration_ms", "source_ip", "host", "port", "path", "destination_ip"),
        *("method", "status", "bytes_up", "bytes_down", "user_agent", "referrer_host"),
        *("action", "evidence"),
    ),
    recognise=re.compile(
        r'\{(?=.*"event_type": ?")(?=.*"timestamp": ?"\d{4}-).*"src_ip": ?"'
        r'|\{(?=.*"(?:revocation_check|tls_error)": ?\{)(?=.*"timestamp": ?"\d{4}-).*"src_ip": ?"'
        rf"|{_DAY} (?:{_ENDS}  TLS: |.* \[\*\*\] {_ENDS}$)"
    ),
    reference="https://docs.suricata.io/en/latest/output/eve/eve-json-format.html",
    sql=fields.remembering(fields.ASKED, _SPELLINGS),
    remembers={fields.ASKED: _ASKS},
    notes="no users; sizes are in flow records, which come minutes after the names",
)
