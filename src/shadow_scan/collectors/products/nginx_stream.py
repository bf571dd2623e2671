"""Streams that NGINX passes on (its module `stream`, with or without `ssl_preread`).

Whoever writes a `log_format` chooses what stands where. Protocol, status, bytes sent, bytes
received and seconds stand in this order in NGINX' own example and in what is made of it, and look
like nothing else: client, name and server are told by their look around them. In JSON and key=value
the names of the variables say it all.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.products.access_json import NAMES
from shadow_scan.collectors.products.access_words import ADDRESS, CLIENT, NAME, has, moment
from shadow_scan.collectors.variants import FIELDS, Variants

_COUNTED = r"(?:TCP|UDP) (\d{3}) (\d+) (\d+) (\d+\.\d{3})(?:[^\d.]|$)"
_NAMED = {
    "client": NAMES["client"],
    "forwarded": "proxy_protocol_addr",
    "name": "ssl_preread_server_name|ssl_server_name|ssl_preread_sni|sni|tls_sni|server_name",
    "upstream": "upstream_addr|upstream|backend",
    "own_port": "server_port|dst_port",
    "code": "status",
    "sent": "bytes_received|bytes_in",
    "received": "bytes_sent|bytes_out",
    "seconds": "session_time|session_duration",
}
_BARE = """regexp_replace(line, '\\[[^\\]]*[/ T][^\\]]*\\]', ' ')"""
"""Without a time in brackets; addresses keep theirs."""
_WORDS = rf"""SELECT line_number, line, header, told.*, NULL::VARCHAR AS forwarded,
        NULL::VARCHAR AS own_port, word[client_at] AS client,
        list_filter(word, lambda w, i: {has(NAME, "i <> client_at")})[1] AS name,
        CASE WHEN len(list_distinct(servers)) = 1 THEN servers[1] END AS upstream
    FROM (SELECT *, list_filter(word, lambda w, i: CASE WHEN contains(w, ':') AND i > client_at
            THEN regexp_matches(w, '^(?:[0-9.]+|\[[0-9A-Fa-f:.]+\]):\d+$') END) AS servers
        FROM (SELECT *, coalesce(list_position(list_transform(word, lambda w: {has(CLIENT)}), true),
                0) AS client_at
            FROM (SELECT line_number, line, header,
                regexp_extract(line, '{_COUNTED}', ['code', 'received', 'sent', 'seconds']) AS told,
                string_split(translate({_BARE}, '"{{}}|,;', '       '), ' ') AS word
            FROM lines)))"""
_SQL = fields.record(
    Variants(
        {
            "starts_with(line, '{\"')": fields.members(_NAMED),
            "contains(line, 'session_time=')": fields.keyed(_NAMED),
            "true": _WORDS,
        }
    ).around(
        f"""SELECT *, {moment()} AS instant, coalesce(port_of(upstream)::VARCHAR, own_port) AS port
            FROM (SELECT *, line AS bare FROM ({FIELDS}))"""
    ),
    rejected={
        "no record of a stream": "seconds IS NULL",
        "the time cannot be read": "instant IS NULL",
        "no address of a client": f"NOT coalesce(regexp_matches(client, '{CLIENT}'), false)",
    },
    event_time="instant",
    duration_ms="CAST(round(try_cast(seconds AS DOUBLE) * 1000) AS BIGINT)",
    source_ip="host_of(first_forwarded(forwarded, client))",
    authority=f"""coalesce(with_port(CASE WHEN regexp_matches(name, '{NAME}') THEN name END, port),
        ':' || port)""",
    destination_ip="host_of(upstream)",
    bytes_up="number(sent)",
    bytes_down="number(received)",
    action="CASE code WHEN '403' THEN 'blocked' WHEN '200' THEN 'allowed' END",
    evidence="'connected'",
)

NGINX_STREAM = Format(
    name="nginx-stream",
    title="NGINX streams (ssl_preread; lines, JSON, key=value)",
    kind="proxy",
    carries=(
        *("event_time", "duration_ms", "source_ip", "host", "port", "destination_ip"),
        *("bytes_up", "bytes_down", "action", "evidence"),
    ),
    recognise=re.compile(
        rf"(?=.*(?:^|[ \"{{\[])(?:{ADDRESS}))(?!.* (?:HTTP/\d|- - -)).*?[ \"|\]]{_COUNTED}"
        r"|\{(?=.*\"session_time\" ?:)(?=.*\"bytes_(?:sent|received)\" ?:)"
        r"(?=.*\"(?:protocol|ssl_preread_server_name|upstream_addr)\" ?:)"
        r"|(?=.*\bsession_time=)(?=.*\bbytes_(?:sent|received)=)[\w.-]{1,40}="
    ),
    reference="https://nginx.org/en/docs/stream/ngx_stream_log_module.html",
    sql=_SQL,
    clock="end",
    zone="written",
    notes="names where the client's greeting names one (ssl_preread); no paths and no agents",
)
