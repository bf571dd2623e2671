"""Suricata's eve.json: tls, http, dns (all three shapes), quic and flow.

Records of one connection share `flow_id`; ids come again after a while, so the day belongs to the
key. Sizes are in flow, names in tls, http and quic.
"""

from __future__ import annotations

import re

from shadow_scan.collectors.format import Format

_STRUCTURE = """{
    "timestamp": "VARCHAR", "flow_id": "VARCHAR", "event_type": "VARCHAR", "src_ip": "VARCHAR",
    "dest_ip": "VARCHAR", "dest_port": "VARCHAR",
    "tls": {"sni": "VARCHAR"},
    "quic": {"sni": "VARCHAR"},
    "http": {"hostname": "VARCHAR", "url": "VARCHAR", "http_method": "VARCHAR",
             "http_user_agent": "VARCHAR", "http_refer": "VARCHAR", "status": "VARCHAR",
             "length": "BIGINT", "http_port": "VARCHAR"},
    "dns": {"type": "VARCHAR", "rrname": "VARCHAR", "queries": [{"rrname": "VARCHAR"}],
            "query": [{"rrname": "VARCHAR"}]},
    "flow": {"bytes_toserver": "BIGINT", "bytes_toclient": "BIGINT", "start": "VARCHAR",
             "end": "VARCHAR"}
}"""

_SQL = f"""
WITH record AS (
    SELECT line_number,
        from_json(CASE WHEN json_valid(line) THEN line END, '{_STRUCTURE}') AS r FROM lines
), field AS (
    SELECT line_number, r, r.event_type AS kind,
        r.event_type = 'dns' AND r.dns.type IN ('query', 'request') AS question,
        iso_time(coalesce(CASE WHEN r.event_type = 'flow' THEN r.flow.start END, r.timestamp))
            AS event_time,
        iso_time(r.flow."end") AS end_time,
        CASE WHEN r.http.http_method = 'CONNECT' THEN true ELSE false END AS tunnel
    FROM record
)
SELECT line_number,
    CASE WHEN kind = 'dns' AND NOT question THEN 'an answer, no question'
         WHEN kind NOT IN ('tls', 'http', 'dns', 'quic', 'flow')
         THEN 'no request (' || left(kind, 20) || ')' END AS skipped,
    CASE WHEN r IS NULL OR kind IS NULL THEN 'no JSON object with an event_type'
         WHEN event_time IS NULL THEN 'the time cannot be read' END AS rejected,
    event_time,
    CASE WHEN kind = 'flow' THEN greatest(epoch_ms(end_time) - epoch_ms(event_time), 0) END
        AS duration_ms,
    r.src_ip AS source_ip,
    CASE kind WHEN 'tls' THEN r.tls.sni || coalesce(':' || r.dest_port, '')
              WHEN 'quic' THEN r.quic.sni || coalesce(':' || r.dest_port, '')
              WHEN 'http' THEN r.http.hostname || CASE WHEN contains(r.http.hostname, ':') THEN ''
                  ELSE coalesce(':' || coalesce(r.http.http_port, r.dest_port), '') END
              WHEN 'dns' THEN coalesce(r.dns.rrname, r.dns.queries[1].rrname, r.dns.query[1].rrname)
              END AS authority,
    CASE WHEN kind = 'http' AND NOT tunnel THEN url_path(coalesce(r.http.url, '/')) END AS path,
    CASE WHEN kind <> 'dns' THEN r.dest_ip END AS destination_ip,
    r.http.http_method AS method,
    try_cast(r.http.status AS INTEGER) AS status,
    CASE WHEN kind = 'flow' THEN r.flow.bytes_toserver END AS bytes_up,
    CASE kind WHEN 'flow' THEN r.flow.bytes_toclient WHEN 'http' THEN r.http.length END
        AS bytes_down,
    r.http.http_user_agent AS user_agent,
    r.http.http_refer AS referrer,
    CASE WHEN kind = 'dns' THEN 'resolved' WHEN kind = 'http' AND NOT tunnel THEN 'transacted'
         ELSE 'connected' END AS evidence,
    CASE WHEN kind <> 'dns' THEN r.flow_id || ' ' || strftime(event_time, '%Y-%m-%d') END AS flow
FROM field
"""

SURICATA = Format(
    name="suricata",
    title="Suricata eve.json (tls, http, dns, quic, flow)",
    kind="network sensor",
    carries=(
        *("event_time", "duration_ms", "source_ip", "host", "port", "path", "destination_ip"),
        *("method", "status", "bytes_up", "bytes_down", "user_agent", "referrer_host", "evidence"),
    ),
    recognise=re.compile(r'\{(?=.*"event_type": ?")(?=.*"timestamp": ?"\d{4}-).*"src_ip": ?"'),
    reference="https://docs.suricata.io/en/latest/output/eve/eve-json-format.html",
    sql=_SQL,
    notes="no users; sizes are in flow records, which come minutes after the names",
)
