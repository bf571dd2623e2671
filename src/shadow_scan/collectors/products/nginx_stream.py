"""Streams that NGINX passes on (its module `stream`, with or without `ssl_preread`).

Whoever writes a `log_format` chooses what stands where. Protocol, status, bytes sent, bytes
received and seconds stand in this order in NGINX' own example and in what is made of it, and look
like nothing else: client, name and server are told by their look around them. Lines of client,
time, name and server alone say that one was passed on to the other. In JSON and key=value the names
of the variables say it all.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.products.access_json import NAMES
from shadow_scan.collectors.products.access_words import ADDRESS, CLIENT, NAME, has, moment
from shadow_scan.collectors.variants import FIELDS, Variants

_GREETED = r"(?:localhost|(?:[A-Za-z0-9_-]+\.)+[A-Za-z][A-Za-z0-9-]{1,62}|-|)"
"""What NGINX writes of a greeting that names nobody is nothing at all."""
_NUMBERS = r"(\d{3}) (\d+) (\d+) (\d+\.\d{3})(?:[^\d.]|$)"
_SPOKEN = r"(?:TCP|UDP) "
_UNSPOKEN = rf"\] \"?{_GREETED}\"? {_NUMBERS}"
_COUNTED = rf"{_SPOKEN}(?:\"?{_GREETED}\"? )?{_NUMBERS}"
"""The name may stand before the status, and then instead of the protocol behind the time."""
_PLACE = r"(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9A-Fa-f:.]+\]):\d+"
_TIME = r"\[[^\]\[]*\d\d:\d\d:\d\d[^\]\[]*\]"
_ASKER = rf"((?:{ADDRESS})(?::\d{{1,5}})?)"
# A name to which nobody is said to have been passed on might be a mere lookup.
_PASSED = (
    rf"^(?:{_ASKER} (?:- )*{_TIME}|{_TIME} {_ASKER})(?: SNI:)? \"?({_GREETED})\"? "
    rf"(?:-> |Upstream: )?\"?({_PLACE})\"?(?: \d+ \d+ (\d+\.\d{{3}}))?$"
)
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
_TOLD = "['code', 'received', 'sent', 'seconds']"
_WORDS = rf"""SELECT line_number, line, header, told.*, NULL::VARCHAR AS forwarded,
        NULL::VARCHAR AS own_port, word[client_at] AS client,
        list_filter(word, lambda w, i: {has(NAME, "i <> client_at")})[1] AS name,
        CASE WHEN len(list_distinct(servers)) = 1 THEN servers[1] END AS upstream
    FROM (SELECT *, list_filter(word, lambda w, i: CASE WHEN contains(w, ':') AND i > client_at
            THEN regexp_matches(w, '^(?:[0-9.]+|\[[0-9A-Fa-f:.]+\]):\d+$') END) AS servers
        FROM (SELECT *, coalesce(list_position(list_transform(word, lambda w: {has(CLIENT)}), true),
                0) AS client_at
            FROM (SELECT line_number, line, header,
                CASE WHEN contains(line, 'TCP ') OR contains(line, 'UDP ')
                    THEN regexp_extract(line, '{_COUNTED}', {_TOLD})
                    ELSE regexp_extract(line, '{_UNSPOKEN}', {_TOLD}) END AS told,
                string_split(translate({_BARE}, '"{{}}|,;', '       '), ' ') AS word
            FROM lines)))"""
_PASSED_ON = f"""SELECT line_number, line, header, true AS passed, told.upstream,
        nullif(told.name, '') AS name,
        coalesce(nullif(told.client, ''), told.other) AS client, nullif(told.seconds, '') AS seconds
    FROM (SELECT line_number, line, header, regexp_extract(line, '{_PASSED}',
        ['client', 'other', 'name', 'upstream', 'seconds']) AS told FROM lines)"""
_SQL = fields.record(
    Variants(
        {
            "starts_with(line, '{\"')": fields.members(_NAMED),
            "contains(line, 'session_time=')": fields.keyed(_NAMED),
            # Most lines name the protocol, and are not searched for more.
            f"""CASE WHEN contains(line, 'TCP ') OR contains(line, 'UDP ') THEN false
                ELSE regexp_matches(line, '{_PASSED}') END""": _PASSED_ON,
            "true": _WORDS,
        }
    ).around(
        f"""SELECT *, {moment()} AS instant, coalesce(port_of(upstream)::VARCHAR, own_port) AS port
            FROM (SELECT *, line AS bare FROM ({FIELDS}))"""
    ),
    rejected={
        "no record of a stream": "coalesce(seconds, '') = '' AND passed IS NULL",
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
        rf"(?=.*(?:^|[ \"{{\[])(?:{ADDRESS}))(?!.* (?:HTTP/\d|- - -)).*?"
        rf"(?:[ \"|\]]{_COUNTED}|{_UNSPOKEN})"
        rf"|{_PASSED[1:]}"
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
